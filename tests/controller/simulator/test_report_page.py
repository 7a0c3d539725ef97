"""The page as a browser shows it: wide and narrow, light and dark."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from controller.simulator.recording import read
from controller.simulator.report import page
from tests.traces import light, question, write_trace

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here")

HEIGHT = 1500
LIGHT = {
    "page": (251, 251, 250),
    "recording": (194, 48, 46),
    "transcribing": (154, 91, 0),
    "classifying": (124, 63, 191),
    "acting": (29, 122, 66),
    "querying": (31, 98, 196),
    "displaying": (14, 115, 133),
}
DARK = {
    "page": (14, 17, 22),
    "recording": (255, 127, 120),
    "transcribing": (233, 171, 63),
    "classifying": (199, 155, 255),
    "acting": (88, 201, 135),
    "querying": (125, 183, 255),
    "displaying": (86, 203, 217),
}
OLED = (170, 220, 255)

FRAME = """<!DOCTYPE html><html><body style="margin:0">
<iframe width="{width}" height="{height}" style="border:0;display:block" srcdoc="{page}"></iframe>
<pre id="measured"></pre>
<script>
onload = () => {{
  const inside = frames[0].document;
  const shot = inside.querySelector(".turn:not(.start) .shot");
  shot.click();
  const measured = {{
    page: inside.documentElement.scrollWidth,
    lanes: inside.querySelector(".turn:not(.start) .scroll").scrollWidth,
    panel: inside.getElementById("panel").textContent.trim().length,
    titles: inside.querySelectorAll(".m[title]").length,
  }};
  inside.body.click();
  document.getElementById("measured").textContent = JSON.stringify(measured);
}};
</script></body></html>
"""
"""A window cannot be as narrow as a phone; a frame in it can. What is asked for first is to see the details."""


@dataclass(frozen=True)
class Seen:
    """What the browser drew, shape (height, width, 3), and what it measured and logged."""

    pixels: NDArray[np.uint8]
    measured: dict[str, int]
    console: list[str]

    def has(self, colour: tuple[int, int, int]) -> int:
        """Pixels of this colour."""
        return int((self.pixels == colour).all(axis=2).sum())


def look(folder: Path, text: str, width: int, dark: bool) -> Seen:
    """Show `text` in a frame `width` pixels wide."""
    frame, picture = folder / "frame.html", folder / "seen.png"
    frame.write_text(FRAME.format(width=width, height=HEIGHT, page=html.escape(text)), "utf-8")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--enable-logging=stderr",
        f"--user-data-dir={folder / 'browser'}",
        f"--window-size={max(width, 600)},{HEIGHT}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
    ]
    done = subprocess.run(
        [str(BROWSER), *options, f"--screenshot={picture}", "--dump-dom", frame.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    numbers = re.search(r'<pre id="measured">\{(.*)\}</pre>', done.stdout)
    assert numbers, done.stdout[-500:]
    measured = dict(re.findall(r'"(\w+)":(\d+)', numbers[1]))
    with Image.open(picture) as image:
        pixels = np.asarray(image.convert("RGB"))[:, :width]
    logged = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Seen(pixels, {name: int(number) for name, number in measured.items()}, logged)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("traces") / "turn.jsonl"
    return page([read(write_trace(path, [*light(1.0, 1), *question(20.0, 2)]))], load(DEFAULT_FOLDER))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_wide_page_has_all_lanes_in_their_colours(text: str, dark: bool, tmp_path: Path) -> None:
    seen = look(tmp_path, text, 1200, dark)
    colours = DARK if dark else LIGHT
    for name, colour in colours.items():
        assert seen.has(colour) > 1_000, name
    other = (LIGHT if dark else DARK)["page"]
    assert seen.has(colours["page"]) > 20 * seen.has(other)
    assert seen.has(OLED) > 5_000
    assert seen.measured["page"] == 1200
    assert seen.console == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_narrow_page_scrolls_nothing_but_its_lanes(text: str, dark: bool, tmp_path: Path) -> None:
    seen = look(tmp_path, text, 390, dark)
    assert seen.measured["page"] == 390
    assert seen.measured["lanes"] > 1_000
    assert seen.has((DARK if dark else LIGHT)["recording"]) > 1_000
    assert seen.console == []
    assert seen.measured["panel"] > 10, "a tap shows no details"
    assert seen.measured["titles"] == 0
