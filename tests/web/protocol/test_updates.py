"""Writes over HTTP: SPARQL Update and the Graph Store Protocol, by whoever has a token.

The names of cases are those of the W3C's test lists: for the SPARQL 1.1 Protocol,
https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/, and for the Graph Store HTTP
Protocol, https://www.w3.org/2009/sparql/docs/tests/data-sparql11/http-rdf-update/.
"""

import re
import stat
import subprocess
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, SH, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import POST, SPARQLWrapper
from tests.web.conftest import Client, Writer

from cstokg.web.http.token_file import TokenFile

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
QUERY = "application/sparql-query"
TURTLE = "text/turtle"
GRAPHS = "https://w3id.org/cstokg/graph/"
INSERT = "INSERT DATA { <urn:s> <urn:p> 1 }"
INTO = "INSERT DATA {{ GRAPH <{}> {{ <urn:s> <urn:p> <urn:o> }} }}"
BAD_MEMBERSHIP = (
    "INSERT DATA { <https://w3id.org/cstokg/id/membership/new> a "
    "<https://w3id.org/cstokg/ontology#Membership> }"
)
RDF_XML = """
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:">
  <rdf:Description rdf:about="urn:a"><x:b rdf:resource="urn:c"/></rdf:Description>
</rdf:RDF>
""".strip()


def form(writer: Writer, *parameters: tuple[str, str]) -> tuple[int, str]:
    answer = writer.send("POST", "/sparql", {"Content-Type": FORM}, urlencode(parameters).encode())
    return answer.status, answer.text


def test_update_post_form(writer: Writer) -> None:
    answer = writer.send(
        "POST",
        "/sparql",
        {"Content-Type": FORM},
        urlencode({"update": INTO.format("urn:f")}).encode(),
    )
    assert answer.status == 200
    assert (answer.json()["added"], answer.json()["removed"]) == (1, 0)
    assert writer.ask("GRAPH <urn:f> { <urn:s> <urn:p> <urn:o> }")


def test_update_post_direct(writer: Writer) -> None:
    assert writer.update(INTO.format("urn:d")).status == 200
    assert writer.ask("GRAPH <urn:d> { <urn:s> <urn:p> <urn:o> }")
    assert writer.update("DROP GRAPH <urn:d>").json()["removed"] == 1
    assert not writer.ask("GRAPH <urn:d> { ?s ?p ?o }")


def test_update_dataset_default_graph_and_full(writer: Writer) -> None:
    for graph in ("urn:one", "urn:two"):
        assert writer.update(INTO.format(graph)).status == 200
    text = "INSERT { GRAPH <urn:made> { <urn:from> <urn:is> ?g } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert form(writer, ("update", text), ("using-named-graph-uri", "urn:two"))[0] == 200
    assert writer.ask("GRAPH <urn:made> { <urn:from> <urn:is> <urn:two> }")
    assert not writer.ask("GRAPH <urn:made> { <urn:from> <urn:is> <urn:one> }")
    text = "INSERT { GRAPH <urn:default> { ?s <urn:seen> ?o } } WHERE { ?s ?p ?o }"
    answer = writer.send(
        "POST", "/sparql?using-graph-uri=urn:one", {"Content-Type": UPDATE}, text.encode()
    )
    assert answer.json()["added"] == 1


def test_bad_updates(writer: Writer) -> None:
    conflict = "DELETE { ?s ?p ?o } USING <urn:one> WHERE { ?s ?p ?o }"
    with_conflict = "WITH <urn:one> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"
    using = ("using-graph-uri", "urn:one")
    assert form(writer, ("update", INSERT), ("update", INSERT))[0] == 400  # bad_multiple_updates
    assert form(writer, ("update", "INSERT DATA {"))[0] == 400  # bad_update_syntax
    assert form(writer, ("update", conflict), using)[0] == 400  # bad_update_dataset_conflict
    assert form(writer, ("update", with_conflict), using)[0] == 400
    assert form(writer, ("update", INSERT), ("using-graph-uri", "no iri"))[0] == 400
    assert form(writer, ("query", "ASK {}"), ("update", INSERT))[0] == 400
    utf16 = {"Content-Type": f"{UPDATE}; charset=UTF-16"}
    text, encoded = INSERT.encode(), urlencode({"update": INSERT}).encode()
    for method, path, headers, body, status in (
        ("GET", f"/sparql?{urlencode({'update': INSERT})}", {}, None, 400),  # bad_update_get
        ("QUERY", "/sparql", {"Content-Type": UPDATE}, text, 400),
        ("PUT", "/sparql", {"Content-Type": UPDATE}, text, 405),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, text, 415),  # wrong_media_type
        ("POST", "/sparql", {}, encoded, 415),  # bad_update_missing_form_type
        ("POST", "/sparql", {}, text, 415),  # bad_update_missing_direct_type
        ("POST", "/sparql", utf16, INSERT.encode("utf-16"), 415),  # bad_update_non_utf8
        ("POST", "/sparql", {"Content-Type": UPDATE}, INSERT.encode("utf-16"), 400),
        ("POST", "/sparql?update=x", {"Content-Type": UPDATE}, text, 400),
    ):
        answer = writer.send(method, path, headers, body)
        assert answer.status == status, (method, path, headers)
        assert answer.media_type == "application/problem+json"
    assert not writer.ask("<urn:s> <urn:p> 1")


