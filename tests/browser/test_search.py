"""What the search box suggests while one types, and that it works as a form without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Visit
from tests.browser.test_pages import findings

pytestmark = pytest.mark.slow

NAMES = "/search/names.js"


def type_in(page: Page, text: str, box: str = "#q") -> list[str]:
    """Type `text` and return what is suggested."""
    page.fill(box, "")
    page.locator(box).press_sequentially(text)
    options = page.get_by_role("listbox").get_by_role("option")
    options.first.wait_for()
    return [" ".join(each.split()) for each in options.all_inner_texts()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ODKB", "Collective Security Treaty Organization organization (ODKB)"),
        ("одкб", "Collective Security Treaty Organization organization (ОДКБ)"),
        ("Armen", "Armenia state"),
        ("lukash", "Alexander Lukashenko"),
        ("Scepanovic", "Janko Šćepanović"),
        ("soft alli", "a 'soft alliance'? question"),
        ("nato", "North Atlantic Treaty Organization organization (NATO)"),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(
    visit: Callable[..., Visit], typed: str, found: str
) -> None:
    window = visit()
    suggested = type_in(window.go("/browse"), typed)
    assert len(suggested) <= 8
    assert any(found in each for each in suggested[:3]), suggested
    window.check()


def test_the_names_are_loaded_when_the_box_is_used_and_what_is_typed_is_sent_nowhere(
    visit: Callable[..., Visit],
) -> None:
    window = visit()
    page = window.go("/")
    page.wait_for_load_state("networkidle")
    assert not any(NAMES in url for url in window.requested)
    window.requested.clear()
    type_in(page, "Armenia", "#search-here")
    (loaded,) = window.requested
    assert NAMES in loaded
    # The policy forbids what the script could do otherwise.
    refused = "fetch('/search?q=x').then(() => false, () => true)"
    assert page.evaluate(refused)


def test_a_suggestion_is_chosen_by_keys(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.go("/browse")
    box = page.get_by_role("combobox", name="Search")
    first, second, *_ = type_in(page, "armen")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-activedescendant") is None
    for key, chosen in (("ArrowDown", first), ("ArrowDown", second), ("ArrowUp", first)):
        box.press(key)
        active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
        assert active.get_attribute("aria-selected") == "true"
        assert " ".join(active.inner_text().split()) == chosen
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert not page.get_by_role("listbox").is_visible()
    assert box.input_value() == "armen"
    box.press("i")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/page/state/armenia")
    window.check()


def test_a_suggestion_is_chosen_by_the_mouse(visit: Callable[..., Visit]) -> None:
    page = visit().go("/browse")
    type_in(page, "ODKB")
    page.get_by_role("option").first.click()
    page.wait_for_url("**/page/organization/csto")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_typed_is_searched_where_nothing_is_chosen(
    visit: Callable[..., Visit], *, scripts: bool
) -> None:
    page = visit(scripts=scripts).go("/browse")
    page.fill("#q", "armenia")
    page.press("#q", "Enter")
    page.wait_for_url("**/search?q=armenia")
    assert page.get_by_role("listbox").count() == 0 or not page.get_by_role("listbox").is_visible()


@pytest.mark.parametrize("path", ["/", "/page/state/armenia"])
@pytest.mark.parametrize(("width", "dark"), [(375, True), (1440, False)])
def test_suggestions_fit_shift_nothing_and_are_open_to_everybody(
    visit: Callable[..., Visit], path: str, width: int, *, dark: bool
) -> None:
    page = visit(width=width, dark=dark).go(path)
    box = "#search-here" if path == "/" else "#q"
    place = "document.querySelector('main').getBoundingClientRect().top"
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(f"[{place}, {height}]")
    type_in(page, "russia", box)
    page.press(box, "ArrowDown")
    assert page.evaluate(f"[{place}, {height}]") == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen = page.get_by_role("listbox").bounding_box()
    assert seen is not None
    assert seen["x"] >= 0
    assert seen["x"] + seen["width"] <= width
    assert not findings(page)


def test_a_label_is_never_markup(visit: Callable[..., Visit], small_site: str) -> None:
    window = visit(address=small_site)
    page = window.go("/")
    (label, *_) = type_in(page, "berin", "#search-here")
    assert re.search("<script>", label)
    window.check()
