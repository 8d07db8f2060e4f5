"""What ontology engineers look for in an ontology and its data: one query file for each rule.

The rules are those of OOPS! (the pitfall catalogue), FOOPS! (what can be seen without a network),
ROBOT's `report` and FIBO's hygiene tests that apply here. A file is SPARQL under a head of
comments:

    # title: a class below itself
    # level: error
    # source: OOPS! P06
    # mend: Take away one rdfs:subClassOf of the circle.

Its rows are `?node` and `?message`, and for the place `?property` and `?value` where that helps. It
sees what the files say and nothing derived. A new rule is a new file, with what trips it in the
table of tests/test_lint.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from cstokg.errors import SourceError, UnknownRuleError
from cstokg.namespaces import shorten
from cstokg.quality.reasoning.hermit import asserted_graphs
from cstokg.rdf.locations import read_turtle
from cstokg.store import QueryOptions, SelectResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cstokg.dataset.model import Dataset
    from cstokg.rdf.locations import TurtleText

__all__ = ["LEVELS", "LintFinding", "Rule", "lint_dataset", "load_rules"]

FOLDER: Final = Path(__file__).resolve().parent
Level = Literal["error", "warning", "info"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""From the gravest on. An error or a warning fails the check; an info is for a person to weigh."""

_HEAD: Final = re.compile(r"#\s*([a-z]+):\s+(.*)$")
_REQUIRED: Final = ("title", "level", "source", "mend")


@dataclass(frozen=True)
class Rule:
    """Something that should not be so; `source` names who asks for it, `mend` says what to do."""

    name: str
    title: str
    level: Level
    source: str
    mend: str
    query: str


@dataclass(frozen=True)
class LintFinding:
    """A place where a rule is broken. `place` is `file:line`, or a file, or empty."""

    rule: str
    level: Level
    node: str
    message: str
    place: str
    mend: str


def load_rules(names: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Return the rules of these names, or all, by name.

    Raises UnknownRuleError, which lists the rules, and SourceError for a malformed head.
    """
    rules = {path.stem: _parse(path) for path in sorted(FOLDER.glob("*.rq"))}
    chosen = list(names)
    for name in chosen:
        if name not in rules:
            raise UnknownRuleError(name, rules)
    return tuple(rule for name, rule in rules.items() if not chosen or name in chosen)


def lint_dataset(dataset: Dataset, rules: Iterable[Rule] | None = None) -> tuple[LintFinding, ...]:
    """Return what `rules` (all, if none are given) find in the files of a dataset.

    The gravest come first, then by rule and node.
    """
    graphs = asserted_graphs(dataset)
    found: list[tuple[Rule, Mapping[str, str]]] = []
    for rule in load_rules() if rules is None else rules:
        rows = dataset.query(rule.query, QueryOptions(default_graphs=graphs))
        if not isinstance(rows, SelectResult):
            raise TypeError(f"the rule {rule.name} is no SELECT query")
        found += (
            (rule, {n: str(v) for n, v in zip(rows.variables, row, strict=True) if v is not None})
            for row in rows
        )
    if not found:
        return ()
    origins = dataset.origins()
    texts = {file.name: read_turtle(file.content) for file in dataset.info.files}
    return tuple(
        LintFinding(
            rule=rule.name,
            level=rule.level,
            node=row["node"],
            message=f"{shorten(row['node'])} {row['message']}",
            place=_place(row, origins, texts),
            mend=rule.mend,
        )
        for rule, row in sorted(found, key=lambda each: LEVELS.index(each[0].level))
    )


def _place(
    row: Mapping[str, str],
    origins: Mapping[str, tuple[str, ...]],
    texts: Mapping[str, TurtleText],
) -> str:
    node = row["node"]
    rest = [row[name] for name in ("property", "value") if name in row]
    names = origins.get(node, ())
    for wanted in (rest, []):
        for name in names:
            if (line := texts[name].find(node, *wanted)) is not None:
                return f"{name}:{line}"
    return ", ".join(names)


def _parse(path: Path) -> Rule:
    head: dict[str, str] = {}
    text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        match = _HEAD.match(line)
        if match is None:
            break
        head[match[1]] = match[2].strip()
    missing = [key for key in _REQUIRED if not head.get(key)]
    if missing:
        raise SourceError(path, f"no '# {missing[0]}:' in the head", line=1)
    for level in LEVELS:
        if level == head["level"]:
            return Rule(path.stem, head["title"], level, head["source"], head["mend"], text)
    raise SourceError(path, f"the level {head['level']!r} is none of {', '.join(LEVELS)}")
