"""What ontology engineers check in an ontology and its data: one query file for each rule.

The rules are those of OOPS! (the pitfall catalogue), FOOPS! (what can be seen without a network),
ROBOT's `report` and FIBO's hygiene tests that apply here. A file is SPARQL under a head of
comments:

    # title: a class below itself
    # level: error
    # source: OOPS! P06
    # fix: Take away one rdfs:subClassOf of the circle.

Its rows are `?node` and `?message`, and for the place `?property` and `?value` where that helps. It
sees what the files say and nothing derived. A new rule is a new file, with what trips it in the
table of tests/test_lint.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from cstokg.dataset.model import Dataset
from cstokg.errors import SourceError, UnknownRuleError
from cstokg.namespaces import shorten
from cstokg.quality.query_files import read_query_file
from cstokg.rdf.locations import Locations
from cstokg.store import QueryOptions

FOLDER: Final = Path(__file__).resolve().parent
Level = Literal["error", "warning", "info"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""From the gravest on. An error or a warning fails the check; an info is for a person to weigh."""


@dataclass(frozen=True)
class Rule:
    """Something that should not be so; `source` names who asks for it, `fix` says what to do."""

    name: str
    title: str
    level: Level
    source: str
    fix: str
    query: str


@dataclass(frozen=True)
class LintFinding:
    """A place where a rule is broken. `place` is `file:line`, or a file, or empty."""

    rule: str
    level: Level
    node: str
    message: str
    place: str
    fix: str


def load_rules(names: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Return the rules of these names, or all, sorted by name.

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
    graphs = dataset.asserted_graphs
    found: list[tuple[Rule, Mapping[str, str]]] = []
    for rule in load_rules() if rules is None else rules:
        rows = dataset.select(rule.query, QueryOptions(default_graphs=graphs))
        found += (
            (rule, {n: str(v) for n, v in zip(rows.variables, row, strict=True) if v is not None})
            for row in rows
        )
    if not found:
        return ()
    origins = dataset.origins()
    locations = Locations({file.name: file.content for file in dataset.info.files})

    def place(row: Mapping[str, str]) -> str:
        rest = (row[name] for name in ("property", "value") if name in row)
        return locations.find(origins.get(row["node"], ()), row["node"], *rest)

    return tuple(
        LintFinding(
            rule=rule.name,
            level=rule.level,
            node=row["node"],
            message=f"{shorten(row['node'])} {row['message']}",
            place=place(row),
            fix=rule.fix,
        )
        for rule, row in sorted(found, key=lambda each: LEVELS.index(each[0].level))
    )


def _parse(path: Path) -> Rule:
    head, text = read_query_file(path, required=("title", "level", "source", "fix"))
    for level in LEVELS:
        if level == head["level"]:
            return Rule(path.stem, head["title"], level, head["source"], head["fix"], text)
    raise SourceError(path, f"the level {head['level']!r} is none of {', '.join(LEVELS)}")
