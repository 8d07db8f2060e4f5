"""What is told of things when it is first asked for."""

from collections.abc import Mapping, Sequence

from cstokg.analysis.lookup import Lookup


def test_a_thing_is_read_once_and_with_it_what_is_near() -> None:
    asked: list[list[str]] = []

    def read(iris: Sequence[str]) -> Mapping[str, str]:
        asked.append(sorted(iris))
        return {iri: iri.upper() for iri in iris if iri != "urn:none"}

    lookup = Lookup(read, lambda: ["urn:b", "urn:none"])
    assert [lookup.get(iri) for iri in ("urn:a", "urn:b", "urn:none", "urn:a")] == [
        *("URN:A", "URN:B", None, "URN:A")
    ]
    assert asked == [["urn:a", "urn:b", "urn:none"]]
    assert lookup.get("urn:c") == "URN:C"
    assert asked[1:] == [["urn:c"]]


def test_many_things_are_read_in_parts() -> None:
    asked: list[int] = []

    def read(iris: Sequence[str]) -> Mapping[str, bool]:
        asked.append(len(iris))
        return dict.fromkeys(iris, True)

    lookup = Lookup(read)
    lookup.read(f"urn:{number}" for number in range(2_500))
    assert asked == [1000, 1000, 500]
    assert lookup.get("urn:2499")
    assert len(asked) == 3


def test_what_is_no_iri_is_never_asked_for() -> None:
    def read(iris: Sequence[str]) -> Mapping[str, bool]:
        raise AssertionError(iris)

    lookup = Lookup(read)
    assert [lookup.get(text) for text in ("CSTO", "state/armenia", "urn:a> <urn:b", "")] == [
        None
    ] * 4
