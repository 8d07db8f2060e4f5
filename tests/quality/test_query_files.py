"""Queries in files of their own: each is asked for, and is SPARQL when its places are filled."""

import re
from pathlib import Path

from rdflib.plugins.sparql import prepareQuery

from cstokg.namespaces import PREFIXES
from cstokg.quality.query_files import read_query

PACKAGE = Path(__file__).parents[2] / "src" / "cstokg"
ASKED = [
    (module, name)
    for module in sorted(PACKAGE.rglob("*.py"))
    for name in re.findall(r'read_query\(\s*__file__,\s*"(\w+)"', module.read_text("utf-8"))
]
PLACES = {
    "iri": "urn:x",
    "iris": "<urn:x>",
    "class_iri": "urn:x",
    "nodes": "<urn:x>",
    "terms": "<urn:x>",
    "accounts": "?node a ckg:Claim .",
    "document": "urn:x",
    "dataset": "urn:x",
    "licence": "urn:x",
    "version": "1.0.0",
    "properties": "ckg:date",
    "claims": "?statement ckg:expresses ?claim .",
    "evidence": "?node ckg:evidence ?passage .",
    "filters": "",
    "chosen": "?node a ckg:State .",
    "kinds": "(ckg:Membership ckg:member ckg:organization)",
    "bound": "",
    "bonds": "",
}


def test_no_query_is_left_that_nothing_asks() -> None:
    asked = {module.with_name(f"{name}.rq") for module, name in ASKED}
    beside = {path for module, _ in ASKED for path in module.parent.glob("*.rq")}
    # The question of any thing is read as the stored questions are, with its head.
    assert {path.name for path in beside - asked} <= {"describe.rq"}
    assert len(asked) > 20


def test_each_query_is_sparql_and_begins_with_its_question() -> None:
    texts = {path: read_query(str(path[0]), path[1], **PLACES) for path in ASKED}
    assert [path for path, text in texts.items() if not text.startswith("# ")] == []
    for text in texts.values():
        prepareQuery(text, initNs=PREFIXES)
