import json
import random
from urllib.parse import quote, urlencode

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from tests.web.conftest import Answer, Client

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"

STATES = (
    'SELECT ?name { ?s a ckg:State ; rdfs:label ?name FILTER(LANG(?name) = "ru") } ORDER BY ?name'
)
ASK = "ASK { ?s a ckg:State }"
GRAPH = "CONSTRUCT { ?s ckg:member ?m } { ?s ckg:member ?m }"
SOURCE = "https://w3id.org/cstokg/graph/source/ost-1999"
ONTOLOGY = "https://w3id.org/cstokg/graph/ontology"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


def names(body: bytes) -> list[str]:
    return [row["name"]["value"] for row in json.loads(body)["results"]["bindings"]]


def count(body: bytes) -> int:
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


# The protocol's three ways to send a query (SPARQL 1.1 Protocol 2.1)


def test_a_query_in_the_address_is_answered(client: Client) -> None:
    answer = client.get(STATES)
    assert answer.status == 200
    assert answer.media_type == JSON
    assert names(answer.body) == ["Альда", "Берин"]


def test_a_query_in_a_form_is_answered(client: Client) -> None:
    body = urlencode({"query": STATES}).encode()
    answer = client.send("POST", "/sparql", {"Content-Type": FORM}, body)
    assert names(answer.body) == ["Альда", "Берин"]


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_a_query_as_the_body_is_answered(client: Client, charset: str) -> None:
    answer = client.send("POST", "/sparql", {"Content-Type": DIRECT + charset}, STATES.encode())
    assert names(answer.body) == ["Альда", "Берин"]


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    path = f"/sparql?query={quote(ASK)}"
    got, head = client.send("GET", path), client.send("HEAD", path)
    assert head.status == 200
    assert head.body == b""
    same = ("content-type", "content-length", "etag", "vary")
    assert {name: head.headers[name] for name in same} == {name: got.headers[name] for name in same}


def test_a_slash_at_the_end_does_no_harm(client: Client) -> None:
    assert client.send("GET", f"/sparql/?query={quote(ASK)}").status == 200


# Formats


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (STATES, "", JSON),
        (STATES, "*/*", JSON),
        (STATES, JSON, JSON),
        (STATES, "application/json", "application/json"),
        (STATES, "application/json; charset=utf-8", "application/json"),
        (STATES, "application/sparql-results+xml", "application/sparql-results+xml"),
        (STATES, "text/csv", "text/csv"),
        (STATES, "text/tab-separated-values", "text/tab-separated-values"),
        (STATES, "text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        (STATES, "text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        (STATES, "image/png, text/*;q=0.1", "text/csv"),
        (STATES, "*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        (STATES, "text/csv, */*", "text/csv"),
        (STATES, "text/turtle, */*;q=0.1", JSON),
        (STATES, "text/html", "text/html"),
        (STATES, "garbage, text/csv", "text/csv"),
        (ASK, "", JSON),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (GRAPH, "", "text/turtle"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/rdf+xml", "application/rdf+xml"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, 'application/ld+json; profile="x"', "application/ld+json"),
        (GRAPH, "application/rdf+xml;q=0.9, text/turtle;q=0.95", "text/turtle"),
        (GRAPH, f"{JSON}, text/turtle;q=0.1", "text/turtle"),
        (GRAPH, "text/n3", "text/n3"),
        (GRAPH, "text/rdf+n3, text/csv", "text/rdf+n3"),
        (GRAPH, "application/turtle", "application/turtle"),
    ],
)
def test_the_format_is_negotiated(client: Client, query: str, accept: str, media_type: str) -> None:
    answer = client.get(query, accept)
    assert answer.status == 200
    assert answer.media_type == media_type
    assert "accept" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (STATES, "json", JSON),
        (STATES, "csv", "text/csv"),
        (STATES, "tsv", "text/tab-separated-values"),
        (STATES, "xml", "application/sparql-results+xml"),
        (STATES, "html", "text/html"),
        (GRAPH, "turtle", "text/turtle"),
        (GRAPH, "ttl", "text/turtle"),
        (GRAPH, "nt", "application/n-triples"),
        (GRAPH, "jsonld", "application/ld+json"),
        (GRAPH, "n3", "text/turtle"),
        (GRAPH, "rdf+xml", "application/rdf+xml"),
        (GRAPH, "n-triples", "application/n-triples"),
        (STATES, "sparql-results+json", JSON),
        (STATES, "application/sparql-results+xml", "application/sparql-results+xml"),
        (STATES, "text/html", "text/html"),
    ],
)
@pytest.mark.parametrize("parameter", ["format", "output", "results"])
def test_a_format_parameter_goes_before_accept(
    client: Client, parameter: str, query: str, name: str, media_type: str
) -> None:
    assert client.get(query, "image/png", **{parameter: name}).media_type == media_type
    form = urlencode({"query": query, parameter: name}).encode()
    headers = {"Accept": "image/png", "Content-Type": "application/x-www-form-urlencoded"}
    assert client.send("POST", "/sparql", headers, form).media_type == media_type


