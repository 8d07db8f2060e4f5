"""The tools as functions: what they answer, and what assistants do wrong."""

import inspect
import json
import re
from typing import Any

import jsonschema
import pytest

from cstokg import CstokgError, Dataset, load_questions
from cstokg.analysis.site.state import Site
from cstokg.mcp.resources import RESOURCES
from cstokg.mcp.tools import DESCRIBED, PAGE, TOOLS, call_tool

CSTO = "https://w3id.org/cstokg/id/organization/csto"
ARMENIA = "https://w3id.org/cstokg/id/state/armenia"
FREEZE = "claim:armenia-froze-participation"


@pytest.fixture(scope="module")
def site(dataset: Dataset) -> Site:
    return Site(dataset, load_questions())


def problem(site: Site, name: str, **arguments: Any) -> str:
    with pytest.raises(CstokgError) as caught:
        call_tool(site, name, arguments)
    return str(caught.value)


def test_each_tool_is_described_and_takes_what_it_says() -> None:
    assert list(DESCRIBED["tools"]) == list(TOOLS)
    for name, told in DESCRIBED["tools"].items():
        schema = told["inputSchema"]
        jsonschema.Draft202012Validator.check_schema(schema)
        taken = inspect.signature(TOOLS[name]).parameters
        if not any(each.kind is each.VAR_KEYWORD for each in taken.values()):
            assert {*schema["properties"]} == {*taken} - {"site"} | {"page"}
        assert len(told["description"]) > 40
        assert all(each["description"] for each in schema["properties"].values())


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("search", {"q": "Pashinyan February 2024"}),
        ("describe", {"q": "Armenia"}),
        ("as_of", {}),
        ("as_of", {"day": "2003-01-01", "compare": "2024-06-25", "known_by": "2024-06-25"}),
        ("as_of", {"state": "state:armenia", "source": "source:scepanovic-2024"}),
        ("timeline", {"involves": ["state:armenia"], "from": "2022", "to": "2024"}),
        ("timeline", {"kinds": ["bonds"], "actuality": ["actuality:actual"]}),
        ("claims", {"by": ["Pashinyan"], "stance": ["claims"]}),
        ("claims", {"topic": ["topic:csto-enlargement"], "source": ["scepanovic-2024"]}),
        ("disputes", {}),
        ("why", {"s": "state:armenia", "p": "ckg:memberOf", "o": "organization:csto"}),
        ("why", {"s": ARMENIA, "p": "ckg:memberOf", "o": f"<{CSTO}>"}),
        ("ask", {"q": "members-as-of-a-day", "parameters": {"organization": "GUAM"}}),
        ("sparql", {"query": "SELECT ?state { ?state ckg:memberOf organization:csto }"}),
        ("sparql", {"query": "ASK { state:armenia a ckg:State }"}),
        ("sparql", {"query": "DESCRIBE claim:armenia-froze-participation"}),
    ],
)
def test_a_tool_answers(site: Site, name: str, arguments: dict[str, Any]) -> None:
    found = call_tool(site, name, arguments)
    assert found["title"]
    assert found["rows"]
    assert all(row and all(row.values()) for row in found["rows"])
    json.dumps(found)


def test_a_row_of_a_query_is_explained(site: Site) -> None:
    query = "SELECT ?who { ?who ckg:memberOf organization:csto }"
    row = json.dumps({"who": {"type": "uri", "value": ARMENIA}})
    found = call_tool(site, "why", {"query": f"```\n{query}\n```", "row": row})
    assert found["title"].startswith("The row comes of 1 statement")


def test_a_claim_is_never_told_without_its_speaker(site: Site) -> None:
    (found,) = (
        row
        for row in call_tool(site, "search", {"q": FREEZE})["rows"]
        if row["thing"].endswith("armenia-froze-participation")
    )
    assert found["voices_label"] == "Nikol Pashinyan"
    assert found["standing"] == "not confirmed by the source"
    for row in call_tool(site, "describe", {"q": FREEZE})["rows"]:
        assert row["voices_label"] == "Nikol Pashinyan"
        assert row["sentences_label"].startswith("paragraph 7")
        assert row["source_label"]


def test_what_is_told_of_a_thing_says_how_it_is_told(site: Site) -> None:
    rows = call_tool(site, "describe", {"q": "event:armenia-freeze-of-csto-participation"})["rows"]
    assert {row["mode_label"] for row in rows if "actor" in row["property"]} == {"alleged"}
    own = call_tool(site, "describe", {"q": "Armenia"})["rows"]
    # Nobody vouches for a state: the sentences that name it say nothing of it.
    assert "sentences" not in own[0]


def test_what_others_say_of_a_thing_is_told_as_theirs(site: Site) -> None:
    found = call_tool(site, "describe", {"q": "topic:low-trust"})["finding"]
    assert found.startswith("Low trust, description: ")
    assert "low trust makes the CSTO's future bleak, has cause: low trust" in found


