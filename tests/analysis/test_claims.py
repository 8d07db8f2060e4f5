"""Claims with their speakers, chosen and set against each other; checked against the article."""

import pytest

from cstokg import Claim, Dataset, ParameterError, find_claims
from cstokg.analysis.answer import Answer
from cstokg.analysis.claims.answer import answer_claims
from cstokg.analysis.claims.choice import choose_claims
from cstokg.analysis.claims.disputes import count_pairs, find_disputes, in_order
from cstokg.analysis.claims.records import byline, read_claims
from cstokg.analysis.labels import read_labels
from cstokg.namespaces import shorten

AUTHOR = "person:janko-scepanovic"
PASHINYAN = "person:nikol-pashinyan"
TASMAGAMBETOV = "person:imangali-tasmagambetov"

# claim: stance, when, office, sentences; read in the article by hand.
SAID = {
    PASHINYAN: {
        "armenia-not-russias-ally-in-war": ("denies", "June 2023", "", "p33-s2"),
        "armenia-froze-participation": ("claims", "February 2024", "", "p07-s1"),
        "armenia-will-leave-csto": (
            *("announces", "between 12 and 24 June 2024", "prime-minister-of-armenia"),
            "p06-s1",
        ),
        "lukashenko-to-be-condemned": ("denounces", "undated", "", "p27-s4"),
    },
    TASMAGAMBETOV: {
        "csto-membership-will-expand": (
            *("predicts", "25 June 2024", "csto-secretary-general", "p03-s1"),
        ),
        **dict.fromkeys(
            (
                "enlargement-by-collapsing-system",
                "enlargement-by-desire-for-security",
                "enlargement-by-growing-tensions",
            ),
            ("claims", "25 June 2024", "csto-secretary-general", "p03-s2"),
        ),
        "peacekeeping-will-drive-expansion": ("predicts", "24 June 2024 or earlier", "", "p03-s3"),
        "polycentrism-will-replace-order": (
            "claims",
            "undated",
            "csto-secretary-general",
            "p04-s1",
        ),
        "world-order-collapsing": ("claims", "undated", "csto-secretary-general", "p04-s1"),
        "strengths-stem-from-flexible-format": ("emphasizes", "undated", "", "p08-s1"),
        "csto-unites-different-countries": ("describes", "undated", "", "p08-s2"),
        "members-are-sovereign": ("describes", "undated", "", "p08-s2"),
        "members-negotiate-by-consensus": ("describes", "undated", "", "p08-s2"),
        "members-pursue-multi-vector-diplomacy": ("describes", "undated", "", "p08-s2"),
        "csto-is-soft-alliance": ("describes", "undated", "", "p08-s3"),
        "multi-vectorism-is-strength": ("claims", "undated", "", "p30-s1"),
    },
    "person:kassym-jomart-tokayev": dict.fromkeys(
        (
            "donetsk-and-luhansk-quasi-state-entities",
            "kazakhstan-will-not-recognize-donetsk-luhansk",
        ),
        ("announces", "June 2022", "president-of-kazakhstan", "p33-s1"),
    ),
}


def last(iri: str) -> str:
    return iri.rpartition("/")[2].removeprefix("scepanovic-2024-")


def answer(dataset: Dataset, **wanted: str) -> Answer:
    labels = read_labels(dataset)
    choice = choose_claims(
        read_claims(dataset), labels, {name: [text] for name, text in wanted.items()}
    )
    return answer_claims(choice, lambda iri: labels.find(iri)[0])


def one(claims: tuple[Claim, ...]) -> Claim:
    (claim,) = claims
    return claim


@pytest.fixture(scope="module")
def claims(dataset: Dataset) -> tuple[Claim, ...]:
    return read_claims(dataset)


def of(claims: tuple[Claim, ...], slug: str) -> tuple[Claim, ...]:
    return tuple(each for each in claims if last(each.claim) == slug)


@pytest.mark.parametrize("speaker", SAID)
def test_who_says_what_when_and_in_which_office(dataset: Dataset, speaker: str) -> None:
    found = {
        last(each.claim): (
            *(last(each.stance), each.when, " ".join(map(last, each.offices))),
            " ".join(map(last, each.passages)),
        )
        for each in find_claims(dataset, by=speaker)
    }
    assert found == SAID[speaker]


