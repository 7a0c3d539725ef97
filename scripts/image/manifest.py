"""Writes what an image consists of: packages, Python packages, and every file with its hash.

usage: manifest.py ROOT OUT                writes OUT/manifest.txt
       manifest.py --compare OLD NEW       what differs between two of them; exits with 1 if anything does
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

PARTS = ("card.vfat", "boot.vfat", "root.squashfs", "roger.img")
SHOWN = 20


def write(root: Path, out: Path) -> None:
    """Write OUT/manifest.txt and print its hash."""
    lines = [*debian(root), *python(root), *files(root)]
    lines += [f"part {digest(out / part)} {part}" for part in PARTS]
    text = "\n".join(lines) + "\n"
    (out / "manifest.txt").write_text(text, encoding="utf-8")
    print(f"{len(lines)} lines, sha256 {hashlib.sha256(text.encode()).hexdigest()}")


def debian(root: Path) -> Iterator[str]:
    """A line for each Debian package."""
    status = (root / "var/lib/dpkg/status").read_text(encoding="utf-8")
    for name, version in sorted(re.findall(r"^Package: (\S+)$.*?^Version: (\S+)$", status, re.M | re.S)):
        yield f"debian {name} {version}"


def python(root: Path) -> Iterator[str]:
    """A line for each Python package of Roger's virtual environment."""
    for folder in sorted(root.glob("opt/roger/venv/lib/python3*/site-packages/*.dist-info")):
        name, version = folder.name.removesuffix(".dist-info").rsplit("-", 1)
        yield f"python {name} {version}"


def files(root: Path) -> Iterator[str]:
    """A line for each file: mode, owner, size or target, hash, path."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names + [each for each in folders if (Path(folder) / each).is_symlink()]):
            path = Path(folder) / name
            about = path.lstat()
            what = (
                f"-> {path.readlink()}"
                if stat.S_ISLNK(about.st_mode)
                else digest(path)
                if path.is_file()
                else "special"
            )
            yield f"file {about.st_mode:o} {about.st_uid}:{about.st_gid} {what} /{path.relative_to(root)}"


def digest(path: Path) -> str:
    """The file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compare(old: Path, new: Path) -> int:
    """Print what is only in one of them."""
    before, after = (set(path.read_text(encoding="utf-8").splitlines()) for path in (old, new))
    lines = sorted(
        [f"- {line}" for line in before - after] + [f"+ {line}" for line in after - before], key=lambda line: line[2:]
    )
    print("\n".join(lines[:SHOWN]) if lines else f"the same: {len(before)} lines")
    if len(lines) > SHOWN:
        print(f"and {len(lines) - SHOWN} more")
    return 1 if lines else 0


if __name__ == "__main__":
    if sys.argv[1] == "--compare":
        sys.exit(compare(Path(sys.argv[2]), Path(sys.argv[3])))
    write(Path(sys.argv[1]), Path(sys.argv[2]))
