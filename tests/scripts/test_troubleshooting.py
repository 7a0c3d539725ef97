"""docs/troubleshooting.md has every code of a part of the device, with a picture of what the display shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from controller.errors import CODES
from tests.render.troubles import TROUBLES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "troubleshooting.md").read_text("utf-8")
PARTS = ("BTN", "MIC", "DSP", "SPK", "CAM", "SYS", "SRV")
HEADINGS = re.findall(r"^### ([A-Z]+-\d+)$", PAGE, re.MULTILINE)
UNSEEN = {"DSP-01", "DSP-02", "SRV-04"}
"""A display that is not there shows nothing; whoever pulled the plug knows it."""


@pytest.mark.parametrize("code", [code for code in CODES if code.split("-")[0] in PARTS])
def test_every_code_of_a_part_has_its_heading(code: str) -> None:
    assert code in HEADINGS


@pytest.mark.parametrize("code", HEADINGS)
def test_every_heading_has_a_picture_where_there_is_something_to_see(code: str) -> None:
    shown = f"![{code}](pictures/card-{code.lower()}.png)" in PAGE
    assert shown == (code not in UNSEEN)
    assert shown == (code in {problem.code for problem in TROUBLES})


def test_every_link_leads_somewhere() -> None:
    for page in ("troubleshooting.md", "doctor.md", "hardware.md"):
        text = (DOCS / page).read_text("utf-8")
        anchors = {
            heading.strip().lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if target.startswith("#"):
                assert target[1:] in anchors, f"{page}: {target}"
            else:
                assert (DOCS / target.partition("#")[0]).exists(), f"{page}: {target}"
