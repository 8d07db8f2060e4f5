import json

import pytest

from cstokg import Dataset
from cstokg.errors import AnswerTooLargeError
from cstokg.store import QueryOptions
from cstokg.store.row_limit import BoundedRows, count_rows

TEXTS = ["", "},{", '"},{"', "\\", '\\"', "\\\\},{", '"},{"x":{', "{},{}", "a"]


def _answer(texts: list[str]) -> bytes:
    rows = [{"x": {"type": "literal", "value": text}} for text in texts]
    answer = {"head": {"vars": ["x"]}, "results": {"bindings": [*rows, {}, {}]}}
    return json.dumps(answer, separators=(",", ":")).encode()


def _fill(rows: BoundedRows, pieces: list[bytes]) -> None:
    for piece in pieces:
        rows.write(piece)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 8192])
def test_rows_are_counted_whatever_stands_in_texts_and_wherever_pieces_end(size: int) -> None:
    payload = _answer(TEXTS)
    pieces = [payload[start : start + size] for start in range(0, len(payload), size)]
    count = len(TEXTS) + 2
    enough = BoundedRows(count)
    _fill(enough, pieces)
    assert enough.getvalue() == payload
    with pytest.raises(AnswerTooLargeError, match=str(count - 1)):
        _fill(BoundedRows(count - 1), pieces)


@pytest.mark.parametrize(
    "query", ["SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"]
)
def test_a_larger_answer_is_refused_whole(small_dataset: Dataset, query: str) -> None:
    whole = small_dataset.store.query(query)
    assert whole.kind != "ask"
    same = small_dataset.store.query(query, QueryOptions(max_rows=len(whole)))
    assert same.serialize("json" if whole.kind == "select" else "ntriples") == whole.payload
    with pytest.raises(AnswerTooLargeError):
        small_dataset.store.query(query, QueryOptions(max_rows=len(whole) - 1))


@pytest.mark.parametrize("values", ["", "(1)", "(UNDEF)", "(UNDEF) (UNDEF)", "('},{') (2) ('x')"])
def test_an_answer_knows_its_rows_without_reading_them(small_dataset: Dataset, values: str) -> None:
    result = small_dataset.store.select(f"SELECT ?x {{ VALUES (?x) {{ {values} }} }}")
    bindings = json.loads(result.payload)["results"]["bindings"]
    assert len(result) == len(result.rows) == len(bindings)
    assert result.first(2) == bindings[:2]
    assert result.first(9) == bindings
    assert result.first(0) == []


def test_a_count_does_not_depend_on_pieces() -> None:
    payload = _answer(TEXTS * 3_000)
    assert len(payload) > 2**20
    assert count_rows(payload) == len(TEXTS) * 3_000 + 2
