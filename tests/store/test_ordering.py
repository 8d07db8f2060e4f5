"""Terms of all kinds in one order, however they are asked for."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.term import Node

from cstokg.store import Store

XSD = "http://www.w3.org/2001/XMLSchema#"


def typed(text: str, datatype: str) -> str:
    return f'"{text}"^^<{XSD}{datatype}>'


ORDERED = [
    "UNDEF",
    "<urn:a>",
    "<urn:b>",
    "false",
    "true",
    typed("-INF", "double"),
    "-1",
    "-0.5",
    "0",
    "2e0",
    "2.5",
    "9",
    "10",
    "9007199254740992",
    "9007199254740993",
    typed("99999999999999999999", "integer"),
    typed("INF", "double"),
    typed("NaN", "double"),
    typed("-0044", "gYear"),
    typed("1999-12-31", "date"),
    typed("2000-01-01T00:00:00+05:00", "dateTime"),
    typed("2000-01-01T00:00:00", "dateTime"),
    typed("2000-01-01T00:00:01Z", "dateTime"),
    typed("2000-02", "gYearMonth"),
    typed("12000-01-01", "date"),
    typed("10:00:00+02:00", "time"),
    typed("09:00:00", "time"),
    typed("--02-29", "gMonthDay"),
    typed("P1D", "dayTimeDuration"),
    typed("P9M", "yearMonthDuration"),
    typed("x", "date"),
    typed("x", "integer"),
    '"x"^^<urn:datatype>',
    '"10"',
    '"5"',
    '"B"',
    '"b"@en',
    '"b"',
    '"ё"@ru',
]
"""Terms in the order that `cstokg.store.ordering` has in words."""


def sort(terms: Sequence[str], condition: str = "?x") -> list[Node | None]:
    values = " ".join(f"({number} {term})" for number, term in enumerate(terms))
    query = f"SELECT ?n ?x {{ VALUES (?n ?x) {{ {values} }} }} ORDER BY {condition}"
    return [x for _, x in Store().select(query)]


def as_written(terms: Sequence[str]) -> list[Node | None]:
    return [Store().select(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}").rows[0][0] for term in terms]


@settings(max_examples=25, deadline=None)
@given(st.permutations(ORDERED))
def test_whatever_their_order_was_terms_come_in_one_order(terms: list[str]) -> None:
    ordered = as_written(ORDERED)
    assert sort(terms) == ordered
    assert sort(terms, "DESC(?x)") == ordered[::-1]
    assert sort(terms, "(COALESCE(?x, ?y))") == ordered


def test_equal_values_are_ordered_by_the_next_condition() -> None:
    assert sort(["1.0", "1", "01", "1e0"], "?x DESC(?n)") == as_written(["1e0", "1", "1", "1.0"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(ORDERED[1:]), min_size=1, max_size=30))
def test_min_and_max_are_the_first_and_the_last(terms: list[str]) -> None:
    query = f"""SELECT (MIN(?x) AS ?min) (MAX(DISTINCT ?x) AS ?max) {{
        VALUES ?x {{ {" ".join(terms)} }} }}"""
    inside = sort(terms)
    assert list(Store().select(query).rows[0]) == [inside[0], inside[-1]]


def test_min_of_nothing_and_of_an_error_is_unbound() -> None:
    for group in ("", "VALUES ?x { 1 } FILTER(false)", "VALUES ?x { 1 UNDEF }"):
        assert Store().select(f"SELECT (MIN(?x) AS ?min) {{ {group} }}").rows == [(None,)]


def test_blank_nodes_come_before_all_other_terms() -> None:
    store = Store()
    store.update("INSERT DATA { <urn:a> <urn:p> [], 1, <urn:b>, 'x' }", default_graph="urn:graph")
    query = "SELECT (MIN(?o) AS ?min) (MAX(?o) AS ?max) { ?s ?p ?o }"
    least, most = store.select(query).rows[0]
    assert (least, most) == tuple(
        store.select(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {order} LIMIT 1").rows[0][0]
        for order in ("?o", "DESC(?o)")
    )
    assert str(most) == "x"


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_numbers_and_texts_are_sorted_and_the_process_lives(seed: int) -> None:
    numbers = [(number * 7919 + seed) % 1000 for number in range(1000)]
    terms = [term for number in numbers for term in (f"{number}", f'"{number}"')]
    found = [str(term) for term in sort(terms)]
    assert found[:1000] == [str(number) for number in range(1000)]
    assert found[1000:] == sorted(map(str, range(1000)))
