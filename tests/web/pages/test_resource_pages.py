"""The pages of resources: what they show of the project's own facts, and how they are built."""

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cstokg import build_dataset, load_settings
from cstokg.web.application import create_app

NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" ' & \u2028 {{ 7 * 7 }}"
VOID = {"meta", "link", "br", "img", "input", "line", "rect", "hr"}


class Page(HTMLParser):
    """What tests ask of a page: its elements, their attributes, and the text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_a_page_takes_the_names_that_are_kept(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(site, "state/armenia")
    # To read all names for each page took seconds where there were many.
    monkeypatch.delattr("cstokg.analysis.chronology.read_labels")
    monkeypatch.delattr("cstokg.analysis.bonds.as_of.read_labels")
    for name in ("state/russia", "organization/csto", "person/nikol-pashinyan"):
        show(site, name)


def show(site: FlaskClient, name: str, **headers: str) -> tuple[str, Page]:
    answer = site.get(f"/page/{name}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text, Page(answer.text)


def scripts_of(page: Page) -> list[dict[str, Any]]:
    """Return the scripts of a page, but for those of passages and of the search."""
    scripts: list[dict[str, Any]] = page.all("script")
    known = re.compile(r"/build/(passages|search)\.js")
    return [each for each in scripts if not known.search(each.get("src") or "")]


def plain(text: str) -> str:
    """Return the text of a page without its markup, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def section(text: str, name: str) -> str:
    """Return the text of the section with that heading's id, in one line."""
    _, _, rest = text.partition(f'id="{name}">')
    return plain(rest.partition("</section>")[0])


def test_a_statement_tells_who_says_what_as_what(site: FlaskClient) -> None:
    text, page = show(site, "statement/tasmagambetov-2024-06-25")
    said = plain(text)
    short = section(text, "short")
    assert "Imangali Tasmagambetov predicts: " in short
    assert "the CSTO's membership will expand" in short
    assert "Is made as" in said
    assert "on 25 June 2024" in said
    assert "written 2024-06-25" in said
    assert "speakerRole" in str([each["href"] for each in page.all("a")])
    against = said.partition("Against it")[2]
    assert "“the CSTO is unlikely to attract new members” ( Janko Šćepanović )" in against


def test_quoted_words_are_marked_as_such(site: FlaskClient) -> None:
    _, page = show(site, "statement/moscow-declaration-concern")
    assert "deep concern" in page.texts["q"]


def test_a_claim_shows_both_its_sides(site: FlaskClient) -> None:
    said = plain(show(site, "claim/csto-membership-will-expand")[0])
    assert "Expressed in Tasmagambetov on enlargement, 25 June 2024 predicts" in said
    assert "growing tensions" in said.partition("For it")[2].partition("Against it")[0]
    assert "poised to shrink" in said.partition("Against it")[2].partition("Evidence")[0]


def test_a_passage_lists_what_rests_on_it_and_has_no_text(site: FlaskClient) -> None:
    said = plain(show(site, "passage/scepanovic-2024-p07-s1")[0])
    rests = said.partition("What rests on it")[2]
    assert "Pashinyan claims to have frozen Armenia's participation" in rests
    assert "The words of the passage are not part of this project" in said


def test_how_a_thing_is_told_is_marked_with_its_meaning(site: FlaskClient) -> None:
    text, page = show(site, "event/armenia-freeze-of-csto-participation")
    badges = [each for each in page.all("a") if "badge" in each.get("class", "")]
    alleged = next(each for each in badges if "alleged" in each["class"])
    assert "does not confirm" in alleged["title"]
    assert alleged["title"] in plain(text)


@pytest.mark.parametrize(
    ("name", "told", "drawn", "heading"),
    [
        ("organization/csto", 6, 6, "Members over time"),
        # Three states did not seek to join.
        ("treaty/collective-security-treaty", 12, 9, "Parties over time"),
    ],
)
def test_members_over_time_are_drawn_and_told(
    site: FlaskClient, name: str, told: int, drawn: int, heading: str
) -> None:
    text, page = show(site, name)
    assert heading in page.texts["h2"]
    members = text.partition('id="members"')[2].partition("</section>")[0]
    assert members.count('<rect class="open"') == drawn
    assert members.count('<th scope="row">') == told
    assert 'role="img"' in members