@pytest.mark.parametrize(
    ("query", "name", "accept", "media_type"),
    [
        (STATES, "n3", "*/*", JSON),
        (STATES, "turtle", "", JSON),
        (STATES, "rdf+xml", "text/csv", "text/csv"),
        (ASK, "csv", JSON, JSON),
        (GRAPH, "tsv", "text/turtle", "text/turtle"),
        (GRAPH, "sparql-results+json", "text/n3;q=0.5", "text/n3"),
        (STATES, "turtle", "text/html", "text/html"),
    ],
)
def test_a_format_that_cannot_carry_the_answer_leaves_it_to_accept(
    client: Client, query: str, name: str, accept: str, media_type: str
) -> None:
    answer = client.get(query, accept, format=name)
    assert (answer.status, answer.media_type) == (200, media_type)


def test_n3_is_turtle_under_the_name_asked_for(client: Client) -> None:
    assert client.get(GRAPH, "text/n3").body == client.get(GRAPH, "text/turtle").body


def test_a_plus_in_an_address_is_one_of_a_media_type(client: Client) -> None:
    path = f"/sparql?query={quote(GRAPH)}&format=application/rdf+xml"
    assert client.send("GET", path).media_type == "application/rdf+xml"


@pytest.mark.parametrize(
    ("query", "accept", "parameters", "there"),
    [
        (STATES, "image/png", {}, "text/csv"),
        (STATES, "text/turtle", {}, "text/csv"),
        (STATES, "*/*;q=0", {}, "text/csv"),
        (STATES, "", {"format": "pdf"}, "csv"),
        (STATES, "*/*", {"output": "pdf"}, "csv"),
        (STATES, "text/turtle", {"format": "turtle"}, "csv"),
        (ASK, "text/csv", {"format": "csv"}, "json"),
        (ASK, "text/csv", {}, JSON),
        (GRAPH, "text/csv", {}, "text/turtle"),
    ],
)
def test_a_format_that_is_not_there_is_406_with_those_that_are(
    client: Client, query: str, accept: str, parameters: dict[str, str], there: str
) -> None:
    answer = client.get(query, accept, **parameters)
    assert answer.status == 406
    assert answer.media_type == "application/problem+json"
    assert there in answer.json()["available"]


# rdflib's own JSON-LD parser still uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_each_format_of_a_graph_says_the_same(client: Client, media_type: str, parser: str) -> None:
    graphs = [
        Graph().parse(data=client.get(GRAPH, accept).text, format=name)
        for accept, name in ((media_type, parser), ("application/n-triples", "nt"))
    ]
    assert len(graphs[0]) == 2
    assert isomorphic(*graphs)


def test_csv_has_a_header_and_plain_values(client: Client) -> None:
    assert client.get(STATES, "text/csv").text.splitlines() == ["name", "Альда", "Берин"]


def test_text_says_that_it_is_utf8(client: Client) -> None:
    assert "charset=utf-8" in client.get(STATES, "text/csv").headers["content-type"].lower()


# The dataset of a query (SPARQL 1.1 Protocol 2.1.4)


