"""`roger settings`: what it prints, what it leaves alone, and how little it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from controller.cli import main

ROOT = Path(__file__).parents[3]
TEXT = "wifi_name = Home\nwifi_password = hunter2hunter2\nwifi_country = KR\napi_key = sk-secret-123\nlanguage = en\n"


def test_check_says_what_it_means_and_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text(TEXT)
    assert main(["settings", "check", str(tmp_path / "mine.txt")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        'Wi-Fi         "Home", WPA2 or WPA3 with a password, KR',
        "name          roger",
        "language      en",
        "time zone     UTC",
        "chat          the server of roger.yaml, its model, a key",
        "SSH           off",
    ]


def test_check_points_at_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.txt").write_text(TEXT + "wifi_hiden = yes\n")
    assert main(["settings", "check", str(tmp_path)]) == 2
    assert 'settings.txt:6:1 SET-03 unknown key "wifi_hiden"' in capsys.readouterr().out


def test_apply_writes_below_the_root_it_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card, root = tmp_path / "card", tmp_path / "root"
    card.mkdir()
    (card / "settings.txt").write_text(TEXT + "nonsense\n")
    assert main(["settings", "apply", "--card", str(card), "--root", str(root)]) == 0
    out = capsys.readouterr().out
    assert "SET-02 settings.txt:6" in out
    assert "hunter2" not in out
    assert "sk-secret" not in out
    assert (root / "run/roger-settings/api-key").read_text() == "sk-secret-123\n"


def test_apply_leaves_a_computer_alone_that_is_not_rogers(capsys: pytest.CaptureFixture[str]) -> None:
    if Path("/etc/roger-release").exists():
        pytest.skip("this is Roger's own system")
    assert main(["settings", "apply"]) == 2
    assert "SET-09" in capsys.readouterr().err


def test_it_needs_nothing_that_takes_long_to_import(tmp_path: Path) -> None:
    (tmp_path / "settings.txt").write_text(TEXT)
    program = (
        "import sys; from controller.cli import main; main(['settings', 'check', sys.argv[1]]);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & set(sys.argv[2].split())))"
    )
    heavy = "numpy pydantic PIL rich yaml transitions gpiozero openai onnxruntime hassil"
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path, heavy], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"
