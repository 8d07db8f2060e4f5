"""The query editor, used as a person does."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Visit

from cstokg.web.protocol.editor import is_built

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_built(), reason="the scripts are not built (CSTOKG_NO_FRONTEND)"),
]

MEMBERS = """SELECT ?s ?name {
  ?s ckg:memberOf organization:csto ; rdfs:label ?name FILTER(LANG(?name) = "en")
}"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
STATUS = "[data-part=status]"


def write(page: Page, query: str) -> None:
    """Type a query in the place of what is in the editor."""
    page.click(".yasqe .CodeMirror-lines")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    # As a paste does: what is typed sign by sign gets its closing brackets.
    page.keyboard.insert_text(query)


def ask(page: Page, query: str) -> None:
    write(page, query)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "() => !document.querySelector('#editor.busy')"
        " && document.querySelector('[data-part=status]').textContent"
    )


def text(page: Page) -> str:
    """Return what stands in the editor."""
    query: str = page.evaluate("document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()")
    return query


@pytest.fixture
def window(visit: Callable[..., Visit]) -> Visit:
    made = visit()
    made.go("/sparql").wait_for_selector(".yasqe .CodeMirror")
    return made


def test_a_query_is_answered_with_its_time(window: Visit) -> None:
    page = window.page
    ask(page, MEMBERS)
    assert page.locator(STATUS).inner_text().startswith("6 rows in ")
    assert page.locator(".yasr tbody tr").count() == 6
    window.check()


def test_no_prefix_need_be_declared_and_all_can_be(window: Visit) -> None:
    page = window.page
    write(page, MEMBERS)
    assert page.locator(".parseErrorIcon").count() == 0
    page.click("[data-part=prefixes]")
    declared = {line.split()[1] for line in text(page).splitlines() if line.startswith("PREFIX")}
    assert declared == {"ckg:", "organization:", "rdfs:"}


def test_names_are_completed_from_the_graph_by_label_too(window: Visit) -> None:
    page = window.page
    write(page, "SELECT * { ?s a ")
    page.keyboard.type("Mem")
    page.wait_for_selector(".CodeMirror-hint")
    assert page.locator(".CodeMirror-hint b").first.inner_text() == "ckg:Membership"
    page.keyboard.press("Enter")
    assert text(page).endswith("?s a ckg:Membership")
    page.keyboard.type(" ; ckg:member ")
    page.keyboard.type("Арм")
    page.wait_for_selector("li:has-text('state:armenia')")
    page.keyboard.press("Enter")
    assert text(page).endswith("ckg:member state:armenia")
    window.check()


def test_a_term_that_is_not_there_is_told(window: Visit) -> None:
    ask(window.page, "SELECT ?s { ?s a ckg:Sate }")
    assert "Did you mean ckg:State?" in window.page.locator(STATUS).inner_text()
    ask(window.page, "SELECT ?s { ?s a ckg:State }")
    assert "Did you" not in window.page.locator(STATUS).inner_text()


def test_a_mistake_is_marked_where_it_is(window: Visit) -> None:
    page = window.page
    ask(page, "SELECT ?s {\n  ?s a ckg:State FILTR(?s)\n}")
    assert page.locator(".error-place").inner_text() == "FILTR"
    assert "Did you mean FILTER?" in page.locator("[data-part=problem]").inner_text()
    assert page.locator(STATUS).inner_text() == "A mistake in line 2."
    # It is gone with the next change.
    page.keyboard.press("End")
    page.keyboard.type(" ")
    assert page.locator(".error-place").count() == 0


def test_the_page_of_a_mistake_marks_it_too(visit: Callable[..., Visit]) -> None:
    page = visit().go("/sparql", query="SELECT ?s {\n  ?s a ckg:State FILTR(?s)\n}")
    page.wait_for_selector(".error-place")
    assert page.locator(".error-place").inner_text() == "FILTR"


def count_stopped(window: Visit) -> float:
    """Return how many queries somebody has stopped."""
    numbers = window.page.request.get(f"{window.address}/metrics").text()
    found = re.search(r'queries_stopped_total\{bound="query-cancelled"\} (\S+)', numbers)
    return float(found[1]) if found else 0.0


def test_a_query_can_be_stopped(window: Visit) -> None:
    page = window.page
    write(page, ENDLESS)
    page.click("[data-part=run]")
    page.wait_for_timeout(500)  # so that the server has it
    stopped = count_stopped(window)
    page.click("[data-part=stop]")
    assert page.locator(STATUS).inner_text() == "Stopped."
    assert page.locator("[data-part=run]").is_visible()
    for _ in range(1000):  # on the server too
        if count_stopped(window) > stopped:
            break
        page.wait_for_timeout(50)
    assert count_stopped(window) > stopped
    ask(page, "ASK {}")
    assert page.locator(STATUS).inner_text().startswith("Yes")
    window.check()


def test_the_address_of_an_answer_leads_back_to_it(
    window: Visit, visit: Callable[..., Visit]
) -> None:
    ask(window.page, MEMBERS)
    address = urlsplit(window.page.url)
    assert parse_qs(address.query)["query"] == [MEMBERS]
    other = visit()
    page = other.go(f"{address.path}?{address.query}")
    page.wait_for_selector(".yasr tbody tr")
    assert text(page) == MEMBERS
    # The answer came with the page, and was not asked for again.
    asked = [url for url in other.requested if "/sparql" in url and "terms" not in url]
    assert len(asked) == 1
    assert page.locator("#answer").count() == 0
    other.check()


