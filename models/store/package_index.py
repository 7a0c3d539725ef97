"""Finds packages through pip, and so on the index, proxy and certificates that the user has set up for it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from controller.errors import RogerError
from models.store.catalog import Archive

LIMIT_S = 300
PIP = ("-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--only-binary=:all:", "--quiet")


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to download.

    Attributes:
        url: http, https or file.
        sha256: What it must be; None where nobody says.
    """

    url: str
    sha256: str | None

    @property
    def filename(self) -> str:
        return unquote(PurePosixPath(urlsplit(self.url).path).name)


def locate(archive: Archive, python: str = sys.executable) -> Remote:
    """Where to download an archive from. Asking the pip of `python` takes seconds. Raises `RogerError` MDL-03."""
    if archive.url is not None:
        return Remote(archive.url, archive.sha256)
    found = _ask_pip(archive.label, python)
    return Remote(found["url"], found.get("archive_info", {}).get("hashes", {}).get("sha256"))


def _ask_pip(requirement: str, python: str) -> dict[str, Any]:
    """`download_info` of pip's installation report (PyPA specification "direct URL data structure")."""
    command = [python, *PIP, "--report", "-", requirement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True)
        found: dict[str, Any] = json.loads(done.stdout)["install"][0]["download_info"]
        return found
    except subprocess.CalledProcessError as error:
        raise _refused(requirement, python, error.stderr) from error
    except (OSError, ValueError, LookupError, subprocess.TimeoutExpired) as error:
        raise RogerError("MDL-03", f"pip did not say where {requirement} is: {error}", "try again later") from error


def _refused(requirement: str, python: str, stderr: str) -> RogerError:
    if "No module named pip" in stderr:
        message = f"{requirement} is found through pip, and {python} has none"
        return RogerError("MDL-03", message, f"run: {python} -m ensurepip")
    lines = [line for line in stderr.splitlines() if line.startswith("ERROR")] or stderr.splitlines() or [""]
    hint = "check the network, or the index that `pip config list` shows"
    return RogerError("MDL-03", f"pip cannot find {requirement}: {lines[-1].removeprefix('ERROR: ')}", hint)
