"""`roger run` as a process, and what can be seen of it from outside."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

from config.loader import DEFAULT_FOLDER, FILES
from tests.hardware.kernel import until

MAIN = "import sys; from controller.cli import main; sys.exit(main())"
ROGER = (sys.executable, "-u", "-X", "faulthandler", "-c", MAIN)
LONG = 120
"""Seconds of the guest that a stage may take; its processor is slow."""


def configured(folder: Path, **settings: str) -> Path:
    """A configuration with the shipped actions and screens, and these settings."""
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes((DEFAULT_FOLDER / name).read_bytes())
    (folder / "roger.yaml").write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
    return folder


class Roger:
    """The running assistant."""

    def __init__(self, folder: Path, log: Path, trace: Path) -> None:
        self._log = log
        self.trace = trace
        self._seen = 0
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*ROGER, "run", "--config", str(folder), "--trace", str(trace)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def says(self, pattern: str) -> str:
        """Wait until it prints a line with `pattern` that was not waited for before; what it printed up to there."""

        def found() -> re.Match[str] | None:
            assert self.process.poll() is None, f"it ended: {self.log}"
            return re.search(pattern, self.log[self._seen :])

        try:
            until(found, repr(pattern), LONG)
        except AssertionError as error:
            self.process.send_signal(signal.SIGABRT)  # it says where each of its threads is
            self.process.wait()
            raise AssertionError(f"{error}; it said: {self.log[self._seen :]}") from None
        match = found()
        assert match
        since = self.log[self._seen : self._seen + match.end()]
        self._seen += match.end()
        return since

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(60)