def test_the_link_is_copied(window: Visit) -> None:
    page = window.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, MEMBERS)
    page.click("[data-part=share]")
    page.wait_for_selector(f"{STATUS}:has-text('copied')")
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query)["query"] == [MEMBERS]


def test_the_link_to_a_chart_leads_to_the_chart(window: Visit, visit: Callable[..., Visit]) -> None:
    page = window.page
    ask(page, MEMBERS)
    page.click(".yasr button:has-text('Chart')")
    page.click("[data-part=share]")
    link: str = page.locator("[data-part=link]").input_value()
    address = urlsplit(link)
    assert address.fragment == "view=chart"
    other = visit()
    other.go(f"{address.path}?{address.query}#{address.fragment}").wait_for_selector(
        ".yasr svg rect.bar"
    )
    other.check()


def test_names_are_shown_whole(window: Visit) -> None:
    page = window.page
    ask(page, "SELECT ?name { ?s rdfs:label ?name } ORDER BY DESC(STRLEN(?name)) LIMIT 3")
    cut = page.locator(".yasr td > div").evaluate_all(
        "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1).length"
    )
    assert cut == 0


@pytest.mark.parametrize(
    ("name", "begins"), [("CSV", "s,name"), ("SPARQL results in JSON", "{"), ("TSV", "?s\t?name")]
)
def test_an_answer_is_downloaded(window: Visit, name: str, begins: str) -> None:
    page = window.page
    ask(page, MEMBERS)
    with page.expect_download() as download:
        page.click(f"[data-part=downloads] a:text-is('{name}')")
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith(begins)


def test_links_stay_on_this_server(window: Visit) -> None:
    page = window.page
    ask(page, "SELECT ?s { ?s ckg:memberOf organization:csto } ORDER BY ?s LIMIT 1")
    page.click(".yasr td a.iri")
    page.wait_for_url("**/page/state/armenia")
    assert page.locator("h1").inner_text() == "Armenia"
    window.check()


@pytest.mark.parametrize(
    ("query", "finding"),
    [
        ("SELECT ?s { ?s ckg:memberOf organization:csto } ORDER BY ?s", "1 statement"),
        ("CONSTRUCT WHERE { state:belarus ckg:memberOf ?o }", "So it is: Belarus, is member of"),
        ("CONSTRUCT WHERE { state:belarus skos:altLabel ?o }", "So it is: Belarus, "),
    ],
)
def test_each_row_says_why_it_is_so(window: Visit, query: str, finding: str) -> None:
    page = window.page
    ask(page, query)
    page.locator(".yasr .rowNumber a").first.click()
    page.wait_for_url("**/why?*")
    assert finding in page.locator("h1").inner_text()
    window.check()


def test_numbers_are_drawn_as_bars_and_dates_on_a_line(window: Visit) -> None:
    page = window.page
    ask(page, "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 5")
    page.click(".yasr button:has-text('Chart')")
    assert page.locator(".yasr svg rect.bar").count() == 5
    dates = "SELECT ?name ?date { ?s ckg:date ?date ; rdfs:label ?name }"
    ask(page, f"{dates} ORDER BY ?date LIMIT 7")
    assert page.locator(".yasr svg circle.bar").count() >= 7
    window.check()


def test_a_graph_and_a_truth_are_answers_too(window: Visit) -> None:
    page = window.page
    ask(page, "DESCRIBE state:armenia")
    assert "triples" in page.locator(STATUS).inner_text()
    assert page.locator("[data-part=downloads] a:text-is('Turtle')").is_visible()
    ask(page, "ASK { state:armenia ckg:memberOf organization:guam }")
    assert page.locator(STATUS).inner_text().startswith("No")
    window.check()


def test_a_question_of_the_menu_is_asked(window: Visit) -> None:
    page = window.page
    assert page.locator("#examples option").count() > 35
    page.select_option("#examples", index=1)
    page.wait_for_selector(".yasr tbody tr")
    assert text(page).startswith("# According to the article")
    assert "answer:" not in text(page)
    # The menu keeps it, until the query is another.
    assert page.locator("#examples").evaluate("menu => menu.selectedIndex") == 1
    write(page, MEMBERS)
    assert page.locator("#examples").evaluate("menu => menu.selectedIndex") == 0


def test_the_editor_is_used_and_left_by_keyboard(window: Visit) -> None:
    page = window.page
    page.focus("#examples")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.yasqe') !== null")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("ASK {}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.part") == "run"
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{STATUS}:has-text('Yes')")


def test_markup_in_answers_is_shown_as_it_is(visit: Callable[..., Visit], small_site: str) -> None:
    window = visit(address=small_site)
    page = window.go("/sparql")
    evil = "<img src=x onerror=alert(1)>"
    ask(page, f"SELECT ?s ?l ?x {{ ?s rdfs:label ?l BIND({json.dumps(evil)} AS ?x) }}")
    shown = page.locator(".yasr tbody").inner_text()
    assert evil in shown
    assert "<script>alert(1)</script>" in shown
    assert page.locator(".yasr img").count() == 0
    page.click(".yasr button:has-text('Chart')")
    page.click(".yasr button:has-text('Response')")
    page.wait_for_timeout(200)
    window.check()
