"""Every kind of page, as readers have it: on a phone, on a desktop, in the dark, with no JS."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page
from tests.browser.conftest import Visit

pytestmark = pytest.mark.slow

MEMBERS = "/sparql?query=SELECT+%2A+%7B+%3Fs+ckg%3AmemberOf+%3Fo+%7D&format=html"
PAGES = {
    "home": "/",
    "search": "/search?q=armenia",
    "search-empty": "/search?q=",
    "search-nothing": "/search?q=zzzzqqqq",
    "browse": "/browse",
    "about": "/about",
    "terms": "/ontology?q=member",
    "person": "/page/person/nikol-pashinyan",
    "things": "/browse/Statement",
    "ontology": "/ontology",
    "state": "/page/state/armenia",
    "organization": "/page/organization/csto",
    "statement": "/page/statement/pashinyan-2024-02",
    "claim": "/page/claim/armenia-froze-participation",
    "event": "/page/event/armenia-freeze-of-csto-participation",
    "as-of": "/as-of?day=2003-01-01&compare=2024-06-25",
    "network": "/network?day=2000-01-01&compare=2024-06-25",
    "timeline": "/timeline?involves=state:armenia",
    "claims": "/claims?about=topic:csto-enlargement",
    "questions": "/ask",
    "question": "/ask/members-as-of-a-day?day=2003-01-01",
    "why": "/why?s=state:armenia&p=ckg:memberOf&o=organization:csto",
    "why-not": "/why?s=state:armenia&p=ckg:formerMemberOf&o=organization:csto",
    "disagreements": "/disagreements",
    "source": "/read/scepanovic-2024",
    "downloads": "/downloads",
    "passage": "/page/passage/scepanovic-2024-p07-s1",
    "query": "/sparql",
    "answer": MEMBERS,
    "graph": "/sparql?query=DESCRIBE+state%3Aarmenia&format=html",
    "mistake": "/sparql?query=SELECT+%7B&format=html",
    "missing": "/page/state/atlantis",
}
OF_THE_SMALL_SITE = {"downloads"}
"""Pages that make the server work for long: to make all files of a small dataset is quick."""
READERS = {
    "phone-dark": {"width": 375, "dark": True},
    "desktop-light": {"width": 1440, "dark": False},
}
HOME_WEIGHT = 150_000

# What reaches beyond the window, but for what scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .filter(e => !e.closest('.wide, .chart, pre, svg, .yasr_results, .CodeMirror, .visually-hidden'))
  .map(e => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 60)}`)"""

# Takes out what repeats what stands beside it (the same tags, classes and attributes, with text or
# not), but for the first three and the last: of a long list, axe-core then looks at four entries.
SHORTEN = """() => {
  const makes = new Map();
  const make = e => {
    if (!makes.has(e)) {
      const inside = [...new Set([...e.children].map(make))].sort();
      const names = e.getAttributeNames().sort();
      const text = e.textContent.trim() ? 'text' : '';
      makes.set(e, `${e.tagName} ${e.className} ${names} ${text} (${inside})`);
    }
    return makes.get(e);
  };
  for (const parent of document.querySelectorAll('main, main *')) {
    const seen = {};
    for (const e of [...parent.children]) {
      seen[make(e)] = (seen[make(e)] ?? 0) + 1;
      if (seen[make(e)] > 3 && e.nextElementSibling) e.remove();
    }
  }
}"""