def test_the_default_graph_is_the_union(client: Client) -> None:
    query = "ASK { state:alda a ckg:State . ckg:State a owl:Class }"
    assert client.get(query).json()["boolean"] is True


def test_parameters_choose_the_graphs(client: Client) -> None:
    everything = count(client.get(COUNT).body)
    source = count(client.get(COUNT, **{"default-graph-uri": SOURCE}).body)
    ontology = count(client.get(COUNT, **{"default-graph-uri": ONTOLOGY}).body)
    assert 0 < ontology < source < everything
    assert count(client.get(COUNT, **{"named-graph-uri": SOURCE}).body) == 0
    assert count(client.get(COUNT_NAMED, **{"named-graph-uri": SOURCE}).body) == source


def test_two_default_graphs_are_merged(client: Client) -> None:
    parameters = urlencode(
        [("query", COUNT), ("default-graph-uri", SOURCE), ("default-graph-uri", ONTOLOGY)]
    )
    both = count(client.send("GET", f"/sparql?{parameters}").body)
    source = count(client.get(COUNT, **{"default-graph-uri": SOURCE}).body)
    ontology = count(client.get(COUNT, **{"default-graph-uri": ONTOLOGY}).body)
    assert both == source + ontology


def test_parameters_go_before_from(client: Client) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{SOURCE}> {{ ?s ?p ?o }}"
    ontology = count(client.get(COUNT, **{"default-graph-uri": ONTOLOGY}).body)
    assert count(client.get(query).body) > ontology
    assert count(client.get(query, **{"default-graph-uri": ONTOLOGY}).body) == ontology


def test_graphs_of_a_direct_post_stand_in_the_address(client: Client) -> None:
    path = f"/sparql?default-graph-uri={quote(ONTOLOGY)}"
    answer = client.send("POST", path, {"Content-Type": DIRECT}, COUNT.encode())
    expected = client.get(COUNT, **{"default-graph-uri": ONTOLOGY})
    assert count(answer.body) == count(expected.body)


# What is refused


def test_a_syntax_error_says_where(client: Client) -> None:
    answer = client.get("SELECT ?s {\n  ?s a ckg:State\n  FILTER(?s = )\n}")
    problem = answer.json()
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert (problem["line"], problem["column"]) == (3, 15)
    assert problem["excerpt"] == "  FILTER(?s = )\n              ^"
    assert problem["status"] == 400


def ask(client: Client, query: str, accept: str = "*/*") -> Answer:
    path = f"/sparql?{urlencode({'query': query})}"
    return client.send("GET", path, {"Accept": accept})


@pytest.mark.parametrize(
    ("query", "iri"),
    [
        ("CONSTRUCT { <s> <urn:p> 1 } {}", "{}/s"),
        ("PREFIX : <#> CONSTRUCT { :s <urn:p> 1 } {}", "{}/sparql#s"),
        ("BASE <sub/> CONSTRUCT { <s> <urn:p> 1 } {}", "{}/sub/s"),
        ("BASE <urn:x> CONSTRUCT { <> <urn:p> 1 } {}", "urn:x"),
        ("CONSTRUCT { <?a=1> <urn:p> 1 } FROM <graph> {}", "{}/sparql?a=1"),
    ],
)
def test_relative_iris_are_resolved_against_the_address_of_the_request(
    client: Client, query: str, iri: str
) -> None:
    expected = f"<{iri.format(client.address)}> <urn:p>"
    headers = {"Content-Type": "application/sparql-query", "Accept": "application/n-triples"}
    posted = client.send("POST", "/sparql?format=ntriples", headers, query.encode())
    got = client.send("GET", f"/sparql?{urlencode({'query': query, 'format': 'ntriples'})}")
    assert posted.text.startswith(expected)
    assert got.text.startswith(expected)


