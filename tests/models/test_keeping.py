"""What took long is kept, whole or not at all, and old files make room."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import numpy as np
import pytest

from models import keeping
from models.keeping import Content, keep, kept


def numbers(path: Path | None, made: list[int]) -> list[int]:
    def make() -> list[int]:
        made.append(1)
        return [1, 2, 3]

    def read(content: Content) -> list[int]:
        return [int(number) for number in content["numbers"]]

    return kept(path, read, make, lambda found: {"numbers": np.array(found)})


def test_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    made: list[int] = []
    assert numbers(tmp_path / "of" / "one.npz", made) == numbers(tmp_path / "of" / "one.npz", made) == [1, 2, 3]
    assert made == [1]
    assert [path.name for path in (tmp_path / "of").iterdir()] == ["one.npz"]


def test_nowhere_it_is_made_every_time() -> None:
    made: list[int] = []
    assert numbers(None, made) == numbers(None, made)
    assert made == [1, 1]


@pytest.mark.parametrize("broken", [b"", b"broken", b"PK\x03\x04half of a file"])
def test_a_broken_file_is_made_anew(tmp_path: Path, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path, made = tmp_path / "one.npz", list[int]()
    path.write_bytes(broken)
    with caplog.at_level(logging.WARNING):
        assert numbers(path, made) == [1, 2, 3]
    assert "one.npz cannot be read" in caplog.text
    assert numbers(path, made) == [1, 2, 3]
    assert made == [1]


def test_the_oldest_of_its_kind_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    for age, name in enumerate(("old.kv", "older.kv", "other.npz")):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1_000 - age, 1_000 - age))
    keep(tmp_path / "new.kv", lambda file: file.write(b"new"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.kv", "old.kv", "other.npz"]
