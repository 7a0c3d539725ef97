"""What tests of the page have in common: a server that they start, and what people do on the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.loader import DEFAULT_FOLDER, FILES
from tests.chromium import Chromium

ROOT = Path(__file__).parents[3]
AUDIO = ROOT / "tests" / "audio"
LAST = "document.querySelector('article')"
PATIENT = {
    "transcribing_s: 20": "transcribing_s: 200",
    "first_token_s: 20": "first_token_s: 200",
    "between_tokens_s: 10": "between_tokens_s: 100",
    "total_s: 60": "total_s: 250",
    "querying_s: 75": "querying_s: 280",
}
"""Limits for a real model on a computer that has other things to do."""


class Serve:
    """Starts `roger web`; call it for an address.

    Attributes:
        folder: Of its configuration, which a second start takes as it is.
    """

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "config"
        self._state = tmp_path / "state"
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, *arguments: str, changes: Mapping[str, str] | None = None) -> str:
        """`changes` says what stands in roger.yaml in place of what comes with Roger."""
        if not self.folder.exists():
            self._configure({"meaning: true": "meaning: false", **(changes or {})})  # the rules are there at once
        self._process = subprocess.Popen(
            [Path(sys.executable).parent / "roger", "web", "--port", "0", "--config", self.folder, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "STATE_DIRECTORY": str(self._state)},
        )
        assert self._process.stdout
        return next(word for word in self._process.stdout.readline().split() if word.startswith("http"))

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()
            self.end()

    def end(self) -> None:
        if self._process and self._process.stdout:
            self._process.terminate()
            self._process.wait(30)
            self._process.stdout.close()

    def _configure(self, changes: Mapping[str, str]) -> None:
        self.folder.mkdir()
        for name in FILES:
            shutil.copy(DEFAULT_FOLDER / name, self.folder)
        path = self.folder / "roger.yaml"
        written = path.read_text("utf-8")
        for before, after in changes.items():
            assert written.count(before) == 1, before
            written = written.replace(before, after)
        path.write_text(written, "utf-8")


def kept(browser: Chromium, name: str) -> None:
    """Keep what can be seen for the docs, where that is asked for."""
    if folder := os.environ.get("ROGER_SCREENSHOTS"):
        browser.picture(Path(folder) / f"{name}.png")


def ready(browser: Chromium, url: str) -> None:
    browser.open(url)
    browser.until("document.querySelector('.roger')?.dataset.ready === 'yes'")
    browser.until("document.querySelector('.parts').textContent === ''")  # everything is loaded


def speak(browser: Chromium, for_ms: int = 3500) -> None:
    """Hold the button for as long as the recording lasts."""
    browser.pointer(".talk", "mousePressed")
    browser.until("document.querySelector('.roger').dataset.state === 'recording'")
    browser.value(f"new Promise((done) => setTimeout(done, {for_ms}))")
    browser.pointer(".talk", "mouseReleased")


def write(browser: Chromium, text: str) -> None:
    browser.write(".write textarea", text)


def answered(browser: Chromium, turn: int) -> None:
    """Wait until that turn has an answer and is kept."""
    browser.until(
        f"{LAST}?.dataset.turn === '{turn}' && {LAST}.querySelector('.answer') && {LAST}.querySelector('.saved')"
    )
