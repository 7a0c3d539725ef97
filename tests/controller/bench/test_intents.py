"""`roger bench intents`: what is counted, on which sentences."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from config.schema import ActionsFile
from controller.bench.intents import Sentences, load_sentences, measured
from controller.commands import bench
from controller.errors import RogerError
from controller.turn import Decision, Transcript
from models.intent.rules import RulesClassifier
from models.store.fetch import installed

DATA = {
    "train": {"light_HassTurnOn": ["turn on the (big) light", "불 켜줘"], "fan-off": ["stop the fan"]},
    "dev": {"light_HassTurnOn": ["turn on the big light", "light!"], "fan-off": ["turn on the big light"]},
    "unknown": ["who are you", "stop the fan"],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "sentences.json"
    file.write_text(json.dumps(DATA, ensure_ascii=False), encoding="utf-8")
    return file


def test_examples_become_phrases_of_actions(path: Path) -> None:
    sentences = load_sentences(path)
    assert list(sentences.actions.actions) == ["light_hassturnon", "fan_off"]
    assert sentences.actions.actions["light_hassturnon"].phrases == {"en": ["turn on the big light"], "ko": ["불 켜줘"]}
    assert sentences.asked == [
        ("light_hassturnon", "turn on the big light"),
        ("light_hassturnon", "light!"),
        ("fan_off", "turn on the big light"),
    ]


def test_right_wrong_refused_and_false_are_counted(path: Path) -> None:
    sentences = load_sentences(path)
    found = measured(sentences, RulesClassifier(sentences.actions, "en"))
    counted = {name: found[name] for name in ("right", "wrong", "refused", "false_accepts", "in_domain", "unknown")}
    assert counted == {"right": 1, "wrong": 1, "refused": 1, "false_accepts": 1, "in_domain": 3, "unknown": 2}
    assert 0 < found["ms_median"] <= found["ms_p95"]


def test_without_sentences_there_is_nothing_to_divide_by() -> None:
    class Never:
        def classify(self, transcript: Transcript) -> Decision:
            raise AssertionError

    found = measured(Sentences(ActionsFile(), [], []), Never())
    assert (found["right"], found["in_domain"], found["ms_median"]) == (0, 0, 0.0)


@pytest.mark.parametrize("written", ["", "[]", '{"train": {}}', '{"train": {"a": []}, "dev": {}, "unknown": 3}'])
def test_another_form_is_an_error_that_shows_the_form(tmp_path: Path, written: str) -> None:
    (tmp_path / "x.json").write_text(written)
    with pytest.raises(RogerError) as caught:
        load_sentences(tmp_path / "x.json")
    assert caught.value.problem.code == "CFG-01"
    assert '"train"' in caught.value.problem.hint


def roger(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="roger")
    bench.add(parser.add_subparsers())
    args = parser.parse_args(["bench", *words])
    return int(args.run(args))


def test_the_command_prints_one_block_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("intents", "--data", str(path), "--stage", "rules", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {
        *("right", "wrong", "refused", "false_accepts", "in_domain", "unknown", "ms_median", "ms_p95"),
    }


def test_the_command_prints_a_table(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("intents", "--data", str(path), "--stage", "rules") == 0
    assert "1 of 3 (33.3 %)" in capsys.readouterr().out


@pytest.mark.weights
@pytest.mark.skipif(installed("e5-small") is None, reason="e5-small is not installed: roger models fetch e5-small")
def test_every_stage_can_be_measured(
    path: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert roger("intents", "--data", str(path), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    stages = printed.pop("stages")
    assert list(stages) == ["rules", "meaning", "cascade"]
    assert printed == stages["cascade"]
    assert set(printed) == {
        *("right", "wrong", "refused", "false_accepts", "in_domain", "unknown", "ms_median", "ms_p95"),
    }


def test_a_stage_without_its_model_says_how_to_get_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROGER_MODELS", str(tmp_path))
    with pytest.raises(RogerError) as caught:
        roger("intents", "--data", str(path), "--stage", "meaning")
    assert caught.value.problem.code == "MDL-02"
    assert "roger models fetch e5-small" in caught.value.problem.hint
