"""The slider over the days of `/as-of`, by keys and by pointer, and the page without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.test_pages import box, findings

pytestmark = pytest.mark.slow

WHERE = "/as-of?day=2003-01-01&of=organization:csto"
READERS: list[dict[str, Any]] = [{"width": 375, "dark": True}, {"width": 1440}]


def told(page: Page) -> tuple[str, str, str]:
    """Return the day of the address and of the form, and what is told of Armenia."""
    row = page.locator("table.records tbody tr", has_text="Armenia").locator("td").nth(1)
    day = page.url.partition("day=")[2].partition("&")[0]
    return day, page.input_value("input[name=day]"), row.inner_text().strip().lower()


def wait_for(page: Page, day: str) -> None:
    page.wait_for_url(f"**/as-of?day={day}&of=organization:csto")


@pytest.mark.parametrize("reader", READERS, ids=["phone", "desktop"])
def test_it_is_moved_by_keys(visit: Callable[..., Visit], reader: dict[str, Any]) -> None:
    window = visit(**reader)
    page = window.go(WHERE)
    slider = page.get_by_role("slider", name="Day")
    expect(slider).to_have_attribute("aria-valuetext", "1 January 2003: 6 attested")
    slider.focus()
    steps = [
        ("ArrowRight", "2024-06-26", "26 June 2024: 6 carried forward", "carried forward"),
        ("ArrowUp", "2024-06-27", "27 June 2024: 6 carried forward", "carried forward"),
        ("PageDown", "2023-06-27", "27 June 2023: 6 attested", "attested"),
        ("ArrowLeft", "2002-12-31", "31 December 2002: 6 attested", "attested"),
        ("ArrowLeft", "2002-01-01", "1 January 2002: 6 open", "open"),
        ("ArrowDown", "2001-12-31", "31 December 2001: 6 not", "not"),
    ]
    for key, day, text, verdict in steps:
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuetext", text)
        expect(slider).to_be_focused()
        wait_for(page, day)
        assert told(page)[:2] == (day, day)
        assert told(page)[2].endswith(verdict)
    assert "31 December 2001" in page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not window.faults()
    assert not findings(page)


def test_it_is_dragged_and_the_line_of_the_day_follows(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.go(WHERE)
    slider = page.get_by_role("slider", name="Day")
    track = box(slider)
    middle = track["y"] + track["height"] / 2
    line = page.locator(".lanes .day")
    page.mouse.move(box(line)["x"], middle)  # the slider stands over the axis
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, middle, steps=5)
    moved = box(line)["x"] - track["x"] - track["width"] / 2
    assert abs(moved) < 2
    page.mouse.up()
    page.wait_for_url("**/as-of?day=2013-*")
    assert "2013" in page.locator("h1").inner_text()
    window.check()


def test_what_is_shown_is_there_again_after_a_reload_and_the_way_back(
    visit: Callable[..., Visit],
) -> None:
    page = visit().go(WHERE)
    page.click("summary:has-text('on which a verdict changes')")
    page.get_by_role("slider").press("ArrowRight")
    wait_for(page, "2024-06-26")
    assert page.locator("details.changes").get_attribute("open") is not None
    assert "26 June 2024" in page.locator("[aria-current=true]").inner_text()
    page.reload()
    expect(page.get_by_role("slider")).to_have_attribute(
        "aria-valuetext", "26 June 2024: 6 carried forward"
    )
    page.click("table.records a:text-is('Armenia')")
    page.wait_for_url("**/page/state/armenia")
    page.go_back()
    wait_for(page, "2024-06-26")
    assert told(page) == ("2024-06-26", "2024-06-26", "carried forward")


def test_what_cannot_be_loaded_is_asked_for_as_a_page(visit: Callable[..., Visit]) -> None:
    page = visit().go(WHERE)
    page.route("**/as-of?*format=js", lambda route: route.abort())
    page.get_by_role("slider").press("ArrowRight")
    wait_for(page, "2024-06-26")
    assert told(page) == ("2024-06-26", "2024-06-26", "carried forward")


@pytest.mark.parametrize("reader", READERS, ids=["phone", "desktop"])
def test_without_scripts_there_is_the_field_of_the_day(
    visit: Callable[..., Visit], reader: dict[str, Any]
) -> None:
    page = visit(**reader, scripts=False).go(WHERE)
    assert not page.locator("#slider").is_visible()
    page.fill("input[name=day]", "2024-06-26")
    page.click("main form button:has-text('Show')")
    assert "carried forward" in told(page)[2]
