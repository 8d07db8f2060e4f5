"""`cstokg diff`: the difference of two versions of RDF files in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json
from cstokg.cli.progress import progress
from cstokg.cli.session import FINDINGS
from cstokg.namespaces import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cstokg.rdf.diff import Fact, NodeDifference

_INLINE = 90
"""A fact longer than this has its old and its new value on lines of their own."""


@click.command(short_help="Describe how two versions of files differ.")
@click.argument("old", metavar="A", type=click.Path(path_type=Path))
@click.argument("new", metavar="B", type=click.Path(path_type=Path))
@click.option("--ignore-graphs", is_flag=True, help="Take all graphs of a file as one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(old: Path, new: Path, *, ignore_graphs: bool, as_json: bool) -> int:
    """Say which terms and nodes B adds to, removes from and changes in A, and which facts.

    A and B are files of RDF in any syntax, exports among them, or folders of Turtle files. Order,
    prefixes and labels of blank nodes make no difference. Graphs are compared one by one where both
    files can name them (TriG, N-Quads, JSON-LD). Exits with 0 if both say the same, 1 if they
    differ, 2 if one cannot be read.

    \b
    Examples:
      cstokg diff old/states.ttl data/things/states.ttl
      cstokg diff ../release-0.1.0 .
      cstokg diff old/cstokg.nq new/cstokg.nq --json
    """
    from cstokg.rdf.diff import compare_paths

    with progress("comparing"):
        nodes = compare_paths(old, new, ignore_graphs=ignore_graphs)
    if as_json:
        echo_json({"same": not nodes, "nodes": [asdict(node) for node in nodes]})
    else:
        click.echo(difference_text(nodes))
    return FINDINGS if nodes else 0


def difference_text(nodes: Sequence[NodeDifference]) -> str:
    """Return the differences as lines for a person to read."""
    if not nodes:
        return "no difference"
    lines = []
    for node in nodes:
        label = f' "{node.label}"' if node.label else ""
        graph = f" in {shorten(node.graph)}" if node.graph else ""
        kind = "term" if node.is_term else "node"
        lines.append(f"{node.change} {kind} {node.name}{label}{graph}")
        lines += map(_fact_lines, node.facts)
    lines.append(f"{_count(nodes, terms=True)}; {_count(nodes, terms=False)}")
    return "\n".join(lines)


def _count(nodes: Sequence[NodeDifference], *, terms: bool) -> str:
    counts = Counter(node.change for node in nodes if node.is_term == terms)
    numbers = ", ".join(f"{counts[change]} {change}" for change in ("added", "removed", "changed"))
    return f"{'terms' if terms else 'nodes'}: {numbers}"


def _fact_lines(fact: Fact) -> str:
    path = " / ".join(fact.path)
    # A value that fills lines in the file is one line here.
    old, new = (value and " ".join(value.split()) for value in (fact.old, fact.new))
    if old is None or new is None:
        return f"  + {path}  {new}" if old is None else f"  - {path}  {old}"
    line = f"  ~ {path}  {old} → {new}"
    return line if len(line) <= _INLINE else f"  ~ {path}\n      {old}\n    → {new}"
