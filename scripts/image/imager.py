"""Writes rpi-image.json, by which Raspberry Pi Imager offers the image and asks for Wi-Fi, name and SSH key:

    python scripts/image/imager.py roger.img roger.img.xz --url https://.../roger.img.xz --icon https://.../roger.png

The format is that of https://github.com/raspberrypi/rpi-imager, doc/json-schema/os-list-schema.json and
doc/schema-notes.md. `init_format: cloudinit` makes Imager write user-data and network-config onto the first partition,
where `roger settings apply` reads them.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DEVICES = ["pi5-64bit", "pi4-64bit"]
"""Imager's tags of the boards for which it is offered; those of compute modules and the 400 and 500 are the same."""
BLOCK_BYTES = 1 << 20


def os_list(image: Path, archive: Path, url: str, icon: str, website: str, released: str) -> dict[str, Any]:
    """The list with the one image.

    Args:
        image: As it is written to the card.
        archive: The same, compressed, as it is downloaded.
        released: YYYY-MM-DD.

    Raises:
        ValueError: `archive` does not hold `image`: Imager would refuse it after the download.
    """
    inside, content = digest(unpacked(archive)), digest(blocks(image))
    if inside != content:
        raise ValueError(f"{archive.name} does not hold {image.name}")
    size, sha256 = content
    download_size, download_sha256 = digest(blocks(archive))
    entry = {
        "name": "Roger",
        "description": "A push-to-talk voice assistant: flash, power on, talk (Raspberry Pi 4 and 5)",
        "icon": icon,
        "url": url,
        **({"website": website} if website else {}),
        "release_date": released,
        "extract_size": size,
        "extract_sha256": sha256,
        "image_download_size": download_size,
        "image_download_sha256": download_sha256,
        "devices": DEVICES,
        "init_format": "cloudinit",
        "architecture": "armv8",
    }
    return {"os_list": [entry]}


def digest(content: Iterator[bytes]) -> tuple[int, str]:
    """Size in bytes and SHA-256."""
    size, sha256 = 0, hashlib.sha256()
    for block in content:
        size += len(block)
        sha256.update(block)
    return size, sha256.hexdigest()


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def unpacked(path: Path) -> Iterator[bytes]:
    """What is inside an .xz, .gz or .zst; other files are what they are."""
    if path.suffix == ".zst":
        yield from _by_program(["zstd", "-dc", "--", str(path)])
    elif path.suffix in (".xz", ".gz"):
        with (lzma.open if path.suffix == ".xz" else gzip.open)(path, "rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block
    else:
        yield from blocks(path)


def _by_program(command: list[str]) -> Iterator[bytes]:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        while block := program.stdout.read(BLOCK_BYTES):
            yield block
    if program.returncode:
        raise ValueError(f"{command[0]} ended with {program.returncode}")


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise argparse.ArgumentTypeError("YYYY-MM-DD")
    return text


def main(arguments: list[str]) -> int:
    """Write the file beside the archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="the image as it is written to the card")
    parser.add_argument("archive", type=Path, help="the same, compressed: .xz for every Imager, .zst from 1.7 on")
    parser.add_argument("--url", required=True, help="where the archive will be; file:///... for one of your own")
    parser.add_argument("--icon", default="icons/use_custom.png", help="40 x 40 pixels; default: one of Imager's own")
    parser.add_argument("--website", default="", help="behind the (i) in the list")
    parser.add_argument("--released", type=_day, default=f"{datetime.now(UTC):%Y-%m-%d}", help="default: today")
    parser.add_argument("--out", type=Path, help="default: rpi-image.json beside the archive")
    args = parser.parse_args(arguments)
    try:
        written = os_list(args.image, args.archive, args.url, args.icon, args.website, args.released)
    except (OSError, ValueError) as error:
        print(f"imager: {error}", file=sys.stderr)
        return 2
    out = args.out or args.archive.with_name("rpi-image.json")
    out.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