def test_a_state_has_its_timeline_in_the_order_of_time(site: FlaskClient) -> None:
    text, _ = show(site, "state/armenia")
    told = plain(text.partition('id="timeline"')[2].partition("</section>")[0])
    order = ["signing of the", "institutionalisation of the", "Pashinyan announces"]
    places = [told.index(each) for each in order]
    assert places == sorted(places)


def test_a_member_is_told_with_its_time_and_its_sentence(site: FlaskClient) -> None:
    short = section(show(site, "state/armenia")[0], "short")
    assert "Member of Collective Security Treaty Organization attested to 25 June 2024" in short
    assert "member since some time in 2002" in short
    assert "¶34.2" in short
    assert "is member of" not in short  # without a time


def test_an_organization_names_its_members(site: FlaskClient) -> None:
    short = section(show(site, "organization/csto")[0], "short")
    assert "six states are attested members of the CSTO: Armenia , Belarus" in short


def test_an_operation_names_who_asked_for_it(site: FlaskClient) -> None:
    short = section(show(site, "event/csto-operation-kazakhstan-2022")[0], "short")
    assert "Asked for by Kazakhstan (implied by the source)" in short


@pytest.mark.parametrize(
    ("name", "others"),
    [
        (
            "attitude/armenians-feel-betrayed-by-csto",
            ("perceives that its security", "unwilling to assist its own member"),
        ),
        ("attitude/armenia-perceives-no-support", ("betrayed by the CSTO", "unable to assist")),
        ("claim/csto-unable-to-assist", ("perceives that its security", "feel betrayed by")),
    ],
)
def test_accounts_of_one_matter_point_at_each_other(
    site: FlaskClient, name: str, others: tuple[str, ...]
) -> None:
    see_also = section(show(site, name)[0], "see-also")
    assert all(other in see_also for other in others), see_also


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("event/armenia-recalls-ambassador", "No date is told."),
        ("event/belarus-alleged-weapons-supply", "No number is given."),
        ("membership/armenia-csto", "no end is told"),
    ],
)
def test_a_page_says_what_the_source_does_not(site: FlaskClient, name: str, said: str) -> None:
    assert said in plain(show(site, name)[0])


def test_a_statement_without_a_date_stays_with_its_speaker(site: FlaskClient) -> None:
    told = section(show(site, "person/nikol-pashinyan")[0], "timeline")
    assert "Pashinyan denounces Lukashenko" in told.partition("no date is told")[2]


def test_nothing_is_drawn_after_the_last_day_of_the_source(site: FlaskClient) -> None:
    text, _ = show(site, "organization/csto")
    drawn = text.partition('id="timeline"')[2].partition("</section>")[0]
    (end,) = set(re.findall(r'class="ends" x1="([\d.]+)%"', drawn))
    ends = [
        float(x) + float(width)
        for x, width in re.findall(r'<rect class="\w+" x="([\d.]+)%" y="4" width="([\d.]+)%', drawn)
    ]
    assert len(ends) > 10
    assert max(ends) <= float(end) + 0.5  # the least width of what is seen


def test_links_from_elsewhere_are_told_in_plain_words(site: FlaskClient) -> None:
    told = section(show(site, "event/armenia-freeze-of-csto-participation")[0], "pointing")
    assert "comes after this" in told
    assert "as target" in section(show(site, "state/belarus")[0], "pointing")


def test_a_time_is_in_words_with_its_edtf_beside_it(site: FlaskClient) -> None:
    text, _ = show(site, "person/nikol-pashinyan")
    told = 'between 12 and 24 June 2024 <code class="edtf">[2024-06-12..2024-06-24]</code>'
    assert told in " ".join(text.split())


def test_a_page_lists_its_contents(site: FlaskClient) -> None:
    text, page = show(site, "organization/csto")
    contents = text.partition('class="contents"')[2].partition("</nav>")[0]
    wanted = re.findall(r'href="#([^"]+)"', contents)
    assert len(wanted) > 6
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert set(wanted) <= ids


