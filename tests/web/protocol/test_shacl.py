"""Validating a posted graph: /shacl says what is wrong with it, and stores nothing."""

from urllib.parse import quote

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef
from tests.processes import wait_until
from tests.web.conftest import Answer, Client, Start, Writer

from cstokg.formats import Format, formats_for
from cstokg.store import Store

pytestmark = pytest.mark.slow

TURTLE = "text/turtle"
JSON = "application/json"
MINE = "https://w3id.org/cstokg/id/membership/mine"
PREFIXES = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
BAD = f"{PREFIXES} <{MINE}> a ckg:Membership ; rdfs:label 'x' ."
# The evidence and the member are nodes of the dataset; the member's label is there alone.
GOOD = f"""{PREFIXES}
<{MINE}> a ckg:Membership ;
    ckg:member <https://w3id.org/cstokg/id/state/alda> ;
    ckg:evidence <https://w3id.org/cstokg/id/passage/ost-1999-p1-s1> .
"""
STATE_OF_THE_DATASET = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


def post(
    client: Client, content: str, accept: str = JSON, path: str = "/shacl", media_type: str = TURTLE
) -> Answer:
    headers = {"Content-Type": media_type, "Accept": accept}
    return client.send("POST", path, headers, content.encode())


def test_a_good_graph_conforms_with_what_the_dataset_knows(client: Client) -> None:
    answer = post(client, GOOD)
    assert (answer.status, answer.media_type) == (200, JSON)
    verdict = answer.json()
    assert verdict["conforms"] is True
    assert verdict["findings"] == []
    assert verdict["shapes"] == 1
    assert verdict["triples"] > 50


def test_alone_the_dataset_is_left_out(client: Client) -> None:
    verdict = post(client, GOOD, path="/shacl?alone").json()
    assert verdict["triples"] == 3
    assert verdict["conforms"] is True
    (finding,) = verdict["findings"]  # without the dataset the member has no label
    assert (finding["severity"], finding["focus"]) == ("warning", MINE)


def test_a_violation_is_told_as_the_refusal_of_a_write_tells_it(
    client: Client, writer: Writer
) -> None:
    verdict = post(client, BAD).json()
    assert verdict["conforms"] is False
    (violation,) = [each for each in verdict["findings"] if each["severity"] == "violation"]
    assert violation["focus"] == MINE
    assert violation["path"] == "https://w3id.org/cstokg/ontology#evidence"
    assert violation["message"] == "A membership names the passage it rests on."
    assert violation["shape"] == "https://w3id.org/cstokg/shape/Membership"
    refused = writer.send(
        "PUT", "/rdf-graph-store?graph=urn:bad", {"Content-Type": TURTLE}, BAD.encode()
    )
    assert refused.status == 422
    assert violation in refused.json()["findings"]


@pytest.mark.parametrize("row", formats_for("graph"), ids=lambda row: row.name)
def test_the_report_comes_in_each_format_of_graphs(client: Client, row: Format) -> None:
    names = (row.name, row.extension, quote(row.media_type))
    by_name = ((f"/shacl?format={name}", "*/*") for name in names)
    for path, accept in (("/shacl", row.media_type), *by_name):
        answer = post(client, BAD, accept, path)
        assert (answer.status, answer.media_type) == (200, row.media_type)
        store = Store()
        store.load_content(answer.body, answer.media_type, "urn:report")
        report = Graph()
        for triple in store.triples():
            report.add(triple)
        (head,) = report.subjects(RDF.type, SH.ValidationReport)
        assert report.value(head, SH.conforms) == Literal(False)
        assert {report.value(each, SH.focusNode) for each in report.objects(head, SH.result)} == {
            URIRef(MINE)
        }


def test_who_asks_for_nothing_in_particular_gets_turtle_and_a_browser_a_page(
    client: Client,
) -> None:
    assert post(client, BAD, "*/*").media_type == TURTLE
    page = post(client, BAD, "text/html,*/*;q=0.8")
    assert page.media_type == "text/html"
    assert "does not conform" in page.text
    assert "A membership names the passage it rests on." in page.text
    refused = post(client, BAD, "image/png")
    assert refused.status == 406
    assert JSON in refused.json()["available"]


def test_a_graph_may_come_in_another_format(client: Client) -> None:
    content = f"<{MINE}> <{RDF.type}> <https://w3id.org/cstokg/ontology#Membership> ."
    answer = post(client, content, media_type="application/n-triples")
    assert answer.json()["conforms"] is False


def test_a_blank_node_is_a_node_of_the_graph(client: Client) -> None:
    verdict = post(client, f"{PREFIXES} [] a ckg:Membership .").json()
    assert verdict["conforms"] is False


