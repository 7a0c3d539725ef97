"""The beginning of a file that is being downloaded, kept so that the rest can be fetched later."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from models.store.package_index import Remote


class Origin(BaseModel):
    """What is known of the file that a partial is the beginning of.

    Attributes:
        validator: A strong ETag or a Last-Modified date (RFC 9110, 8.8); None where the server sends neither.
        total: Size of the whole in bytes; None where the server does not say.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    sha256: str | None
    validator: str | None = None
    total: int | None = None

    def is_of(self, remote: Remote) -> bool:
        """Whether the rest of `remote` belongs to this beginning: by its content, else by place and validator."""
        if remote.sha256 is not None:
            return self.sha256 == remote.sha256
        return self.url == remote.url and self.validator is not None


class Partial:
    """FILE.part and, next to it, FILE.part.json with its origin. Hashes what is written as it is written."""

    def __init__(self, folder: Path, remote: Remote) -> None:
        self.path = folder / f"{remote.filename}.part"
        self._note = folder / f"{remote.filename}.part.json"
        self.origin = Origin(url=remote.url, sha256=remote.sha256)
        self.size = 0
        self._digest = hashlib.sha256()
        self._continue(remote)

    def _continue(self, remote: Remote) -> None:
        """Take up what an earlier run left, if it is of the same file."""
        try:
            origin = Origin.model_validate_json(self._note.read_bytes())
            if not origin.is_of(remote):
                return
            with self.path.open("rb") as file:
                self._digest = hashlib.file_digest(file, "sha256")
                self.size = file.tell()
            self.origin = origin
        except (FileNotFoundError, ValidationError):
            return

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def whole(self) -> bool:
        return self.size > 0 and self.size == self.origin.total

    @property
    def can_continue(self) -> bool:
        """Something is there, and a mix of two files would be noticed: at once by the server, or by the checksum."""
        return self.size > 0 and (self.origin.sha256 is not None or self.origin.validator is not None)

    def begin(self, validator: str | None, total: int | None) -> None:
        """Forget what is there; what is written next is the file's first byte."""
        self.origin = self.origin.model_copy(update={"validator": validator, "total": total})
        self.path.open("wb").close()
        self._note.write_text(json.dumps(self.origin.model_dump()))
        self.size, self._digest = 0, hashlib.sha256()

    def append(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)
        self._digest.update(data)
        self.size += len(data)

    def ended(self) -> None:
        """The server, which did not say how long the file is, says that this was all."""
        self.origin = self.origin.model_copy(update={"total": self.size})

    def keep_as(self, path: Path) -> Path:
        """It is whole: give it its name."""
        self.path.rename(path)
        self._note.unlink(missing_ok=True)
        return path

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self.size, self._digest = 0, hashlib.sha256()
