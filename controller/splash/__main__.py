"""`python -m controller.splash i2c-1 [CONFIG]`: says on the OLED of that bus that Roger is starting.

Whatever is missing or wrong, it ends with 0: Roger itself says what, and draws as soon as it can.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from controller.splash.picture import INIT, ON, PAGED, PAGES, WIDTH, pages, start_of

BLOCK: Final = 32
"""Bytes of an SMBus block, which every adapter can send."""
COMMAND, DATA = 0x00, 0x40
DRIVERS: Final = ("ssd1306", "ssd1309", "sh1106")
KOREAN: Final = re.compile(r"^\s*language\s*[=:]\s*['\"]?(ko|kr|korean|한국어)\b", re.IGNORECASE | re.MULTILINE)
APPLIED: Final = Path("/run/roger-settings/settings.yaml")
"""What the image made of the settings file on the card, if it has read that already."""


def main(arguments: Sequence[str]) -> int:
    """Draw. Always 0."""
    number = re.search(r"\d+$", arguments[0]) if arguments else None
    folder = Path(arguments[1]) if len(arguments) > 1 else Path()
    settings = settings_in(folder)
    display = settings.get("display")
    display = display if isinstance(display, Mapping) else {}
    if number and int(number[0]) == display.get("bus", 1) and display.get("driver", "ssd1306") in DRIVERS:
        with suppress(OSError, ValueError, TypeError):
            draw(int(number[0]), display, language(settings, (APPLIED, folder.parent / "settings.txt")))
    return 0


def language(settings: Mapping[str, Any], files: Iterable[Path]) -> str:
    """That of roger.yaml, unless one of `files` wants Korean."""
    for file in files:
        with suppress(OSError):
            if KOREAN.search(file.read_text("utf-8", errors="replace")):
                return "ko"
    return str(settings.get("language", "en"))


def settings_in(folder: Path) -> Mapping[str, Any]:
    """What roger.yaml says, unchecked; nothing where it cannot be read."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Knows nothing of !env and the like, and need not."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    try:
        settings = yaml.load((folder / "roger.yaml").read_bytes(), Loader)
    except (OSError, yaml.YAMLError):
        return {}
    return settings if isinstance(settings, Mapping) else {}


def draw(bus: int, display: Mapping[str, Any], language: str) -> None:
    """Raises `OSError` where no display answers."""
    from smbus2 import SMBus

    with SMBus(bus) as opened:
        send(opened, display, language)


def send(bus: Any, display: Mapping[str, Any], language: str) -> None:
    """Bring the picture of that language to the display.

    Args:
        bus: An open `smbus2.SMBus`, or what stands for it.
        display: `display` of roger.yaml.
    """
    address, sh1106 = int(display.get("address", 0x3C)), display.get("driver") == "sh1106"
    path = Path(__file__).with_name(f"{'ko' if language == 'ko' else 'en'}.pbm")
    picture = pages(path, display.get("rotate") == 180)

    def command(*values: int) -> None:
        bus.write_i2c_block_data(address, COMMAND, list(values))

    command(*INIT, *(() if sh1106 else PAGED), 0x81, int(display.get("contrast", 128)))
    for page in range(PAGES):
        command(*start_of(page, 2 if sh1106 else 0))
        row = picture[page * WIDTH : (page + 1) * WIDTH]
        for at in range(0, WIDTH, BLOCK):
            bus.write_i2c_block_data(address, DATA, list(row[at : at + BLOCK]))
    command(ON)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
