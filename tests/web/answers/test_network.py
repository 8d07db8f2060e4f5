"""The page of the network, its drawings, and the files of both."""

import re
import struct
import xml.etree.ElementTree as ET
from io import BytesIO
from typing import Any

import networkx
import pytest
from flask.testing import FlaskClient
from tests.web.answers.conftest import show

from cstokg.namespaces import RESOURCE

DAYS = "/network?day=2000-01-01&compare=2024-06-25"
SVG = "{http://www.w3.org/2000/svg}"


def drawings(site: FlaskClient, address: str) -> list[ET.Element]:
    """Return the drawing of each day."""
    answer = site.get(f"{address}&format=svg")
    assert answer.mimetype == "image/svg+xml"
    return ET.fromstring(answer.text).findall(f"{SVG}svg")


def bonds(drawing: ET.Element) -> list[ET.Element]:
    links = drawing.findall(f"{SVG}a")
    return [each for each in links if each.get("class", "").startswith("bond")]


def title_of(bond: ET.Element) -> str:
    return bond.findtext(f"{SVG}title", "")


def test_the_page_has_the_finding_the_form_and_what_changed(site: FlaskClient) -> None:
    page = show(site, f"{DAYS}&kinds=membership,treaty&kinds=observer")
    assert "<h1>From 1 January 2000 to 25 June 2024: seven bonds gained, none lost," in page
    assert page.count('class="network"') == 2
    assert '<input type="date" name="compare" value="2024-06-25">' in page
    chosen = re.findall(r'name="kinds" value="(\w+)" checked', page)
    assert chosen == ["membership", "treaty", "observer"]
    lists = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<li>(.*?)</li>", page)]
    assert "parties to CST (open, then not): Azerbaijan, Georgia, Uzbekistan" in lists
    assert (
        "members of CSTO (not, then attested): "
        "Armenia, Belarus, Kazakhstan, Kyrgyzstan, Russia, Tajikistan" in lists
    )
    # They add the reader's own words, and suggestions for the search.
    assert all(
        re.search(r"/(passages|search)\.js", each) for each in re.findall(r"<script[^>]*>", page)
    )


def test_a_node_stands_at_the_same_place_on_both_days(site: FlaskClient) -> None:
    first, second = drawings(site, DAYS)

    def nodes(drawing: ET.Element) -> dict[str, list[Any]]:
        links = [each for each in drawing.findall(f"{SVG}a") if "/page/" in each.get("href", "")]
        texts = {each.get("href", ""): each.findall(f"{SVG}text/{SVG}tspan") for each in links}
        return {
            address: [(each.get("x"), each.get("y"), each.text) for each in spans]
            for address, spans in texts.items()
            if spans
        }

    assert nodes(first) == nodes(second)
    assert len(nodes(first)) > 25
    paths = [
        {title_of(each).partition(":")[0]: each[1].get("d") for each in bonds(drawing)}
        for drawing in (first, second)
    ]
    both = set(paths[0]) & set(paths[1])
    assert len(both) > 15
    assert [paths[0][each] for each in both] == [paths[1][each] for each in both]


def test_what_changed_has_a_sign_and_what_is_open_is_dashed(two: FlaskClient) -> None:
    first, second = drawings(two, f"{DAYS}&kinds=membership&kinds=observer")
    signs = {
        title_of(each).partition(":")[0]: "".join(each.itertext()).split()[-1]
        for drawing in (first, second)
        for each in bonds(drawing)
        if each.find(f"{SVG}text") is not None
    }
    assert signs["Uzbekistan, member of GUAM"] == "\N{MINUS SIGN}"
    assert signs["Armenia, member of Collective Security Treaty Organization"] == "+"
    assert signs["Georgia, member of GUAM"] == "?"
    dashed = [title_of(each) for each in bonds(first) if each[2].get("stroke-dasharray")]
    assert dashed
    assert all(": open on 1 January 2000;" in each for each in dashed)
    (disputed,) = drawings(two, "/network?day=2012-07-01&kinds=treaty")
    told = {title_of(each): "".join(each.itertext()).split()[-1] for each in bonds(disputed)}
    assert [sign for title, sign in told.items() if ": disputed on" in title] == ["≠"]


def test_each_line_leads_to_its_reasons(site: FlaskClient) -> None:
    (drawing,) = drawings(site, "/network?day=2024-06-25")
    found = bonds(drawing)
    assert len(found) == 27
    for each in found:
        address = each.get("href", "")
        assert address.startswith(("/why?", "/page/treaty-participation/"))
        show(site, address)
    (armenia,) = (each for each in found if title_of(each).startswith("Armenia, member"))
    assert "exit announced by Nikol Pashinyan" in title_of(armenia)
    assert armenia.get("href", "").endswith("&p=ckg:memberOf&o=" + f"{RESOURCE}organization/csto")


def test_the_matrix_tells_not_from_nothing(site: FlaskClient) -> None:
    page = show(site, DAYS)
    row = re.search(r"<tr><th scope=\"row\"><a [^>]*>Moldova</a></th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in row[1].split("<td>")[1:]]
    told = [cell.replace("\N{MULTIPLICATION SIGN}", "x") for cell in cells if cell]
    assert told == [
        "○open ◐carried forward ?",
        "xnot xnot",
    ]
    assert len(cells) > len(told)


def test_a_picture_is_a_png_of_twice_the_size_of_the_drawing(site: FlaskClient) -> None:
    for asked in (DAYS, "/network?day=1900-01-01&kinds=treaty"):
        drawing = ET.fromstring(site.get(f"{asked}&format=svg").text)
        answer = site.get(f"{asked}&format=png")
        assert (answer.mimetype, answer.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
        # Its first chunk has the width and the height (PNG, 11.2.2).
        size = struct.unpack(">II", answer.data[16:24])
        assert size == tuple(2 * int(drawing.get(side, "")) for side in ("width", "height"))


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_graph_files_have_the_bonds_that_may_hold(site: FlaskClient, name: str) -> None:
    answer = site.get(f"{DAYS}&format={name}")
    assert answer.mimetype == f"application/{name}+xml"
    read: Any = {"graphml": networkx.read_graphml, "gexf": networkx.read_gexf}[name]
    graph = read(BytesIO(answer.data))
    rows = site.get(f"{DAYS}&format=json").get_json()["rows"]
    shown = [row for row in rows if row["change"] != "neither"]
    assert graph.number_of_edges() == len(shown) < len(rows)
    armenia, csto = f"{RESOURCE}state/armenia", f"{RESOURCE}organization/csto"
    assert graph.nodes[armenia]["label"] == "Armenia"
    told = graph.get_edge_data(armenia, csto)
    assert (told["verdict"], told["compared"], told["change"]) == ("not", "attested", "gained")
    assert "lastmodifieddate" not in answer.text


def test_the_answer_is_kept_for_the_language_of_its_reader(site: FlaskClient) -> None:
    english, russian = (
        site.get(f"{DAYS}&format=svg", headers={"Accept-Language": each}) for each in ("en", "ru")
    )
    assert "Армения" in russian.text
    assert english.headers["ETag"] != russian.headers["ETag"]
    again = site.get(f"{DAYS}&format=svg", headers={"If-None-Match": english.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", ["/", "/as-of?compare=2003-01-01", "/page/organization/csto"])
def test_other_pages_lead_to_the_network(site: FlaskClient, address: str) -> None:
    (link,) = re.findall(r'href="(/network[^"]*)"', show(site, address))
    show(site, link.replace("&amp;", "&"))
