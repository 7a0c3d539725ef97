#!/usr/bin/env python3
"""Remembers that a proof which takes minutes or an emulator has passed: it runs again once what it covers changes.

proven.py check NAME          exit 0 if NAME passed for the files as they are, 1 if it has to run
proven.py record NAME [TEXT]  NAME has just passed; commit scripts/proven/NAME.passed

What a proof covers stands in scripts/proven/NAME.covers: git pathspecs, one a line, # for comments.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scripts" / "proven"


def main(arguments: list[str]) -> int:
    """Check or record. Exit code 2 for what cannot be understood."""
    if len(arguments) < 2 or arguments[0] not in ("check", "record"):
        print(__doc__, file=sys.stderr)
        return 2
    verb, name, *text = arguments
    checksum, passed = digest(ROOT, covered(ROOT, name)), FOLDER / f"{name}.passed"
    if verb == "record":
        passed.write_text("\n".join([checksum, *text]) + "\n", encoding="utf-8")
        return 0
    return 0 if passed.is_file() and passed.read_text(encoding="utf-8").split()[:1] == [checksum] else 1


def covered(root: Path, name: str) -> list[str]:
    """The files, relative to `root`, that decide whether it still stands; new ones count before they are added."""
    written = (root / "scripts" / "proven" / f"{name}.covers").read_text(encoding="utf-8").splitlines()
    patterns = [line.split("#")[0].strip() for line in written]
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    listed = subprocess.run([*command, *filter(None, patterns)], capture_output=True, text=True, check=True).stdout
    return sorted({path for path in listed.split("\0") if path and (root / path).is_file()})


def digest(root: Path, paths: list[str]) -> str:
    """SHA-256 over names and contents."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(f"{path}\0{hashlib.sha256((root / path).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
