"""Makes the folder that is installed out of the files as they were published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from models.store.catalog import FOLDER, Model, Source
from models.store.installed import MANIFEST, Manifest, describe
from models.store.progress import Progress


def convert(model: Model, building: Path, progress: Progress) -> Path:
    """Return the folder to install, made from `building`/raw. Raises `RogerError` MDL-06."""
    raw, built = building / "raw", building / "model"
    if model.convert is None:
        return raw
    built.mkdir()
    _converter(model)(raw, built, lambda _, share: progress.update(f"converting {model.name}", share))
    shutil.rmtree(raw)
    return built


def _converter(model: Model) -> Callable[[Path, Path, Callable[[str, float], None]], None]:
    if model.convert in ("e5", "minilm"):
        from models.embedding.convert import convert_e5, convert_minilm

        return convert_e5 if model.convert == "e5" else convert_minilm
    from models.asr.convert import convert_whisper

    return convert_whisper


def complete(built: Path, model: Model, source: Source, raw: dict[str, str]) -> None:
    """Add the licence and the manifest."""
    if model.notice:
        shutil.copyfile(FOLDER / "licences" / model.notice, built / "LICENCE.txt")
    manifest = Manifest(
        model=model.name,
        engine=model.engine,
        languages=model.languages,
        licence=model.licence,
        source=source.label,
        versions=versions(model),
        raw=raw,
        files=describe(built),
    )
    (built / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def versions(model: Model) -> dict[str, str]:
    """Of what makes the installed files out of the published ones; another one means to install again."""
    if model.convert is None:
        return {}
    return {"format": str(_format(model)), "onnx": version("onnx")}


def _format(model: Model) -> int:
    if model.convert in ("e5", "minilm"):
        from models.embedding.convert import FORMAT as SENTENCES_FORMAT

        return SENTENCES_FORMAT
    from models.asr.convert import FORMAT

    return FORMAT


def write_through(folder: Path) -> None:
    """Have everything in `folder` on the disk before it gets its name."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
