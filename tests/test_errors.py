from __future__ import annotations

from cstokg.errors import CstokgError, QuerySyntaxError, SourceError


def test_an_error_says_what_where_and_how_to_mend_it() -> None:
    error = SourceError("data/a.ttl", "a dot is expected", line=3, column=7, hint="Add one.")
    assert str(error) == "data/a.ttl:3:7: a dot is expected\nAdd one."


def test_a_place_that_is_not_known_is_left_out() -> None:
    assert str(SourceError("a.ttl", "is odd")) == "a.ttl: is odd"


def test_every_error_is_of_one_tree() -> None:
    assert isinstance(QuerySyntaxError("x", line=1, column=2), CstokgError)
