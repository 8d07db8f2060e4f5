import json
import re

import pytest
from tests.web.conftest import Client

from cstokg.web.protocol.editor import is_built

pytestmark = pytest.mark.skipif(
    not is_built(), reason="the scripts are not built (CSTOKG_NO_FRONTEND)"
)

BUILD = "/static/build/"


def test_only_the_page_of_the_editor_loads_it(client: Client) -> None:
    assert f'src="{BUILD}editor.js?v=' in client.page("/sparql").text
    assert "editor.js" not in client.page("/").text


def test_a_script_may_connect_on_the_editors_page_alone_and_none_runs_that_stands_in_it(
    client: Client,
) -> None:
    policy = client.page("/sparql").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    other = client.page("/").headers["content-security-policy"]
    assert "connect-src" not in other
    assert "unsafe-inline" not in other


def test_the_answer_comes_as_data_too_so_that_it_is_asked_for_once(client: Client) -> None:
    page = client.get('SELECT ?x { BIND("</script><b>" AS ?x) }', "text/html").text
    (data,) = re.findall(r'<script type="application/json" id="answer-data">(.*?)</script>', page)
    held = json.loads(data)
    assert held["type"] == "application/sparql-results+json"
    assert json.loads(held["text"])["results"]["bindings"][0]["x"]["value"] == "</script><b>"


def test_the_page_of_a_mistake_says_to_the_editor_where_it_is(client: Client) -> None:
    page = client.get("SELECT ?x {\n ?x a }", "text/html").text
    (data,) = re.findall(r'<script type="application/json" id="problem-data">(.*?)</script>', page)
    assert json.loads(data)["line"] == 2


def test_the_terms_are_those_of_the_graph(client: Client) -> None:
    answer = client.send("GET", "/sparql/terms.json")
    held = answer.json()
    assert answer.media_type == "application/json"
    assert held["prefixes"]["state"] == "https://w3id.org/cstokg/id/state/"
    terms = {term["name"]: term for term in held["terms"]}
    assert terms["ckg:State"]["kind"] == "class"
    assert terms["ckg:memberOf"]["kind"] == "property"
    assert terms["state:alda"]["kind"] == "resource"
    assert {"Alda", "Альда"} <= set(terms["state:alda"]["labels"])


def test_the_terms_are_not_sent_again_while_they_hold(client: Client) -> None:
    tag = client.send("GET", "/sparql/terms.json").headers["etag"]
    again = client.send("GET", "/sparql/terms.json", {"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")


def test_the_licences_of_what_is_bundled_are_served_and_linked(client: Client) -> None:
    address = f"{BUILD}THIRD-PARTY-NOTICES.txt"
    assert f'href="{address}?v=' in client.page("/").text
    notices = client.send("GET", address).text
    for name in ("@zazuko/yasqe", "@zazuko/yasr", "codemirror", "n3", "dompurify"):
        assert f"\n{name} " in notices
    assert "Permission is hereby granted" in notices
