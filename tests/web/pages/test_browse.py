"""The lists as HTTP exchanges: each state is an address."""

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import Client
from tests.web.pages.test_pages import References

from cstokg import Dataset
from cstokg.web.application import create_app


@pytest.fixture(scope="module")
def project(dataset: Dataset) -> Iterator[FlaskClient]:
    """The project's own dataset, served without a network."""
    with create_app(dataset).test_client() as client:
        yield client


def read(project: FlaskClient, path: str) -> Any:
    answer = project.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
    return answer.json


def page(project: FlaskClient, path: str) -> str:
    answer = project.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.text


def test_the_classes_are_listed_with_their_counts(project: FlaskClient) -> None:
    counts = {each["class"]: each["count"] for each in read(project, "/browse")["classes"]}
    assert counts["ckg:State"] == 17
    assert counts["ckg:Agent"] > counts["ckg:State"]
    text = page(project, "/browse")
    assert '<a href="/browse/ckg:State"' in text
    assert all(f'href="/browse/{name}"' in text for name in counts)


def test_every_class_has_its_list_and_every_link_on_it_leads_somewhere(
    project: FlaskClient,
) -> None:
    for each in read(project, "/browse")["classes"]:
        listed = read(project, each["things"].removeprefix("http://localhost"))
        assert (listed["class"], listed["total"]) == (each["class"], each["count"])
    links = set(References(page(project, "/browse/ckg:Statement")).links)
    assert len(links) > 100
    for link in sorted(link for link in links if link.startswith("/browse")):
        assert project.get(link).status_code == 200, link


def test_facets_narrow_and_count(project: FlaskClient) -> None:
    whole = read(project, "/browse/ckg:Event")
    (alleged,) = [
        value for value in whole["facets"]["actuality"] if value["value"] == "actuality:alleged"
    ]
    narrowed = read(project, "/browse/ckg:Event?actuality=actuality:alleged")
    assert narrowed["total"] == alleged["count"] < whole["total"]
    assert all(each["values"]["actuality"] == ["actuality:alleged"] for each in narrowed["results"])
    # The other values of the same facet are still offered, with what choosing them would add.
    assert narrowed["facets"]["actuality"] == [
        value | {"chosen": value["value"] == "actuality:alleged"}
        for value in whole["facets"]["actuality"]
    ]
    both = read(project, "/browse/ckg:Event?actuality=actuality:alleged&actuality=actuality:actual")
    assert both["total"] > narrowed["total"]


def test_a_value_may_be_a_whole_iri(project: FlaskClient) -> None:
    iri = quote("https://w3id.org/cstokg/id/actuality/alleged", safe="")
    by_iri = read(project, f"/browse/ckg:Event?actuality={iri}")
    by_name = read(project, "/browse/ckg:Event?actuality=actuality:alleged")
    assert by_iri["results"] == by_name["results"]


def test_days_narrow_what_has_a_time(project: FlaskClient) -> None:
    found = read(project, "/browse/ckg:Event?from=2022&until=2022-12&size=1000")
    assert 0 < found["total"] < read(project, "/browse/ckg:Event")["total"]
    for each in found["results"]:
        assert not each["earliest"] or each["earliest"] <= "2022-12-31"
        assert not each["latest"] or each["latest"] >= "2022-01-01"


def test_a_list_is_sorted_as_asked(project: FlaskClient) -> None:
    results = read(project, "/browse/ckg:Event?sort=date&size=1000")["results"]
    days = [each["earliest"] or each["latest"] for each in results]
    timed = [day for day in days if day]
    assert timed == sorted(timed)
    assert days[len(timed) :] == [""] * (len(days) - len(timed))
    latest = read(project, "/browse/ckg:Event?sort=-date&size=1000")["results"]
    assert latest[0]["latest"] >= timed[-1]


def test_parts_make_up_the_whole(project: FlaskClient) -> None:
    whole = read(project, "/browse/ckg:Claim?size=1000")["results"]
    parts = [read(project, f"/browse/ckg:Claim?size=40&page={n}") for n in range(1, 5)]
    assert parts[0]["pages"] == 4
    assert [each for part in parts for each in part["results"]] == whole
    text = page(project, "/browse/ckg:Claim?polarity=polarity:negative&size=5")
    assert 'rel="next"' in text
    assert "polarity=polarity:negative&amp;size=5&amp;page=2" in text


