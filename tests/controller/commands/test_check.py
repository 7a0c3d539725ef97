from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, FILES
from controller.commands import check
from controller.errors import RogerError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, tmp_path)
    return tmp_path


def roger(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="roger")
    check.add(parser.add_subparsers())
    args = parser.parse_args(["check", *words])
    return int(args.run(args))


def test_a_good_configuration_is_summed_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("--config", str(folder)) == 0
    printed = capsys.readouterr().out
    assert f"{folder}, no errors" in printed
    assert "GPIO21, hold or tap to talk" in printed
    assert "whisper, whisper-tiny.en, language en" in printed
    assert "ssd1306, I2C bus 1, address 0x3C" in printed
    assert "off: nothing you say leaves the device" in printed
    assert " in en with " in printed
    assert " in ko with " in printed


def test_the_shipped_configuration_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert roger() == 0
    assert str(DEFAULT_FOLDER) in capsys.readouterr().out


def test_chat_names_the_model_and_the_server(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "roger.yaml").write_text("chat: {enabled: true, base_url: 'http://box:8080/v1', model: qwen}")
    roger("--config", str(folder))
    assert "qwen at http://box:8080/v1" in capsys.readouterr().out


def test_errors_are_shown_in_their_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "roger.yaml").write_text("button:\n  pinn: GPIO5\n  hold_s: 9\n")
    assert roger("--config", str(folder)) == 2
    assert capsys.readouterr().out == (
        'roger.yaml:2:3 CFG-04 unknown key "pinn"\n'
        "  |   pinn: GPIO5\n"
        "  |   ^\n"
        '  = did you mean "pin"?\n'
        "\n"
        'roger.yaml:3:11 CFG-05 "hold_s" must be a number from 0.05 to 2, not 9\n'
        "  |   hold_s: 9\n"
        "  |           ^\n"
        "\n"
        "2 errors in 1 file\n"
    )


def test_json_is_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("--json", "--config", str(folder)) == 0
    assert json.loads(capsys.readouterr().out) == []
    (folder / "roger.yaml").write_text("버튼: 1")
    assert roger("--json", "--config", str(folder)) == 2
    issue = json.loads(capsys.readouterr().out)[0]
    assert (issue["code"], issue["line"], issue["column"]) == ("CFG-04", 1, 1)
    assert (issue["file"], issue["source"]) == (str(folder / "roger.yaml"), "버튼: 1")
    assert issue["message"] == 'unknown key "버튼"'


def test_a_folder_without_a_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("--config", str(tmp_path)) == 2
    assert "3 errors in 3 files" in capsys.readouterr().out


def test_schemas_are_written_and_the_comments_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("--schema", "--config", str(folder)) == 0
    assert "# yaml-language-server: $schema=json_schema/actions.json" in capsys.readouterr().out
    assert (folder / "json_schema" / "screens.json").is_file()


def test_schemas_cannot_be_written_everywhere(folder: Path) -> None:
    with pytest.raises(RogerError) as caught:
        roger("--schema", "--config", str(folder / "roger.yaml"))
    assert caught.value.problem.code == "CFG-01"
    assert "cannot be written to" in caught.value.problem.message
    assert caught.value.problem.hint == "use --config with a folder of your own"


def test_the_help_teaches_by_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        roger("--help")
    printed = capsys.readouterr().out
    assert "roger check --config ~/my-roger" in printed
    assert "exits with 0 if all is well, and with 2" in printed
