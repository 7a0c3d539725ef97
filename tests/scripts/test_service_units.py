"""The units are what systemd takes, and tight."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SERVICE = Path(__file__).parent.parent.parent / "scripts" / "service"
UNITS = (SERVICE / "roger.service", SERVICE / "roger-splash@.service")


@pytest.fixture
def analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze here")
    return program


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_box_is_rated_2_or_better(unit: Path, analyze: str) -> None:
    command = [analyze, "security", "--offline=true", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rated = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    if rated is None:
        pytest.skip(f"this systemd-analyze cannot rate a file: {done.stderr}")
    assert float(rated[1]) <= 2.0
    assert subprocess.run([*command, "--threshold=20"], capture_output=True, check=False).returncode == 0


def test_systemd_understands_every_line(analyze: str) -> None:
    """Of older systemds some may say that they do not know two of the keys."""
    done = subprocess.run([analyze, "verify", *map(str, UNITS[:1])], capture_output=True, text=True, check=False)
    newer = ("RestartSteps", "RestartMaxDelaySec")
    odd = [line for line in done.stderr.splitlines() if str(SERVICE) in line and not any(key in line for key in newer)]
    assert odd == []


def test_the_installer_is_a_shell_script_that_explains_itself() -> None:
    script = SERVICE / "install.sh"
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    done = subprocess.run(["sh", str(script), "--nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no --nonsense" in done.stderr
