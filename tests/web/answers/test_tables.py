"""The tables: the list of them, one as a page, and the same as CSV, JSON and XLSX."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from tests.web.conftest import Client

from cstokg.web.http.tables import XLSX

HTML = {"Accept": "text/html"}
BOTH = "involves=state:belarus&involves=state:azerbaijan"


def test_the_list_has_classes_with_counts_and_the_tables_by_year(site: FlaskClient) -> None:
    page = site.get("/table", headers=HTML).text
    for name in ("Transfer", "Membership", "state-year", "dyad-year"):
        assert f'href="/table/{name}"' in page
        assert f'href="/table/{name}.xlsx"' in page
    assert '<td class="number">12</td>' in page


def test_a_table_is_a_page_with_its_filter_as_a_form(site: FlaskClient) -> None:
    page = site.get("/table/ArmsTransfer?involves=Belarus&involves=Azerbaijan", headers=HTML).text
    assert "involving Belarus and Azerbaijan: 6 rows</h1>" in page
    assert page.count('name="involves"') == 3
    assert 'value="Azerbaijan"' in page
    assert "/page/event/belarus-drone-system-gear" in page
    assert "format=xlsx" in page


@pytest.mark.parametrize("name", ["ArmsTransfer", "state-year"])
def test_suffix_and_format_give_the_same_rows(site: FlaskClient, name: str) -> None:
    rows = site.get(f"/table/{name}.json?{BOTH}").get_json()["rows"]
    assert rows == site.get(f"/table/{name}?{BOTH}&format=json").get_json()["rows"]
    answer = site.get(f"/table/{name}.csv?{BOTH}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f"attachment; filename={name}.csv"
    told = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert told == [{key: str(cell) for key, cell in row.items()} for row in rows]
    book = site.get(f"/table/{name}.xlsx?{BOTH}&bom=1")
    assert book.content_type == XLSX
    assert book.headers["content-disposition"] == f"attachment; filename={name}.xlsx"
    sheet = openpyxl.load_workbook(BytesIO(book.data))["Table"]
    assert sheet.max_row == len(rows) + 1


def test_a_long_table_has_all_its_rows_in_the_files_alone(site: FlaskClient) -> None:
    page = site.get("/table/dyad-year", headers=HTML).text
    rows = site.get("/table/dyad-year.json").get_json()["rows"]
    assert page.count("<tr>") == 1001 < len(rows)
    assert f"The first 1000 of {len(rows)} rows" in page


def test_what_is_not_there_is_told_with_the_nearest(site: FlaskClient) -> None:
    unknown = site.get("/table/ArmTransfer.csv")
    assert (unknown.status_code, unknown.mimetype) == (404, "application/problem+json")
    assert "ckg:ArmsTransfer" in unknown.get_json()["hint"]
    assert site.get("/table/ArmTransfer", headers=HTML).status_code == 404
    wrong = site.get("/table/Transfer?involves=Belaruss")
    assert wrong.status_code == 400
    assert "state:belarus" in wrong.get_json()["hint"]
    assert site.get("/table/Transfer.docx").status_code == 406


def test_any_answer_is_a_workbook_too(site: FlaskClient) -> None:
    answer = site.get("/as-of?day=2003-01-01&format=xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book["Table"]["B1"].value == "party_label"


def test_pages_lead_to_the_tables(site: FlaskClient, client: Client) -> None:
    for path in ("/", "/browse", "/browse/ckg:Transfer"):
        assert 'href="/table' in site.get(path, headers=HTML).text, path
    # Of a small dataset: this page has all files made.
    assert 'href="/table' in client.page("/downloads").text
