// The query editor: takes the place of the form on the page, which stays for those without scripts.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasqe/build/yasqe.min.css";
import "@zazuko/yasr/build/yasr.min.css";
import "./editor.css";
import { Chart } from "./chart.js";
import { findTerms, findVariables, loadTerms } from "./terms.js";
import { MAX_ADDRESS, tableFor } from "./table.js";

const { Yasqe, Yasr } = Yasgui;
const ANSWERS =
  "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.5";
const FIRST = `SELECT ?state ?name WHERE {
  ?state ckg:memberOf organization:csto ;
         rdfs:label ?name .
  FILTER(LANG(?name) = "en")
}
ORDER BY ?name`;

const place = document.getElementById("editor");
if (place) start(place);

function start(place) {
  const { endpoint, terms: termsAddress, base, root, why } = place.dataset;
  const formats = JSON.parse(place.dataset.formats);
  const form = document.getElementById("query-form");
  const given = form.querySelector("textarea").value;
  const part = (name) => place.querySelector(`[data-part="${name}"]`);
  const site = { base, root, why, query: "", prefixes: JSON.parse(place.dataset.prefixes) };

  place.hidden = false;
  form.remove();
  let running; // {controller, id} of the query under way
  let errorMark;
  const vocabulary = loadTerms(termsAddress);

  // YASQE's own completion asks other hosts.
  Yasqe.defaults.autocompleters = [];

  // The editor -----------------------------------------------------------------------------
  const yasqe = new Yasqe(part("query"), {
    value: given || FIRST,
    collapsePrefixesOnLoad: false,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: true,
    editorHeight: "17rem",
    persistenceId: given ? null : "cstokg",
    screenReaderLabel: "SPARQL query",
    extraKeys: {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-Space": () => complete(),
      // Tab leaves the editor, as it leaves every other field; lines are indented by themselves.
      Tab: false,
      "Shift-Tab": false,
      "Shift-Ctrl-F": () => yasqe.autoformat(),
      "Ctrl-/": () => yasqe.commentLines(),
      Esc: () => yasqe.getInputField().blur(),
    },
  });
  knowPrefixes(yasqe, site.prefixes);
  yasqe.on("change", clearError);
  yasqe.on("inputRead", (_editor, change) => {
    if (change.origin !== "+input" || yasqe.state.completionActive) return;
    if (wordBefore(yasqe).length > 1) complete();
  });

  function complete() {
    const container = yasqe.rootEl;
    yasqe.showHint({ hint: hints, completeSingle: false, container, closeCharacters: /[\s()[\]{};,]/ });
  }

  async function hints() {
    const word = wordBefore(yasqe);
    const cursor = yasqe.getDoc().getCursor();
    const from = { line: cursor.line, ch: cursor.ch - word.length };
    if (/^[?$]/.test(word)) {
      const list = findVariables(yasqe.getValue(), word).map((text) => ({ text }));
      return { list, from, to: cursor };
    }
    if (inWords(yasqe, cursor)) return { list: [], from, to: cursor };
    const { terms } = await vocabulary;
    const list = findTerms(terms, word, wantedKind(yasqe, from)).map((term) => ({
      text: term.name,
      render: (item) => {
        const name = document.createElement("b");
        name.textContent = term.name;
        const about = document.createElement("span");
        about.textContent = [term.kind, ...term.labels.slice(0, 3)].join(" · ");
        item.append(name, about);
      },
    }));
    return { list, from, to: cursor };
  }

  // The results ------------------------------------------------------------------------------
  Yasr.registerPlugin("table", tableFor(site));
  Yasr.registerPlugin("chart", Chart);
  const yasr = new Yasr(part("results"), {
    persistenceId: null,
    prefixes: site.prefixes,
    pluginOrder: ["table", "chart", "response"],
    defaultPlugin: /^#view=(chart|response)$/.exec(location.hash)?.[1] ?? "table",
  });
  yasr.on("drawn", markSelected);
  markSelected();

  function markSelected() {
    for (const button of yasr.headerEl.querySelectorAll(".yasr_btnGroup button")) {
      button.setAttribute("aria-pressed", String(button.classList.contains("selected")));
      button.disabled = button.classList.contains("disabled");
      // What is seen is its name.
      button.removeAttribute("aria-label");
    }
  }

  // Asking -------------------------------------------------------------------------------------
  async function run() {
    stop();
    const query = yasqe.getValue();
    const mine = new AbortController();
    running = mine;
    clearError();
    place.classList.add("busy");
    part("run").hidden = true;
    part("stop").hidden = false;
    say("Asking …");
    const begun = performance.now();
    try {
      const answer = await fetch(endpoint, {
        method: "POST",
        headers: { Accept: ANSWERS, "Content-Type": "application/sparql-query" },
        body: query,
        signal: mine.signal,
      });
      const text = await answer.text();
      const seconds = (performance.now() - begun) / 1000;
      if (running !== mine) return;
      remember(query);
      const type = answer.headers.get("Content-Type") ?? "";
      const warning = answer.headers.get("X-Query-Warning") ?? "";
      if (answer.ok) show(query, text, type, seconds, warning);
      else fail(text, type, answer.status);
    } catch {
      // Who has stopped it has been told.
      if (running !== mine) return;
      fail("", "", 0);
    } finally {
      if (running === mine) rest();
    }
  }

  function stop() {
    if (!running) return;
    const stopped = running;
    rest();
    say("Stopped.");
    stopped.abort(); // the server ends the query whose client has gone
  }

  function rest() {
    running = undefined;
    place.classList.remove("busy");
    // Who pressed the one finds the other in its place.
    const focused = document.activeElement === part("stop");
    part("run").hidden = false;
    part("stop").hidden = true;
    if (focused) part("run").focus();
  }

  function show(query, text, type, seconds, warning) {
    document.getElementById("answer")?.remove();
    const contentType = type.split(";")[0];
    part("results").hidden = false;
    site.query = query;
    yasr.setResponse({ data: text, contentType, status: 200 });
    const time = seconds === undefined ? "" : ` in ${secondsText(seconds)}`;
    const rows = yasr.results.getBindings();
    const truth = yasr.results.getBoolean();
    if (typeof truth === "boolean") say(`${truth ? "Yes" : "No"}${time}.`);
    else if (contentType === "text/turtle") say(`A graph${time}: ${count(rows?.length ?? 0, "triple")}.`);
    else say(`${count(rows?.length ?? 0, "row")}${time}.`);
    if (warning) part("status").append(` ${warning}`);
    const kind = typeof truth === "boolean" ? "ask" : contentType === "text/turtle" ? "graph" : "select";
    offerDownloads(query, kind);
  }

  function fail(text, type, status) {
    part("results").hidden = true;
    part("downloads").hidden = true;
    let problem = {
      title: status ? `Error ${status}` : "No answer",
      detail: status ? text.slice(0, 500) : "The server cannot be reached.",
    };
    if (type.includes("json")) problem = JSON.parse(text);
    showProblem(problem);
  }

  function showProblem(problem) {
    const box = part("problem");
    box.replaceChildren();
    box.hidden = false;
    const title = document.createElement("strong");
    const name = problem.line ? "The query cannot be read" : (problem.title ?? "Error");
    title.textContent = name;
    box.append(title);
    for (const text of [problem.detail, problem.hint]) {
      if (!text) continue;
      const line = document.createElement("p");
      line.textContent = text[0].toUpperCase() + text.slice(1);
      box.append(line);
    }
    say(problem.line ? `A mistake in line ${problem.line}.` : `${name}.`);
    if (problem.line) markError(problem.line, problem.column ?? 1, problem.detail);
  }

  function markError(line, column, message) {
    const doc = yasqe.getDoc();
    const at = { line: Math.min(line, doc.lineCount()) - 1, ch: Math.max(0, column - 1) };
    const text = doc.getLine(at.line);
    // The word or sign that is wrong; at the end of a line, the sign before it.
    const word = /^(?:[\p{L}\p{N}_:?$-]+|.)/u.exec(text.slice(at.ch))?.[0] ?? "";
    const from = word ? at : { line: at.line, ch: Math.max(0, text.length - 1) };
    const to = { line: at.line, ch: word ? at.ch + word.length : text.length };
    doc.addLineClass(at.line, "background", "error-line");
    errorMark = doc.markText(from, to, { className: "error-place", attributes: { title: message } });
    doc.setCursor(from);
    yasqe.focus();
  }

  function clearError() {
    part("problem").hidden = true;
    errorMark?.clear();
    errorMark = undefined;
    yasqe.eachLine((line) => yasqe.removeLineClass(line, "background", "error-line"));
  }

  function offerDownloads(query, kind) {
    const list = part("downloads");
    list.replaceChildren("Download: ");
    for (const { name, title } of formats[kind]) {
      const link = document.createElement("a");
      link.textContent = title;
      link.href = addressOf(query, { format: name });
      link.download = "";
      if (list.childElementCount) list.append(", ");
      list.append(link);
    }
    // A query that no address can hold is copied, and sent by POST.
    list.hidden = addressOf(query).length > MAX_ADDRESS;
  }

  // Addresses ----------------------------------------------------------------------------------
  function addressOf(query, more = {}) {
    const address = new URL(endpoint, location.href);
    address.search = new URLSearchParams({ query, ...more }).toString();
    // The view is for this page alone, and nothing that the server is asked.
    const view = yasr.getSelectedPluginName?.();
    if (view && view !== "table" && !more.format) address.hash = `view=${view}`;
    return address.href;
  }

  function remember(query) {
    const address = addressOf(query);
    if (address.length <= MAX_ADDRESS && address !== location.href) {
      history.pushState({ query }, "", address);
    }
  }

  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query !== null) {
      yasqe.setValue(query);
      run();
    }
  });

  part("share").addEventListener("click", async () => {
    const address = addressOf(yasqe.getValue());
    const field = part("link");
    field.value = address;
    part("link-box").hidden = false;
    try {
      await navigator.clipboard.writeText(address);
      say("The link is copied.");
    } catch {
      // No right to the clipboard, as on a page without TLS: it is there to be copied by hand.
      field.focus();
      field.select();
    }
  });

  part("prefixes").addEventListener("click", () => {
    const query = yasqe.getValue();
    const declared = new Set([...query.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((found) => found[1]));
    const used = new Set([...query.matchAll(/(?<![\w<:/#])([a-z][\w-]*):(?=[\w<]?)/gi)].map((m) => m[1]));
    const missing = Object.keys(site.prefixes).filter((name) => used.has(name) && !declared.has(name));
    const lines = missing.map((name) => `PREFIX ${name}: <${site.prefixes[name]}>\n`).join("");
    if (lines) yasqe.setValue(lines + query);
    say(lines ? `${count(missing.length, "prefix", "prefixes")} declared.` : "All are declared.");
  });

  const examples = part("examples");
  const links = [...document.querySelectorAll(".questions a[href*='query=']")];
  for (const link of links) {
    const query = new URL(link.href).searchParams.get("query");
    examples.append(new Option(link.textContent, query.trim()));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      take(query);
    });
  }
  examples.closest("[data-part=menu]").hidden = links.length === 0;
  examples.addEventListener("change", () => {
    if (examples.value) take(examples.value);
  });
  // The menu shows the question that stands in the editor, and none once it is another.
  yasqe.on("change", showChosen);
  showChosen();

  function showChosen() {
    examples.value = yasqe.getValue().trim();
    if (examples.selectedIndex < 0) examples.value = "";
  }

  function take(query) {
    yasqe.setValue(query);
    run();
    place.scrollIntoView();
  }

  part("run").addEventListener("click", run);
  part("stop").addEventListener("click", stop);

  function say(text) {
    part("status").textContent = text;
  }

  // What the page came with ----------------------------------------------------------------------
  const data = document.getElementById("answer-data");
  if (data) {
    const { text, type, seconds, warning } = JSON.parse(data.textContent);
    show(given, text, type, seconds, warning);
  }
  const problem = document.getElementById("problem-data");
  if (problem) {
    document.getElementById("problem")?.remove();
    document.querySelector("h1").textContent = "Query";
    showProblem(JSON.parse(problem.textContent));
  }
}

/** Let the check of the syntax take the prefixes as declared, as the server does. */
function knowPrefixes(yasqe, prefixes) {
  const mode = yasqe.getMode();
  const begin = mode.startState;
  mode.startState = (...options) => ({ ...begin.apply(mode, options), prefixes: { ...prefixes } });
  yasqe.setValue(yasqe.getValue());
  yasqe.clearHistory();
}

/** Return the part of a name that stands before the cursor. */
function wordBefore(yasqe) {
  const cursor = yasqe.getDoc().getCursor();
  const text = yasqe.getDoc().getLine(cursor.line).slice(0, cursor.ch);
  return /(?:[?$]|<)?[\p{L}\p{N}_:.\-/#]*$/u.exec(text)[0].replace(/^[.\-/#]+/, "");
}

/** Return whether the cursor is in a string or a comment, where nothing is completed. */
function inWords(yasqe, cursor) {
  const types = (yasqe.getTokenAt(cursor).type ?? "").split(" ");
  return types.includes("string") || types.includes("comment");
}

/** Return the kind of term that is likely at a place, by what stands before it. */
function wantedKind(yasqe, from) {
  const before = yasqe.getDoc().getRange({ line: Math.max(0, from.line - 3), ch: 0 }, from).trimEnd();
  if (/(?:\ba|rdf:type|rdfs:subClassOf)$/.test(before)) return "class";
  if (/[;/|^]$/.test(before)) return "property";
  // The second of three: a subject stands before it.
  if (/[.{]\s*(?:[?$]\w+|[\w-]+:[\w.-]+|<[^>]*>)$/.test(before)) return "property";
  return "";
}

function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

function secondsText(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
