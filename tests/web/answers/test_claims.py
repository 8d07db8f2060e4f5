"""The page of claims, the pages of single claims, and lists that name who makes them."""

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.web.answers.conftest import show

from cstokg import Dataset, create_app


def plain(text: str) -> str:
    unmarked = re.sub(r"</?mark>", "", text)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", unmarked)).split())


def cards(page: str) -> list[str]:
    return re.findall(r'<article class="claim">.*?</article>', page, re.DOTALL)


def test_a_card_tells_what_who_when_how_and_through_whom(site: FlaskClient) -> None:
    page = show(site, "/claims?by=Pashinyan")
    card = next(plain(each) for each in cards(page) if "will-leave" in each)
    assert card.startswith(
        "“Armenia will leave the CSTO” Nikol Pashinyan , Prime Minister of Armenia"
    )
    assert "announces between 12 and 24 June 2024" in card
    assert "At: Pashinyan's address to parliament" in card
    assert "Reported by Janko Šćepanović , paragraph 6, sentence 1 of" in card
    assert "prospective Not confirmed by the source." in card
    assert "Given as a reason for “the CSTO is poised to shrink rather than grow”" in card


def test_a_claim_with_nothing_for_or_against_it_says_so(site: FlaskClient) -> None:
    card = next(each for each in cards(show(site, "/claims?by=Pashinyan")) if "froze" in each)
    assert "Nothing in the sources stands for or against it." in card
    assert "alleged" in card


def test_two_sides_stand_next_to_each_other(site: FlaskClient) -> None:
    page = show(site, "/claims?about=topic:csto-enlargement")
    (section,) = re.findall(r'<section class="dispute".*?</section>', page, re.DOTALL)
    assert "They contradict each other." in section
    one, other = re.findall(r'<p class="voices">(.*?)</p>', section)
    assert {plain(one), plain(other)} == {"Janko Šćepanović", "Imangali Tasmagambetov"}
    assert len(cards(section)) == 10
    # What was not asked for is named, not left out.
    assert "“the CSTO is poised to shrink rather than grow” ( Janko Šćepanović )" in plain(section)


def test_speakers_are_told_with_how_often_they_agree(site: FlaskClient) -> None:
    page = show(site, "/claims?about=topic:csto-enlargement")
    matrix = page.partition('<table class="matrix">')[2].partition("</table>")[0]
    assert "5 against" in plain(matrix)
    address = html.unescape(re.findall(r'href="(/claims[^"]*)"', matrix)[0])
    assert {"Janko Šćepanović", "Imangali Tasmagambetov"} <= set(
        re.findall(r"<strong><a[^>]*>([^<]*)</a>", show(site, address))
    )


def test_one_speaker_alone_has_no_table_of_speakers(two: FlaskClient) -> None:
    assert "Who agrees with whom" not in show(two, "/claims?by=Lavrov&source=second-2026")


def test_a_dispute_between_sources_comes_first(two: FlaskClient) -> None:
    first = show(two, "/claims").partition('<section class="dispute"')[2].partition("</section>")[0]
    assert "They contradict each other, in different sources." in first
    assert "Georgia did not fire first" in first
    assert "that Georgia tried to settle the South Ossetia conflict by force" in first


def test_a_form_has_what_occurs_and_keeps_what_was_chosen(site: FlaskClient) -> None:
    page = show(site, "/claims?by=person:nikol-pashinyan&stance=claims&about=&topic=")
    assert '<option value="person:nikol-pashinyan" selected>Nikol Pashinyan</option>' in page
    assert '<option value="stance:claims" selected>claims</option>' in page
    assert '<option value="stance:suggests"' not in page
    assert len(cards(page)) == 1


