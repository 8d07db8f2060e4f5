from dataclasses import replace
from pathlib import Path

import pytest

from cstokg import Dataset
from cstokg.errors import MissingFolderError, SourceError, UnknownQuestionError
from cstokg.namespaces import compact
from cstokg.quality.competency_questions import (
    Question,
    check_question,
    find_question,
    load_questions,
    parse_question,
)

QUESTIONS = load_questions()

HEAD = "# id: T1\n# title: Towns\n# question: Which towns?\n"
QUERY = 'SELECT ?name { ?s a ckg:State ; rdfs:label ?name FILTER(LANG(?name) = "ru") }\n'


def test_on_the_day_of_change_who_left_and_came_back_has_one_answer(dataset: Dataset) -> None:
    spell = """
        ckg:actuality actuality:actual ; ckg:organization organization:csto ;
        ckg:member state:uzbekistan ; ckg:assertedBy person:janko-scepanovic"""
    day = "'2024-06-25'^^xsd:date"
    store = dataset.store.copy()
    store.update(
        f"""INSERT DATA {{
            <urn:first> {spell} ; ckg:beginLatest '2000-01-01'^^xsd:date ;
                ckg:endEarliest '2024-06-01'^^xsd:date ; ckg:endLatest {day} .
            <urn:second> {spell} ; ckg:beginEarliest {day} ; ckg:beginLatest {day} ;
                ckg:endEarliest '2025-01-01'^^xsd:date }}""",
        default_graph="urn:spells",
        prefixes=dataset.prefixes,
    )
    rows = store.select(find_question("cq36").query, prefixes=dataset.prefixes)
    answers = [
        (compact(str(says)), str(answer))
        for state, answer, says in rows
        if str(state).endswith("/uzbekistan")
    ]
    assert answers == [("person:janko-scepanovic", "certainly")]


@pytest.fixture
def question(tmp_path: Path) -> Question:
    path = tmp_path / "t1-towns.rq"
    path.write_text(f"{HEAD}# answer: Альда\n# answer: Берин\n\n{QUERY}", "utf-8")
    return parse_question(path)


def test_the_dataset_gives_the_expected_answers(dataset: Dataset) -> None:
    assert len(QUESTIONS) >= 35
    checks = [check_question(question, dataset) for question in QUESTIONS]
    assert [check for check in checks if not check.ok] == []


def test_the_number_of_a_question_begins_its_name() -> None:
    assert [
        each.name for each in QUESTIONS if not each.name.startswith(f"{each.id.lower()}-")
    ] == []


def test_the_head_is_read(question: Question) -> None:
    assert (question.id, question.name, question.slug) == ("T1", "t1-towns", "towns")
    assert (question.title, question.question) == ("Towns", "Which towns?")
    assert question.expected == (("Альда",), ("Берин",))
    assert not question.ordered


def test_the_short_query_asks_the_same_and_does_not_tell_the_answer(question: Question) -> None:
    assert question.short_query == f"# Which towns?\n{QUERY}"


def test_a_right_answer_passes_in_any_order(question: Question, small_dataset: Dataset) -> None:
    assert check_question(question, small_dataset).ok
    turned = replace(question, expected=question.expected[::-1])
    assert check_question(turned, small_dataset).ok


def test_an_ordered_answer_must_be_in_order(question: Question, small_dataset: Dataset) -> None:
    in_order = replace(question, ordered=True, query=question.query + " ORDER BY ?name")
    assert check_question(in_order, small_dataset).ok
    assert not check_question(replace(in_order, expected=in_order.expected[::-1]), small_dataset).ok


def test_missing_and_unexpected_rows_are_told(question: Question, small_dataset: Dataset) -> None:
    result = check_question(replace(question, expected=(("Альда",), ("Вена",))), small_dataset)
    assert not result.ok
    assert result.missing == (("Вена",),)
    assert result.unexpected == (("Берин",),)


def test_an_empty_answer_can_be_right(question: Question, small_dataset: Dataset) -> None:
    nothing = replace(question, expected=(), query="SELECT ?x { ?x a ckg:Treaty }")
    assert check_question(nothing, small_dataset).ok
    assert not check_question(replace(question, expected=()), small_dataset).ok


@pytest.mark.parametrize("expected", ["true", "false"])
def test_an_ask_is_true_or_false(question: Question, small_dataset: Dataset, expected: str) -> None:
    asked = replace(question, expected=((expected,),), query="ASK { ?s a ckg:State }")
    assert check_question(asked, small_dataset).ok is (expected == "true")


@pytest.mark.parametrize(
    "cell",
    ["https://w3id.org/cstokg/id/state/alda", "Alda"],
)
def test_an_iri_counts_by_itself_or_by_its_label(
    question: Question, small_dataset: Dataset, cell: str
) -> None:
    query = 'SELECT ?s { ?s rdfs:label "Alda"@en }'
    assert check_question(replace(question, expected=((cell,),), query=query), small_dataset).ok


def test_an_unbound_variable_is_an_empty_cell(question: Question, small_dataset: Dataset) -> None:
    query = 'SELECT ?name ?none { ?s rdfs:label "Alda"@en, ?name FILTER(LANG(?name) = "ru") }'
    assert check_question(
        replace(question, expected=(("Альда", ""),), query=query), small_dataset
    ).ok


def test_a_question_that_answers_with_a_graph_is_refused(
    question: Question, small_dataset: Dataset
) -> None:
    with pytest.raises(SourceError, match="graph"):
        check_question(replace(question, query="DESCRIBE state:alda"), small_dataset)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (QUERY, "no '# id:'"),
        ("# id: T1\n# title: x\n" + QUERY, "no '# question:'"),
        (HEAD + "# id: T2\n" + QUERY, "t.rq:4: the field 'id' is given twice"),
        (HEAD + "# answr: x\n" + QUERY, "t.rq:4: unknown field 'answr'"),
        (HEAD + "# answer:\n" + QUERY, "t.rq:4: nothing after '# answer:'"),
        (HEAD + "# expect: sorted\n" + QUERY, "neither ordered nor unordered"),
        (HEAD, "no query"),
        ("", "no query"),
    ],
)
def test_a_malformed_file_is_named_with_its_mistake(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "t.rq"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        parse_question(path)
    assert message in caught.value.message


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.rq"
    path.write_bytes(HEAD.encode() + b"# note: caf\xe9\n")
    with pytest.raises(SourceError, match="not UTF-8"):
        parse_question(path)


def test_a_comment_that_is_no_head_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "t.rq"
    path.write_text(f"{HEAD}# See https://example.org: it helps\n{QUERY}", "utf-8")
    assert parse_question(path).id == "T1"


def test_a_folder_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFolderError, match=r"no \.rq file"):
        load_questions(tmp_path)


def test_two_files_with_one_id_are_an_error(tmp_path: Path) -> None:
    for name in ("a.rq", "b.rq"):
        (tmp_path / name).write_text(HEAD + QUERY, "utf-8")
    with pytest.raises(SourceError, match=r"b\.rq: the id T1 is that of a\.rq too"):
        load_questions(tmp_path)


@pytest.mark.parametrize(
    "name", ["CQ01", "cq01", "cq01-initial-signatories", "initial-signatories", " CQ01.rq "]
)
def test_a_question_is_found_by_any_of_its_names(name: str) -> None:
    assert find_question(name, QUESTIONS).id == "CQ01"


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(UnknownQuestionError) as caught:
        find_question("inital-signatory", QUESTIONS)
    assert "cq01-initial-signatories" in caught.value.hint
