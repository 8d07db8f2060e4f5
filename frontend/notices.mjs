// The licences of what is in the bundle. A package may be a bundle itself: its source map tells
// what is in it.
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Return the text of all notices for the files `inputs` of a bundle. */
export async function writeNotices(inputs) {
  const names = new Set();
  for (const input of inputs) {
    for (const source of [input, ...(await sourcesWithin(input))]) {
      const name = packageName(source);
      if (name) names.add(name);
    }
  }
  if (names.size === 0) throw new Error("the bundle names no package");
  const notices = await Promise.all([...names].sort().map(notice));
  const head = "The scripts of this site contain the following software.\n";
  return [head, ...notices].join(`\n${"=".repeat(80)}\n\n`);
}

async function sourcesWithin(input) {
  const map = `${input}.map`;
  if (!existsSync(map)) return [];
  const { sources } = JSON.parse(await readFile(map, "utf8"));
  // Sources outside node_modules are the package's siblings in its own repository.
  return sources;
}

function packageName(file) {
  const rest = file.split("node_modules/").pop();
  if (rest === file) return "";
  const parts = rest.split("/");
  return parts[0].startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0];
}

async function notice(name) {
  const folder = path.join("node_modules", name);
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const licence = about.license ?? about.licenses?.[0]?.type;
  const texts = await Promise.all(
    files.sort().map((file) => readFile(path.join(folder, file), "utf8")),
  );
  if (texts.length === 0) {
    if (licence !== "MIT") throw new Error(`${name} has no licence text (${licence})`);
    const people = [about.author, ...(about.contributors ?? [])].filter(Boolean);
    const holders = people.map((who) => (typeof who === "string" ? who : who.name)).join(", ");
    texts.push(`Copyright (c) ${holders || `the authors of ${name}`}\n\n${MIT}`);
  }
  const address = about.homepage ?? about.repository?.url ?? "";
  return [`${name} ${about.version} (${licence})`, address, "", ...texts.map((text) => text.trim()), ""]
    .join("\n");
}
