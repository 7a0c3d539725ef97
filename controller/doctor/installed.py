"""How roger.service runs Roger: with which configuration, models and state. The doctor looks at the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from controller.doctor.host import Host

UNIT: Final = "roger.service"
ASKED: Final = ("LoadState", "ExecStart", "Environment", "EnvironmentFiles", "StateDirectory")
NOT_OURS: Final = ("HOME", "XDG_CACHE_HOME", "PYTHONUNBUFFERED")
"""What root would make in there, Roger's own user could not write to any more."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What the unit says.

    Attributes:
        config: The folder of its `--config`; None where there is no unit, or it names none.
        environment: Variables that it gives to Roger, as far as this user may read them.
    """

    config: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def installed(host: Host) -> Installed:
    """As systemd knows it; nothing where Roger is not a service."""
    told = host.run("systemctl", "show", UNIT, *(f"--property={name}" for name in ASKED)) or ""
    lines = [line.partition("=")[::2] for line in told.splitlines()]
    unit = dict(lines)
    if unit.get("LoadState") != "loaded":
        return Installed()
    environment = _variables(unit.get("Environment", ""))
    for file in (value.partition(" ")[0] for name, value in lines if name == "EnvironmentFiles"):
        environment |= _variables(host.read(file))
    if folder := unit.get("StateDirectory"):
        environment["STATE_DIRECTORY"] = f"/var/lib/{folder.split()[0]}"
    folder_of_yaml = re.search(r"argv\[\]=[^;]*--config[ =](\S+)", unit.get("ExecStart", ""))
    ours = {name: value for name, value in environment.items() if name not in NOT_OURS}
    return Installed(Path(folder_of_yaml[1]) if folder_of_yaml else None, ours)


def _variables(text: str) -> dict[str, str]:
    """Of NAME=VALUE words or lines, quoted as in a shell (systemd.exec(5), EnvironmentFile=)."""
    try:
        words = shlex.split(text, comments=True)
    except ValueError:  # a quote that does not end
        return {}
    return dict(word.split("=", 1) for word in words if "=" in word)