def test_an_update_is_never_taken_for_a_query_nor_a_query_for_an_update(writer: Writer) -> None:
    assert form(writer, ("query", INSERT))[0] == 400
    assert writer.send("POST", "/sparql", {"Content-Type": QUERY}, INSERT.encode()).status == 400
    assert writer.update("SELECT * { ?s ?p ?o }").status == 400
    assert not writer.ask("<urn:s> <urn:p> 1")


def test_relative_iris_of_an_update_belong_to_the_address_of_the_request(writer: Writer) -> None:
    answer = writer.send(
        "POST", "/sparql", {"Content-Type": UPDATE}, b"INSERT DATA { GRAPH <g> { <s> <urn:p> 1 } }"
    )
    assert answer.status == 200
    here = writer.client.address
    query = urlencode({"query": f"ASK {{ GRAPH <{here}/g> {{ <{here}/s> <urn:p> 1 }} }}"})
    assert writer.client.send("GET", f"/sparql?{query}").json()["boolean"] is True


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("COPY <urn:nowhere> TO <urn:nowhere-2>", 200),
        ("ADD <urn:nowhere> TO DEFAULT", 200),
        ("INSERT { GRAPH <urn:n> { ?s ?p ?o } } WHERE { GRAPH <urn:nowhere> { ?s ?p ?o } }", 200),
        ("MOVE <urn:nowhere> TO <urn:nowhere-2>", 400),
        ("DROP GRAPH <urn:nowhere>", 400),
        ("MOVE SILENT <urn:nowhere> TO <urn:nowhere-2> ; CLEAR SILENT GRAPH <urn:nowhere>", 200),
        ("LOAD SILENT <http://127.0.0.1:9/>", 200),
        ("LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:nowhere>", 200),
        ("LOAD <http://127.0.0.1:9/>", 400),
        ("INSERT DATA { <urn:a> <urn:b> '\\u0001' }", 400),
        ("INSERT DATA { <urn:a> <urn:b> 'a'@en--ltr }", 400),
        ("INSERT { <urn:a> <urn:b> ?x } WHERE { BIND(<urn:f>(1) AS ?x) }", 400),
    ],
)
def test_updates_of_what_is_not_there_or_cannot_be(writer: Writer, text: str, status: int) -> None:
    assert form(writer, ("update", text))[0] == status


def test_a_syntax_error_has_its_place(writer: Writer) -> None:
    problem = writer.update("INSERT DATA {\n  <urn:s> <urn:p> }").json()
    assert problem["line"] == 2
    assert problem["excerpt"].endswith("^")
    assert problem["detail"].startswith("the update has a mistake at line 2")


def graph_path(iri: str) -> str:
    return f"/rdf-graph-store?graph={quote(iri, safe='')}"


def test_the_life_of_a_graph(writer: Writer) -> None:
    path, content = graph_path("urn:life"), {"Content-Type": TURTLE}
    created = writer.send("PUT", path, content, b"<urn:a> <urn:b> 1 .")  # put__initial_state
    assert created.status == 201
    assert created.headers["location"].endswith("/rdf-graph-store?graph=urn:life")
    assert "<urn:a> <urn:b> 1" in writer.client.send("GET", path).text  # get_of_put__initial_state
    assert writer.send("PUT", path, content, b"<urn:a> <urn:b> 2 .").status == 204  # already_in
    assert not writer.ask("GRAPH <urn:life> { <urn:a> <urn:b> 1 }")
    assert (
        writer.send("POST", path, content, b"<urn:a> <urn:b> 3 .").status == 204
    )  # post__existing
    assert writer.ask("GRAPH <urn:life> { <urn:a> <urn:b> 2, 3 }")
    assert writer.send("PUT", path, content, b"").status == 204  # put__empty_graph
    assert not writer.ask("GRAPH <urn:life> { ?s ?p ?o }")
    assert writer.send("POST", path, content, b"<urn:a> <urn:b> 4 .").status == 201
    assert writer.send("DELETE", path).status == 204  # delete__existing_graph
    assert writer.client.send("GET", path).status == 404  # get_of_delete__existing_graph
    assert writer.send("DELETE", path).status == 404  # delete__nonexistent_graph


