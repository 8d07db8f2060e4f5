"""A source sentence by sentence: the page, JSON, CSV, and what its script may do."""

import csv
import re
from io import StringIO

import pytest
from flask.testing import FlaskClient

from cstokg import Dataset, passages
from cstokg.web.application import create_app
from cstokg.web.pages.passages import SCRIPT
from cstokg.web.protocol.editor import is_built

PAGE = "/read/scepanovic-2024"
HTML = {"Accept": "text/html"}
POLICY = "Content-Security-Policy"

needs_script = pytest.mark.skipif(
    not is_built(SCRIPT), reason="the scripts are not built (CSTOKG_NO_FRONTEND)"
)


@pytest.fixture(scope="module")
def both(two_source_dataset: Dataset) -> FlaskClient:
    return create_app(two_source_dataset).test_client()


def test_each_sentence_is_a_cell_that_leads_to_what_rests_on_it(
    site: FlaskClient, dataset: Dataset
) -> None:
    page = site.get(PAGE, headers=HTML).text
    assert page.count("<li value=") == 41
    cells = re.findall(r'<a class="cell (\S+)" href="#([^"]+)"', page)
    assert [anchor for _, anchor in cells] == [
        each.iri.rpartition("/")[2] for each in passages(dataset)
    ]
    assert {level for level, _ in cells} == {"furniture", *(f"level-{n}" for n in range(1, 5))}
    assert all(page.count(f'id="{anchor}"') == 1 for _, anchor in cells)
    section = page.partition('id="scepanovic-2024-p07-s1"')[2].partition("</section>")[0]
    assert "“Armenia has frozen its participation in the CSTO”</a> claimed by Nikol" in section
    assert "/page/actuality/alleged" in section


def test_json_and_csv_have_the_same_rows(site: FlaskClient) -> None:
    found = site.get(f"{PAGE}?format=json").get_json()
    table = csv.DictReader(StringIO(site.get(f"{PAGE}?format=csv").text))
    assert list(table) == found["rows"]
    assert found["finding"] == "96 passages: 93 with facts, 3 page furniture, 0 empty"


def test_an_unknown_source_is_404_and_the_known_are_listed(both: FlaskClient) -> None:
    refused = both.get("/read/third-2030")
    assert refused.status_code == 404
    assert refused.mimetype == "application/problem+json"
    assert "scepanovic-2024, second-2026" in refused.get_json()["detail"]
    assert "scepanovic-2024, second-2026" in both.get("/read/third-2030", headers=HTML).text


def test_without_a_source_several_are_listed(both: FlaskClient) -> None:
    page = both.get("/read", headers=HTML).text
    assert f'href="{PAGE}"' in page
    assert 'href="/read/second-2026"' in page
    rows = both.get("/read?format=json").get_json()["rows"]
    assert len({row["source"] for row in rows}) == 2


def test_without_a_source_the_only_one_is_shown(site: FlaskClient) -> None:
    page = site.get("/read", headers=HTML).text
    assert f'rel="canonical" href="http://localhost{PAGE}"' in page
    assert page.count("<li value=") == 41


def test_pages_of_sources_and_passages_lead_there(site: FlaskClient) -> None:
    assert f'href="{PAGE}"' in site.get("/page/source/scepanovic-2024", headers=HTML).text
    passage = site.get("/page/passage/scepanovic-2024-p07-s1", headers=HTML).text
    assert f'href="{PAGE}#scepanovic-2024-p07-s1"' in passage


@needs_script
@pytest.mark.parametrize(
    "path",
    [
        PAGE,
        "/page/event/armenia-freeze-of-csto-participation",
        "/page/passage/scepanovic-2024-p07-s1",
        "/as-of?day=2003-01-01",
        "/browse/ckg:Passage",
        "/claims?by=person:nikol-pashinyan",
        "/disagreements",
        "/search?q=paragraph+7",
        "/timeline?involves=state:armenia",
        "/why?s=state:armenia&p=ckg:memberOf&o=organization:csto",
    ],
)
def test_what_names_a_passage_has_its_place_and_hash_and_a_script_that_connects_to_nothing(
    site: FlaskClient, path: str
) -> None:
    answer = site.get(path, headers=HTML)
    named = re.findall(r'<a href="/page/passage/[^>]*>', answer.text)
    marked = r' data-source="scepanovic-2024" data-start="\d+" data-end="\d+" data-sha256="\w{64}"'
    assert named or "/page/passage/" in path
    assert all(re.search(marked, each) for each in named)
    assert re.search(marked, answer.text)
    assert answer.text.count('src="/static/build/passages.js?') == 1
    assert "script-src 'self'; default-src 'none'" in answer.headers[POLICY]
    assert "connect-src" not in answer.headers[POLICY]


@needs_script
def test_a_page_without_a_passage_has_not_their_script(site: FlaskClient) -> None:
    for path in ("/", "/browse", "/page/actuality/alleged"):
        assert "passages.js" not in site.get(path, headers=HTML).text, path


def test_a_page_that_the_client_has_keeps_its_own_policy(site: FlaskClient) -> None:
    path = "/page/event/armenia-freeze-of-csto-participation"
    tag = site.get(path, headers=HTML).headers["ETag"]
    again = site.get(path, headers={**HTML, "If-None-Match": tag})
    assert again.status_code == 304
    # RFC 9111, 3.2: the headers of a 304 take the place of those of the kept page.
    assert POLICY not in again.headers


def test_an_embedded_timeline_keeps_the_policy_of_frames(site: FlaskClient) -> None:
    policy = site.get("/embed/timeline?involves=state:armenia").headers[POLICY]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy


@needs_script
def test_the_script_is_small() -> None:
    import gzip

    from cstokg.settings import PACKAGE

    script = (PACKAGE / "web" / "static" / "build" / "passages.js").read_bytes()
    assert len(gzip.compress(script)) < 4096
