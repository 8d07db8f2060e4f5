// Completion from this graph's own terms: fetched once, searched by name and by label.

const LIMIT = 40;

/** Return a promise of `{prefixes, terms}`; without the server's help there is no completion. */
export async function loadTerms(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) return await answer.json();
  } catch {
    // The editor is of use without it.
  }
  return { prefixes: {}, terms: [] };
}

/** Return the terms that `word` may be the beginning of, the likeliest first. */
export function findTerms(terms, word, wantedKind) {
  const wanted = fold(word);
  const found = [];
  for (const term of terms) {
    const rank = rankOf(term, wanted);
    if (rank < 0) continue;
    const kindFirst = wantedKind && term.kind !== wantedKind ? 10 : 0;
    // Of two terms alike, the graph's own goes first.
    const foreign = term.kind !== "resource" && !term.name.startsWith("ckg:") ? 0.5 : 0;
    found.push({ term, rank: rank + kindFirst + foreign });
  }
  found.sort((a, b) => a.rank - b.rank || a.term.name.length - b.term.name.length);
  return found.slice(0, LIMIT).map((each) => each.term);
}

/** Return the variables of `query` that begin with `word`, a mark included. */
export function findVariables(query, word) {
  const names = new Set(query.match(/[?$][\p{L}\p{N}_]+/gu) ?? []);
  names.delete(word);
  return [...names].filter((name) => name.startsWith(word)).sort();
}

function rankOf(term, wanted) {
  const name = fold(term.name);
  if (name.startsWith(wanted)) return 0;
  const local = name.slice(name.indexOf(":") + 1);
  if (local.startsWith(wanted)) return 1;
  const labels = term.labels.map(fold);
  if (labels.some((label) => label.startsWith(wanted))) return 2;
  if (labels.some((label) => label.includes(` ${wanted}`))) return 3;
  if (wanted.length > 2 && name.includes(wanted)) return 4;
  return -1;
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