def test_somebody_who_is_only_spoken_of_makes_no_claim(dataset: Dataset) -> None:
    assert find_claims(dataset, by="Lukashenko") == ()
    denunciation = one(find_claims(dataset, about="Lukashenko"))
    assert list(map(shorten, denunciation.speakers)) == [PASHINYAN]


def test_the_freeze_is_a_claim_that_the_source_does_not_confirm(claims: tuple[Claim, ...]) -> None:
    freeze = one(of(claims, "armenia-froze-participation"))
    assert list(map(last, freeze.actualities)) == ["alleged"]
    assert freeze.standing == "not confirmed by the source"
    assert list(map(shorten, freeze.through)) == [AUTHOR]
    assert not freeze.accounts


def test_an_announcement_has_its_occasion_and_the_words_of_its_time(
    claims: tuple[Claim, ...],
) -> None:
    exit_ = one(of(claims, "armenia-will-leave-csto"))
    assert list(map(last, exit_.occasions)) == ["pashinyan-address-to-parliament-2024"]
    assert exit_.time_wording == "Less than two weeks before"
    assert (str(exit_.bounds.earliest), str(exit_.bounds.latest)) == ("2024-06-12", "2024-06-24")


@pytest.mark.parametrize(
    ("slug", "standing"),
    [
        ("csto-poised-to-shrink", "the author's own claim"),
        ("views-are-authors-own", "the author's own claim"),
        ("pariah-burdens-ally-relations", "shared by the author of the source"),
        ("arms-export-share-declined", "presented as actual by the source"),
        ("belarus-aided-azerbaijan", "presented as brought to light by others"),
        ("belarus-supplied-weapons", "not confirmed by the source"),
        ("csto-future-bleak", "not confirmed by the source"),
    ],
)
def test_what_the_source_makes_of_a_claim(
    claims: tuple[Claim, ...], slug: str, standing: str
) -> None:
    assert {each.standing for each in of(claims, slug)} == {standing}


def test_the_authors_own_claims_have_the_time_of_writing_and_no_reporter(
    claims: tuple[Claim, ...],
) -> None:
    own = [each for each in claims if not each.statement]
    assert len(own) > 80
    assert {tuple(map(shorten, each.speakers)) for each in own} == {(AUTHOR,)}
    assert {each.when for each in own} == {"25 June 2024 or later"}
    assert not any(each.through or each.stance for each in own)


def test_each_claim_names_who_makes_it(claims: tuple[Claim, ...], dataset: Dataset) -> None:
    counted = dataset.select("SELECT (COUNT(DISTINCT ?claim) AS ?n) { ?claim a ckg:Claim }")
    assert str(len({each.claim for each in claims})) == str(next(iter(counted))[0])
    assert all(each.speakers and each.passages and each.sources for each in claims)


def test_a_claim_of_three_speakers_is_three_acts_each_with_its_own_way(
    claims: tuple[Claim, ...],
) -> None:
    acts = {last(each.speakers[0]): each for each in of(claims, "world-order-collapsing")}
    assert set(acts) == {"russia", "russian-officials", "imangali-tasmagambetov"}
    assert list(map(last, acts["russia"].documents)) == ["russian-foreign-policy-concept"]
    assert set(map(last, acts["russia"].also_by)) == set(acts) - {"russia"}
    said = byline(acts.values(), last)
    assert "russian-officials (unnamed)" in said
    assert "undated" not in said


def test_unnamed_scholars_stay_apart(dataset: Dataset) -> None:
    by_23 = find_claims(dataset, by="person:unnamed-scholar-p23")
    by_27 = find_claims(dataset, by="unnamed scholar of paragraph 27")
    assert {last(each.claim) for each in by_23} == {"csto-evolved-in-reaction-to-nato"}
    assert {last(each.claim) for each in by_27} == {
        "csto-future-bleak",
        "low-trust-reason-for-bleak-future",
    }
    assert all(each.unnamed == each.speakers for each in (*by_23, *by_27))