def test_a_graph_by_its_own_address_and_the_default_graph(writer: Writer) -> None:
    content = {"Content-Type": TURTLE}
    created = writer.send("PUT", "/graph/mine", content, b"<> <urn:b> 1 .")
    assert created.status == 201
    assert created.headers["location"].endswith("/graph/mine")
    assert writer.ask(f"GRAPH <{GRAPHS}mine> {{ <{GRAPHS}mine> <urn:b> 1 }}")
    assert writer.send("DELETE", "/graph/mine").status == 204
    default = "/rdf-graph-store?default"
    assert writer.send("PUT", default, content, b"<urn:in> <urn:the> <urn:default> .").status < 300
    assert writer.ask(f"GRAPH <{GRAPHS}default> {{ <urn:in> <urn:the> <urn:default> }}")
    assert writer.send("DELETE", default).status == 204
    assert writer.send("DELETE", default).status == 204


def test_post_to_the_store_itself_makes_a_graph(writer: Writer) -> None:
    """The case post__create_new_graph."""
    body = b"<urn:new> <urn:is> <urn:here> ."
    answer = writer.send("POST", "/rdf-graph-store", {"Content-Type": TURTLE}, body)
    assert answer.status == 201
    path = re.sub(r"^http://[^/]+", "", answer.headers["location"])
    for named in (path, graph_path(answer.headers["location"])):
        assert "<urn:new>" in writer.client.send("GET", named).text


def test_a_graph_is_named_by_its_address_here_as_well(writer: Writer) -> None:
    address, iri = f"{writer.client.address}/graph/by/%C3%A9", f"{GRAPHS}by/é"
    path, turtle = graph_path(address), {"Content-Type": TURTLE}
    made = writer.send("PUT", path, turtle, b"<urn:a> <urn:b> 1 .")
    assert (made.status, made.headers["location"]) == (201, address)
    assert writer.ask(f"GRAPH <{iri}> {{ <urn:a> <urn:b> 1 }}")
    for name in ("default-graph-uri", "named-graph-uri"):
        pattern = "ASK { ?a <urn:b> 1 }" if name[0] == "d" else "ASK { GRAPH ?g { ?a <urn:b> 1 } }"
        assert writer.client.get(pattern, **{name: address}).json()["boolean"]
    pattern = "?a <urn:b> 1 . GRAPH ?g { ?a <urn:b> ?c }"
    update = f"INSERT {{ GRAPH <{iri}> {{ <urn:a> <urn:b> 2 }} }} WHERE {{ {pattern} }}"
    using = (("using-graph-uri", address), ("using-named-graph-uri", address))
    assert form(writer, ("update", update), *using)[0] == 200
    assert writer.ask(f"GRAPH <{iri}> {{ <urn:a> <urn:b> 2 }}")
    computed = graph_path(f"{writer.client.address}/graph/meta")
    assert writer.send("PUT", computed, turtle, b"").status == 403
    assert writer.send("DELETE", path).status == 204
    assert writer.client.send("GET", path).status == 404


def parts(*each: tuple[str, str]) -> tuple[dict[str, str], bytes]:
    """Return a form of parts, each with its headers after Content-Disposition."""
    begin = "--AaB03x\r\nContent-Disposition: form-data; name=x"
    body = "".join(f"{begin}{said}\r\n\r\n{content}\r\n" for said, content in each)
    headers = {"Content-Type": "multipart/form-data; boundary=AaB03x"}
    return headers, f"{body}--AaB03x--\r\n".encode()


