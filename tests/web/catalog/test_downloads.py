"""The downloads as HTTP exchanges, and what they say of the dataset and how to cite it."""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from tests.processes import wait_until
from tests.web.conftest import Client
from tests.web.pages.test_pages import References

import cstokg
from cstokg import Dataset
from cstokg.errors import UnwritableError, WorkersBusyError
from cstokg.publish.export import export_dataset
from cstokg.web.catalog.export_files import NAMES, Exports
from cstokg.web.site import Site

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_bytes_of_the_export(
    client: Client, small_dataset: Dataset, name: str
) -> None:
    answer = client.send("GET", f"/downloads/{name}")
    assert (answer.status, answer.media_type) == (200, NAMES[name].media_type)
    assert answer.body == export_dataset(small_dataset, NAMES[name].name)
    assert answer.headers["content-disposition"] == f"attachment; filename={name}"
    head = client.send("HEAD", f"/downloads/{name}")
    assert int(head.headers["content-length"]) == len(answer.body)


class Overtaken(cstokg.Dataset):
    """A dataset that is written while somebody reads it."""

    @property
    def is_current(self) -> bool:
        return False


def test_no_file_mixes_two_versions(small_dataset: Dataset) -> None:
    exports = Exports(Site(Overtaken(small_dataset.store, small_dataset.info), ()))
    with pytest.raises(WorkersBusyError, match="changed while"):
        exports.get("cstokg.nq")
    assert not exports.files


def test_a_file_that_cannot_be_written_is_told_and_keeps_no_other_waiting(
    small_dataset: Dataset,
) -> None:
    store = small_dataset.store.copy()
    store.load_content(b"<urn:s> <urn:p/> 1 .", "text/turtle", small_dataset.find_graph("meta"))
    exports = Exports(Site(replace(small_dataset, store=store), ()))
    assert "cstokg.rdf" not in exports.checksums()
    assert exports.complete
    assert set(NAMES) - set(exports.files) == {"cstokg.rdf"}
    assert "the triple <urn:s> <urn:p/>" in exports.unwritable["cstokg.rdf"]
    with pytest.raises(UnwritableError):
        exports.get("cstokg.rdf")


def test_the_sums_are_those_of_the_files(client: Client) -> None:
    lines = client.send("GET", "/downloads/SHA256SUMS").text.splitlines()
    assert [line.split()[1] for line in lines] == list(NAMES)
    for line in lines:
        digest, name = line.split("  ")
        assert sha256(client.send("GET", f"/downloads/{name}").body).hexdigest() == digest


def test_the_page_has_sizes_and_hashes_once_they_are_known(client: Client) -> None:
    assert client.page("/downloads").status == 200
    sums = client.send("GET", "/downloads/SHA256SUMS").text  # it waits for all files

    def are_known() -> bool:  # to each of the web processes
        return all("look again" not in client.page("/downloads").text for _ in range(10))

    wait_until(are_known, "sizes and hashes")
    text = client.page("/downloads").text
    assert len(sums.splitlines()) == len(NAMES)
    for line in sums.splitlines():
        digest, name = line.split("  ")
        assert f'href="/downloads/{name}"' in text
        assert f'title="{digest}"' in text
    links = {link for link in References(text).links if link.startswith("/")}
    assert len(links) > 15
    for link in sorted(links):
        assert client.send("GET", link).status == 200, link


def test_an_unchanged_file_is_not_sent_again_and_a_part_can_be_had(client: Client) -> None:
    first = client.send("GET", "/downloads/cstokg.nt")
    headers = {"If-None-Match": first.headers["etag"]}
    assert client.send("GET", "/downloads/cstokg.nt", headers).status == 304
    part = client.send("GET", "/downloads/cstokg.nt", {"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, first.body[10:20])
    assert client.send("GET", "/downloads/cstokg.nt", {"Range": "bytes=999999999-"}).status == 416


@pytest.mark.parametrize("name", ["cstokg.doc", "..%2Fsecret", "%00", "a" * 300])
def test_another_file_is_404_and_tells_those_there_are(client: Client, name: str) -> None:
    answer = client.send("GET", f"/downloads/{name}")
    assert answer.status == 404


def test_the_citation_is_served_as_the_file_has_it(client: Client) -> None:
    kept = (ROOT / "CITATION.cff").read_bytes()
    for path in ("/CITATION.cff", "/downloads/CITATION.cff"):
        answer = client.send("GET", path)
        assert (answer.status, answer.body) == (200, kept)
        assert answer.media_type == "application/yaml"


def test_the_citation_file_is_one() -> None:
    """What the Citation File Format 1.2.0 requires, and what is ours to keep up."""
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert said["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= said.keys()
    assert said["type"] in ("dataset", "software")
    for entry in (said, *said["references"]):
        for author in entry["authors"]:
            assert author.keys() <= {"name", "given-names", "family-names"}
            assert author
    assert str(said["version"]) == cstokg.__version__
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(said["date-released"]))
    assert set(said["license"]) == {"CC-BY-4.0", "MIT"}
    for identifier in said["identifiers"]:
        assert identifier["type"] in ("doi", "url", "swh", "other")
        assert identifier["value"].endswith(f"/{cstokg.__version__}")
    assert said["references"][0]["type"] == "article"
