"""Installing from a server on loopback: what is installed, from where, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.store.catalog import Archive, Source
from models.store.installed import MANIFEST, damages, read_manifest
from tests.models.store.file_server import FileServer, model_of, pinned_file, sha256, source_of, zipped
from tests.models.store.weights_site import WEIGHTS, ZIP, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "weights")


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(ZIP) as server:
        yield server


def test_a_model_is_unpacked_with_its_licence_and_a_manifest(site: Site, server: FileServer) -> None:
    folder = site.install(model_of(source_of(server.url, ZIP)))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"final.mdl", "conf/mfcc.conf", "LICENCE.txt", MANIFEST}
    assert (folder / "final.mdl").read_bytes() == WEIGHTS
    assert (site.visible, site.hidden) == (["small"], [])


def test_the_manifest_says_what_was_installed_from_where(site: Site, server: FileServer) -> None:
    folder = site.install(model_of(source_of(server.url, ZIP)))
    manifest = read_manifest(folder)
    assert (manifest.model, manifest.licence, manifest.source) == ("small", "MIT", server.url)
    assert manifest.raw["final.mdl"] == manifest.files["final.mdl"].sha256 == sha256(WEIGHTS)
    assert manifest.files["final.mdl"].bytes == len(WEIGHTS)
    assert damages(folder, manifest) == []


def test_an_intact_model_is_not_fetched_again(site: Site, server: FileServer) -> None:
    model = model_of(source_of(server.url, ZIP))
    site.install(model)
    site.install(model)
    assert server.requests == [""]
    assert "small is installed and intact" in site.shown.getvalue()


@pytest.mark.parametrize("damaged", ["final.mdl", MANIFEST])
def test_a_damaged_model_is_replaced(site: Site, server: FileServer, damaged: str) -> None:
    model = model_of(source_of(server.url, ZIP))
    folder = site.install(model)
    (folder / damaged).write_bytes(b"x")
    site.install(model)
    assert damages(folder, read_manifest(folder)) == []
    assert (site.visible, site.hidden) == (["small"], [])


def test_a_model_from_a_source_that_the_catalogue_dropped_is_replaced(site: Site, server: FileServer) -> None:
    site.install(model_of(source_of(server.url + "?old", ZIP)))
    folder = site.install(model_of(source_of(server.url, ZIP)))
    assert read_manifest(folder).source == server.url


def test_parts_of_several_archives_are_joined_and_pinned(site: Site) -> None:
    first, second = zipped({"a/model.1": b"Rog"}), zipped({"b/model.2": b"er"})
    files = {"model.bin": pinned_file(b"Roger", "a/model.1", "b/model.2")}
    with FileServer(first) as one, FileServer(second) as two:
        archives = (Archive(url=one.url + "1"), Archive(url=two.url + "2"))
        folder = site.install(model_of(Source(archives=archives, files=files)))
    assert (folder / "model.bin").read_bytes() == b"Roger"


def test_a_file_that_is_not_what_the_catalogue_says_is_not_installed(site: Site, server: FileServer) -> None:
    files = {"final.mdl": pinned_file(b"other weights")}
    source = Source(archives=(Archive(url=server.url),), folder="weights", files=files)
    problem = site.refused(model_of(source))
    assert problem.code == "MDL-04"
    assert "final.mdl" in problem.message
    assert (site.visible, site.hidden) == ([], [])


def test_a_second_source_helps_out_where_the_first_is_gone(site: Site, server: FileServer) -> None:
    with FileServer(ZIP, statuses=[404]) as gone:
        folder = site.install(model_of(source_of(gone.url, ZIP), source_of(server.url, ZIP)))
    assert read_manifest(folder).source == server.url
    assert "trying the next source" in site.shown.getvalue()


def test_a_wrong_checksum_is_no_reason_to_try_the_next_source(site: Site, server: FileServer) -> None:
    problem = site.refused(model_of(source_of(server.url, ZIP, sha256(b"")), source_of(server.url, ZIP)))
    assert problem.code == "MDL-04"


def test_all_sources_gone(site: Site) -> None:
    with FileServer(ZIP, statuses=[404, 404]) as gone:
        problem = site.refused(model_of(source_of(gone.url, ZIP), source_of(gone.url, ZIP)))
    assert problem.code == "MDL-03"
    assert (site.visible, site.hidden) == ([], [])


def test_a_source_without_checksum_needs_consent(site: Site, server: FileServer) -> None:
    model = model_of(source_of(server.url, ZIP, None))
    problem = site.refused(model)
    assert problem.code == "MDL-07"
    assert "checksum" in problem.message
    assert "roger models fetch small --unpinned" in problem.hint
    assert server.requests == []
    assert (site.install(model, unpinned=True) / "final.mdl").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>this is no zip</html>", "is damaged"),
        (ZIP[:-700], "is damaged"),
        (zipped({"elsewhere/final.mdl": b""}), "no folder weights"),
        (zipped({"weights/../../../outside": b""}), "outside its folder"),
    ],
)
def test_an_archive_that_cannot_be_used_is_refused(site: Site, content: bytes, message: str) -> None:
    with FileServer(content) as server:
        problem = site.refused(model_of(source_of(server.url, content)))
    assert problem.code == "MDL-06"
    assert message in problem.message
    assert "run it again" in problem.hint
    assert (site.visible, site.hidden) == ([], [])


def test_a_model_may_come_as_one_file(site: Site) -> None:
    content = b"GGUF" + bytes(3_000_000)
    with FileServer(content) as server:
        source = Source(archives=(Archive(url=server.url),), file="small.gguf", tested=False)
        folder = site.install(model_of(source), unpinned=True)
        assert (folder / "small.gguf").read_bytes() == content


def test_a_page_in_place_of_a_model_is_refused(site: Site) -> None:
    with FileServer(b"<html>please sign in</html>") as server:
        source = Source(archives=(Archive(url=server.url),), file="small.gguf", tested=False)
        problem = site.refused(model_of(source), unpinned=True)
    assert (problem.code, "no GGUF file" in problem.message) == ("MDL-06", True)
    assert site.visible == []


def test_an_archive_without_a_file_of_the_catalogue_is_refused(site: Site, server: FileServer) -> None:
    source = Source(archives=(Archive(url=server.url),), files={"final.mdl": pinned_file(b"")})
    problem = site.refused(model_of(source))
    assert (problem.code, problem.message) == ("MDL-06", "the archive has no final.mdl")


def test_weights_that_are_no_whisper_are_not_installed(site: Site) -> None:
    content = zipped({"model.bin": b"not a model", "tokenizer.json": b"{}"})
    with FileServer(content) as server:
        files = {name: pinned_file(zipfile.ZipFile(io.BytesIO(content)).read(name)) for name in ("model.bin",)}
        source = Source(archives=(Archive(url=server.url),), files=files)
        problem = site.refused(model_of(source).model_copy(update={"engine": "whisper", "convert": "whisper"}))
    assert problem.code == "MDL-06"
    assert site.visible == []


def test_too_little_room_is_found_before_the_download(site: Site, server: FileServer) -> None:
    site.free = 1_500_000
    problem = site.refused(model_of(source_of(server.url, ZIP)))
    assert problem.code == "MDL-05"
    assert "small needs 2.0 MB" in problem.message
    assert "has 1.5 MB" in problem.message
    assert "ROGER_MODELS" in problem.hint
    assert server.requests == []


def test_what_is_already_downloaded_needs_no_room(site: Site, server: FileServer) -> None:
    (site.root / ".downloads").mkdir(parents=True)
    (site.root / ".downloads" / "model.zip").write_bytes(ZIP)
    site.free = 2_000_000 - len(ZIP)
    site.install(model_of(source_of(server.url, ZIP)))
    assert server.requests == []


def test_a_disk_that_fills_up_meanwhile(site: Site, server: FileServer) -> None:
    (site.root / ".downloads").mkdir(parents=True)
    (site.root / ".downloads" / "model.zip.part").symlink_to("/dev/full")
    problem = site.refused(model_of(source_of(server.url, ZIP)))
    assert problem.code == "MDL-05"
    assert "full" in problem.message
    assert site.visible == []


def test_a_weights_folder_that_cannot_be_made(site: Site, server: FileServer) -> None:
    site.root.parent.joinpath("file").write_text("")
    site.root = site.root.parent / "file" / "weights"
    problem = site.refused(model_of(source_of(server.url, ZIP)))
    assert problem.code == "MDL-03"
    assert "cannot be written" in problem.message
    assert "ROGER_MODELS" in problem.hint


def test_a_run_that_died_while_replacing_gets_the_former_model_back(site: Site, server: FileServer) -> None:
    model = model_of(source_of(server.url, ZIP))
    site.install(model).rename(site.root / ".old-small")
    site.install(model)
    assert server.requests == [""]
    assert site.visible == ["small"]
