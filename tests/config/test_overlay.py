"""What the device was given elsewhere goes before roger.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import ConfigError, load, load_or_last_good, render
from controller.cli import main


@pytest.fixture
def give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write settings.yaml, and a key beside it."""

    def give(text: str) -> None:
        folder = tmp_path / "given"
        folder.mkdir(exist_ok=True)
        (folder / "settings.yaml").write_text(text, "utf-8")
        (folder / "api-key").write_text("sk-given\n")
        (folder / "api-key").chmod(0o400)
        monkeypatch.setenv("ROGER_SETTINGS", str(folder))

    return give


GIVEN = """\
# made
language: ko  # settings.txt, line 7
chat:
  enabled: true
  api_key: !file api-key  # settings.txt, line 9
"""


def test_it_is_merged_key_by_key(write: Callable[..., Path], give: Callable[..., None]) -> None:
    give(GIVEN)
    roger = load(write("language: en\nchat: {model: big, max_tokens: 7}\nbutton: {pin: GPIO5}\n")).roger
    assert (roger.language, roger.chat.enabled, roger.chat.model, roger.chat.max_tokens) == ("ko", True, "big", 7)
    assert roger.button.pin == "GPIO5"
    assert roger.chat.api_key is not None
    assert roger.chat.api_key.get_secret_value() == "sk-given"


def test_it_counts_for_a_file_that_says_nothing(write: Callable[..., Path], give: Callable[..., None]) -> None:
    give(GIVEN)
    assert load(write("")).roger.language == "ko"


def test_check_explains_where_it_comes_from(
    write: Callable[..., Path], give: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    give(GIVEN)
    assert main(["check", "--config", str(write("language: en\n"))]) == 0
    out = capsys.readouterr().out
    assert "language: ko  # settings.txt, line 7" in out
    assert "sk-given" not in out


def test_another_digest_is_another_configuration(write: Callable[..., Path], give: Callable[..., None]) -> None:
    folder = write("")
    before = load(folder).digest
    give(GIVEN)
    assert load(folder).digest != before


def test_what_does_not_fit_is_shown_in_its_own_line(write: Callable[..., Path], give: Callable[..., None]) -> None:
    give("chat:\n  enabled: true\n  model: big  # settings.txt, line 3\n")
    folder = write("chat: {servers: [{base_url: http://10.0.0.2/v1}]}\n")
    with pytest.raises(ConfigError) as caught:
        load(folder)
    (issue,) = caught.value.issues
    assert render(issue).splitlines()[:2] == [
        'settings.yaml:3:3 CFG-05 "model" is for a single server, and there are servers',
        "  |   model: big  # settings.txt, line 3",
    ]


def test_then_the_device_goes_on_without_it(
    write: Callable[..., Path], give: Callable[..., None], tmp_path: Path
) -> None:
    give("chat:\n  model: big\n")
    config, issues = load_or_last_good(write("chat: {servers: [{base_url: http://10.0.0.2/v1}]}\n"), tmp_path / "keep")
    assert [issue.code for issue in issues] == ["CFG-05"]
    assert config.roger.chat.preferred[0].base_url == "http://10.0.0.2/v1"


def test_the_last_good_configuration_has_it_too(
    write: Callable[..., Path], give: Callable[..., None], tmp_path: Path
) -> None:
    give(GIVEN)
    load_or_last_good(write("button: {pin: GPIO5}\n"), tmp_path / "keep")
    config, issues = load_or_last_good(write("buton: {}\n"), tmp_path / "keep")
    assert [issue.code for issue in issues] == ["CFG-04"]
    assert (config.roger.button.pin, config.roger.language) == ("GPIO5", "ko")


@pytest.mark.parametrize("text", ["", "- a list\n", "language: [\n"])
def test_what_is_no_mapping_changes_nothing(write: Callable[..., Path], give: Callable[..., None], text: str) -> None:
    give(text)
    folder = write("language: en\n")
    try:
        assert load(folder).roger.language == "en"
    except ConfigError as error:
        assert [issue.file.name for issue in error.issues] == ["settings.yaml"]
