"""The network of bonds on one day or two, over the article and over two sources."""

from itertools import combinations

import pytest

import cstokg
from cstokg import Dataset, Network
from cstokg.analysis.bonds.as_of import as_of
from cstokg.analysis.bonds.network import BOND_KINDS
from cstokg.analysis.bonds.network_drawing import Place, draw_network
from cstokg.errors import ParameterError
from cstokg.namespaces import shorten

DAYS = ("2000-01-01", "2024-06-25")


def changes(found: Network) -> dict[tuple[str, str], str]:
    return {(shorten(bond.party), shorten(bond.of)): bond.change for bond, *_ in found.edges}


def test_the_finding_counts_what_changed(dataset: Dataset, two_source_dataset: Dataset) -> None:
    found = cstokg.network(dataset, *DAYS, kinds="membership,treaty,observer,office")
    assert found.table.title == (
        "From 1 January 2000 to 25 June 2024: seven bonds gained, none lost, none kept, 21 unclear"
    )
    assert cstokg.network(two_source_dataset, *DAYS).table.title == (
        "From 1 January 2000 to 25 June 2024: seven bonds gained, one lost, six kept, 15 unclear"
    )


def test_the_order_of_the_days_changes_nothing(dataset: Dataset) -> None:
    found, turned = cstokg.network(dataset, *DAYS), cstokg.network(dataset, *reversed(DAYS))
    assert found.days == turned.days
    assert found.table.title == turned.table.title
    assert set(found.edges) == set(turned.edges)


def test_one_day_has_the_verdicts_of_that_day(dataset: Dataset) -> None:
    found = cstokg.network(dataset)
    assert (
        found.table.title == "On 25 June 2024: nine bonds attested, 14 carried forward, four open"
    )
    assert [day.isoformat() for day in found.days] == ["2024-06-25"]
    assert set(changes(found).values()) == {""}


def test_a_day_without_bonds_is_told_as_such(dataset: Dataset) -> None:
    found = cstokg.network(dataset, "1900-01-01", kinds="membership,treaty,observer")
    assert found.table.title == "On 1 January 1900: one bond open"
    nothing = cstokg.network(dataset, "1900-01-01", kinds="treaty")
    assert nothing.table.title == "On 1 January 1900: no bonds told"
    drawing = draw_network(nothing, str)
    assert (nothing.edges, drawing.parties, drawing.edges) == ((), (), ())


def test_the_verdicts_are_those_as_of_the_days(dataset: Dataset) -> None:
    found = cstokg.network(dataset, *DAYS, kinds=["membership", "treaty"])
    for of in found.things:
        for at, day in enumerate(found.days):
            rows = [row for row in as_of(dataset, day, of=of).rows if row.verdict != "not"]
            edges = [edge[at] for edge in found.edges if edge[at].of == of]
            drawn = {
                (edge.party, edge.verdict, edge.why) for edge in edges if edge.verdict != "not"
            }
            kinds = {BOND_KINDS[name] for name in found.kinds}
            assert drawn == {(row.party, row.verdict, row.why) for row in rows if row.kind in kinds}


def test_who_left_the_treaty_on_a_day_not_known_is_not_lost(dataset: Dataset) -> None:
    treaty = "treaty:collective-security-treaty"
    found = cstokg.network(dataset, "1995-01-01", "2024-06-25", kinds="treaty")
    told = {shorten(edge[0].party): [bond.verdict for bond in edge] for edge in found.edges}
    for party in ("state:azerbaijan", "state:georgia", "state:uzbekistan"):
        assert (told[party], changes(found)[party, treaty]) == (["open", "not"], "unclear")
    assert told["state:armenia"] == ["open", "carried forward"]
    # In the treaty on the last day of 2002 were the six alone.
    later = changes(cstokg.network(dataset, "2003-01-01", "2024-06-25", kinds="treaty"))
    assert len(later) == 6
    assert later["state:armenia", treaty] == "kept"


def test_another_source_may_know_what_was_lost(two_source_dataset: Dataset) -> None:
    found = changes(cstokg.network(two_source_dataset, *DAYS))
    assert found["state:uzbekistan", "organization:guam"] == "lost"
    assert found["state:armenia", "treaty:collective-security-treaty"] == "kept"
    (disputed,) = (
        edge
        for edge in cstokg.network(two_source_dataset, "2012-07-01", kinds="treaty").edges
        if edge[0].verdict == "disputed"
    )
    assert shorten(disputed[0].party) == "state:uzbekistan"


def test_an_unknown_kind_is_refused_with_those_that_there_are(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match="'tretay' is no kind") as refused:
        cstokg.network(dataset, kinds="membership, tretay")
    assert str(refused.value.hint) == (
        "There are: membership, treaty, observer, office, recognition."
    )
    assert cstokg.network(dataset, kinds=["", "office,"]).kinds == ("office",)


def test_places_are_apart_and_those_of_a_source_of_any_size(
    dataset: Dataset, two_source_dataset: Dataset
) -> None:
    for found in (cstokg.network(dataset, *DAYS), cstokg.network(two_source_dataset, *DAYS)):
        drawing = draw_network(found, lambda iri: shorten(iri).partition(":")[2].replace("-", " "))
        for side in (drawing.parties, drawing.things):
            assert side
            assert not [(a.iri, b.iri) for a, b in combinations(side, 2) if overlap(a, b)]
            assert all(each.y - each.height / 2 >= 0 for each in side)
            assert all(each.y + each.height / 2 <= drawing.height for each in side)
        # No two edges end at the same place.
        ends = [stop for _, _, stop in drawing.edges]
        assert len(set(ends)) == len(found.edges)


def overlap(one: Place, other: Place) -> bool:
    return abs(one.y - other.y) < (one.height + other.height) / 2