def test_a_relative_iri_in_a_query_with_a_mistake_is_no_second_one(client: Client) -> None:
    answer = ask(client, "SELECT * { <s> ?p ?o FILTR(?o) }")
    assert answer.status == 400
    assert "FILTR" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<http://example.org/f>(1) AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER(<http://example.org/f>(?o)) }",
        "SELECT * { BIND(COALESCE(<http://example.org/f>(1), 2) AS ?x) }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { ?o ?q ?r FILTER(<http://example.org/f>(?r)) } }",
        "SELECT * { ?s ?p ?o } ORDER BY <http://example.org/f>(?o)",
        "CONSTRUCT { ?s ?p ?x } { ?s ?p ?o BIND(<http://example.org/f>(?o) AS ?x) }",
    ],
)
def test_a_function_that_is_not_there_is_named(client: Client, query: str) -> None:
    answer = ask(client, query)
    assert answer.status == 400
    assert answer.json()["detail"] == "there is no function <http://example.org/f>"


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("CONSTRUCT { <urn:s> <http://example.org/2024> 'x' } {}", "application/rdf+xml"),
        ("SELECT ('\\u0001' AS ?x) {}", "application/sparql-results+xml"),
    ],
)
def test_what_the_format_cannot_carry_is_406_with_those_that_can(
    client: Client, query: str, accept: str
) -> None:
    answer = ask(client, query, accept)
    assert (answer.status, answer.media_type) == (406, "application/problem+json")
    assert "cannot carry" in answer.json()["detail"]
    assert "JSON" in answer.json()["hint"]


