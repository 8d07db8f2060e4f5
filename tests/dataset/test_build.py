import logging
import os
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from cstokg import __version__
from cstokg.dataset.build import build_dataset, graph
from cstokg.dataset.model import Dataset
from cstokg.errors import MissingFolderError, SourceError, UnknownGraphError
from cstokg.namespaces import CKG, META_GRAPH, RESOURCE, VOID, source_graph
from cstokg.settings import Settings, load_settings

FACTS = "data/ost-1999/facts.ttl"


@pytest.fixture
def settings(small_copy: Path, tmp_path: Path) -> Settings:
    return load_settings(small_copy, tmp_path / "cache")


def edit(settings: Settings, old: str, new: str) -> None:
    path = settings.project / FACTS
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_graphs_of_a_dataset(small_dataset: Dataset) -> None:
    names = [iri.rpartition("graph/")[2] for iri in small_dataset.info.triples]
    assert names == [
        *("derived/ost-1999", "links/ost-1999", "meta", "ontology"),
        "source/ost-1999",
    ]
    assert all(small_dataset.info.triples.values())


def test_the_second_build_is_the_first_one_kept(settings: Settings) -> None:
    first, second = build_dataset(settings), build_dataset(settings)
    assert (first.info.from_cache, second.info.from_cache) == (False, True)
    assert second.store.dump() == first.store.dump()
    assert second.info.triples == first.info.triples
    assert second.info.source_sha256 == first.info.source_sha256


def test_a_changed_file_is_noticed(settings: Settings) -> None:
    first = build_dataset(settings)
    edit(settings, "Alda in the pact", "Alda within the pact")
    second = build_dataset(settings)
    assert not second.info.from_cache
    assert second.info.source_sha256 != first.info.source_sha256
    assert b"Alda within the pact" in second.store.dump()


def test_a_changed_file_of_the_same_size_and_time_is_noticed(settings: Settings) -> None:
    path = settings.project / FACTS
    build_dataset(settings)
    before = path.stat()
    edit(settings, "Alda in the pact", "Alda at the pact")
    edit(settings, "Alda at the pact", "Alda at the pact!"[: len("Alda in the pact")])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not build_dataset(settings).info.from_cache


def test_a_renamed_a_new_and_a_removed_file_are_noticed(settings: Settings) -> None:
    build_dataset(settings)
    path = settings.project / FACTS
    path.rename(path.with_name("renamed.ttl"))
    assert not build_dataset(settings).info.from_cache
    path.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert not build_dataset(settings).info.from_cache
    path.unlink()
    assert build_dataset(settings).info.from_cache


def test_changed_rules_are_noticed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build_dataset(settings)
    monkeypatch.setattr("cstokg.dataset.build.code_sha256", lambda: "other code")
    assert not build_dataset(settings).info.from_cache


def test_a_build_that_the_project_carries_is_taken_while_it_fits(settings: Settings) -> None:
    build_dataset(settings)
    settings.cache.rename(settings.carried)
    assert build_dataset(settings).info.from_cache
    assert not settings.cache.exists()
    edit(settings, "Alda in the pact", "Alda within the pact")
    second = build_dataset(settings)
    assert not second.info.from_cache
    assert b"Alda within the pact" in second.store.dump()


