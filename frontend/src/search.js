// Suggests things and questions while one types in a search box. Their names come as a script when
// the box is first used: the pages' policy lets no script send anything, what is typed included.
import Combobox from "@github/combobox-nav";

const SHOWN = 8;
const QUESTIONS = 3; // of those shown, at most
const ALIAS = 0.25; // how much farther another name is than the label,
const LAST = 0.5; // and the last of all entries, which come as they are looked for, than the first

/** Return the words of `text` as they are compared: without case, accents and punctuation. */
function wordsOf(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** Return the entries of the script at `address`: `{page, kind, names: [{text, forms}]}`. */
async function load(address) {
  const { default: entries } = await import(address);
  return entries.map(([page, kind, ...names]) => ({
    page,
    kind,
    // Where the server compares a name in other letters (ОДКБ as odkb), it comes in these as well.
    names: names.map(([text, folded]) => ({ text, forms: [text, folded ?? []].flat().map(wordsOf) })),
  }));
}

/** Return how well a form of a name fits the words `asked`: 0 where it is all that they are. */
function distance(form, asked) {
  if (!asked.every((word) => form.some((own) => own.startsWith(word)))) return Infinity;
  return Math.max(0, 1 - asked.join("").length / form.join("").length);
}

/** Return what `text` may be the beginning of, the likeliest first; entries come in their order. */
function find(entries, text) {
  const asked = wordsOf(text);
  if (!asked.length) return [];
  const found = [];
  entries.forEach((entry, number) => {
    let best = { value: Infinity };
    entry.names.forEach(({ text: name, forms }, place) => {
      const value = Math.min(...forms.map((form) => distance(form, asked))) + (place && ALIAS);
      if (value < best.value) best = { entry, name, value };
    });
    best.value += (LAST * number) / entries.length;
    if (best.entry) found.push(best);
  });
  found.sort((a, b) => a.value - b.value);
  const isQuestion = ({ entry }) => entry.kind === "question";
  const questions = found.filter(isQuestion).slice(0, QUESTIONS);
  const things = found.filter((each) => !isQuestion(each)).slice(0, SHOWN - questions.length);
  return [...things, ...questions];
}

function element(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

function suggestFor(input) {
  const list = element("div", { id: `${input.id}-names`, class: "suggestions", role: "listbox", "aria-label": "Suggestions" });
  const status = element("span", { class: "visually-hidden", role: "status" });
  list.hidden = true;
  input.form.append(list, status);
  const combobox = new Combobox(input, list, { tabInsertsSuggestions: false });
  let loading;
  const entries = () => (loading ??= load(input.dataset.names).catch(() => []));

  function hide() {
    combobox.stop();
    list.hidden = true;
    status.textContent = "";
  }

  async function show() {
    const found = find(await entries(), input.value);
    if (document.activeElement !== input || !found.length) return hide();
    list.replaceChildren(
      ...found.map(({ entry: { page, kind, names }, name }, number) => {
        const parts = [names[0].text, " ", element("span", { class: "kind" }, kind)];
        if (name !== names[0].text) parts.push(" ", element("span", { class: "how" }, `(${name})`));
        return element("a", { id: `${list.id}-${number}`, role: "option", href: page, tabindex: -1 }, ...parts);
      }),
    );
    list.hidden = false;
    combobox.start();
    status.textContent = found.length === 1 ? "1 suggestion" : `${found.length} suggestions`;
  }

  input.addEventListener("focus", entries, { once: true });
  input.addEventListener("input", show);
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.preventDefault(); // what was typed stays
    hide();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("combobox-commit", hide);
}

document.querySelectorAll("input[data-names]").forEach(suggestFor);
