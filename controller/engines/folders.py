"""Where things are kept."""

from __future__ import annotations

import os
from pathlib import Path

from config.loader import Config


def state_folder() -> Path:
    """Where is kept what must outlast a restart; a systemd unit gives it with StateDirectory=."""
    given = os.environ.get("STATE_DIRECTORY")
    return Path(given) if given else Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "roger"


def runtime_folder() -> Path | None:
    """Where is kept in memory what only a crash leaves behind: RuntimeDirectory= of a unit; None without one."""
    given = os.environ.get("RUNTIME_DIRECTORY")
    return Path(given) if given else None


def cache_folder() -> Path:
    """Where is kept what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "roger"


def history_file(config: Config) -> Path:
    """Where turns are kept."""
    folder = config.roger.history.folder
    return (Path(folder).expanduser() if folder else state_folder()) / "history.db"
