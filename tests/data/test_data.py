"""The article's data, held against rules of the project that no shape can state."""

import json
import re
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, Graph, URIRef

from cstokg import Dataset
from cstokg.namespaces import CKG, PREFIXES, RESOURCE
from cstokg.quality.competency_questions import load_questions

LONGEST_QUOTATION = 8
THINGS = Path(__file__).parents[2] / "data" / "things"
# What identifies a thing. All else is some source's account of it, and stands with that source.
IDENTIFYING = {
    *("about", "documentKind", "forceOf", "involves", "issuer", "locatedIn", "officeOf", "organOf"),
    *("organizationKind", "placeKind"),
}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@pytest.mark.needs_source
def test_no_text_of_ours_repeats_the_article(dataset: Dataset, article_path: Path) -> None:
    length = LONGEST_QUOTATION + 1
    runs = _runs(words(article_path.read_text(encoding="utf-8")), length)
    # The title and the names of institutions are the article's, and not its sentences.
    own = runs - {run for title in TITLES for run in _runs(words(title), length)}
    # A quotation is the article's words by its nature; a shape keeps it short.
    texts = dataset.select(
        "SELECT DISTINCT ?text { ?s ?p ?text FILTER(isLiteral(?text) && ?p != ckg:quotedPhrase) }"
    )
    repeated = [
        str(text) for (text,) in texts for run in _runs(words(str(text)), length) if run in own
    ]
    assert repeated == []


TITLES = (
    "Will the CSTO, Russia's Answer to NATO, Expand?",
    "Shanghai Academy of Global Governance and Area Studies (SAGGAS)",
)


def _runs(text: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(text[i : i + length]) for i in range(len(text) - length + 1)}


def test_a_claim_and_a_topic_are_about_whom_their_labels_name(dataset: Dataset) -> None:
    labelled = dataset.select("""
        SELECT DISTINCT ?node ?label WHERE {
          VALUES ?kind { ckg:Claim ckg:Topic }
          ?node a ?kind ; rdfs:label ?label FILTER(LANG(?label) = "en")
        }
    """)
    named = dataset.select("""
        SELECT DISTINCT ?agent ?name WHERE {
          ?agent a ckg:Agent ; rdfs:label|skos:altLabel ?name FILTER(LANG(?name) = "en")
          FILTER NOT EXISTS { ?agent a ckg:AgentGroup }
        }
    """)
    about = {tuple(row) for row in dataset.select("SELECT ?node ?agent { ?node ckg:about ?agent }")}
    assert about
    # Not one query: trying each name on each label, the engine compiles the same again and again.
    names = [(agent, re.compile(rf"(^|\W){re.escape(str(name))}(\W|$)")) for agent, name in named]
    found = [
        (node, agent)
        for node, label in labelled
        for agent, name in names
        if name.search(str(label))
    ]
    assert found
    assert [pair for pair in found if pair not in about] == []


@pytest.mark.needs_source
def test_each_question_of_the_inventory_is_a_competency_question(article_path: Path) -> None:
    inventory = article_path.parents[1] / "gold" / "questions.jsonl"
    if not inventory.is_file():
        pytest.skip("the inventory of questions is not part of the project")
    listed = inventory.read_text(encoding="utf-8")
    ours = {question.id: question.question for question in load_questions()}
    theirs = {row["id"]: row["question"] for row in map(json.loads, listed.splitlines())}
    assert theirs
    assert theirs.items() <= ours.items()


@pytest.mark.parametrize("kind", ["State", "Organization", "Treaty", "Force", "Person"])
def test_each_named_thing_has_a_label_in_english_and_russian(dataset: Dataset, kind: str) -> None:
    rows = dataset.select(
        f"""SELECT ?thing (COUNT(DISTINCT ?en) AS ?english) (COUNT(DISTINCT ?ru) AS ?russian) {{
          ?thing a ckg:{kind}
          OPTIONAL {{ ?thing rdfs:label ?en FILTER(LANG(?en) = "en") }}
          OPTIONAL {{ ?thing rdfs:label ?ru FILTER(LANG(?ru) = "ru") }}
        }} GROUP BY ?thing"""
    )
    counts = {str(thing): (str(english), str(russian)) for thing, english, russian in rows}
    assert counts
    assert {thing for thing, count in counts.items() if count != ("1", "1")} == set()


def test_an_announced_exit_and_a_claimed_freeze_leave_armenia_a_member(dataset: Dataset) -> None:
    assert dataset.query("ASK { state:armenia ckg:memberOf organization:csto }")
    assert not dataset.query(
        """ASK { ?event a ckg:MembershipChange ; ckg:actuality actuality:actual }"""
    )


def test_a_founding_alone_makes_no_present_member(dataset: Dataset) -> None:
    assert not dataset.query("ASK { ?state ckg:memberOf organization:guam }")
    assert len(dataset.select("SELECT ?s { ?s ckg:memberOf organization:csto }")) == 6
    # No file says where a bond stands: that is derived.
    assert not dataset.query(
        """ASK {
          GRAPH ?graph { ?bond ckg:membershipStatus ?status }
          FILTER(STRSTARTS(STR(?graph), STR(graph:source)))
        }"""
    )


def test_one_direction_of_inverse_links_is_kept_by_hand(dataset: Dataset) -> None:
    """The files say partOf, exampleOf and follows; what is the other way round is derived."""
    assert not dataset.query(
        """ASK {
          VALUES ?backwards { ckg:hasExample ckg:precedes ckg:contradicts ckg:conflictsWith }
          GRAPH ?graph { ?one ?backwards ?other }
          FILTER(STRSTARTS(STR(?graph), STR(graph:source)))
        }"""
    )


def test_shortcuts_come_from_actual_facts_alone(dataset: Dataset) -> None:
    assert not dataset.query(
        """ASK {
          ?state ckg:signatoryOf ?treaty .
          FILTER NOT EXISTS {
            ?fact ckg:actor ?state ; ckg:treaty ?treaty ; ckg:actuality actuality:actual ;
              ckg:treatyEventKind treaty-event-kind:signature
          }
        }"""
    )
    assert not dataset.query("ASK { state:russia ckg:recognizes organization:taliban }")


def test_each_kind_of_resource_is_a_prefix_that_needs_no_dataset(dataset: Dataset) -> None:
    # `namespaces` lists the kinds, so that a query can be read before there is a dataset.
    assert dataset.prefixes == PREFIXES


def test_shared_things_are_described_without_any_source() -> None:
    things = Graph()
    for path in THINGS.glob("*.ttl"):
        things.parse(path)
    nodes = {node for node in things.subjects() if str(node).startswith(RESOURCE)}
    assert len(nodes) > 100
    said = {str(p).removeprefix(CKG) for p in things.predicates() if str(p).startswith(CKG)}
    assert said <= IDENTIFYING
    texts = {str(text) for text in things.objects(None, DCTERMS.description)}
    assert [text for text in texts if re.search(r"\b(article|author|paragraph)s?\b", text)] == []


def test_each_source_says_where_it_speaks_of_a_thing(dataset: Dataset) -> None:
    # A thing that no source names would be a fact of ours.
    things = Graph()
    for path in THINGS.glob("*.ttl"):
        things.parse(path)
    named = {
        URIRef(str(node)) for (node,) in dataset.select("SELECT DISTINCT ?s { ?s ckg:evidence ?p }")
    }
    nodes = {node for node in things.subjects(RDF.type) if str(node).startswith(RESOURCE)}
    assert nodes - named == set()