def test_the_files_of_a_form_are_merged_into_one_graph(writer: Writer) -> None:
    headers, body = parts(
        ("; filename=a.ttl\r\nContent-Type: text/turtle; charset=utf-8", "<> <urn:n> [], 'é'."),
        ("; filename=b\r\nContent-Type: application/rdf+xml", RDF_XML),
        ("\r\nContent-Type: application/n-triples", "<urn:c> <urn:n> _:b .\n"),
        ("; filename=d.d.nt\r\nContent-Type: application/octet-stream", "<urn:d> <urn:n> _:b ."),
        ("; filename=e.JSONLD", '{"@id": "urn:e", "urn:n": 1}'),
        ("; filename=f.ttl\r\nContent-Type: text/plain", "<urn:f> <urn:n> 1 ."),
        ("; filename=empty.ttl", ""),
    )
    for path in (graph_path("urn:form"), "/graph/form", "/rdf-graph-store?default"):
        answer = writer.send("POST", path, headers, body)
        assert answer.status in (201, 204), answer.text
        assert writer.send("POST", path, headers, body).status == 204
    count = "SELECT (COUNT(*) AS ?n) { GRAPH <urn:form> { ?s ?p ?o } }"
    # Blank nodes are those of their file, and new each time.
    assert writer.client.get(count, "text/csv").text.split() == ["n", str(7 + 3)]
    assert writer.ask("GRAPH <urn:form> { <urn:form> <urn:n> 'é' . <urn:a> <urn:b> <urn:c> }")
    made = writer.send("POST", "/rdf-graph-store", headers, body)
    assert made.status == 201
    assert "<urn:f>" in writer.client.send("GET", graph_path(made.headers["location"])).text


def test_a_form_with_one_bad_file_writes_nothing(writer: Writer) -> None:
    good = ("; filename=a.ttl", "<urn:a> <urn:b> 1 .")
    headers, body = parts(good)
    path, form_of = graph_path("urn:bad-form"), "multipart/form-data"
    for sent_headers, content, status in (
        (*parts(good, ("; filename=b.ttl", "<urn:a> <urn:b")), 400),
        (*parts(good, ("; filename=b.png\r\nContent-Type: image/png", "")), 415),
        (*parts(good, ("; filename=b.ttl\r\nContent-Type: text/turtle; charset=utf-16", "")), 415),
        (*parts(good, ("; filename=b.nq", "<urn:a> <urn:b> 1 <urn:g> .")), 400),
        (*parts(good, ("; filename=b", "nonsense")), 400),
        (*parts(), 400),
        (headers, body[:-6], 400),
        (headers, body.replace(b"Content-Disposition", b"X"), 400),
        (headers, b"", 400),
        ({"Content-Type": form_of}, body, 400),
        ({"Content-Type": f"{form_of}; boundary=other"}, body, 400),
        ({**headers, "Content-Encoding": "gzip"}, body, 415),
    ):
        answer = writer.send("POST", path, sent_headers, content)
        assert answer.status == status, (sent_headers, content, answer.text)
        assert answer.media_type == "application/problem+json"
    assert writer.client.send("POST", path, headers, body).status == 401
    assert not writer.ask("GRAPH <urn:bad-form> { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (TURTLE, "<urn:a> <urn:b> <urn:c> ."),
        ("application/n-triples", "<urn:a> <urn:b> <urn:c> ."),
        ("application/n-quads", "<urn:a> <urn:b> <urn:c> ."),
        ("application/trig", "<urn:a> <urn:b> <urn:c> ."),
        ("application/ld+json", '{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}'),
        (
            "application/rdf+xml",
            RDF_XML,
        ),
    ],
)
def test_every_format_is_taken(writer: Writer, media_type: str, body: str) -> None:
    graph = f"urn:format:{media_type}"
    sent = writer.send("PUT", graph_path(graph), {"Content-Type": media_type}, body.encode())
    assert sent.status == 201, sent.text
    assert writer.ask(f"GRAPH <{graph}> {{ <urn:a> <urn:b> <urn:c> }}")


@pytest.mark.parametrize("content", ["", RDF_XML[:-20], RDF_XML + "<a/>", RDF_XML[:-9] + "\x01"])
def test_xml_that_is_not_well_formed_is_not_stored(writer: Writer, content: str) -> None:
    for path in (graph_path("urn:broken"), "/shacl"):
        method = "PUT" if path != "/shacl" else "POST"
        headers = {"Content-Type": "application/rdf+xml"}
        answer = writer.send(method, path, headers, content.encode())
        assert (answer.status, answer.media_type) == (400, "application/problem+json")
        assert answer.json()["line"]
    assert writer.client.send("GET", graph_path("urn:broken")).status == 404


