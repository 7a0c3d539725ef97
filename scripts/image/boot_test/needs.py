"""What every test of the image needs: an image, and the programs that start it."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
TOOLS = {
    "qemu-system-aarch64": "qemu-system-arm",
    "mtype": "mtools",
    "dtc": "device-tree-compiler",
    "mksquashfs": "squashfs-tools",
}
"""Programs, and their packages."""


def parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """With the arguments that all have; what comes up goes to a folder of that name."""
    made = argparse.ArgumentParser(prog=name, description=about, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument("--image", type=Path, default=REPOSITORY / "out/image/roger.img")
    made.add_argument("--out", type=Path, default=REPOSITORY / "out" / name)
    return made


def lacks(image: Path, **more: str) -> str:
    """Why it cannot run, empty where it can.

    Args:
        more: Other programs that it needs, and their packages.
    """
    if missing := [package for tool, package in (TOOLS | more).items() if not shutil.which(tool)]:
        return f"these packages are missing: {' '.join(missing)} (sudo apt install them)"
    return "" if image.exists() else f"there is no {image}: run `sudo make image` first"
