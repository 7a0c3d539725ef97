"""`roger phrases` shows what is understood."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.commands import phrases
from controller.commands.quantities import readable
from controller.errors import RogerError
from controller.turn import Transcript
from models.intent.rules import RulesClassifier

ACTIONS = """
slots:
  what: { type: text }
actions:
  jazz:
    phrases: { en: [play jazz] }
    do: [{ say: jazz }]
  play:
    phrases: { en: ["play {what}"], ko: ["{what} <틀어>"] }
    do: [{ say: "{what}" }]
  again:
    phrases: { en: [play jazz] }
    do: [{ say: jazz }]
  note:
    patterns: ['note (?P<what>.+)']
    do: [{ say: "{what}" }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("roger.yaml", "screens.yaml"):
        shutil.copy(DEFAULT_FOLDER / name, tmp_path)
    (tmp_path / "actions.yaml").write_text(ACTIONS, encoding="utf-8")
    return tmp_path


def roger(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="roger")
    phrases.add(parser.add_subparsers())
    args = parser.parse_args(["phrases", *words])
    return int(args.run(args))


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert roger(*words) == 0
    return capsys.readouterr().out


def facts(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(printed(capsys, *words, "--json"))


def test_every_action_is_listed_with_counts_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys)
    actions = load(DEFAULT_FOLDER).actions
    rules = RulesClassifier(actions, "en")
    assert all(action in out for action in actions.actions)
    for row in facts(capsys)["actions"]:
        assert row["phrases"] == len(actions.actions[row["action"]].phrases[row["language"]])
        assert row["with_politeness"] > row["sentences"] > 0
        assert rules.classify(Transcript(row["example"], row["language"])).action == row["action"]
        assert row["example"] in out


def test_what_cannot_be_counted_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "--config", str(folder))
    assert "1 and any text" in out
    assert "other actions take all of it" in out
    assert "regular expression" in out
    assert "note (?P<what>.+)" in out
    listed = facts(capsys, "--config", str(folder))
    figures = {(row["action"], row["language"]): (row["sentences"], row["any_text"]) for row in listed["actions"]}
    assert figures["jazz", "en"] == (1, False)
    assert figures["play", "en"] == (1, True)
    assert figures["again", "en"] == (0, False)
    assert listed["patterns"] == {"note": ["note (?P<what>.+)"]}


def test_one_action_and_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    listed = facts(capsys, "--action", "timer", "--language", "ko")
    assert [(row["action"], row["language"]) for row in listed["actions"]] == [("timer", "ko")]


def test_the_sums_are_those_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    rows = facts(capsys)["actions"]
    for one in facts(capsys, "--count"):
        own = [row for row in rows if row["language"] == one["language"]]
        assert one["actions"] == len(own)
        for figure in ("phrases", "sentences", "with_politeness"):
            assert one[figure] == sum(row[figure] for row in own)
        assert readable(one["sentences"]) in printed(capsys, "--count")


def test_samples_are_those_of_their_seed_and_mean_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    samples = facts(capsys, "--sample", "150", "--seed", "3")
    assert len(samples) == 150
    assert {sample["language"] for sample in samples} == {"en", "ko"}
    assert len({sample["action"] for sample in samples}) == 22  # all but the one with patterns alone
    rules = RulesClassifier(load(DEFAULT_FOLDER).actions, "en")
    for sample in samples:
        heard = rules.classify(Transcript(sample["text"], sample["language"]))
        assert heard.action == sample["action"]
        assert [slot.value for slot in heard.slots] == [slot["value"] for slot in sample["slots"]]
    assert samples == facts(capsys, "--sample", "150", "--seed", "3")
    assert samples != facts(capsys, "--sample", "150", "--seed", "4")


def test_samples_are_shown_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "--sample", "3", "--action", "brightness", "--language", "en")
    assert len(out.splitlines()) == 3
    assert all("brightness" in line and "level=" in line and "room=" in line for line in out.splitlines())


def test_what_others_take_is_never_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples = facts(capsys, "--sample", "40", "--config", str(folder))
    assert {sample["action"] for sample in samples} == {"jazz", "play"}
    assert "there is nothing to draw" in printed(capsys, "--sample", "2", "--action", "note")


def test_an_action_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RogerError) as caught:
        roger("--action", "light_onn")
    assert caught.value.problem.code == "CFG-10"
    assert '"light_onn"' in caught.value.problem.message
    assert "light_on" in caught.value.problem.hint
    with pytest.raises(RogerError) as caught:
        roger("--action", "zzzzz")
    assert "roger phrases" in caught.value.problem.hint


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_number_of_samples_is_asked_for(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        roger("--sample", count)
    assert "--sample" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (12_345, "12,345"),
        (999_999, "999,999"),
        (1_000_000, "1.0 × 10⁶"),
        (9_960_000, "1.0 × 10⁷"),
        (40_173_906_715_392_000, "4.0 × 10¹⁶"),
        (3 * 10**400, "3.0 × 10⁴⁰⁰"),
    ],
)
def test_numbers_are_readable(number: int, text: str) -> None:
    assert readable(number) == text
