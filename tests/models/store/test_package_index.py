"""Finding packages through the real pip, offline: a folder of packages takes the place of the index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RogerError
from models.store.catalog import Archive, Source
from models.store.install import Installer
from models.store.package_index import Remote, locate
from tests.models.store.file_server import model_of, pinned_file, sha256, zipped

INFO = "tiny_model-1.0.dist-info"
WHEEL = zipped(
    {
        "tiny_model/final.mdl": b"weights",
        f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n",
        f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{INFO}/RECORD": b"",
    }
)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "tiny_model-1.0-py3-none-any.whl").write_bytes(WHEEL)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_url_needs_no_pip() -> None:
    remote = locate(Archive(url="https://example.org/a%20model.zip?x=1", sha256="0" * 64), python="/no/python")
    assert remote == Remote("https://example.org/a%20model.zip?x=1", "0" * 64)
    assert remote.filename == "a model.zip"


def test_pip_says_where_a_package_is_and_what_it_must_be(packages: Path) -> None:
    remote = locate(Archive(pypi="tiny-model==1.0"))
    assert remote.url == (packages / "tiny_model-1.0-py3-none-any.whl").as_uri()
    assert remote.sha256 in (None, sha256(WHEEL))


def test_a_package_on_the_disk_is_installed_from_there_and_kept(packages: Path, tmp_path: Path) -> None:
    archive = Archive(pypi="tiny-model==1.0")
    source = Source(archives=(archive,), folder="tiny_model", files={"final.mdl": pinned_file(b"weights")})
    folder = Installer(tmp_path / "weights", Console(quiet=True)).install(model_of(source))
    assert (folder / "final.mdl").read_bytes() == b"weights"
    assert list(packages.iterdir()) != []


def test_a_package_that_the_index_does_not_have(packages: Path) -> None:
    with pytest.raises(RogerError) as caught:
        locate(Archive(pypi="tiny-model==2.0"))
    assert caught.value.problem.code == "MDL-03"
    assert "pip cannot find tiny-model==2.0" in caught.value.problem.message
    assert "pip config list" in caught.value.problem.hint


def test_a_python_without_pip(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    with pytest.raises(RogerError) as caught:
        locate(Archive(pypi="tiny-model==1.0"), python)
    assert caught.value.problem.code == "MDL-03"
    assert "found through pip" in caught.value.problem.message
    assert caught.value.problem.hint == f"run: {python} -m ensurepip"


def test_no_python_at_all() -> None:
    with pytest.raises(RogerError) as caught:
        locate(Archive(pypi="tiny-model==1.0"), "/no/python")
    assert caught.value.problem.code == "MDL-03"
    assert "did not say where tiny-model==1.0 is" in caught.value.problem.message