def findings(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical: the rule, and the first elements."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(SHORTEN)
    response: dict[str, Any] = Axe().run(page).response
    assert response["passes"], "axe-core has looked at nothing"
    return [
        f"{each['id']}: {[node['html'][:200] for node in each['nodes'][:4]]}"
        for each in response["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("readers", [1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("reader", READERS)
def test_pages_fit_and_are_open_to_everybody(
    visit: Callable[..., Visit], site: str, small_site: str, reader: str, readers: int
) -> None:
    """Each page fits for each reader; axe-core looks at it as one reader has it, or as both."""
    window = visit(**READERS[reader])
    failed = {}
    for number, (name, path) in enumerate(PAGES.items(), list(READERS).index(reader)):
        window.address = small_site if name in OF_THE_SMALL_SITE else site
        page = window.go(path)
        if path.startswith("/sparql"):
            page.wait_for_selector(".yasqe .CodeMirror")
        fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        faults = [
            *([] if page.locator("h1:visible").count() == 1 else ["there must be one h1"]),
            *page.evaluate(TOO_WIDE),
            *([] if fits else ["it is wider than the window"]),
            *(findings(page) if number % 2 < readers else []),
            *window.faults(),
        ]
        if faults:
            failed[name] = faults
    assert not failed


def test_pages_are_whole_without_scripts(
    visit: Callable[..., Visit], site: str, small_site: str
) -> None:
    window = visit(scripts=False)
    failed = {}
    for name, path in PAGES.items():
        window.address = small_site if name in OF_THE_SMALL_SITE else site
        page = window.go(path)
        is_whole = page.locator("h1:visible").count() == 1 and page.locator("main").inner_text()
        faults = [*([] if is_whole else ["there is no text"]), *window.faults()]
        if faults:
            failed[name] = faults
    assert not failed


def test_the_ways_of_the_page_can_be_gone_by_keyboard(visit: Callable[..., Visit]) -> None:
    page = visit().go("/page/state/armenia")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    # What has the focus is seen to have it.
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_first_page_is_light(visit: Callable[..., Visit]) -> None:
    window = visit()
    sizes: dict[str, int] = {}
    session = window.page.context.new_cdp_session(window.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    window.go("/").wait_for_load_state("networkidle")
    assert len(sizes) > 1
    assert sum(sizes.values()) < HOME_WEIGHT
    session.detach()


def test_a_question_of_the_first_page_is_answered_without_scripts(
    visit: Callable[..., Visit],
) -> None:
    page = visit(scripts=False).go("/")
    questions = page.locator(".questions a")
    assert questions.count() == 10
    questions.first.click()
    assert page.locator("main table tbody tr").count() == 9


def test_the_form_answers_without_scripts(visit: Callable[..., Visit]) -> None:
    page = visit(scripts=False).go("/sparql")
    assert not page.locator("#editor").is_visible()
    page.fill("#query", "SELECT ?s { ?s ckg:memberOf organization:csto }")
    page.click("#query-form button")
    assert page.locator("#answer table tbody tr").count() == 6


def test_a_line_of_the_network_leads_to_its_reasons(visit: Callable[..., Visit]) -> None:
    window = visit(scripts=False)
    page = window.go("/network?day=2003-01-01&compare=2024-06-25&kinds=membership")
    first, second = map(box, page.locator("svg.network").all())
    assert first["y"] == second["y"]
    page.get_by_role("link", name="Armenia, member of").last.locator(".mark").first.click()
    assert page.locator("h1").inner_text().startswith("So it is: Armenia, is member of")
    assert page.url.startswith(f"{window.address}/why?")
    window.check()


def test_the_drawings_of_a_network_stand_below_one_another_on_a_phone(
    visit: Callable[..., Visit],
) -> None:
    page = visit(width=375).go("/network?day=2003-01-01&compare=2024-06-25")
    first, second = map(box, page.locator("svg.network").all())
    assert second["y"] > first["y"] + first["height"]
    for name in map(box, page.locator("svg.network .name").all()):
        assert first["x"] <= name["x"] <= first["x"] + first["width"] - name["width"]


def box(drawn: Locator) -> FloatRect:
    """Return where something that is seen stands."""
    found = drawn.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=SELECT+%2A+%7B+%3Fs+rdfs%3Alabel+%3Fl+%7D&format=html",
        "/sparql?query=%3C%2Ftextarea%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
        "/search?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
        "/search?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert%281%29%3E",
        "/page/state/berin",
        "/page/state/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    ],
)
def test_markup_in_data_queries_and_searches_does_nothing(
    visit: Callable[..., Visit], small_site: str, path: str
) -> None:
    window = visit(address=small_site)
    page = window.go(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    # Not even held back by the policy of the page: there is none to hold back.
    assert page.locator("script:not([src]):not([type*='json'])").count() == 0
    assert page.locator("img[src='x']").count() == 0
    window.check()
