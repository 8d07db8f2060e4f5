// A view of results as a picture: times on a line where there are dates, bars where there are
// numbers, and else how often each value of the first column occurs. Plain SVG, no library.
import { shorten } from "./table.js";

const SVG = "http://www.w3.org/2000/svg";
const MAX_ROWS = 60;
const ROW = 24;
const LONGEST = 34;
const LETTER = 7.6;
const WIDTH = 900;
const NUMBER = /(?:integer|decimal|double|float|int|long|short|Integer)$/;
// A date of XML Schema, or one of EDTF: [2024-06-12..2024-06-24], 2018/2022, [..2002-12].
const DAY = /-?\d{4}(?:-\d{2}(?:-\d{2})?)?/g;
const DATE = /^\[?(?:\.\.)?-?\d{4}(?:-\d{2}){0,2}[?~%]?(?:T.*|(?:\.\.|\/)[-\d?~%.]*)?\]?$/;

/** YASR's plugin for charts. */
export class Chart {
  priority = 5;
  label = "Chart";
  helpReference = undefined;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.getVariables()?.length && this.yasr.results.getBindings()?.length);
  }

  getIcon() {
    const icon = element("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    icon.append(element("path", { d: "M1 1h2v14H1zM4 3h11v3H4zM4 7h7v3H4zM4 11h4v3H4z" }));
    const holder = document.createElement("div");
    holder.className = "svgImg";
    holder.append(icon);
    return holder;
  }

  draw() {
    const figure = document.createElement("figure");
    figure.className = "chart";
    const { caption, svg } = this.picture();
    const text = document.createElement("figcaption");
    text.textContent = caption;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${caption} The table has the same values.`);
    figure.append(text, svg);
    this.yasr.resultsEl.append(figure);
  }

  picture() {
    const rows = this.yasr.results.getBindings();
    const columns = this.yasr.results.getVariables();
    const prefixes = this.yasr.getPrefixes();
    const dates = columns.filter((name) => all(rows, name, isDate));
    const numbers = columns.filter((name) => all(rows, name, isNumber));
    const names = columns.filter((name) => !dates.includes(name) && !numbers.includes(name));
    // Of the other columns, one of words before one of IRIs.
    const named =
      names.find((name) => all(rows, name, (term) => term.type !== "uri")) ?? names[0];
    const labelOf = (row) =>
      named && row[named] ? textOf(row[named], prefixes) : "";
    if (dates.length) return drawTimes(rows, dates, labelOf);
    if (numbers.length) {
      const value = (row) => Number(row[numbers[0]]?.value ?? 0);
      const bars = rows.map((row) => ({ label: labelOf(row), value: value(row) }));
      return drawBars(bars, `${numbers[0]}${named ? ` by ${named}` : ""}`);
    }
    const counts = new Map();
    for (const row of rows) {
      const first = row[columns[0]];
      const label = first ? textOf(first, prefixes) : "–";
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const bars = [...counts].map(([label, value]) => ({ label, value }));
    bars.sort((a, b) => b.value - a.value);
    return drawBars(bars, `Rows for each ${columns[0]}`);
  }
}

function drawBars(bars, title) {
  const shown = bars.slice(0, MAX_ROWS);
  const left = labelWidth(shown);
  const low = Math.min(0, ...shown.map((bar) => bar.value));
  const high = Math.max(0, ...shown.map((bar) => bar.value), low + 1e-9);
  const x = (value) => left + ((value - low) / (high - low)) * (WIDTH - left - 80);
  const svg = canvas(shown.length);
  shown.forEach((bar, index) => {
    const y = index * ROW;
    svg.append(rowLabel(bar.label, left, y));
    const from = x(Math.min(0, bar.value));
    const width = Math.max(1, x(Math.max(0, bar.value)) - from);
    svg.append(element("rect", { class: "bar", x: from, y: y + 5, width, height: ROW - 10, rx: 2 }));
    svg.append(words(x(Math.max(0, bar.value)) + 6, y + ROW / 2, bar.value.toLocaleString("en")));
  });
  return { svg, caption: caption(title, shown.length, bars.length) };
}

function drawTimes(rows, columns, labelOf) {
  const spans = rows
    .map((row) => {
      const terms = columns.map((name) => row[name]).filter(Boolean);
      const times = terms.flatMap((term) => (term.value.match(DAY) ?? []).map(timeOf));
      return { label: labelOf(row), from: Math.min(...times), to: Math.max(...times), times };
    })
    .filter((span) => span.times.length)
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const shown = spans.slice(0, MAX_ROWS);
  const left = labelWidth(shown);
  const years = shown.flatMap((span) => [span.from, span.to]);
  const first = Math.floor(Math.min(...years));
  const last = Math.max(Math.ceil(Math.max(...years)), first + 1);
  const x = (year) => left + ((year - first) / (last - first)) * (WIDTH - left - 20);
  const svg = canvas(shown.length + 1);
  const step = Math.max(1, Math.ceil((last - first) / 12));
  for (let year = first; year <= last; year += step) {
    svg.append(element("path", { class: "grid", d: `M${x(year)} 0V${shown.length * ROW}` }));
    const mark = words(x(year), shown.length * ROW + ROW / 2, String(year));
    mark.setAttribute("text-anchor", "middle");
    svg.append(mark);
  }
  shown.forEach((span, index) => {
    const y = index * ROW;
    svg.append(rowLabel(span.label, left, y));
    if (span.to > span.from) {
      const size = { x: x(span.from), y: y + 9, width: x(span.to) - x(span.from), height: 6, rx: 3 };
      svg.append(element("rect", { class: "bar possible", ...size }));
    }
    for (const time of span.times) {
      svg.append(element("circle", { class: "bar", cx: x(time), cy: y + ROW / 2, r: 5 }));
    }
  });
  return { svg, caption: caption(columns.join(", "), shown.length, spans.length) };
}

function caption(title, shown, all) {
  return shown < all ? `${title}, the first ${shown} of ${all}.` : `${title}.`;
}

function canvas(rows) {
  const height = Math.max(1, rows) * ROW;
  return element("svg", { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height });
}

/** Return the room that the labels need; one that is too long is cut. */
function labelWidth(rows) {
  const longest = Math.max(0, ...rows.map((row) => row.label.length));
  return Math.min(longest, LONGEST) * LETTER + 20;
}

function rowLabel(text, left, y) {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  const label = words(left - 10, y + ROW / 2, cut);
  label.setAttribute("text-anchor", "end");
  if (cut !== text) {
    const whole = element("title", {});
    whole.textContent = text;
    label.append(whole);
  }
  return label;
}

function words(x, y, text) {
  const made = element("text", { x, y, "dominant-baseline": "central" });
  made.textContent = text;
  return made;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function all(rows, name, test) {
  const terms = rows.map((row) => row[name]).filter(Boolean);
  return terms.length > 0 && terms.every(test);
}

function isNumber(term) {
  return Boolean(term.datatype && NUMBER.test(term.datatype)) && !Number.isNaN(Number(term.value));
}

function isDate(term) {
  return term.type !== "uri" && !isNumber(term) && DATE.test(term.value);
}

/** Return a date as a year with a fraction. */
function timeOf(text) {
  const [year, month = "1", day = "1"] = text.replace(/^-/, "").split("-");
  const sign = text.startsWith("-") ? -1 : 1;
  return sign * Number(year) + (Number(month) - 1) / 12 + (Number(day) - 1) / 372;
}

function textOf(term, prefixes) {
  return term.type === "uri" ? shorten(term.value, prefixes) : String(term.value);
}
