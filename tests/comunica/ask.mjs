// Asks a SPARQL endpoint through Comunica what stands on its standard input, and prints the answers.
//
// usage: node ask.mjs ENDPOINT  <  {"name": "a query", …}   ->   {"name": answer, …}
// An answer is a list of rows (variable -> term) for SELECT, a boolean for ASK, a list of triples for
// CONSTRUCT, and {"error": message} for what failed.
import { text } from "node:stream/consumers";

import { QueryEngine } from "@comunica/query-sparql";

const [endpoint] = process.argv.slice(2);
const context = { sources: [{ type: "sparql", value: endpoint }] };
const engine = new QueryEngine();

function written(term) {
  if (term.termType !== "Literal") return { [term.termType]: term.value };
  return { Literal: term.value, language: term.language, datatype: term.datatype.value };
}

async function ask(query) {
  const result = await engine.query(query, context);
  if (result.resultType === "boolean") return result.execute();
  const rows = await (await result.execute()).toArray();
  if (result.resultType === "bindings")
    return rows.map((row) => Object.fromEntries([...row].map(([key, term]) => [key.value, written(term)])));
  return rows.map((quad) => [quad.subject, quad.predicate, quad.object].map(written));
}

const answers = {};
for (const [name, query] of Object.entries(JSON.parse(await text(process.stdin))))
  answers[name] = await ask(query).catch((error) => ({ error: error.message }));
console.log(JSON.stringify(answers));