def test_a_page_names_the_queries_behind_it(site: FlaskClient) -> None:
    _, page = show(site, "state/armenia")
    queries = {each["href"] for each in page.all("a") if each["href"].startswith("/sparql?")}
    assert len(queries) == 2
    for address in queries:
        answer = site.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "rows" in answer.text


def test_names_in_another_language_say_so(site: FlaskClient) -> None:
    english, _ = show(site, "state/armenia", **{"Accept-Language": "en"})
    russian, _ = show(site, "state/armenia", **{"Accept-Language": "ru"})
    assert '<dd lang="ru" dir="auto">Армения</dd>' in english
    assert '<dd lang="hy" dir="auto">Հայաստան</dd>' in english
    assert '<h1><span lang="ru">Армения</span></h1>' in russian
    assert '<span lang="ru">Россия</span>' not in english


def test_what_is_not_from_the_article_stands_apart(site: FlaskClient) -> None:
    text, _ = show(site, "state/armenia")
    assert "ISO 3166" not in text.partition('id="names"')[0]
    assert "Identifiers elsewhere ISO 3166-1 alpha-2 code AM" in plain(text)


def test_a_graph_leads_to_its_triples(site: FlaskClient) -> None:
    _, page = show(site, "graph/links/scepanovic-2024")
    assert {"href": "http://localhost/graph/links/scepanovic-2024"} in page.all("a")
    assert page.texts["h1"] == ["links/scepanovic-2024"]
    assert show(site, "dataset")[1].texts["h1"][0].startswith("cstokg, a knowledge graph")


def test_the_page_is_told_to_search_engines(site: FlaskClient) -> None:
    text, page = show(site, "state/armenia")
    script = next(each for each in page.all("script"))
    assert script == {"type": "application/ld+json"}
    thing = json.loads(page.texts["script"][0])
    assert thing["@id"] == "https://w3id.org/cstokg/id/state/armenia"
    assert thing["@type"] == "Country"
    assert {"@value": "Армения", "@language": "ru"} in thing["name"]
    assert any("wikidata" in other for other in thing["sameAs"])
    assert 'rel="canonical" href="http://localhost/page/state/armenia"' in text


EVERY_KIND = (
    "state/armenia",
    "organization/csto",
    "statement/moscow-declaration-concern",
    "claim/csto-membership-will-expand",
    "passage/scepanovic-2024-p07-s1",
    "actuality/alleged",
    "scheme/stance",
    "source/scepanovic-2024",
    "dataset",
    "graph/derived",
    "data/things/states",
    "file/ontology/schemes.ttl",
)


def test_a_page_is_built_for_everybody(site: FlaskClient) -> None:
    pages = {name: show(site, name)[1] for name in EVERY_KIND}
    assert not [(name, fault) for name, page in pages.items() for fault in faults(page)]


def faults(page: Page) -> Iterator[str]:
    """Iterate over what keeps a page from being read by everybody."""
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    referred = {
        reference
        for _, attributes in page.elements
        for reference in attributes.get("aria-labelledby", "").split()
    }
    named = [text for tag in ("h1", "h2", "h3", "a") for text in page.texts.get(tag, ())]
    checks = {
        "an element is open": not page.open,
        "its language is not said": page.all("html")[0]["lang"] == "en",
        "there is not one main part with one heading": len(page.all("main"))
        == len(page.all("h1"))
        == 1,
        "the first link does not skip to the content": page.all("a")[0]["href"]
        == "#" + page.all("main")[0]["id"],
        "a level of headings is left out": all(b - a <= 1 for a, b in pairwise(levels)),
        "a heading of a table has no scope": all(each.get("scope") for each in page.all("th")),
        "an id is there twice": len(ids) == len(set(ids)),
        "a label is not there": referred <= set(ids),
        # No script runs but that of passages, and no style is written where the policy forbids it.
        "there is a script": scripts_of(page) == [{"type": "application/ld+json"}],
        "there is a style": not any("style" in attributes for _, attributes in page.elements),
        "a link or heading has no text": all(text.strip() for text in named),
    }
    yield from (fault for fault, is_fine in checks.items() if not is_fine)


