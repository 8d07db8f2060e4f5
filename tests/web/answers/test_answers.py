"""What all answers have in common: rows as JSON and CSV, and errors that say what can be asked."""

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from tests.web.answers.conftest import show


@pytest.mark.parametrize(
    ("address", "column", "cell"),
    [
        ("/as-of?day=2002-12-31&compare=2026-03-03", "verdict", "attested"),
        ("/network?day=2000-01-01&compare=2024-06-25", "change", "lost"),
        (
            "/ask/members-as-of-a-day?day=2000-07-01&organization=organization:guam",
            "state_label",
            "Azerbaijan",
        ),
        ("/claims?by=Pashinyan", "speaker_label", "Nikol Pashinyan"),
        ("/disagreements?", "drawn_by_label", "rule"),
        ("/timeline?involves=person:nikol-pashinyan", "voices_label", "Nikol Pashinyan"),
        (
            "/why?s=state:armenia&p=ckg:memberOf&o=organization:csto",
            "accounts_label",
            "Armenia in the CSTO",
        ),
    ],
)
def test_json_and_csv_have_the_same_rows(
    two: FlaskClient, address: str, column: str, cell: str
) -> None:
    rows = two.get(f"{address}&format=json").get_json()["rows"]
    assert cell in {row[column] for row in rows}
    assert list(csv.DictReader(StringIO(two.get(f"{address}&format=csv").text))) == rows


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/as-of?day=yesterday", "day: 'yesterday' is no day"),
        ("/as-of?of=organization:ctso", "organization:csto"),
        ("/as-of?state=state:armenai", "state:armenia"),
        ("/as-of?known-by=2024-13-01", "known-by"),
        ("/network?day=2000-02-30", "day: '2000-02-30' is no day"),
        ("/network?compare=later", "compare: 'later' is no day"),
        ("/network?kinds=tretay", "membership, treaty, observer, office, recognition"),
        ("/ask/members-as-of-a-day?day=2000", "is no day"),
        ("/ask/members-as-of-a-day?organization=organization:guan", "organization:guam"),
        ("/ask/members-as-of-a-day?organization=%3E%7D%20DROP%20ALL", "nothing here is called"),
        ("/ask/members-as-of-a-day?date=2000-01-01", "there are: day, organization"),
        ("/claims?by=Pashinian", "Nikol Pashinyan (person:nikol-pashinyan)"),
        ("/claims?speaker=Pashinyan", "there are: about, by, stance, topic, source"),
        ("/as-of?country=state:armenia", "there are: day, of, state, source, known-by, compare"),
        ("/network?date=2000-01-01", "there are: day, compare, kinds"),
        ("/timeline?about=state:armenia", "there are: involves, kinds, actuality, from, to"),
        ("/timeline?kinds=wars", "There are: bonds, events, statements."),
        ("/why?subject=state:armenia", "there are: s, p, o, query, row"),
        ("/table/Event.json?about=state:armenia", "there are: involves"),
        ("/claims?stance=shouts", "stance: nothing here is called 'shouts'"),
        ("/timeline?involves=state:nowhere", "state:nowhere"),
        ("/timeline?involves=state:armenia&from=soon", "from: 'soon'"),
        ("/timeline?to=2001-02-29", "to: "),
        ("/timeline?actuality=maybe", "maybe"),
        ("/why?s=state:armenia", "What is missing: p."),
        ("/why?s=x&p=y&o=z", "is no term"),
        ("/why?s=?x&p=a&o=ckg:State", "is no term"),
    ],
)
def test_what_cannot_be_asked_is_said(site: FlaskClient, address: str, said: str) -> None:
    answer = site.get(address, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    problem = answer.get_json()
    assert said in f"{problem['detail']} {problem.get('hint')}"
    assert "Traceback" not in show(site, address, 400)


@pytest.mark.parametrize(
    "address", ["/as-of?", "/claims?", "/ask/members-as-of-a-day?", "/browse/ckg:State?"]
)
def test_what_a_network_puts_behind_an_address_changes_nothing(
    site: FlaskClient, address: str
) -> None:
    tracked = site.get(f"{address}utm_source=letter&fbclid=1", headers={"Accept": "text/csv"})
    assert tracked.status_code == 200
    assert tracked.data == site.get(address, headers={"Accept": "text/csv"}).data
