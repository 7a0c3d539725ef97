from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import FILES, ConfigError, load_or_last_good

Write = Callable[..., Path]


def test_a_good_configuration_is_kept_byte_for_byte(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    folder = write("language: ko")
    config, issues = load_or_last_good(folder, keep)
    assert issues == ()
    kept = keep / config.digest
    assert [(kept / name).read_bytes() for name in FILES] == [(folder / name).read_bytes() for name in FILES]
    assert {path.name for path in keep.iterdir()} == {config.digest, "current"}


def test_a_broken_one_gives_the_last_good_one_and_says_what_is_wrong(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    good, _ = load_or_last_good(write("language: ko"), keep)
    config, issues = load_or_last_good(write("language: [ko"), keep)
    assert config == good
    assert [issue.code for issue in issues] == ["CFG-02"]
    assert issues[0].file == config.folder / "roger.yaml"


def test_a_deleted_file_gives_the_last_good_configuration(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    folder = write("language: ko")
    load_or_last_good(folder, keep)
    (folder / "roger.yaml").unlink()
    config, issues = load_or_last_good(folder, keep)
    assert config.roger.language == "ko"
    assert [issue.code for issue in issues] == ["CFG-01"]


def test_broken_with_nothing_kept_is_an_error(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_or_last_good(write("language: de"), tmp_path / "keep")
    assert caught.value.problem.code == "CFG-05"


def test_only_the_newest_is_kept_and_nothing_else_is_touched(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    (keep / "mine").mkdir(parents=True)
    load_or_last_good(write("language: ko"), keep)
    config, _ = load_or_last_good(write("language: en"), keep)
    assert {path.name for path in keep.iterdir()} == {config.digest, "current", "mine"}


def test_the_same_configuration_is_not_written_again(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    folder = write("language: ko")
    load_or_last_good(folder, keep)
    written = (keep / "current").stat().st_mtime_ns
    load_or_last_good(folder, keep)
    assert (keep / "current").stat().st_mtime_ns == written


def test_a_power_cut_while_writing_leaves_the_older_one(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    load_or_last_good(write("language: ko"), keep)
    (keep / ("f" * 64)).mkdir()  # the next one, cut off before "current" was replaced
    (keep / ("f" * 64) / "roger.yaml").write_text("lang")
    config, _ = load_or_last_good(write("nonsense: 1"), keep)
    assert config.roger.language == "ko"


@pytest.mark.parametrize("current", ["", "../elsewhere", "f" * 64])
def test_a_keep_that_was_tampered_with_is_no_configuration(current: str, write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    load_or_last_good(write("language: ko"), keep)
    (keep / "current").write_text(current)
    with pytest.raises(ConfigError):
        load_or_last_good(write("nonsense: 1"), keep)


def test_where_nothing_can_be_kept_roger_runs_all_the_same(write: Write, tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("a file where the folder should be")
    config, issues = load_or_last_good(write("language: ko"), tmp_path / "keep")
    assert (config.roger.language, issues) == ("ko", ())


def test_secrets_are_not_kept_but_found_again(write: Write, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    folder = write("chat: {api_key: !file openai.key}")
    (folder / "openai.key").write_text("very secret")
    (folder / "openai.key").chmod(0o600)
    load_or_last_good(folder, keep)
    assert not any("very secret" in path.read_text() for path in keep.rglob("*") if path.is_file())
    config, _ = load_or_last_good(write("nonsense: 1"), keep)
    assert config.roger.chat.api_key is not None
    assert config.roger.chat.api_key.get_secret_value() == "very secret"