@pytest.fixture(scope="module")
def nasty(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A site whose labels try to be markup, script and templates."""
    facts = tmp_path_factory.mktemp("nasty") / "nasty.ttl"
    text = json.dumps(NASTY, ensure_ascii=False)
    facts.write_text(
        f"""
        @prefix ckg: <https://w3id.org/cstokg/ontology#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix id: <https://w3id.org/cstokg/id/> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        <https://w3id.org/cstokg/id/state/nasty> a ckg:State, owl:NamedIndividual ;
          rdfs:label {text}@en , {text}@ru ;
          skos:altLabel {text} ; dcterms:description {text}@en ; ckg:quotedPhrase {text} ;
          ckg:date {text} ; skos:exactMatch <javascript:alert(1)> , <https://example.org/'onx='> ;
          ckg:about <https://w3id.org/cstokg//evil.example/x> .
        <https://w3id.org/cstokg/id/statement/nasty> a ckg:Statement, owl:NamedIndividual ;
          rdfs:label {text}@en ; ckg:speaker <https://w3id.org/cstokg/id/state/nasty> ;
          ckg:expresses <https://w3id.org/cstokg/id/claim/nasty> .
        <https://w3id.org/cstokg/id/claim/nasty> a ckg:Claim, owl:NamedIndividual ;
          rdfs:label {text}@en ; ckg:contradicts <https://w3id.org/cstokg/id/claim/nasty> .
        <https://w3id.org/cstokg/id/membership/nasty> a ckg:Membership, owl:NamedIndividual ;
          rdfs:label {text}@en ; ckg:member <https://w3id.org/cstokg/id/state/nasty> ;
          ckg:begin "1999" ; ckg:organization <https://w3id.org/cstokg/id/organization/pact> .
        <https://w3id.org/cstokg/id/state/old> a ckg:State ; owl:deprecated true ;
          dcterms:isReplacedBy <https://w3id.org/cstokg/id/state/alda> .
        <https://w3id.org/cstokg/id/state/merged> a ckg:State ;
          dcterms:isReplacedBy <https://w3id.org/cstokg/id/state/alda> .
        <https://w3id.org/cstokg/id/state/dropped> a ckg:State ; owl:deprecated true .
        """.replace("ckg:date " + text + " ;", ""),
        encoding="utf-8",
    )
    cache = tmp_path_factory.mktemp("cache")
    built = build_dataset(load_settings(small_project, cache), files=[facts])
    return create_app(built).test_client()


@pytest.mark.parametrize(
    "name",
    ["state/nasty", "statement/nasty", "claim/nasty", "membership/nasty", "organization/pact"],
)
def test_a_label_is_never_markup(nasty: FlaskClient, name: str) -> None:
    text, page = show(nasty, name)
    assert scripts_of(page) == [{"type": "application/ld+json"}]
    assert not page.all("img")
    assert not any(key.startswith("on") for _, attributes in page.elements for key in attributes)
    assert "49" not in page.texts["h1"][0]
    for _, attributes in page.elements:
        where = attributes.get("href", attributes.get("src", ""))
        assert not where.startswith(("javascript:", "//"))
    if name != "organization/pact":
        names = json.loads(page.texts["script"][0])["name"]
        assert {"@value": NASTY, "@language": "en"} in names
    assert "alert(1)" in text


def test_a_near_name_is_never_markup(nasty: FlaskClient) -> None:
    answer = nasty.get("/page/state/nast", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert Page(answer.text).all("script") == []


@pytest.mark.parametrize("address", ["/id/state/{}", "/page/state/{}", "/data/state/{}.ttl"])
@pytest.mark.parametrize(("name", "successors"), [("old", 1), ("merged", 1), ("dropped", 0)])
def test_what_is_deprecated_is_410_with_its_successor(
    nasty: FlaskClient, address: str, name: str, successors: int
) -> None:
    answer = nasty.get(address.format(name))
    assert answer.status_code == 410
    problem = answer.get_json()
    urls = [each["url"] for each in problem.get("suggestions", ())]
    assert urls == ["/page/state/alda"] * successors
    page = nasty.get(address.format(name), headers={"Accept": "text/html"})
    assert page.text.count('<a href="/page/state/alda">') == successors
