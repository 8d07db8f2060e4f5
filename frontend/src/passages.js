// Shows the words of passages from a copy of the source that the reader has opened at /read/….
// The copy is kept in this browser alone: nothing is sent, and the pages' policy would forbid it.

const LARGEST = 4_000_000; // bytes: a browser keeps about five million characters for a site
const encoder = new TextEncoder();
const panel = document.querySelector("[data-copy]");

// What editors and downloads do to a text, undone one after the other, as `cstokg check-source` has
// it: a byte order mark, other line ends, decomposed letters, empty lines at the ends.
const MENDS = [
  (text) => text,
  (text) => text.replace(/^\ufeff/, ""),
  (text) => text.replace(/\r\n?/g, "\n"),
  (text) => text.normalize("NFC"),
  (text) => text.trim(),
  (text) => `${text}\n`,
];

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return what the words of the passages of `source` are shown behind; the cells are on its page. */
function linksTo(source, kind = "") {
  return [...document.querySelectorAll(`${kind}[data-source="${CSS.escape(source)}"]`)];
}

/** Return the words of each of `links` in `text`, empty where their hash is not the passage's. */
function findWords(links, text) {
  // Offsets count Unicode code points; indices of a JavaScript string count UTF-16 units.
  const codePoints = Array.from(text);
  return Promise.all(
    links.map(async ({ dataset }) => {
      const words = codePoints.slice(Number(dataset.start), Number(dataset.end)).join("");
      return (await sha256(words)) === dataset.sha256 ? words : "";
    }),
  );
}

async function show(source, text) {
  const links = linksTo(source);
  const found = await findWords(links, text);
  hide(source);
  links.forEach((link, index) => {
    if (!found[index]) return;
    const quote = document.createElement("q");
    quote.className = "words";
    quote.title = "From your own copy, kept in this browser";
    quote.textContent = found[index];
    link.after(quote);
  });
  if (panel?.dataset.copy === source) showState();
}

function hide(source) {
  for (const { nextSibling } of linksTo(source)) {
    if (nextSibling?.className === "words") nextSibling.remove();
  }
}

function stored(source) {
  try {
    return localStorage.getItem(keyOf(source));
  } catch {
    return null; // the reader has switched the store off
  }
}

function keyOf(source) {
  return `cstokg:copy:${source}`;
}

// The page of a source ---------------------------------------------------------------------------

function part(name) {
  return panel.querySelector(`[data-part=${name}]`);
}

function say(message, isBad = false) {
  part("status").textContent = message;
  part("status").classList.toggle("bad", isBad);
}

function showState() {
  const cells = linksTo(panel.dataset.copy, ".cell");
  const shown = cells.filter((cell) => cell.nextSibling?.className === "words").length;
  part("forget").hidden = false;
  if (shown === cells.length) {
    say("Your copy is open: the words of every sentence are shown here, and wherever a page names it.");
  } else {
    say(
      `Your copy has the words of ${shown} of ${cells.length} sentences; the hashes of the others ` +
        "differ. The source was changed since: forget this copy, and open the present text.",
      true,
    );
  }
}

/** Return `text` with what was done to it undone. Throws an Error that says why it is another. */
async function recognize(text) {
  const { copy, hash } = panel.dataset;
  const cells = linksTo(copy, ".cell");
  let candidate = text;
  let [best, most] = ["", 0];
  for (const mend of MENDS) {
    candidate = mend(candidate);
    if ((await sha256(candidate)) === hash) return candidate;
    const count = (await findWords(cells, candidate)).filter(Boolean).length;
    if (count > most) [best, most] = [candidate, count];
  }
  // What differs outside all sentences does no harm.
  if (most > 0 && most === cells.length) return best;
  throw new Error(
    `This is not the text that the facts were taken from, and nothing of it was kept. Its SHA-256 ` +
      `is ${await sha256(text)}; the hash of the source is ${hash || "not known"}. ` +
      `${most} of ${cells.length} sentences stand in it where they should. ` +
      `${most ? "It was edited, or is another version" : "It is another text, or has other lines"}: ` +
      "what is needed is plain text with one paragraph a line. “cstokg check-source FILE” says what differs.",
  );
}

async function openText(text) {
  say("Checking the text …");
  try {
    const copy = await recognize(text);
    let note = "";
    const { hash } = panel.dataset;
    if (hash && (await sha256(text)) !== hash) {
      note = " Your text differs in line ends, a byte order mark or the like, which does no harm.";
    }
    try {
      localStorage.setItem(keyOf(panel.dataset.copy), copy);
    } catch {
      note += " This browser keeps nothing for the site, so that the words are on this page alone.";
    }
    await show(panel.dataset.copy, copy);
    part("status").append(note);
  } catch (error) {
    say(error.message, true);
  }
}

async function openFile(file) {
  if (file.size > LARGEST) {
    say(`${file.name} is too large to be the text: nothing of it was read.`, true);
    return;
  }
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    openText(decoder.decode(await file.arrayBuffer()));
  } catch {
    say(`${file.name} is not plain text in UTF-8. Save it as such: passages count its characters.`, true);
  }
}

function forget() {
  localStorage.removeItem(keyOf(panel.dataset.copy));
  hide(panel.dataset.copy);
  part("file").value = "";
  part("forget").hidden = true;
  part("file").focus(); // the button that had it is gone
  say("Your copy is forgotten: this browser has nothing of it any more.");
}

function showAll() {
  const links = document.querySelectorAll("[data-source][data-start]");
  for (const source of new Set(Array.from(links, (link) => link.dataset.source))) {
    const text = stored(source);
    if (text) show(source, text);
  }
}

function listen() {
  part("open").hidden = false;
  part("forget").addEventListener("click", forget);
  part("file").addEventListener("change", ({ target }) => target.files[0] && openFile(target.files[0]));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) openFile(file);
  });
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("input:not([type=file])")) return; // the search
    const [file] = event.clipboardData.files;
    const text = event.clipboardData.getData("text/plain");
    if (file) openFile(file);
    else if (text) openText(text);
  });
}

if (crypto.subtle) {
  if (panel) listen();
  showAll();
  document.addEventListener("answer", showAll); // another came in its place (slider.js)
} else if (panel) {
  say("To open a copy here, use https: over plain http a browser works out no hashes.", true);
}
