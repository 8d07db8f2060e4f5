from pathlib import Path

import pytest

from cstokg.dataset.load import find_files, find_origins, load_files
from cstokg.errors import MissingFileError, MissingFolderError, SourceError
from cstokg.namespaces import ONTOLOGY_GRAPH, RESOURCE, source_graph
from cstokg.settings import Settings, load_settings
from cstokg.shacl.validation import store_shapes


@pytest.fixture
def settings(small_copy: Path, tmp_path: Path) -> Settings:
    return load_settings(small_copy, tmp_path / "cache")


def test_each_file_goes_to_its_graph(settings: Settings) -> None:
    assert {file.name: file.graph for file in find_files(settings)} == {
        "ontology/small.ttl": ONTOLOGY_GRAPH,
        "data/ost-1999/facts.ttl": source_graph("ost-1999"),
        "data/ost-1999/passages.ttl": source_graph("ost-1999"),
    }


def test_a_file_of_rdf_that_is_not_read_is_told(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    names = ["a.rdf", "b.jsonld", "c.ttl.gz", "d.TTL", "e.owl", "notes.txt", "catalog-v001.xml"]
    for folder in (settings.data / "ost-1999", settings.shapes):
        for name in names:
            (folder / name).write_text("")
    before = {file.name for file in find_files(settings)}
    store_shapes(settings.shapes)
    told = [record.getMessage() for record in caplog.records]
    assert all("is not read" in message for message in told)
    assert [Path(message.split()[0]).name for message in told] == names[:5] * 2
    assert len(before) == 3


def test_a_file_in_a_folder_below_belongs_to_the_same_source(settings: Settings) -> None:
    below = settings.data / "ost-1999" / "more"
    below.mkdir()
    (below / "extra.ttl").write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert source_graph("ost-1999") == next(
        file.graph for file in find_files(settings) if file.path.name == "extra.ttl"
    )


def test_a_second_source_has_a_graph_of_its_own(settings: Settings) -> None:
    folder = settings.data / "west-2001"
    folder.mkdir()
    (folder / "facts.ttl").write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert source_graph("west-2001") in load_files(find_files(settings)).graphs()


def test_files_of_the_user_come_beside_the_data_or_instead(
    settings: Settings, tmp_path: Path
) -> None:
    mine = tmp_path / "My facts (new).ttl"
    mine.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    beside = load_files(find_files(settings, files=[mine])).graphs()
    assert beside[source_graph("my-facts-new")] == 1
    assert source_graph("ost-1999") in beside
    instead = load_files(find_files(settings, files=[mine], with_data=False)).graphs()
    assert set(instead) == {ONTOLOGY_GRAPH, source_graph("my-facts-new")}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("факты", "факты"),
        ("Другие факты 2", "другие-факты-2"),
        ("Données (fin)", "données-fin"),
        ("Donne\u0301es", "données"),
        ("事実", "事実"),
        ("हिन्दी", "हिन्दी"),
        ("a_b", "a-b"),
        ("…", "file"),
    ],
)
def test_letters_of_any_script_stay_in_the_name_of_a_graph(
    settings: Settings, tmp_path: Path, name: str, slug: str
) -> None:
    mine = tmp_path / f"{name}.ttl"
    mine.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert load_files(find_files(settings, files=[mine])).graphs()[source_graph(slug)] == 1


@pytest.mark.parametrize("names", [("a b", "a-b"), ("A", "a"), ("…", "!")])
def test_two_files_that_would_be_one_graph_are_refused(
    settings: Settings, tmp_path: Path, names: tuple[str, str]
) -> None:
    files = [tmp_path / f"{name}.ttl" for name in names]
    for path in files:
        path.parent.mkdir(exist_ok=True)
        path.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    with pytest.raises(SourceError, match="would be one graph") as caught:
        find_files(settings, files=files)
    assert all(str(path) in str(caught.value) for path in files)


def test_files_of_one_name_in_two_folders_are_two_graphs(
    settings: Settings, tmp_path: Path
) -> None:
    files = [tmp_path / folder / "a.ttl" for folder in ("x", "y")]
    for path in files:
        path.parent.mkdir()
        path.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    graphs = [file.graph for file in find_files(settings, files=files)][-2:]
    assert graphs == [source_graph("x-a"), source_graph("y-a")]


def test_a_file_that_is_named_twice_is_read_once(settings: Settings, tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "a.ttl"
    mine.parent.mkdir()
    mine.write_text("[] <urn:p> <urn:o> .", encoding="utf-8")
    found = find_files(settings, files=[mine, mine, mine.parent])
    assert load_files(found).graphs()[source_graph("a")] == 1


def test_a_folder_of_the_data_may_have_any_letters_but_no_blank(settings: Settings) -> None:
    folder = settings.data / "статья-2024"
    folder.mkdir()
    (folder / "facts.ttl").write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert load_files(find_files(settings)).graphs()[source_graph("статья-2024")] == 1
    for name in ("my article", "a<b", "a%b", "a?b", "a#b"):
        folder = folder.rename(settings.data / name)
        with pytest.raises(SourceError, match=r"cannot stand in an IRI") as caught:
            find_files(settings)
        assert repr(name) in str(caught.value)


def test_a_folder_of_the_user_stands_for_its_files(settings: Settings) -> None:
    found = find_files(settings, files=[settings.data / "ost-1999"], with_data=False)
    assert {file.path.name for file in found} == {"small.ttl", "facts.ttl", "passages.ttl"}


def test_a_file_of_the_project_is_not_read_twice(settings: Settings) -> None:
    again = settings.data / "ost-1999" / "facts.ttl"
    assert find_files(settings, files=[again]) == find_files(settings)


def test_origins_name_the_files_that_describe_a_node(settings: Settings) -> None:
    origins = find_origins(find_files(settings))
    assert origins[RESOURCE + "state/alda"] == ("data/ost-1999/facts.ttl",)


@pytest.mark.parametrize("folder", ["ontology", "data"])
def test_a_folder_without_turtle_is_an_error(settings: Settings, folder: str) -> None:
    for path in (settings.project / folder).rglob("*.ttl"):
        path.unlink()
    with pytest.raises(MissingFolderError, match=rf"{folder} has no Turtle file"):
        find_files(settings)


def test_a_missing_folder_is_an_error(settings: Settings) -> None:
    settings.ontology.rename(settings.project / "elsewhere")
    with pytest.raises(MissingFolderError, match="ontology is missing"):
        find_files(settings)


def test_a_missing_file_of_the_user_is_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"nothing\.ttl is missing"):
        find_files(settings, files=[tmp_path / "nothing.ttl"])


def test_a_data_file_outside_a_source_is_an_error(settings: Settings) -> None:
    (settings.data / "stray.ttl").write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match="belongs to no source") as caught:
        find_files(settings)
    assert "Move it" in caught.value.hint


def test_a_syntax_error_names_the_file(settings: Settings) -> None:
    path = settings.data / "ost-1999" / "facts.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace(" ;", "", 1), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_files(find_files(settings))
    assert caught.value.path == str(path)
    assert caught.value.line
