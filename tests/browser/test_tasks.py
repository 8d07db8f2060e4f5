"""What people come for, done by who is new here: from the first page on, without SPARQL.

Each on a phone with scripts and on a desktop without; in the long run the other way round as well.
"""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Visit
from tests.browser.test_pages import findings

pytestmark = pytest.mark.slow


@pytest.fixture(
    params=[
        pytest.param((375, True), id="phone"),
        pytest.param((1440, False), id="desktop-plain"),
        pytest.param((375, False), id="phone-plain", marks=pytest.mark.long),
        pytest.param((1440, True), id="desktop", marks=pytest.mark.long),
    ],
)
def home(visit: Callable[..., Visit], request: pytest.FixtureRequest) -> Iterator[Page]:
    """The first page; where a task has ended, the page is looked at too."""
    width, scripts = request.param
    window = visit(width=width, scripts=scripts)
    yield window.go("/")
    assert not window.faults()
    if scripts:
        assert findings(window.page) == []


def test_who_was_a_member_on_a_day(home: Page) -> None:
    home.click("text=Who was a member on a day")
    home.fill("input[name=day]", "2003-01-01")
    home.click("main form button:has-text('Show')")
    rows = home.locator("table.records tbody tr").all_inner_texts()
    assert len(rows) == 6
    assert all("attested" in row and "Janko Šćepanović" in row for row in rows)
    home.fill("input[name=day]", "2024-06-25")
    home.select_option("select[name=state]", label="Armenia")
    home.click("main form button:has-text('Show')")
    assert "attested" in home.locator("h1").inner_text()
    assert "exit announced, not reported" in home.locator("h1").inner_text()
    assert "paragraph 6, sentence 1" in home.locator("table.records tbody").inner_text()


def test_what_happened_between_a_state_and_others(home: Page) -> None:
    home.click("text=What happened when")
    home.select_option("select[name=involves]", label="Armenia")
    home.fill("main input[name=from]", "2022")
    home.click("main form button:has-text('Show')")
    told = home.locator("table.records").inner_text()
    assert "withdrawal of Armenia from the CSTO" in told
    # What has no date is told as well.
    assert "recall of the ambassador of Armenia" in told or "undated" in told
    assert home.locator("a:has-text('PNG')").count() == 1


def test_who_claims_what_and_what_stands_against_it(home: Page) -> None:
    home.click("text=Who claims what")
    home.fill("main input[name=about]", "CSTO enlargement")
    home.click("main form button:has-text('Show')")
    told = home.locator("main").inner_text()
    assert "Imangali Tasmagambetov" in told
    assert "Janko Šćepanović" in told
    assert "Contradicted by" in told


def test_who_was_bound_to_whom_on_two_days(home: Page) -> None:
    home.click("text=Who is bound to whom")
    home.fill("input[name=day]", "2000-01-01")
    home.fill("input[name=compare]", "2024-06-25")
    home.click("main form button:has-text('Show')")
    assert "gained" in home.locator("h1").inner_text()
    assert home.locator("figure svg.network").count() == 2
    home.locator("section:has(h2:has-text('Gained')) a:text-is('Armenia')").first.click()
    assert "So it is: Armenia, is member of" in home.locator("h1").inner_text()


def test_arms_between_two_states_as_a_table(home: Page) -> None:
    home.click("main a:text-is('Tables')")
    home.click("table a:text-is('Transfer')")
    home.locator("input[name=involves]").first.fill("Belarus")
    home.click("main form button:has-text('Show')")
    home.locator("input[name=involves]").last.fill("Azerbaijan")
    home.click("main form button:has-text('Show')")
    with home.expect_download() as download:
        home.locator("main a:text-is('CSV')").first.click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) >= 5
    assert {"supplier_label", "recipient_label", "actuality_label", "sentences_label"} <= set(
        rows[0]
    )
    assert {"alleged", "revealed"} & {row["actuality_label"] for row in rows}


def test_the_sentence_that_an_event_rests_on(home: Page) -> None:
    home.fill("main input[name=q]", "freeze of Armenia's participation")
    home.click("main form button:has-text('Search')")
    home.locator("main a:has-text('freeze of Armenia')").first.click()
    home.locator("main a:has-text('paragraph 7, sentence 1')").first.click()
    home.click("text=Where it stands in the text")
    assert home.url.endswith("/read/scepanovic-2024#scepanovic-2024-p07-s1")
    assert "cstokg check-source" in home.locator("main").inner_text()


def test_how_to_cite_what_was_found(home: Page) -> None:
    home.fill("main input[name=q]", "Pashinyan February 2024")
    home.click("main form button:has-text('Search')")
    home.locator("main a:has-text('claims to have frozen')").first.click()
    home.click("text=How to cite this")
    told = home.locator("main").inner_text()
    assert "@misc{cstokg-id-statement-pashinyan-2024-02" in told
    assert "Šćepanović, J." in told


def test_how_assistants_are_given_the_tools(home: Page) -> None:
    told = home.locator("main").inner_text()
    assert "/mcp" in told
    link = home.locator("main a:text-is('llms.txt')")
    answer = home.request.get(f"{home.url.rstrip('/')}{link.get_attribute('href')}")
    assert (answer.status, "/mcp" in answer.text()) == (200, True)
