"""Finding things by their names, over the project's own dataset."""

import pytest

from cstokg import Dataset
from cstokg.analysis.labels import Entry, Name, read_labels
from cstokg.analysis.search.index import Context, Group, Index, Match, build_index
from cstokg.analysis.search.words import fold
from cstokg.namespaces import PREFIXES


@pytest.fixture(scope="module")
def index(dataset: Dataset) -> Index:
    return build_index(dataset, read_labels(dataset))


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Šćepanović", ("scepanovic",)),
        ("Łukašenka", ("lukasenka",)),
        ("U.N. - the Charter", ("u", "n", "the", "charter")),
        ("Türkiye\u2019s ENLARGEMENT_plan", ("turkiyes", "enlargement", "plan")),
        ("ЛУКАШЕНКО", ("lukashenko",)),
        ("Straße", ("strasse",)),
        ("🙂 ... \x00 ", ()),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, words: tuple[str, ...]) -> None:
    assert fold(text) == words


@pytest.mark.parametrize(
    ("query", "name", "match"),
    [
        ("Armenia", "state:armenia", Match.LABEL),
        ("  ARMENIA ", "state:armenia", Match.LABEL),
        ("Армения", "state:armenia", Match.LABEL),
        ("CSTO", "organization:csto", Match.ALIAS),
        ("ОДКБ", "organization:csto", Match.ALIAS),
        ("un", "organization:un", Match.ALIAS),
        ("U.N.", "organization:un", Match.ALIAS),
        ("memberOf", "ckg:memberOf", Match.ALIAS),
        ("Pashinyan", "person:nikol-pashinyan", Match.LABEL_PREFIX),
        ("nik pash", "person:nikol-pashinyan", Match.LABEL_PREFIX),
        ("Scepanovic", "person:janko-scepanovic", Match.LABEL_PREFIX),
        ("Лукаш", "person:alexander-lukashenko", Match.LABEL_PREFIX),
        ("pashynian", "person:nikol-pashinyan", Match.SIMILAR),
        ("Łukašenka", "person:alexander-lukashenko", Match.SIMILAR),
        ("Kirgistan", "state:kyrgyzstan", Match.SIMILAR),
        ("colective securty treaty", "treaty:collective-security-treaty", Match.SIMILAR),
        ("Tasmangambetov", "person:imangali-tasmagambetov", Match.ALIAS),
    ],
)
def test_the_best_hit_is_what_is_meant(index: Index, query: str, name: str, match: Match) -> None:
    best = index.search(query)[0]
    assert (best.entry.iri, best.match) == (iri(name), match)


def test_exact_names_come_first_and_single_words_last(index: Index) -> None:
    matches = [hit.match for hit in index.search("Moscow")]
    assert matches == sorted(matches)
    assert matches[:2] == [Match.LABEL, Match.ALIAS]
    assert Match.DESCRIPTION in matches
    assert matches[-1] is Match.WORDS


def test_a_thing_is_found_once(index: Index) -> None:
    found = [hit.entry.iri for hit in index.search("csto")]
    assert len(found) == len(set(found)) > 20


def test_a_phrase_of_a_speaker_is_found(index: Index) -> None:
    assert any(hit.entry.iri.endswith("/tasmagambetov-format") for hit in index.search("soft alli"))


def test_short_words_must_be_typed_right(index: Index) -> None:
    assert not [hit for hit in index.search("ust") if hit.match is Match.SIMILAR]


@pytest.mark.parametrize(
    "query", ["", " ", "?!", "q" * 10_000, "qq " * 5_000, "\x00", "\u202e", "%_*"]
)
def test_what_is_no_name_finds_nothing(index: Index, query: str) -> None:
    assert index.search(query) == []


def test_every_labelled_thing_is_found_by_its_label(index: Index) -> None:
    assert len(index.entries) > 900
    for entry in index.entries.values():
        same = {hit.entry.iri for hit in index.search(entry.label) if hit.match <= Match.ALIAS}
        if len(fold(entry.label)) <= 12:
            assert entry.iri in same, entry.label


def test_a_state_is_shown_as_what_the_data_call_it(index: Index) -> None:
    entry = index.entries[iri("state:armenia")]
    assert entry.classes == (iri("ckg:State"),)
    assert entry.label == "Armenia"


def test_of_things_with_one_name_the_one_that_more_facts_point_at_comes_first() -> None:
    names = (Name("Moscow", "en", is_alias=False),)
    entries = [Entry(each, names, (), "", "", ()) for each in ("a", "b", "c")]
    found = Index(entries, Context({"b": 3, "c": 1})).search("moscow")
    assert [hit.entry.iri for hit in found] == ["b", "c", "a"]


def test_the_dataset_itself_is_not_searched(index: Index) -> None:
    assert not [iri for iri in index.entries if "/graph/" in iri or "/file/" in iri]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Moscow's overtures to NATO", "event:russia-contact-with-nato"),
        ("is the outlook gloomy according to the analyst", "claim:outlook-gloomy"),
        ("arms deals with Iran, China and Turkey", "event:csto-members-arms-deals-with-iran"),
        ("drug smuggling from Afghanistan", "topic:drug-trafficking"),
        ("effects of sanctions on Russia's defence industry", "claim:sanctions-trouble-industry"),
        ("did Minsk sell weapons to Baku", "event:belarus-alleged-weapons-supply"),
        ("Lukashenko criticised by Armenian leader", "statement:pashinyan-denounces-lukashenko"),
        ("which countries hedged between great powers", "topic:multi-vector-foreign-policy"),
        ("what did Tokayev say in June 2022", "statement:tokayev-2022-06"),
    ],
)
def test_one_word_too_many_does_not_empty_the_result(index: Index, typed: str, name: str) -> None:
    assert iri(name) in [hit.entry.iri for hit in index.search(typed)[:5]]


def test_a_statement_is_found_by_its_speaker_and_month(index: Index) -> None:
    best = index.search("Pashinyan February 2024")[0]
    assert (best.entry.iri, best.group) == (iri("statement:pashinyan-2024-02"), Group.STATEMENTS)
    june = index.search("Pashinyan June 2023")[0]
    assert june.entry.iri == iri("statement:pashinyan-2023-06")


@pytest.mark.parametrize("typed", ["ODKB", "odkb", "ОДКБ"])
def test_a_name_is_found_in_another_script(index: Index, typed: str) -> None:
    assert index.search(typed)[0].entry.iri == iri("organization:csto")


@pytest.mark.parametrize("typed", ["hedged", "overtures", "parties", "rogue state"])
def test_the_words_that_readers_use_find_something(index: Index, typed: str) -> None:
    assert index.search(typed)


def test_what_is_asked_of_a_name_alone_finds_the_thing(index: Index) -> None:
    assert index.search("what is the CRDF")[0].entry.iri == iri("force:crdf")


def test_rarer_words_count_more() -> None:
    def entry(name: str) -> Entry:
        return Entry(name, (Name(name, "en", is_alias=False),), (), "", "", ())

    entries = [entry("army budget"), entry("army band"), entry("army base"), entry("navy tuba")]
    found = Index(entries).search("army tuba concert")
    assert found[0].entry.iri == "navy tuba"