@pytest.mark.parametrize("encoding", ["nonsense", "Shift_JIS", "ISO-8859-1"])
def test_xml_in_another_encoding_is_the_senders_mistake(writer: Writer, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?>{RDF_XML}'.encode()
    for method, path in (("PUT", graph_path("urn:broken")), ("POST", "/shacl")):
        answer = writer.send(method, path, {"Content-Type": "application/rdf+xml"}, content)
        assert (answer.status, answer.json().get("hint")) == (400, "Save the file as UTF-8.")


def test_bad_graph_writes(writer: Writer) -> None:
    turtle, path, body = {"Content-Type": TURTLE}, graph_path("urn:bad"), b"<urn:a> <urn:b> 1 ."
    for method, target, headers, content, status in (
        ("PUT", path, turtle, b"<urn:a> <urn:b", 400),
        ("PUT", path, {"Content-Type": "application/xml; charset=UTF-16"}, body, 415),
        ("PUT", path, {"Content-Type": "multipart/form-data; boundary=x"}, body, 415),
        ("PUT", path, {"Content-Type": "text/html"}, body, 415),
        ("PUT", path, {}, body, 415),
        ("PUT", path, {**turtle, "Content-Encoding": "gzip"}, body, 415),
        ("PUT", path, {**turtle, "If-Match": '"x"'}, body, 501),
        ("PUT", path, {"Content-Type": "application/n-quads"}, body[:-1] + b"<urn:g> .", 400),
        ("PUT", "/rdf-graph-store", turtle, body, 400),
        ("PUT", "/rdf-graph-store?graph=relative", turtle, body, 400),
        ("PUT", "/rdf-graph-store?default&graph=urn:x", turtle, body, 400),
        ("DELETE", "/rdf-graph-store", {}, None, 400),
        ("PATCH", path, {"Content-Type": UPDATE}, INSERT.encode(), 405),
        ("PUT", "/graph/links/ost-1999", turtle, body, 403),
        ("POST", "/graph/derived", turtle, body, 403),
        ("DELETE", "/graph/meta", {}, None, 403),
        *(
            (method, target, turtle, b"", 400)
            for method in ("PUT", "POST", "DELETE")
            for target in (*map(graph_path, ("http://[", "urn:%ZZ")), "/graph/%5B", "/graph/%FF")
        ),
    ):
        answer = writer.send(method, target, headers, content)
        assert answer.status == status, (method, target, headers, answer.text)
        assert answer.media_type == "application/problem+json"
    assert not writer.ask("GRAPH <urn:bad> { ?s ?p ?o }")


def test_a_mistake_in_a_graph_has_its_place(writer: Writer) -> None:
    body = b"<urn:a> <urn:b> 1 .\n<urn:a> <urn:b> nonsense ."
    problem = writer.send("PUT", graph_path("urn:x"), {"Content-Type": TURTLE}, body).json()
    assert problem["line"] == 2
    assert problem["column"]


def test_without_a_token_nothing_is_written(writer: Writer) -> None:
    client, text = writer.client, {"Content-Type": UPDATE}
    for method, path, headers, body in (
        ("POST", "/sparql", text, INSERT.encode()),
        ("POST", "/sparql", {"Content-Type": FORM}, urlencode({"update": INSERT}).encode()),
        ("PUT", graph_path("urn:x"), {"Content-Type": TURTLE}, b""),
        ("DELETE", "/graph/ontology", {}, None),
    ):
        answer = client.send(method, path, headers, body)
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == "Bearer realm=cstokg"
        for credentials in ("Bearer wrong", "Bearer " + writer.token[:-1], "Bearer é"):
            wrong = {**headers, "Authorization": credentials.encode("latin-1").decode("latin-1")}
            refused = client.send(method, path, wrong, body)
            assert refused.status == 401
        basic = client.send(method, path, {**headers, "Authorization": "Basic eDp5"}, body)
        assert basic.status == 401
        assert "invalid_token" not in basic.headers["www-authenticate"]
    unknown = client.send("POST", "/sparql", {**text, "Authorization": "Bearer x"}, INSERT.encode())
    assert "error=invalid_token" in unknown.headers["www-authenticate"]
    assert not writer.ask("<urn:s> <urn:p> 1")
    assert writer.ask(f"GRAPH <{GRAPHS}ontology> {{ ?s ?p ?o }}")


def test_tokens_made_and_revoked_meanwhile_count_at_once(writer: Writer) -> None:
    tokens = TokenFile(writer.tokens)
    headers = {"Authorization": f"Bearer {tokens.make('guest')}"}
    assert writer.update("CLEAR GRAPH <urn:none>", **headers).status < 500
    assert writer.update(INTO.format("urn:guest"), **headers).status == 200
    tokens.revoke("guest")
    assert writer.update(INTO.format("urn:guest2"), **headers).status == 401
    assert stat.S_IMODE(writer.tokens.stat().st_mode) == 0o600


def test_a_body_is_long_only_for_who_may_write(writer: Writer) -> None:
    triples = b"".join(b'<urn:a> <urn:b> "%0600d" .\n' % number for number in range(2500))
    assert len(triples) > 1024 * 1024
    path, headers = graph_path("urn:long"), {"Content-Type": "application/n-triples"}
    assert writer.client.send("PUT", path, headers, triples).status == 401
    assert writer.send("PUT", path, headers, triples).status == 201
    query = b"ASK {} #" + b"x" * 1024 * 1024
    assert writer.send("POST", "/sparql", {"Content-Type": QUERY}, query).status == 413


def test_a_violation_is_refused_with_its_findings_and_nothing_is_stored(writer: Writer) -> None:
    answer = writer.update(f"{INTO.format('urn:half')} ; {BAD_MEMBERSHIP}")
    assert answer.status == 422
    assert answer.media_type == "application/problem+json"
    findings = answer.json()["findings"]
    assert [each["message"] for each in findings] == ["A membership names the passage it rests on."]
    assert findings[0]["node"] == "membership:new"
    assert not writer.ask("GRAPH <urn:half> { ?s ?p ?o }")
    assert not writer.ask("<https://w3id.org/cstokg/id/membership/new> ?p ?o")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("media_type", [TURTLE, "application/ld+json", "application/n-triples"])
def test_the_report_of_a_violation_comes_as_rdf(writer: Writer, media_type: str) -> None:
    answer = writer.update(BAD_MEMBERSHIP, Accept=media_type)
    assert answer.status == 422
    assert answer.media_type == media_type
    name = {TURTLE: "turtle", "application/n-triples": "nt"}.get(media_type, "json-ld")
    report = Graph().parse(data=answer.text, format=name)
    focus = URIRef("https://w3id.org/cstokg/id/membership/new")
    assert (None, SH.focusNode, focus) in report
    assert (None, RDF.type, SH.ValidationReport) in report


def test_the_service_says_that_it_takes_updates(writer: Writer, client: Client) -> None:
    for asked, expected in ((writer.client, True), (client, False)):
        text = asked.send("GET", "/sparql", {"Accept": "application/n-triples"}).text
        assert ("#SPARQL11Update" in text) is expected
        accepted = asked.send("OPTIONS", "/sparql").headers["accept-post"]
        assert (UPDATE in accepted) is expected
        allowed = asked.send("OPTIONS", "/graph/links/ost-1999").headers
        assert ("PUT" in allowed["allow"]) is expected
        assert "PUT" not in allowed["access-control-allow-methods"]
        assert "uthorization" not in allowed["access-control-allow-headers"]


def test_sparqlwrapper_updates(writer: Writer) -> None:
    sparql = SPARQLWrapper(f"{writer.client.address}/sparql")
    sparql.addCustomHttpHeader("Authorization", f"Bearer {writer.token}")
    sparql.setMethod(POST)
    sparql.setQuery(INTO.format("urn:wrapper"))
    sparql.query()
    assert writer.ask("GRAPH <urn:wrapper> { ?s ?p ?o }")


def test_rdflib_updates(writer: Writer) -> None:
    address = f"{writer.client.address}/sparql"
    store = SPARQLUpdateStore(
        address, address, headers={"Authorization": f"Bearer {writer.token}"}, autocommit=True
    )
    store.update(INTO.format("urn:rdflib"))
    assert writer.ask("GRAPH <urn:rdflib> { ?s ?p ?o }")


def test_curl_updates(writer: Writer) -> None:
    command = ["curl", "-sS", "-f", "-H", f"Authorization: Bearer {writer.token}"]
    update = ["--data-urlencode", f"update={INTO.format('urn:curl')}"]
    subprocess.run([*command, *update, f"{writer.client.address}/sparql"], check=True)
    assert writer.ask("GRAPH <urn:curl> { ?s ?p ?o }")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.sampled_from('{}<>."\\;#é\n a:INSERTDATAWHRLOU*?()'), max_size=60))
def test_whatever_is_sent_as_an_update_is_answered(writer: Writer, text: str) -> None:
    status, _ = form(writer, ("update", text))
    assert status in (200, 400, 403, 404, 422)