def test_the_columns_of_a_class_are_the_same_for_each_choice(project: FlaskClient) -> None:
    path = "/browse/ckg:Membership?format=csv"
    whole = project.get(path).text.splitlines()
    part = project.get(f"{path}&organization=organization:csto").text.splitlines()
    assert whole[0] == part[0]
    assert len(part) < len(whole)
    rows = list(csv.DictReader(part))
    assert {"actuality", "begin", "end", "beginLatest", "endEarliest", "endLatest"} <= set(rows[0])
    armenia = next(row for row in rows if row["iri"].endswith("/armenia-csto"))
    assert (armenia["begin"], armenia["beginLatest"]) == ("2002", "2002-12-31")
    assert armenia["sentences_label"].startswith("paragraph 6, sentence 1; paragraph 15")


def test_csv_says_the_same_as_json(project: FlaskClient) -> None:
    path = "/browse/ckg:Event?actuality=actuality:alleged"
    answer = project.get(path, headers={"Accept": "text/csv"})
    assert answer.mimetype == "text/csv"
    assert answer.data == project.get(f"{path}&format=csv").data
    rows = list(csv.DictReader(answer.text.splitlines()))
    results = read(project, path)["results"]
    assert [row["iri"] for row in rows] == [each["iri"] for each in results]
    assert [row["label"] for row in rows] == [each["label"] for each in results]
    assert {row["actuality_label"] for row in rows} == {"alleged"}
    table = project.get("/table/Event.csv").text.splitlines()
    assert answer.text.splitlines()[0] == table[0]


def test_a_list_is_narrowed_to_what_involves_somebody(project: FlaskClient) -> None:
    found = read(project, "/browse/ckg:Transfer?involves=state:azerbaijan")
    assert 0 < found["total"] < read(project, "/browse/ckg:Transfer")["total"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/browse/ckg:Event?nonsense=1", "there are: kind, actuality"),
        ("/browse/ckg:Event?actuality=alleged", "actuality:alleged"),
        ("/browse/ckg:Event?actuality=state:armenia", "values are"),
        ("/browse/ckg:State?stance=stance:claims", "There is no parameter"),
        ("/browse/ckg:Event?sort=size", "label, date, -date"),
        ("/browse/ckg:Event?page=0", "whole number"),
        ("/browse/ckg:Event?size=100000", "from 1 to 1000"),
        ("/browse/ckg:Event?from=yesterday", "a year, a month or a day"),
        ("/browse/ckg:Event?from=2022-13", "a year, a month or a day"),
        ("/browse/ckg:Event?until=2022-02-30", "a year, a month or a day"),
        ("/browse/ckg:Event?from=0000", "a year, a month or a day"),
        ("/browse/ckg:Event?from=2023&until=2022", "after"),
    ],
)
def test_bad_parameters_are_a_clear_400(project: FlaskClient, path: str, said: str) -> None:
    answer = project.get(path)
    assert answer.status_code == 400
    assert said in answer.get_data(as_text=True)
    assert project.get(path, headers={"Accept": "text/html"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/browse/ckg:Nonsense", "/browse/x", "/browse/%00", "/browse/ckg:"]
)
def test_an_unknown_class_is_404_and_tells_those_there_are(project: FlaskClient, path: str) -> None:
    answer = project.get(path)
    assert answer.status_code == 404
    assert "ckg:State" in answer.get_data(as_text=True)


def test_a_part_after_the_last_is_404(project: FlaskClient) -> None:
    assert project.get("/browse/ckg:Event?page=1000").status_code == 404


def test_a_class_without_its_prefix_leads_to_its_list(project: FlaskClient) -> None:
    answer = project.get("/browse/State?sort=label")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/browse/ckg:State?sort=label")


def test_a_wider_class_has_what_the_narrower_has(client: Client) -> None:
    answer = client.send("GET", "/browse/ckg:Agent?format=json")
    assert answer.status == 200
    assert answer.json()["total"] == 2


def test_nothing_left_is_said(project: FlaskClient) -> None:
    text = page(project, "/browse/ckg:Event?actuality=actuality:alleged&kind=ckg:Meeting")
    assert "Nothing is left." in text


def test_a_label_is_never_markup(client: Client) -> None:
    answer = client.page("/browse/ckg:State")
    assert "&lt;script&gt;" in answer.text
    assert References(answer.text).scripts == 0
    assert References(client.page("/browse").text).scripts == 0


def test_an_unchanged_list_is_not_sent_again(client: Client) -> None:
    for accept in ("text/html", "application/json", "text/csv"):
        first = client.send("GET", "/browse/ckg:State", {"Accept": accept})
        headers = {"Accept": accept, "If-None-Match": first.headers["etag"]}
        assert client.send("GET", "/browse/ckg:State", headers).status == 304