def test_an_unknown_prefix_is_named(client: Client) -> None:
    assert "foo" in client.get("ASK { ?s foo:bar ?o }").json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT DATA { <a:b> <a:b> 1 }",
        "DROP ALL",
        "ASK " + "{" * 5000 + "}" * 5000,
        "ASK { ?s ?p ?o FILTER(" + "!" * 5000 + "?o) }",
    ],
)
def test_a_query_that_is_not_done_here_is_refused(client: Client, query: str) -> None:
    body = urlencode({"query": query}).encode()
    answer = client.send("POST", "/sparql", {"Content-Type": FORM}, body)
    assert answer.status == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/sparql-update"}, b"DROP ALL"),
        ({"Content-Type": FORM}, b"update=DROP+ALL"),
    ],
)
def test_an_update_is_refused_with_the_reason(
    client: Client, headers: dict[str, str], body: bytes
) -> None:
    answer = client.send("POST", "/sparql", headers, body)
    assert answer.status == 403
    assert "only for reading" in answer.json()["detail"]
    assert client.send("GET", "/sparql?update=DROP+ALL").status == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None), ("/sparql", b""), ("/sparql", b"q=ASK{}")],
)
def test_there_must_be_exactly_one_query(client: Client, path: str, body: bytes | None) -> None:
    method, headers = ("GET", {}) if body is None else ("POST", {"Content-Type": FORM})
    answer = client.send(method, path, headers, body)
    assert answer.status == 400
    assert "one parameter 'query'" in answer.json()["detail"]


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/json", "multipart/form-data", f"{DIRECT}; charset=latin-1"],
)
def test_another_kind_of_body_is_415(client: Client, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    assert client.send("POST", "/sparql", headers, ASK.encode()).status == 415


def test_a_body_that_is_not_utf8_is_400(client: Client) -> None:
    answer = client.send("POST", "/sparql", {"Content-Type": DIRECT}, b'ASK { ?s ?p "caf\xe9" }')
    assert answer.status == 400
    assert "UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize("media_type", [DIRECT, FORM])
def test_an_oversized_body_is_413(client: Client, media_type: str) -> None:
    body = b"query=" + b" " * (1024 * 1024 + 1)
    answer = client.send("POST", "/sparql", {"Content-Type": media_type}, body)
    assert answer.status == 413
    assert "1,048,576" in answer.json()["detail"]


def test_a_body_of_no_type_is_told_so(client: Client) -> None:
    answer = client.send("POST", "/sparql", {}, b"ASK {}")
    assert answer.status == 415
    assert answer.json()["detail"].endswith("not without Content-Type.")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_405_with_those_that_are_allowed(client: Client, method: str) -> None:
    answer = client.send(method, "/sparql")
    assert answer.status == 405
    assert {"GET", "POST", "HEAD"} <= set(answer.headers["allow"].split(", "))
    assert answer.media_type == "application/problem+json"


@pytest.mark.parametrize("iri", ["", "no iri", "relative", "http://a b/"])
def test_a_graph_that_is_no_iri_is_400(client: Client, iri: str) -> None:
    assert client.get(ASK, **{"default-graph-uri": iri}).status == 400


def test_nothing_that_is_sent_is_a_fault_of_the_server(client: Client) -> None:
    chosen = random.Random(5)
    pieces = ["SELECT", "ASK", "?x", "{", "}", "(", ")", "<a:b>", "ckg:State", '"', "'''", "#", ";"]
    pieces += ["\\", "\0", "\u202e", "😀", "FILTER", "GRAPH", "VALUES", "1e999", "@en", "^^", "<<("]
    for _ in range(150):
        query = " ".join(chosen.choices(pieces, k=chosen.randrange(1, 12)))
        accept = chosen.choice(["", "text/html", "*/*;q=x", "a/b;q=0.5,,;", "\xff"])
        answer = client.get(query, accept)
        assert answer.status in (200, 400, 406), (query, accept, answer.text)


def test_a_target_with_broken_escapes_is_no_fault(client: Client) -> None:
    for path in ("/sparql?query=%", "/sparql?query=%zz%ff%fe", "/sparql?%00=%00&query=ASK%7B%7D"):
        assert client.send("GET", path).status in (200, 400)


# Caching and other origins


def test_an_unchanged_answer_is_304(client: Client) -> None:
    first = client.get(STATES)
    path = f"/sparql?{urlencode({'query': STATES})}"
    again = client.send("GET", path, {"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = client.send("GET", path, {"If-None-Match": '"other"'})
    assert other.status == 200


def test_each_format_has_a_tag_of_its_own(client: Client) -> None:
    tags = {client.get(STATES, accept).headers["etag"] for accept in (JSON, "text/csv")}
    assert len(tags) == 2


def test_a_query_that_asks_for_the_time_has_no_tag(client: Client) -> None:
    assert "etag" not in client.get("SELECT (NOW() AS ?now) {}").headers


def test_a_term_that_is_not_there_is_told_in_a_header_and_on_the_page(client: Client) -> None:
    told = "There is no term ckg:Sate. Did you mean ckg:State?"
    query = "SELECT ?s { ?s a ckg:Sate }"
    for accept in ("", "text/csv"):
        for _ in range(2):  # the second time it is kept from the first
            answer = client.get(query, accept)
            assert (answer.status, answer.headers["x-query-warning"]) == (200, told)
    form = urlencode({"query": query}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.send("POST", "/sparql", headers, form).headers["x-query-warning"] == told
    assert told in client.page(f"/sparql?query={quote(query)}").text
    odd = client.get("ASK { ?s a ckg:Стейт }")
    assert odd.headers["x-query-warning"] == "There is no term ckg:?????."
    assert "x-query-warning" not in client.get(STATES).headers
    assert "There is no term" not in client.page(f"/sparql?query={quote(STATES)}").text


def test_pages_of_other_origins_may_ask(client: Client) -> None:
    preflight = client.send(
        "OPTIONS",
        "/sparql",
        {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for answer in (preflight, client.get(ASK), client.get("nonsense")):
        assert answer.headers["access-control-allow-origin"] == "*"


# Clients that people use


def test_rdflib_can_ask(client: Client) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(f"{client.address}/sparql")
    prefixes = "PREFIX ckg: <https://w3id.org/cstokg/ontology#> "
    rows = list(Graph(store).query(prefixes + "SELECT ?s { ?s a ckg:State }"))
    assert len(rows) == 2


def test_the_service_describes_itself(client: Client) -> None:
    answer = client.send("GET", "/sparql")
    assert answer.media_type == "text/turtle"
    description = Graph().parse(data=answer.text, format="turtle")
    asked = f"""
        PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        ASK {{
            ?service a sd:Service ; sd:endpoint <{client.address}/sparql> ;
                sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;
                sd:defaultDataset/sd:namedGraph/sd:name <{ONTOLOGY}>, <{SOURCE}>
        }}
    """
    assert description.query(asked).askAnswer
