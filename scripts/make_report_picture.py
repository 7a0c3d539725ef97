"""Makes docs/pictures/report.png: the page of `roger report`, as chromium shows it.

The session is a scenario with engines that take as long as they usually do; the page is the program's own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # this checkout's, wherever Roger is installed from

from config.loader import DEFAULT_FOLDER, load
from controller.app import rules_of
from controller.engines import make_classifier
from controller.simulator.play import Stage, changed, play
from controller.simulator.recording import read
from controller.simulator.report.page import page
from controller.simulator.scenario import Scenario, Script
from controller.trace import Trace, header

PICTURE = ROOT / "docs" / "pictures" / "report.png"
SIZE = (1100, 1130)
COLOURS = 128
SESSION = {
    "title": "a command and a question",
    "config": {"chat": {"enabled": True}},
    "hear": [{"takes_s": 0.35}, {"takes_s": 0.6}],
    "answer": [{"answer": "Antoine de Saint-Exupéry wrote it in 1943.", "takes_s": 0.7, "between_s": 0.12}],
    "timeline": [
        {"at": 0.5, "say": "dim the bedroom light to 40 percent"},
        {"when": "idle", "after": 0.5, "say": "who wrote the little prince"},
    ],
}


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("there is no chromium to draw the page with: apt install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shot = folder / "shot.png"
        (folder / "turn.html").write_text(_html(folder / "turn.jsonl"), "utf-8")
        flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={SIZE[0]},{SIZE[1]}"]
        subprocess.run(
            [browser, *flags, f"--screenshot={shot}", str(folder / "turn.html")], check=True, capture_output=True
        )
        with Image.open(shot) as picture:
            picture.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)
    print(f"wrote {PICTURE.relative_to(ROOT)}")


def _html(path: Path) -> str:
    script = Script(Scenario.model_validate(SESSION), "turn", path.parent)
    config = changed(load(DEFAULT_FOLDER), script.scenario.config)
    with path.open("w", encoding="utf-8") as stream:
        trace = Trace(stream)
        trace.write(header(config, rules_of(config), "2026-01-01T12:00:00+00:00"))
        play(script, Stage(config, classifier=make_classifier(config)), trace)
    return page([read(path)], config)


if __name__ == "__main__":
    main()
