"""Writes docs/errors.md from the codes of controller/errors.py. With --check: says whether it is up to date."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # this checkout's, wherever Roger is installed from

from controller.errors import CODES

PAGE = ROOT / "docs" / "errors.md"

AREAS = {
    "CFG": "Configuration",
    "SET": "The memory card's settings.txt",
    "NET": "Network",
    "FSM": "The state machine",
    "SYS": "Roger itself",
    "SRV": "How the last run ended",
    "UPD": "Updates",
    "MDL": "Models and their weights",
    "MIC": "Microphone",
    "ASR": "Speech recognition",
    "BTN": "Button",
    "DSP": "Display",
    "INT": "Understanding",
    "ACT": "Actions",
    "CHAT": "The bigger model",
    "IMG": "Images",
    "CAM": "Camera",
    "SPK": "Speaking",
    "WEB": "The page in the browser",
    "HIS": "The history",
    "TRC": "Traces",
}

HEAD = """\
<!-- Made by scripts/make_error_docs.py from controller/errors.py: `make docs` writes it again. -->
# Errors

Every error has a code that never changes. The screen shows the code and what you can do; the log and `roger` in a
terminal show the whole message, which names the thing that it happened to. Mistakes in the configuration come with
file, line and column: `roger check` prints them all (see [configuration.md](configuration.md)).
"""


def page() -> str:
    """The whole of docs/errors.md."""
    parts = [HEAD]
    for area, codes in groupby(CODES, key=_area):
        rows = [f"| {code} | {CODES[code]} |" for code in codes]
        parts.append(
            "\n".join([f"## {AREAS.get(area, area)}", "", "| code | what it stands for |", "|---|---|", *rows, ""])
        )
    return "\n".join(parts)


def _area(code: str) -> str:
    return code.partition("-")[0]


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    if arguments == ["--check"]:
        return 0 if PAGE.is_file() and PAGE.read_text("utf-8") == page() else 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