def test_a_long_answer_comes_in_pages_and_says_so(site: Site) -> None:
    query = {"query": "SELECT * { ?s ?p ?o }"}
    first = call_tool(site, "sparql", query)
    total = int(re.sub(r"\D", "", first["title"]))
    assert len(first["rows"]) == PAGE < total
    assert first["shown"] == f"rows 1–{PAGE} of {total}; ask with page=2"  # noqa: RUF001
    second = call_tool(site, "sparql", query | {"page": 2})["rows"]
    assert not [row for row in second if row in first["rows"]]
    last = call_tool(site, "sparql", query | {"page": -(-total // PAGE)})
    assert last["shown"].endswith(f"{total} of {total}; these are the last")
    assert "There are" in problem(site, "sparql", **query, page=10**6)


def test_a_query_may_come_in_fences_and_without_prefixes(site: Site) -> None:
    query = "SELECT ?state { ?state ckg:memberOf organization:csto }"
    plain = call_tool(site, "sparql", {"query": query})
    for fenced in (f"```sparql\n{query}\n```", f"```\n{query}```\n", f"  ```SPARQL \n{query}\n```"):
        assert call_tool(site, "sparql", {"query": fenced}) == plain


def test_a_term_that_is_not_there_is_told_with_the_nearest(site: Site) -> None:
    found = call_tool(site, "sparql", {"query": "SELECT ?s { ?s ckg:isMemberOf ?o }"})
    assert found["finding"] == "There is no term ckg:isMemberOf. Did you mean ckg:memberOf?"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("sparql", {"query": "SELECT ?s { ?s a ckg:State"}, ("line 1, column 27", "expected", "^")),
        ("sparql", {"query": "SELECT ?s { ?s foo:bar 1 }"}, ("foo:bar", "PREFIX foo:")),
        ("sparql", {"query": "INSERT DATA { <urn:a> a <urn:b> }"}, ("INSERT", "only for reading")),
        ("sparql", {"query": "SELECT * { SERVICE <http://a.b/> { ?s ?p ?o } }"}, ("SERVICE",)),
        ("sparql", {}, ("'query' is a required property",)),
        ("as_of", {"date": "2003-01-01"}, ("'date' was unexpected", "day, of, state")),
        ("as_of", {"day": "in 2003"}, ("'in 2003' is no day", "2003-01-01")),
        ("as_of", {"day": 2003}, ("day: 2003 is not of type 'string'",)),
        ("as_of", {"of": "organization:csot"}, ("organization:csto",)),
        ("timeline", {"involves": ["state:armenai"]}, ("state:armenia",)),
        ("timeline", {"from": "last year"}, ("not a date in EDTF", "1992-05")),
        ("claims", {"by": ["Pashinian"]}, ("person:nikol-pashinyan",)),
        ("describe", {"q": "Armania"}, ("'Armania'", "state:armenia")),
        ("why", {"s": "state:armenia", "p": "ckg:memberOf"}, ("o: is missing",)),
        ("ask", {"q": "what is love"}, ("no stored question is like", "search")),
        ("ask", {"q": "strength-of-the-crrf", "parameters": {"who": "x"}}, ("there are: force",)),
    ],
)
def test_a_mistake_comes_back_with_the_way_out(
    site: Site, name: str, arguments: dict[str, Any], words: tuple[str, ...]
) -> None:
    told = problem(site, name, **arguments)
    assert [word for word in words if word not in told] == []


def test_what_can_only_mean_one_thing_is_taken_for_it(site: Site) -> None:
    asked = call_tool(site, "claims", {"by": "Pashinyan", "about": None})
    assert asked == call_tool(site, "claims", {"by": ["Pashinyan"]})
    assert call_tool(site, "as_of", {"known-by": "2024-03-01"}) == call_tool(
        site, "as_of", {"known_by": "2024-03-01"}
    )


def test_a_question_in_words_is_understood(site: Site) -> None:
    found = call_tool(site, "ask", {"q": "who was in GUAM in 2000?"})
    assert found["title"].startswith("Which states were members of GUAM on 1 July 2000")
    other = call_tool(
        site, "ask", {"q": "who was in GUAM in 2000?", "parameters": {"day": "2003-01-01"}}
    )
    assert "1 January 2003" in other["title"]


def test_the_resources_have_terms_prefixes_and_questions(site: Site) -> None:
    schema, prefixes, questions = (make(site) for make in RESOURCES.values())
    assert "- `ckg:memberOf` (Agent -> Organization): " in schema
    assert "- `ckg:Membership` (below Situation): " in schema
    assert "ckg:Accession" not in schema  # deprecated
    assert len(schema) < 30_000
    assert "PREFIX ckg: <https://w3id.org/cstokg/ontology#>" in prefixes
    assert "- members-as-of-a-day(day, organization): " in questions
