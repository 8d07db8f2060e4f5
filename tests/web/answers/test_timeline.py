"""The page of the chronology, its drawing, and what it refuses."""

import struct
import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from tests.web.answers.conftest import show


def test_the_page_has_the_drawing_the_table_and_the_form_as_asked(site: FlaskClient) -> None:
    page = show(site, "/timeline?involves=state:armenia&from=2022")
    assert "<h1>Armenia, in the order of time:" in page
    assert 'class="chronology"' in page
    assert '<option value="state:armenia" selected>' in page
    assert 'value="2022"' in page
    assert "/page/statement/pashinyan-2024-02" in page
    assert "format=csv" in page


def test_fields_of_a_form_that_are_left_empty_ask_for_nothing(site: FlaskClient) -> None:
    empty = site.get("/timeline?involves=&kinds=&actuality=&from=&to=&source=&format=json")
    assert empty.get_json() == site.get("/timeline?format=json").get_json()


def test_the_drawing_alone_is_svg_with_links(site: FlaskClient) -> None:
    answer = site.get("/timeline?involves=state:armenia&format=svg")
    assert answer.mimetype == "image/svg+xml"
    drawing = ET.fromstring(answer.text)
    links = drawing.findall(".//{http://www.w3.org/2000/svg}a")
    assert len(links) > 10
    assert all("/page/" in link.get("href", "") for link in links)
    assert "Will the CSTO, Russia's Answer to NATO, Expand?" in "".join(drawing.itertext())


@pytest.mark.parametrize("asked", ["involves=state:armenia", "from=1900&to=1901"])
def test_the_picture_is_a_png_of_twice_the_size_of_the_drawing(
    site: FlaskClient, asked: str
) -> None:
    drawing = ET.fromstring(site.get(f"/timeline?{asked}&format=svg").text)
    answer = site.get(f"/timeline?{asked}&format=png")
    assert (answer.mimetype, answer.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    # Its first chunk has the width and the height (PNG, 11.2.2).
    size = struct.unpack(">II", answer.data[16:24])
    assert size == tuple(2 * int(drawing.get(side, "")) for side in ("width", "height"))


def test_a_calendar_has_what_lies_between_two_known_days(site: FlaskClient) -> None:
    answer = site.get("/timeline?involves=person:nikol-pashinyan&format=ics")
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    events: dict[str, Any] = {
        str(each["uid"]).rpartition("/")[2]: each for each in calendar.walk("VEVENT")
    }
    leaving = events["pashinyan-2024-06"]
    assert (leaving["dtstart"].dt, leaving["dtend"].dt) == (date(2024, 6, 12), date(2024, 6, 25))
    assert "announces" in leaving["description"]
    assert "armenia-withdrawal-from-csto" not in events


def test_the_drawing_may_stand_in_a_frame_of_another_site(site: FlaskClient) -> None:
    page = site.get("/embed/timeline?involves=state:armenia")
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert 'class="chronology"' in page.text
    assert "/timeline?involves=state:armenia" in page.text
    assert "frame-ancestors 'none'" in site.get("/timeline").headers["Content-Security-Policy"]
