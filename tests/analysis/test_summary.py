from cstokg import Dataset
from cstokg.analysis.summary import summarize


def test_classes_are_counted_as_the_data_files_say_them(small_dataset: Dataset) -> None:
    classes = summarize(small_dataset).classes
    assert classes["State"] == 2
    assert "Agent" not in classes  # a state is one too, but no file says so
    assert list(classes.values()) == sorted(classes.values(), reverse=True)


def test_versions_files_and_documents_are_told(small_dataset: Dataset) -> None:
    summary = summarize(small_dataset)
    assert summary.ontology_version == "0.0.7"
    assert summary.files == (
        "ontology/small.ttl",
        "data/ost-1999/facts.ttl",
        "data/ost-1999/passages.ttl",
    )
    (document,) = summary.documents
    assert document.title == "Two towns and a pact"
    assert len(document.sha256) == 64


def test_the_triples_are_those_of_all_graphs(small_dataset: Dataset) -> None:
    summary = summarize(small_dataset)
    assert summary.triples == sum(small_dataset.info.triples.values())
    assert "source/ost-1999" in summary.graphs
