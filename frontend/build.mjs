// Bundles src/ into the folder that is named, with the licences of everything in the bundle.
import { build } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeNotices } from "./notices.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node build.mjs FOLDER");
await mkdir(folder, { recursive: true });

const result = await build({
  entryPoints: ["editor", "passages", "search", "slider"].map((name) => `src/${name}.js`),
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".svg": "dataurl" },
  legalComments: "none", // all notices are in one file
  metafile: true,
  logLevel: "warning",
});
await writeFile(
  path.join(folder, "THIRD-PARTY-NOTICES.txt"),
  await writeNotices(Object.keys(result.metafile.inputs)),
);
