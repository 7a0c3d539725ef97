"""What is installed: each model is a folder of its name, with a manifest that says what every file must be."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pydantic import ValidationError

from controller.errors import Problem, RogerError
from models.store.catalog import Entry, catalogue, find

MANIFEST = "manifest.json"


class InstalledFile(Entry):
    sha256: str
    bytes: int


class Manifest(Entry):
    """manifest.json.

    Attributes:
        source: The archives that the model came from.
        versions: Of Roger and of what converted the weights.
        raw: sha256 of the files as published, by name.
        files: What is installed, by path; the manifest itself is not listed.
    """

    model: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    source: str
    versions: dict[str, str]
    raw: dict[str, str]
    files: dict[str, InstalledFile]


def weights_root() -> Path:
    """Where the models are: `ROGER_MODELS`, else the folder weights/ beside catalog.yaml."""
    return Path(os.environ.get("ROGER_MODELS") or Path(__file__).parent.parent / "weights").expanduser()


def installed(name: str) -> Path | None:
    """The folder of a catalogue model, or None. A folder that can be seen is complete: it appears all at once."""
    folder = weights_root() / name
    return folder if name in catalogue() and folder.is_dir() else None


def folder_of(model: str) -> Path:
    """The folder of `model`, which is a name of the catalogue or a folder.

    Raises:
        RogerError: MDL-01 for a name that the catalogue does not list, MDL-02 for a model that is not there, MDL-04 for
            one with a file missing or cut short. (An engine may end the whole process on those.)
    """
    folder = _find_folder(model)
    if (folder / MANIFEST).exists():
        for path, file in read_manifest(folder).files.items():
            if damage := _short(folder / path, file):
                raise RogerError("MDL-04", f"{folder.name}: {path} {damage}", _again(folder.name))
    return folder


def _find_folder(model: str) -> Path:
    if model not in catalogue() and (Path(model).expanduser().is_dir() or "/" in model):
        return _own_folder(Path(model).expanduser())
    name = find(model).name
    folder = installed(name)
    if folder is None:
        raise RogerError("MDL-02", f'the model "{name}" is not installed', f"run: roger models fetch {name}")
    return folder


def _own_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise RogerError(
            "MDL-02", f"there is no model folder {folder}", "`roger models list` shows what can be fetched"
        )
    return folder


def verify(name: str) -> list[Problem]:
    """Hash every file of an installed model; no problems means that all are as they were installed.

    Problems are MDL-01 and MDL-02 as in `folder_of`, and MDL-04 for a missing manifest and for each file that differs.
    """
    try:
        folder = _find_folder(name)
        manifest = read_manifest(folder)
    except RogerError as error:
        return [error.problem]
    return damages(folder, manifest)


def damages(folder: Path, manifest: Manifest) -> list[Problem]:
    """MDL-04 for each file that is missing or differs."""
    found = ((path, _damage(folder / path, file)) for path, file in manifest.files.items())
    hint = _again(manifest.model)
    return [Problem("MDL-04", f"{folder.name}: {path} {damage}", hint) for path, damage in found if damage]


def read_manifest(folder: Path) -> Manifest:
    """Raises `RogerError` MDL-04 where there is none, or none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        message = f"{folder.name} cannot be checked: it has no {MANIFEST}, so Roger did not install it"
        raise RogerError("MDL-04", message, _again(folder.name)) from error
    except (OSError, ValidationError) as error:
        raise RogerError("MDL-04", f"{folder.name}: {MANIFEST} is damaged", _again(folder.name)) from error


def _again(name: str) -> str:
    return f"run: roger models fetch {name}" if name in catalogue() else "get the files from where you had them"


def _short(path: Path, expected: InstalledFile) -> str:
    """What is wrong with the file as far as its size tells; empty where nothing is."""
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != expected.bytes:
        return f"has {path.stat().st_size} bytes instead of {expected.bytes}"
    return ""


def _damage(path: Path, expected: InstalledFile) -> str:
    if short := _short(path, expected):
        return short
    return "" if sha256_of(path) == expected.sha256 else "has other content than when it was installed"


def describe(folder: Path) -> dict[str, InstalledFile]:
    """Size and sha256 of every file in `folder`, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): InstalledFile(sha256=sha256_of(path), bytes=path.stat().st_size)
        for path in paths
    }


def sha256_of(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