def test_all_claims_about_enlargement_stand_on_two_sides(dataset: Dataset) -> None:
    found = find_claims(dataset, about="CSTO enlargement")
    (dispute,) = find_disputes(found)
    author, tasmagambetov = ({last(each) for each in side} for side in dispute.sides)
    assert author == {
        "csto-poised-to-shrink",  # not about enlargement: it stands there as the other side
        "no-early-expansion",
        "csto-unlikely-to-attract-members",
        "enlargement-unlikely-scenario",
        "failure-could-discourage",
        "new-state-unlikely-to-join",
    }
    assert {
        tuple(map(shorten, each.speakers)) for each in found if last(each.claim) in tasmagambetov
    } == {(TASMAGAMBETOV,)}
    assert len(tasmagambetov) == 5
    assert dispute.is_contradiction
    assert not dispute.is_between_sources


def test_a_tension_is_no_contradiction(claims: tuple[Claim, ...]) -> None:
    forecast = one(of(claims, "csto-membership-will-expand"))
    assert [last(each.iri) for each in forecast.related("tension")] == ["no-early-expansion"]
    assert len(forecast.related("contradicts")) == 4
    assert all(list(map(shorten, each.voices)) == [AUTHOR] for each in forecast.against)


def test_what_accounts_have_against_each_other_counts_for_the_claims(
    claims: tuple[Claim, ...],
) -> None:
    alleged = one(of(claims, "belarus-supplied-weapons"))
    assert [last(each.iri) for each in alleged.related("rival")] == ["belarus-aided-azerbaijan"]
    ally = one(of(claims, "armenia-not-russias-ally-in-war"))
    assert [shorten(each.iri) for each in ally.against] == [
        "policy:csto-allies-distance-themselves"
    ]


def test_speakers_agree_and_disagree_alike_in_both_orders(claims: tuple[Claim, ...]) -> None:
    pairs = {tuple(map(shorten, names)): pair for names, pair in count_pairs(claims).items()}
    pair = pairs[TASMAGAMBETOV, AUTHOR]
    assert pair == pairs[AUTHOR, TASMAGAMBETOV]
    assert (len(pair.agree), len(pair.disagree), len(pair.tension)) == (1, 6, 1)
    assert len(pairs[TASMAGAMBETOV, "group:russian-officials"].agree) == 2
    assert not any(one == other for one, other in pairs)


def test_filters_narrow_together_and_values_of_one_widen(dataset: Dataset) -> None:
    both = find_claims(dataset, by="Tasmagambetov", stance="predicts", topic="CSTO enlargement")
    assert {last(each.claim) for each in both} == {
        "csto-membership-will-expand",
        "peacekeeping-will-drive-expansion",
    }
    assert len(find_claims(dataset, by=["Pashinyan", "Tokayev"])) == 6
    assert find_claims(dataset, source="scepanovic-2024") == find_claims(dataset)


@pytest.mark.parametrize(
    "name",
    [
        "Pashinyan",
        "nikol pashinyan",
        PASHINYAN,
        "https://w3id.org/cstokg/id/person/nikol-pashinyan",
    ],
)
def test_a_speaker_goes_by_name_prefixed_name_or_iri(dataset: Dataset, name: str) -> None:
    assert len(find_claims(dataset, by=name)) == 4


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"by": "Pashinian"}, "The nearest are: Nikol Pashinyan (person:nikol-pashinyan)"),
        ({"by": "Macron"}, "There are: CSTO member states"),
        ({"by": "unnamed scholar"}, "They are: unnamed scholar of paragraph"),
        ({"stance": "shouts"}, "stance: nothing"),
        ({"source": "smith-2025"}, "scepanovic-2024"),
        ({"by": "person:nobody"}, "nothing here is called 'person:nobody'"),
    ],
)
def test_a_value_that_means_nothing_or_too_much_names_the_nearest(
    dataset: Dataset, wanted: dict[str, str], told: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        find_claims(dataset, **wanted)
    assert told in str(caught.value)
    assert caught.value.message.startswith(f"{next(iter(wanted))}: ")


def test_the_answer_has_a_row_for_each_act_with_the_same_columns(dataset: Dataset) -> None:
    found = answer(dataset, by="Pashinyan")
    assert found.title == "4 claims by Nikol Pashinyan; 1 of them is disputed"
    assert len(found.rows) == 4
    assert {frozenset(row) for row in found.rows} == {
        frozenset(column.name for column in found.columns)
    }
    assert answer(dataset, by="Lukashenko").title == (
        "No claim by Alexander Lukashenko is in the sources"
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"by": "Pashinyan"},
        {"about": "CSTO enlargement"},
        {"stance": "claims"},
        {"topic": "CSTO enlargement", "stance": "predicts"},
    ],
)
def test_the_query_finds_what_the_rows_are_made_of(
    dataset: Dataset, wanted: dict[str, str]
) -> None:
    found = answer(dataset, **wanted)
    asked = {(str(row[0]), str(row[1])) for row in dataset.select(found.query)}
    assert asked == {(row["claim"], row["speaker"]) for row in found.rows}


