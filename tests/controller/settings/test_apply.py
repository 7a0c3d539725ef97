"""What follows from a card, file by file, on a root folder of its own."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.card.card import read_card
from controller.settings.apply import apply
from controller.settings.files import sentence
from controller.settings.status import find_status, read_status

HERE = Path(__file__).parent
CARDS = sorted(path.name for path in (HERE / "cards").iterdir())
PROFILE = "run/NetworkManager/system-connections/roger-wifi.nmconnection"
MODELS = HERE / "models"


def applied(name: str, root: Path) -> list[str]:
    """The faults, as the journal has them."""
    return [sentence(issue) for issue in apply(read_card(HERE / "cards" / name), root, MODELS, kernel=False, owner="")]


def files(root: Path) -> dict[str, str]:
    """Every file below `root`; of a link where it leads to."""
    return {
        str(path.relative_to(root)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text("utf-8")
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.parametrize("name", CARDS)
def test_the_files_are_as_they_were(name: str, tmp_path: Path) -> None:
    applied(name, tmp_path)
    golden = files(HERE / "golden" / name)
    assert files(tmp_path) == golden, "if it is right: python tests/controller/settings/refresh.py"


@pytest.mark.parametrize("name", CARDS)
def test_secrets_belong_to_those_who_need_them(name: str, tmp_path: Path) -> None:
    applied(name, tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "run").rglob("*") if path.is_file()}
    for secret, mode in (("roger-wifi.nmconnection", 0o600), ("roger-wired.nmconnection", 0o600), ("api-key", 0o400)):
        assert modes.pop(secret, mode) == mode
    assert set(modes.values()) == {0o644}
    assert stat.S_IMODE((tmp_path / PROFILE).parent.stat().st_mode) == 0o700


def test_nothing_of_the_last_card_is_left(tmp_path: Path) -> None:
    applied("everything", tmp_path)
    applied("nothing", tmp_path)
    assert files(tmp_path) == files(HERE / "golden" / "nothing")


def test_once_more_changes_nothing(tmp_path: Path) -> None:
    applied("everything", tmp_path)
    before = files(tmp_path)
    applied("everything", tmp_path)
    assert files(tmp_path) == before


def test_what_cannot_be_written_is_reported_and_the_rest_is_written(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("a file where a folder should be")
    issues = applied("everything", tmp_path)
    assert [issue.partition(";")[0] for issue in issues if "SET-09" in issue] == [
        "SET-09 settings.txt: /etc/hostname could not be set: File exists",
        "SET-09 settings.txt: /etc/hosts could not be set: File exists",
        "SET-09 settings.txt: /etc/localtime could not be set: File exists",
    ]
    assert (tmp_path / PROFILE).is_file()


def test_the_model_that_hears_korean_is_used_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "models" / "whisper-base").mkdir(parents=True)
    issues = apply(read_card(HERE / "cards" / "everything"), tmp_path, tmp_path / "models", kernel=False, owner="")
    overlay = (tmp_path / "run/roger-settings/settings.yaml").read_text()
    assert "recognizer: {model: whisper-base, language: ko}  # settings.txt, line 7\n" in overlay
    assert issues == ()


def test_without_that_model_it_says_so(tmp_path: Path) -> None:
    assert [issue.split()[0] for issue in applied("everything", tmp_path)] == ["SET-10"]


def test_a_link_to_somewhere_else_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "victim"
    target.write_text("as it was")
    folder = (tmp_path / PROFILE).parent
    folder.mkdir(parents=True)
    (tmp_path / PROFILE).symlink_to(target)
    (folder / ".roger-wifi.nmconnection.new").symlink_to(target)
    applied("everything", tmp_path)
    assert target.read_text() == "as it was"


def test_what_roger_is_told_is_what_was_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    applied("mistakes", tmp_path)
    monkeypatch.setenv("ROGER_SETTINGS", str(tmp_path / "run/roger-settings"))
    status = find_status()
    assert status is not None
    assert [(problem.problem.code, problem.detail) for problem in status.problems] == [
        ("SET-03", "settings.txt:1 → wifi_name"),
        ("SET-05", "settings.txt:3 → GB"),
        ("SET-05", "settings.txt:4 → my-roger"),
        ("SET-05", "settings.txt:6"),
        ("SET-07", "settings.txt:2"),
        ("SET-10", "settings.txt"),
    ]


def test_a_computer_without_a_card_has_nothing_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROGER_SETTINGS", raising=False)
    assert find_status() is None
    monkeypatch.setenv("ROGER_SETTINGS", str(tmp_path))
    (tmp_path / "status.json").write_text("[")
    assert find_status() == read_status('{"wifi_name": "", "problems": []}')


SECRET = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=20, max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(password=SECRET, key=SECRET)
def test_each_secret_is_in_one_file_only(password: str, key: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    card, root = tmp_path_factory.mktemp("card"), tmp_path_factory.mktemp("root")
    (card / "settings.txt").write_text(f"wifi_name = Home\nwifi_password = {password}\napi_key = {key}\nhost name\n")
    apply(read_card(card), root, MODELS, kernel=False, owner="")
    holding = {path: [secret for secret in (password, key) if secret in text] for path, text in files(root).items()}
    found = {path: secrets for path, secrets in holding.items() if secrets}
    assert found == {PROFILE: [password], "run/roger-settings/api-key": [key]} or password in key or key in password


def test_no_golden_file_has_an_unknown_name() -> None:
    names = {path.name for path in (HERE / "golden").rglob("*") if path.is_file() or path.is_symlink()}
    assert all(re.fullmatch(r"[\w.-]+", name) for name in names)