def test_nothing_found_is_an_answer(site: FlaskClient, small_dataset: Dataset) -> None:
    page = show(site, "/claims?by=Lukashenko")
    assert "No claim by Alexander Lukashenko is in the sources" in page
    assert site.get("/claims?by=Lukashenko&format=json").get_json()["rows"] == []
    header = site.get("/claims?by=Lukashenko&format=csv").text
    assert header.startswith("dispute,side,claim,claim_label,speaker,")
    assert show(create_app(small_dataset).test_client(), "/claims")


def schema_org(page: str) -> Any:
    return json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])


def test_a_claims_page_does_not_tell_it_as_a_fact(site: FlaskClient) -> None:
    page = show(site, "/page/claim/armenia-froze-participation")
    title = "“Armenia has frozen its participation in the CSTO” – claimed by Nikol Pashinyan, February 2024 – cstokg"  # noqa: E501, RUF001
    assert f"<title>{title}</title>" in page
    assert f'<meta property="og:title" content="{title}">' in page
    assert "<h1>“Armenia has frozen its participation in the CSTO”</h1>" in page
    assert "claimed by Nikol Pashinyan, February 2024 · not confirmed by the source" in page
    assert '<h2 id="facts">Details</h2>' in page


def test_a_claim_has_author_and_appearance_for_search_engines(site: FlaskClient) -> None:
    claim = schema_org(show(site, "/page/claim/armenia-froze-participation"))
    assert claim["@type"] == "Claim"
    assert [(each["@type"], each["name"]) for each in claim["author"]] == [
        ("Person", "Nikol Pashinyan")
    ]
    assert claim["appearance"][0]["@id"].endswith("/id/source/scepanovic-2024")
    assert "author" not in schema_org(show(site, "/page/state/armenia"))


def test_no_sign_of_a_name_is_escaped_twice(site: FlaskClient) -> None:
    for address in ("/claims", "/page/claim/csto-membership-will-expand", "/search?q=csto%27s"):
        page = show(site, address)
        assert "the CSTO&#39;s" in page
        assert "&amp;#39;" not in page


def test_other_pages_keep_their_titles(site: FlaskClient) -> None:
    page = show(site, "/page/state/armenia")
    assert "<h1>Armenia</h1>" in page
    assert '<h2 id="facts">Details</h2>' not in page


def test_what_points_to_an_event_names_who_says_so(site: FlaskClient) -> None:
    page = show(site, "/page/event/armenia-freeze-of-csto-participation")
    rows = plain(page.partition('id="pointing"')[2].partition("</section>")[0])
    assert "Who says so" in rows
    assert "announces Nikol Pashinyan" in rows
    claims = plain(page.partition('id="said"')[2].partition("</section>")[0])
    assert "“Armenia has frozen its participation in the CSTO” claimed by Nikol Pash" in claims


def test_claims_among_facts_name_who_makes_them(site: FlaskClient) -> None:
    page = plain(show(site, "/page/disagreement/expand-or-shrink"))
    assert "“the CSTO's membership will expand” ( Imangali Tasmagambetov )" in page
    assert "“the CSTO is poised to shrink rather than grow” ( Janko Šćepanović )" in page


def test_hits_of_a_search_name_who_makes_a_claim(site: FlaskClient) -> None:
    hits = plain(show(site, "/search?q=soft+alliance"))
    assert "“the CSTO is a soft alliance” claimed by Imangali Tasmagambetov, undated" in hits
    found = site.get("/search?q=soft+alliance").get_json()["results"]
    bylines = {each["name"]: each["byline"] for each in found}
    assert bylines["claim:csto-is-soft-alliance"].startswith("claimed by Imangali")
    assert set(bylines.values()) > {""}


@pytest.mark.parametrize(
    ("kind", "heading"), [("Conditional", "Asserted by"), ("Statement", "Speaker")]
)
def test_lists_of_claims_and_statements_name_the_voice(
    site: FlaskClient, kind: str, heading: str
) -> None:
    head = show(site, f"/browse/ckg:{kind}").partition("<thead>")[2].partition("</thead>")[0]
    assert f'<th scope="col">{heading}</th>' in head
