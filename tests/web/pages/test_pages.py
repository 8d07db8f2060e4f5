import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from tests.web.conftest import Client

from cstokg.quality.competency_questions import load_questions

QUERY = 'SELECT ?s ?name { ?s a ckg:State ; rdfs:label ?name FILTER(LANG(?name) = "en") }'


class References(HTMLParser):
    """Collects the addresses that a page loads or links, and the scripts that it holds itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        runs = tag == "script" and values.get("type") != "application/json"
        self.scripts += runs and "src" not in values
        self.scripts += any(name.startswith("on") for name in values)
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif "href" in values or "src" in values:
            self.loaded.append(values.get("href") or values.get("src", ""))


def test_the_first_page_says_what_this_is(client: Client) -> None:
    answer = client.page("/")
    assert (answer.status, answer.media_type) == (200, "text/html")
    assert f"{client.address}/sparql" in answer.text
    assert "Two towns and a pact" in answer.text
    assert re.search(r"<td>Membership</td><td[^>]*>2</td>", answer.text)


def test_the_form_stands_at_the_endpoint(client: Client) -> None:
    answer = client.page("/sparql")
    assert (answer.status, answer.media_type) == (200, "text/html")
    assert 'action="/sparql" method="get">' in answer.text
    assert all(f"<code>{name}:</code>" in answer.text for name in ("ckg", "rdfs", "state"))


def test_the_form_gives_the_competency_questions_as_examples(client: Client) -> None:
    page = References(client.page("/sparql").text)
    examples = [link for link in page.links if "query=" in link]
    assert len(examples) == len(load_questions())
    assert client.page(examples[0]).status == 200


def test_rows_are_shown_as_a_table(client: Client) -> None:
    answer = client.get(QUERY, "text/html")
    assert "2 rows" in answer.text
    assert '<th scope="col">name</th>' in answer.text
    assert ">state:alda</a>" in answer.text


def test_a_value_is_never_markup(client: Client) -> None:
    answer = client.get(QUERY, "text/html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert References(answer.text).scripts == 0


@pytest.mark.parametrize(
    "query", ["</textarea><script>alert(1)</script>", "SELECT * { ?s ?p '<img onerror=x>' }"]
)
def test_a_query_is_never_markup(client: Client, query: str) -> None:
    assert References(client.get(query, "text/html").text).scripts == 0


def test_an_iri_leads_to_its_page(client: Client) -> None:
    page = References(client.get(QUERY, "text/html").text)
    link = next(link for link in page.links if link.endswith("state/alda"))
    assert "Alda" in client.page(link).text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("ASK { ?s a ckg:State }", "true"),
        ("ASK { ?s a ckg:Treaty }", "false"),
        ("SELECT ?s { ?s a ckg:Treaty }", "0 rows"),
        ("DESCRIBE state:alda", "ckg:State"),
        ("SELECT ?s ?none { ?s a ckg:State }", "2 rows"),
    ],
)
def test_each_kind_of_answer_has_its_page(client: Client, query: str, shown: str) -> None:
    answer = client.get(query, "text/html")
    assert answer.status == 200
    assert shown in answer.text


def test_a_long_answer_is_cut_and_says_so(client: Client) -> None:
    query = "SELECT * { ?a ?b ?c . ?d a owl:NamedIndividual } LIMIT 1200"
    answer = client.get(query, "text/html")
    assert "the first 1000 shown" in answer.text
    assert len(client.get(query, "text/csv").text.splitlines()) == 1201


def test_a_browser_gets_errors_as_a_page_with_its_query(client: Client) -> None:
    answer = client.get("SELECT ?x {", "text/html")
    assert (answer.status, answer.media_type) == (400, "text/html")
    assert "SELECT ?x {</textarea>" in answer.text
    assert 'class="excerpt"' in answer.text


def test_what_is_not_there_is_404_for_both_kinds_of_client(client: Client) -> None:
    page, data = client.page("/nowhere"), client.send("GET", "/nowhere")
    assert (page.status, page.media_type) == (404, "text/html")
    assert (data.status, data.media_type) == (404, "application/problem+json")
    assert data.json()["title"] == "Not Found"


@pytest.mark.parametrize("path", ["/", "/sparql", "/nowhere"])
def test_a_page_loads_nothing_from_elsewhere_and_holds_no_script(client: Client, path: str) -> None:
    answer = client.page(path)
    page = References(answer.text)
    assert page.scripts == 0
    assert page.loaded
    for address in page.loaded:
        assert not urlsplit(address).netloc
        assert client.send("GET", address).status == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
