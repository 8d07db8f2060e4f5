"""The steps of docs/modelling.md for a second article, taken one after the other."""

from hashlib import sha256
from pathlib import Path

from tests.cli.conftest import Run

TEXT = "Exercises\nAlda and Brin practised in May. The mayor called it “a warm bath”.\n"
SOURCE = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix source: <https://w3id.org/cstokg/id/source/> .
source:west-2001 a ckg:SourceDocument ; ckg:characters {characters} ; ckg:sha256 "{digest}" .
"""
FACTS = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix passage: <https://w3id.org/cstokg/id/passage/> .
@prefix statement: <https://w3id.org/cstokg/id/statement/> .
statement:mayor-bath ckg:quotedPhrase "a warm bath" ; ckg:evidence passage:west-2001-p02-s2 .
"""


def add_article(run: Run, project: Path) -> Path:
    """Add a second source to the small project as the guide says; return its text."""
    article = project / "article-2.txt"
    article.write_text(TEXT, encoding="utf-8")
    folder = project / "data" / "west-2001"
    folder.mkdir()
    digest = sha256(TEXT.encode()).hexdigest()
    source = SOURCE.format(characters=len(TEXT), digest=digest)
    (folder / "source.ttl").write_text(source, encoding="utf-8")
    passages = run("passages", article, "west-2001", project=project)
    assert passages.exit_code == 0
    (folder / "passages.ttl").write_text(passages.stdout, encoding="utf-8")
    (folder / "facts.ttl").write_text(FACTS, encoding="utf-8")
    return article


def test_each_article_is_checked_against_its_own_facts(run: Run, small_copy: Path) -> None:
    article = add_article(run, small_copy)
    second = run("check-source", article, project=small_copy)
    assert second.exit_code == 0, second.stdout
    assert "3 of 3 passages of source:west-2001" in second.stdout
    first = run("check-source", small_copy / "article.txt", project=small_copy)
    assert first.exit_code == 0, first.stdout
    assert "6 of 6 passages of source:ost-1999" in first.stdout


def test_a_phrase_that_is_in_neither_article_is_found_out(run: Run, small_copy: Path) -> None:
    article = add_article(run, small_copy)
    facts = small_copy / "data" / "west-2001" / "facts.ttl"
    facts.write_text(FACTS.replace("warm", "cold"), encoding="utf-8")
    result = run("check-source", article, project=small_copy)
    assert result.exit_code == 1
    assert "cold bath" in result.stdout


def test_coverage_tells_the_articles_apart(run: Run, small_copy: Path) -> None:
    add_article(run, small_copy)
    lines = [line.split() for line in run("coverage", project=small_copy).stdout.splitlines()]
    assert any(
        line[:7] == ["Two", "towns", "and", "a", "pact", "paragraph", "1,"] for line in lines
    )
    second = ["source:west-2001", "paragraph", "2,", "sentence", "2", "1"]
    assert second in lines
    alone = run("coverage", "west-2001", project=small_copy).stdout.splitlines()
    assert any(line.split() == second[1:] for line in alone)


def test_its_facts_are_in_a_graph_of_their_own(run: Run, small_copy: Path) -> None:
    add_article(run, small_copy)
    query = "ASK { GRAPH graph:source\\/west-2001 { statement:mayor-bath ckg:evidence ?p } }"
    assert run("query", query, project=small_copy).stdout.strip() == "true"
