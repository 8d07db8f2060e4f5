"""`cstokg query`: ask the dataset in SPARQL."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_bytes, echo_table
from cstokg.cli.session import Session, pass_session, store_option
from cstokg.errors import CstokgError, MissingFileError, QuerySyntaxError

if TYPE_CHECKING:
    from cstokg.dataset.model import Dataset
    from cstokg.store import Result

format_option = click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["table", "json", "csv", "tsv", "xml", "ttl", "nt", "rdf", "jsonld"]),
    help="How to print the answer. By default a table, or Turtle for a graph.",
)


@click.command(short_help="Ask the dataset in SPARQL.")
@click.argument("query", metavar="[TEXT|FILE|-]", required=False)
@format_option
@store_option()
@pass_session
def command(
    session: Session, query: str | None, format_name: str | None, folder: Path | None
) -> None:
    """Answer a SPARQL query: a TEXT, a FILE (such as question.rq), or - for standard input.

    The usual prefixes (ckg:, rdfs:, skos:, …) need not be declared. Without GRAPH or FROM the
    query sees all graphs as one. SELECT prints a table, ASK true or false, CONSTRUCT and DESCRIBE
    print Turtle.

    \b
    Examples:
      cstokg query 'SELECT ?name { ?s a ckg:State ; rdfs:label ?name FILTER(LANG(?name) = "en") }'
      cstokg query question.rq -f csv > answer.csv
      echo 'ASK { ?s a ckg:Claim }' | cstokg query -
      cstokg query --store /var/lib/cstokg 'ASK { ?s a ckg:Claim }'
    """
    from cstokg.analysis.term_warnings import read_terms, warn_of_terms

    text = _text(query)
    dataset = session.dataset(store=folder)
    result = answer(dataset, text)
    for warning in warn_of_terms(text, read_terms(dataset)):
        click.echo(f"warning: {warning}", err=True)
    echo_result(result, format_name)


def answer(dataset: Dataset, text: str) -> Result:
    """Return the dataset's answer; a mistake in the query is shown with its line and a caret."""
    try:
        if not hasattr(os, "fork"):
            return dataset.query(text)
        from cstokg.execution import query_isolated

        return query_isolated(dataset, text)
    except QuerySyntaxError as error:
        raise CstokgError(f"{error.message}\n{error.excerpt(text)}", hint=error.hint) from error


def echo_result(result: Result, format_name: str | None) -> None:
    """Print an answer in the format of that name, by default the one that a person reads best."""
    if format_name not in (None, "table"):
        echo_bytes(result.serialize(str(format_name)))
    elif result.kind == "select":
        from cstokg.analysis.display import display_rows

        rows = [[cell.text for cell in row] for row in display_rows(result)]
        echo_table(result.variables, rows)
        click.echo(f"({len(rows)} row{'' if len(rows) == 1 else 's'})", err=True)
    elif result.kind == "ask":
        click.echo("true" if result else "false")
    else:
        echo_bytes(result.serialize("turtle"))


def _text(query: str | None) -> str:
    if query is None:
        raise click.UsageError("give a query, a file with one, or - for standard input")
    path = Path(query)
    if "{" in query or "\n" in query or (not path.suffix and any(map(str.isspace, query))):
        return query
    if query != "-" and not path.is_file():
        raise MissingFileError(
            path, hint="A query has a space or a brace; anything else is taken for a file's name."
        )
    content = sys.stdin.buffer.read() if query == "-" else path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        name = "standard input" if query == "-" else query
        problem = f"{name} is not UTF-8: byte {error.start} cannot be read"
        raise CstokgError(problem, hint="Save the query as UTF-8.") from error
