"""The file by which Raspberry Pi Imager offers the image."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "image" / "imager.py"
URL = "https://example.org/roger.img.xz"
REQUIRED = {
    "name": str,
    "description": str,
    "icon": str,
    "url": str,
    "extract_size": int,
    "extract_sha256": str,
    "image_download_size": int,
    "release_date": str,
    "devices": list,
    "init_format": str,
}
"""Of doc/json-schema/os-list-schema.json and doc/schema-notes.md in raspberrypi/rpi-imager, with their kinds."""
CONTENT = b"boot sector" + bytes(3_000_000) + b"the end"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    image = tmp_path / "roger.img"
    image.write_bytes(CONTENT)
    return image


def packed(image: Path, kind: str) -> Path:
    archive = image.with_name(f"{image.name}.{kind}")
    if kind == "zst":
        if shutil.which("zstd") is None:
            pytest.skip("zstd is not installed")
        subprocess.run(["zstd", "-q", image, "-o", archive], check=True)
    else:
        archive.write_bytes((lzma if kind == "xz" else gzip).compress(image.read_bytes()))
    return archive


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("kind", ["xz", "gz", "zst"])
def test_sizes_and_checksums_are_those_of_the_image_and_of_the_download(image: Path, kind: str) -> None:
    archive = packed(image, kind)
    done = run(image, archive, "--url", URL, "--released", "2026-11-27")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads((image.parent / "rpi-image.json").read_text())["os_list"]
    assert {name: kind for name, kind in REQUIRED.items() if not isinstance(entry.get(name), kind)} == {}
    assert (entry["extract_size"], entry["extract_sha256"]) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert entry["image_download_size"] == archive.stat().st_size
    assert entry["image_download_sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert (entry["devices"], entry["init_format"]) == (["pi5-64bit", "pi4-64bit"], "cloudinit")
    assert entry["release_date"] == "2026-11-27"


def test_an_archive_of_another_image_is_refused(image: Path) -> None:
    archive = packed(image, "xz")
    image.write_bytes(b"changed")
    done = run(image, archive, "--url", URL)
    assert done.returncode == 2
    assert "does not hold" in done.stderr
    assert not (image.parent / "rpi-image.json").exists()


def test_a_broken_archive_is_refused(image: Path) -> None:
    (image.parent / "roger.img.gz").write_bytes(b"not gzip")
    assert run(image, image.parent / "roger.img.gz", "--url", URL).returncode == 2
