// YASR's table, with links that stay on this server and names for its controls.
import Yasgui from "@zazuko/yasgui";

const { Yasr } = Yasgui;
const BaseTable = Yasr.plugins.table;

export const MAX_ADDRESS = 6000; // longer ones are not taken by every server and proxy

/** Return the table plugin for a site: `{base, root, prefixes, why, query}`. */
export function tableFor(site) {
  return class LocalTable extends BaseTable {
    helpReference = undefined;

    getColumns() {
      // What is searched and sorted is text, and never read as markup.
      return super.getColumns().map((column, index) => {
        if (index === 0) return { ...column, render: (number, type) => this.renderNumber(number, type) };
        const render = (data, type, ...rest) => {
          const isText = data !== "" && (type === "filter" || type === "sort" || !type);
          if (!isText) return column.render(data, type, ...rest);
          return escape(typeof data.value === "string" ? data.value : tripleText(data.value, {}));
        };
        return { ...column, render, title: escape(column.name) };
      });
    }

    draw(config) {
      // Names are shown whole until the reader has them cut.
      return super.draw({ isEllipsed: false, ...config });
    }

    /** Return a row's number, with the address where it is said why the row is so. */
    renderNumber(number, type) {
      if (type !== "display") return number;
      const results = this.yasr.results;
      const address = whyAddress(site, results.getBindings()[number - 1], results.getVariables());
      const link = address && `<a class="why" href="${escape(address)}">why<span class="visually-hidden"> is row ${number} so</span></a>`;
      return `<div class="rowNumber">${number} ${link}</div>`;
    }

    getSizeFirstColumn() {
      return super.getSizeFirstColumn() + 60;
    }

    getUriLinkFromBinding(binding, prefixes) {
      const shown = escape(shorten(binding.value, prefixes ?? {}));
      const address = localAddress(site, binding.value);
      if (!address) return `<span class="iri">${shown}</span>`;
      const title = escape(binding.value);
      return `<a class="iri" href="${escape(address)}" title="${title}">${shown}</a>`;
    }

    getCellContent(binding, prefixes) {
      // A blank node has no address, and a triple term (RDF 1.2) is shown whole.
      if (binding.type === "bnode") return `<div><span>_:${escape(binding.value)}</span></div>`;
      if (binding.type === "triple") {
        return `<div><span>${escape(tripleText(binding.value, prefixes ?? {}))}</span></div>`;
      }
      return super.getCellContent(binding, prefixes);
    }

    formatLiteral(binding) {
      const text = escape(binding.value);
      const language = binding["xml:lang"];
      if (!language) return text;
      // English is the language of the page.
      const mark = this.persistentConfig.compact || language === "en" ? "" : ` <sup>${escape(language)}</sup>`;
      return `<span lang="${escape(language)}">${text}</span>${mark}`;
    }

    drawControls() {
      super.drawControls();
      const [plain, cut] = this.tableControls.querySelectorAll(".switch .label");
      plain.textContent = "Values only";
      cut.textContent = "Cut long values";
      this.tableFilterField.placeholder = "Filter the rows";
      this.tableFilterField.setAttribute("aria-label", "Filter the rows");
      this.tableSizeField?.setAttribute("aria-label", "Rows on a page");
    }
  };
}

/** Return where it is said why a row of an answer, or a triple, is so; empty if nowhere. */
function whyAddress({ why, query }, row, variables) {
  const parameters = { query, row: JSON.stringify(row) };
  if (variables.join() === "subject,predicate,object" && /\b(?:construct|describe)\b/i.test(query)) {
    const [s, p, o] = variables.map((name) => termText(row[name]));
    if (!s || !o) return ""; // a blank node cannot be asked for
    Object.assign(parameters, { s, p, o });
    delete parameters.query;
    delete parameters.row;
  }
  const address = `${why}?${new URLSearchParams(parameters)}`;
  return address.length <= MAX_ADDRESS ? address : "";
}

/** Return a term as it is written in SPARQL; empty for a blank node. */
function termText({ type, value, datatype, "xml:lang": language }) {
  if (type === "bnode") return "";
  if (type === "uri") return `<${value}>`;
  const kind = datatype ? `^^<${datatype}>` : "";
  return JSON.stringify(value) + (language ? `@${language}` : kind);
}

/** Return where the reader finds `iri`: here if it is of this project; empty if nowhere. */
export function localAddress({ base, root }, iri) {
  if (iri.startsWith(base)) {
    return root + iri.slice(base.length).replace(/^[/\\]+/, "");
  }
  return /^https?:\/\//.test(iri) ? iri : "";
}

/** Return the shortest prefixed name for `iri`, or the whole. */
export function shorten(iri, prefixes) {
  let best = iri;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (!iri.startsWith(namespace)) continue;
    const name = `${prefix}:${iri.slice(namespace.length)}`;
    if (name.length < best.length && !/[/#]/.test(iri.slice(namespace.length))) best = name;
  }
  return best;
}

function tripleText(triple, prefixes) {
  const parts = ["subject", "predicate", "object"].map((name) => {
    const term = triple[name];
    if (term.type === "uri") return shorten(term.value, prefixes);
    return term.type === "triple" ? tripleText(term.value, prefixes) : term.value;
  });
  return `<<( ${parts.join(" ")} )>>`;
}

function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