def test_a_damaged_cache_is_built_anew_and_mended(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    first = build_dataset(settings)
    (kept,) = settings.cache.glob("*.nq")
    kept.write_bytes(kept.read_bytes()[:-50])
    second = build_dataset(settings)
    assert not second.info.from_cache
    assert "damaged" in caplog.text
    assert second.store.dump() == first.store.dump()
    assert build_dataset(settings).info.from_cache


def test_an_unwritable_cache_is_only_a_warning(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.cache.write_text("a file where the folder should be", encoding="utf-8")
    assert build_dataset(settings).info.triples
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.WARNING]


def test_without_the_cache_nothing_is_kept(settings: Settings) -> None:
    build_dataset(settings, use_cache=False)
    assert not settings.cache.exists()


def test_a_build_without_data_has_the_ontology_and_the_users_files(
    settings: Settings, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.ttl"
    mine.write_text(f"<urn:s> a <{CKG}State> .", encoding="utf-8")
    dataset = build_dataset(settings, files=[mine], with_data=False)
    assert dataset.query(f"ASK {{ <urn:s> a <{CKG}Agent> }}")
    assert not dataset.query(f"ASK {{ <{RESOURCE}state/alda> ?p ?o }}")
    assert dataset.origins()["urn:s"] == (str(mine),)


def test_progress_is_told(settings: Settings) -> None:
    told: list[str] = []
    build_dataset(settings, progress=told.append)
    assert told[0] == "reading 3 files"
    build_dataset(settings, progress=told.append)
    assert told[-1] == "loading the kept build of the same files"


def test_a_syntax_error_stops_the_build_and_keeps_nothing(settings: Settings) -> None:
    edit(settings, "a ckg:Membership ;", "a ckg:Membership")
    with pytest.raises(SourceError) as caught:
        build_dataset(settings)
    assert caught.value.path.endswith(FACTS)
    assert caught.value.line
    assert not settings.cache.exists()


def test_a_bad_date_names_its_file_and_node(settings: Settings) -> None:
    edit(settings, '"1999"', '"in 1999"')
    with pytest.raises(SourceError) as caught:
        build_dataset(settings)
    assert caught.value.path == FACTS
    text = (settings.project / FACTS).read_text().splitlines()
    assert '"in 1999"' in text[(caught.value.line or 0) - 1]
    assert "membership/berin-pact" in str(caught.value)
    assert "'in 1999'" in str(caught.value)


def test_a_byte_order_mark_in_a_file_of_the_data_says_nothing(settings: Settings) -> None:
    before = build_dataset(settings)
    path = settings.project / FACTS
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    after = build_dataset(settings)
    source = source_graph("ost-1999")
    assert after.store.dump([source]) == before.store.dump([source])


def test_a_bad_date_is_refused_from_the_kept_build_as_well(settings: Settings) -> None:
    edit(settings, '"1999"', '"1999-02-29"')
    assert not build_dataset(settings, check_dates=False).info.from_cache
    assert build_dataset(settings, check_dates=False).info.from_cache
    with pytest.raises(SourceError, match="there is no such day"):
        build_dataset(settings)


def test_an_empty_project_is_an_error(settings: Settings) -> None:
    for path in settings.ontology.iterdir():
        path.unlink()
    with pytest.raises(MissingFolderError):
        build_dataset(settings)


def test_the_meta_graph_describes_the_dataset(small_dataset: Dataset) -> None:
    info = small_dataset.info
    rows = small_dataset.select(
        """
        SELECT ?version ?hash ?triples ?files WHERE {
          GRAPH graph:meta {
            ?dataset owl:versionInfo ?version ; ckg:sha256 ?hash ; void:triples ?triples ;
              dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
            { SELECT (COUNT(?file) AS ?files) { ?d void:subset ?g ; prov:wasDerivedFrom ?file .
               FILTER(?g = graph:ontology) } }
          }
        }
        """
    ).to_dicts()
    counted = sum(size for iri, size in info.triples.items() if iri != META_GRAPH)
    assert rows == [
        {
            "version": __version__,
            "hash": info.source_sha256,
            "triples": counted,
            "files": len(info.files),
        }
    ]


def test_the_meta_graph_counts_each_graph_and_names_each_file(small_dataset: Dataset) -> None:
    meta = graph(small_dataset, "meta")
    for iri, size in small_dataset.info.triples.items():
        if iri != META_GRAPH:
            assert meta.value(URIRef(iri), URIRef(VOID + "triples")) == Literal(size)
    for file in small_dataset.info.files:
        assert meta.value(predicate=URIRef(CKG + "sha256"), object=Literal(file.sha256))


def test_graph_by_name_by_iri_and_all(small_dataset: Dataset) -> None:
    assert set(graph(small_dataset, "meta")) == set(graph(small_dataset, META_GRAPH))
    assert set(graph(small_dataset, "meta")) < set(graph(small_dataset))


def test_an_unknown_graph_is_told_the_known_ones(small_dataset: Dataset) -> None:
    with pytest.raises(UnknownGraphError, match="source/ost-1999"):
        graph(small_dataset, "nothing")


def test_select_knows_the_prefixes_of_the_kinds(small_dataset: Dataset) -> None:
    assert len(small_dataset.select("SELECT ?o { state:alda ckg:memberOf ?o }")) == 1


def test_builds_are_the_same_whatever_the_order_of_hashes(small_project: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys; from pathlib import Path; from cstokg import build_dataset, load_settings;"
        "d = build_dataset(load_settings(Path(sys.argv[1])), use_cache=False);"
        "sys.stdout.buffer.write(d.store.dump())"
    )
    dumps = {
        subprocess.run(
            [sys.executable, "-c", program, str(small_project)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(dumps) == 1
    assert dumps.pop()