def test_a_syntax_error_has_its_place(client: Client) -> None:
    answer = post(client, f"{PREFIXES}<urn:a> <urn:b> .")
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert (answer.json()["line"], answer.json()["column"]) == (4, 17)


def test_what_could_not_be_written_either_is_refused(client: Client) -> None:
    assert post(client, "<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .").status == 400


def test_what_is_not_used_of_a_graph_is_said(client: Client) -> None:
    graph = f"{GOOD} <urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:away> ."
    (note,) = post(client, graph).json()["notes"]
    assert note.startswith("urn:o imports urn:away")
    assert note in post(client, graph, TURTLE).body.decode()
    assert post(client, GOOD).json()["notes"] == []


def test_what_is_no_date_is_a_finding_in_a_graph_and_in_a_write(
    client: Client, writer: Writer
) -> None:
    (posted,) = post(client, f"{PREFIXES} <urn:e> ckg:date '2001-02-29' .").json()["findings"]
    update = "INSERT DATA { <urn:e> ckg:date '2001-02-29' }"
    answer = writer.update(update, Accept=JSON)
    assert answer.status == 422
    (written,) = answer.json()["findings"]
    for finding in (posted, written):
        assert finding["focus"] == "urn:e"
        assert "there is no such day" in finding["message"]


def test_a_context_elsewhere_is_not_fetched(client: Client) -> None:
    content = '{"@context": "http://127.0.0.1:1/context", "@id": "urn:a", "@type": "urn:B"}'
    assert post(client, content, media_type="application/ld+json").status == 400


def test_an_unknown_media_type_is_refused(client: Client) -> None:
    for media_type in ("text/csv", "application/x-www-form-urlencoded", f"{TURTLE};charset=latin1"):
        answer = post(client, GOOD, media_type=media_type)
        assert answer.status == 415, media_type
        assert TURTLE in answer.headers["accept-post"]


def test_a_graph_is_as_long_as_a_query_or_a_write_may_be(client: Client, writer: Writer) -> None:
    long = GOOD + "#" * 1024 * 1024
    assert post(client, long).status == 413
    assert post(writer.client, long).status == 413
    headers = {"Content-Type": TURTLE, "Accept": JSON}
    assert writer.send("POST", "/shacl", headers, long.encode()).status == 200


def test_nothing_is_stored(client: Client, writer: Writer) -> None:
    for each in (client, writer.client):
        before = each.get(STATE_OF_THE_DATASET)
        for content in (GOOD, BAD):
            for path in ("/shacl", "/shacl?alone"):
                assert post(each, content, path=path).status == 200
        after = each.get(STATE_OF_THE_DATASET)
        assert after.headers["etag"] == before.headers["etag"]
        assert after.body == before.body
        assert MINE not in after.text


def test_it_is_about_the_dataset_as_it_was_written(writer: Writer) -> None:
    unknown = GOOD.replace("state/alda", "state/novel")
    assert len(post(writer.client, unknown).json()["findings"]) == 1  # it has no label yet
    label = "INSERT DATA { <https://w3id.org/cstokg/id/state/novel> rdfs:label 'Novel' }"
    assert writer.update(label).status == 200
    assert post(writer.client, unknown).json()["findings"] == []
    writer.update(label.replace("INSERT", "DELETE"))


def test_a_validation_is_stopped_like_a_query_and_the_server_goes_on(start_server: Start) -> None:
    server = start_server(CSTOKG_TIMEOUT="0.3")
    many = "".join(f"<urn:{n}> a ckg:Membership .\n" for n in range(15_000))
    answer = post(server.client, PREFIXES + many)
    assert answer.status == 503
    assert answer.json()["type"].endswith("/query-timeout")
    wait_until(lambda: server.client.get("ASK { ?s ?p ?o }").status == 200, "another answer")
    server.stop()


def test_the_shapes_are_answered_in_formats_of_graphs_or_explained(client: Client) -> None:
    answer = client.send("GET", "/shacl")
    assert (answer.status, answer.media_type) == (200, TURTLE)
    shapes = Graph().parse(data=answer.text, format="turtle")
    assert URIRef("https://w3id.org/cstokg/shape/Membership") in set(
        shapes.subjects(RDF.type, SH.NodeShape)
    )
    again = client.send("GET", "/shacl", {"If-None-Match": answer.headers["etag"]})
    assert again.status == 304
    assert client.send("GET", "/shacl", {"Accept": JSON}).status == 200
    page = client.page("/shacl")
    assert page.media_type == "text/html"
    assert f"{client.address}/shacl" in page.text
