import inspect
import pickle
from pathlib import Path
from typing import Any

from cstokg import errors
from cstokg.errors import CstokgError, QuerySyntaxError, SourceError

VALUES: dict[str, Any] = {
    "seconds": 2.5,
    "limit": 2**20,
    "max_rows": 7,
    "line": 3,
    "column": 5,
    "retry_after": 2,
    "port": 8080,
    "path": Path("data/a.ttl"),
    "known": ("a", "b"),
    "report": b"a sh:ValidationReport",
    "findings": [{"message": "too long"}],
    "what": "update",
    "hint": "Do otherwise.",
}
"""What constructors of errors take that is no text."""


def errors_of(kind: type[CstokgError]) -> list[type[CstokgError]]:
    below = [each for sub in kind.__subclasses__() for each in errors_of(sub)]
    return [kind, *below]


def test_every_error_is_the_same_in_another_process() -> None:
    kinds = errors_of(CstokgError)
    assert len(kinds) > 20
    wrong = []
    for kind in kinds:
        taken = inspect.signature(kind).parameters
        named = {name: VALUES.get(name, f"some {name}") for name in taken}
        by_place = [
            named.pop(name) for name, each in taken.items() if each.kind is not each.KEYWORD_ONLY
        ]
        error = kind(*by_place, **named)
        again = pickle.loads(pickle.dumps(error))
        if (type(again), str(again), vars(again)) != (kind, str(error), vars(error)):
            wrong.append(kind.__name__)
        assert error.message
        assert "hint" not in taken or str(again).endswith("\nDo otherwise.")
    assert wrong == []


def test_every_error_is_in_the_one_tree() -> None:
    here = [
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if each.__module__ == errors.__name__
    ]
    assert set(here) <= set(errors_of(CstokgError))


def test_an_error_says_what_where_and_how_to_mend_it() -> None:
    error = SourceError("data/a.ttl", "a dot is expected", line=3, column=7, hint="Add one.")
    assert str(error) == "data/a.ttl:3:7: a dot is expected\nAdd one."
    assert str(SourceError("a.ttl", "is odd")) == "a.ttl: is odd"


def test_the_excerpt_of_a_query_has_a_caret_under_the_mistake() -> None:
    error = QuerySyntaxError("a brace is expected", line=2, column=4)
    assert error.excerpt("ASK\n\tx\t§ {\r\n}") == "\tx\t§ {\n\t \t^"
    long = "x" * 500 + "§" + "y" * 500
    line, caret = QuerySyntaxError("odd", line=1, column=501).excerpt(long).split("\n")
    assert len(line) == 200
    assert line[caret.index("^")] == "§"