def test_disputed_claims_come_first_and_each_comes_once(claims: tuple[Claim, ...]) -> None:
    ordered = list(in_order(claims, find_disputes(claims)))
    assert sorted(id(claim) for claim, _, _ in ordered) == sorted(map(id, claims))
    numbers = [number for _, number, _ in ordered]
    assert numbers[0] == 1
    assert 0 not in numbers[: numbers.index(0)]
    assert not any(numbers[numbers.index(0) :])


def test_a_dispute_between_sources_comes_first(two_source_dataset: Dataset) -> None:
    disputes = find_disputes(read_claims(two_source_dataset))
    assert [each.is_between_sources for each in disputes[:3]] == [True, True, False]
    first = {last(iri) for side in disputes[0].sides for iri in side}
    assert {
        "georgia-tried-force-in-south-ossetia",
        "second-2026-georgia-did-not-fire-first",
    } < first


def test_who_is_confirmed_elsewhere_is_told_otherwise_and_not_contradicted(
    two_source_dataset: Dataset,
) -> None:
    freeze = one(find_claims(two_source_dataset, by="Pashinyan", stance="claims"))
    (account,) = freeze.accounts
    assert account.relation == "rival"
    assert shorten(account.iri) == "event:second-2026-armenia-freezes-participation"
    assert list(map(shorten, account.voices)) == ["person:imogen-feign"]
    assert shorten(account.actuality) == "actuality:actual"


def test_an_author_who_doubts_stands_against_whom_he_reports(two_source_dataset: Dataset) -> None:
    expected = one(find_claims(two_source_dataset, by="most observers"))
    assert list(map(shorten, expected.through)) == ["person:imogen-feign"]
    assert expected.unnamed == expected.speakers
    (doubt,) = expected.related("tension")
    assert list(map(shorten, doubt.voices)) == ["person:imogen-feign"]
    own = one(
        find_claims(two_source_dataset, by="Feign", about="claim:second-2026-csto-will-shrink")
    )
    assert (own.claim, own.when) == (doubt.iri, "3 March 2026")


def test_an_author_whom_another_cites_is_reported_by_that_one(two_source_dataset: Dataset) -> None:
    cited = one(find_claims(two_source_dataset, by=AUTHOR, source="second-2026"))
    assert list(map(shorten, cited.through)) == ["person:imogen-feign"]
    assert cited.standing == "not confirmed by the source"


def test_single_claims_are_read_as_they_are_among_all(two_source_dataset: Dataset) -> None:
    every = read_claims(two_source_dataset)
    claims = sorted({each.claim for each in every})
    for claim in claims:
        assert read_claims(two_source_dataset, [claim]) == tuple(
            each for each in every if each.claim == claim
        )
    assert read_claims(two_source_dataset, claims) == every
    assert read_claims(two_source_dataset, [shared_thing(two_source_dataset)]) == ()


def shared_thing(dataset: Dataset) -> str:
    ((thing,),) = dataset.select("SELECT ?thing { ?thing a ckg:State } LIMIT 1")
    return str(thing)
