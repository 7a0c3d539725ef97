"""`roger bench commands` and what it measures with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.loader import DEFAULT_FOLDER, load
from controller.bench.fuzzy import repaired
from controller.bench.noise import WINDOW, mixed
from controller.bench.orders import Heard, Label, is_right, load_labels, repaired_too, summed_up
from controller.bench.spoken import Spoken
from controller.cli import main
from controller.errors import RogerError
from controller.turn import Decision, Slot, Transcript
from models.intent.compiled import grammars_of
from tests.clips import AUDIO
from tests.models.asr.tiny_whisper import WEIGHTS

ACTIONS = DEFAULT_FOLDER / "actions.yaml"
LAMP = Label("light_on", {"room": "living_room"})


def loudest(samples: np.ndarray) -> float:
    whole = len(samples) // WINDOW * WINDOW
    return float((samples[:whole].astype(float).reshape(-1, WINDOW) ** 2).sum(axis=1).max())


@pytest.mark.parametrize("snr_db", [18.0, 6.0, 0.0])
def test_the_ratio_of_speech_to_noise_is_the_one_that_was_asked_for(snr_db: float) -> None:
    random = np.random.default_rng(0)
    speech = (3000 * np.sin(np.arange(32_000) / 5)).astype(np.int16)
    noise = random.normal(0, 500, 160_000).astype(np.int16)
    noisy = mixed(speech, noise, snr_db, "a.wav").astype(float)
    clean = speech.astype(float)
    share = noisy @ clean / (clean @ clean)
    ratio = 10 * np.log10(loudest(share * clean) / loudest(noisy - share * clean))
    assert ratio == pytest.approx(snr_db, abs=0.5)
    assert (mixed(speech, noise, snr_db, "a.wav") == noisy).all()
    assert (mixed(speech, noise, snr_db, "b.wav") != noisy).any()


def test_silence_stays_silence() -> None:
    assert not mixed(np.zeros(4000, np.int16), np.ones(9000, np.int16), 6.0, "a").any()


def test_labels_are_read_with_the_names_of_an_actions_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text('{"a.wav": {"intent": "orderDrink", "slots": {"coffeeDrink": "latte "}}}')
    assert load_labels(path) == {"a.wav": Label("order_drink", {"coffee_drink": "latte"})}


@pytest.mark.parametrize("content", ["", "[]", '{"a.wav": "latte"}', '{"a.wav": {"intent": "x"}}'])
def test_labels_of_another_form_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "labels.json"
    path.write_text(content)
    with pytest.raises(RogerError, match=r"labels\.json") as raised:
        load_labels(path)
    assert raised.value.problem.code == "CFG-01"
    assert "clip.wav" in raised.value.problem.hint


def decided(action: str, **slots: str) -> Decision:
    return Decision(action, tuple(Slot(name, value) for name, value in slots.items()))


def test_right_is_the_action_and_every_slot() -> None:
    assert is_right(decided("light_on", room="living_room", more="x"), LAMP)
    assert not is_right(decided("light_on", room="kitchen"), LAMP)
    assert not is_right(decided("light_on"), LAMP)
    assert not is_right(decided("light_off", room="living_room"), LAMP)


def heard(decision: Decision, label: Label | None, late_s: float, kind: str = "") -> Heard:
    return Heard(Spoken(Transcript("turn on", "en"), decision, Decision(), late_s, 0.5, 0.2), label, kind)


def test_the_figures_of_a_condition_add_up() -> None:
    right, wrong = decided("light_on", room="living_room"), decided("light_off")
    figures = summed_up(
        [
            heard(right, LAMP, 0.01),
            heard(wrong, LAMP, 0.02),
            heard(Decision(), LAMP, 0.03),
            heard(right, None, 0.04, "negated"),
            heard(Decision(), None, 0.05, "noise"),
        ]
    )
    assert [figures[name] for name in ("n", "right", "wrong", "refused", "free_right")] == [3, 1, 1, 1, 0]
    assert (figures["unknown_n"], figures["false_accepts"]) == (2, 1)
    assert figures["false_accepts_by_kind"] == {"negated": "1 of 1", "noise": "0 of 1"}
    assert figures["release_to_decision_ms_median"] == 30.0
    assert (figures["cpu_ms_median"], figures["listening_cpu_share_max"]) == (500.0, 0.2)
    assert figures["rss_mb"] > 10


def test_a_repair_is_counted_where_the_words_alone_ask_for_nothing() -> None:
    right = decided("light_on", room="living_room")
    results = [heard(Decision(), LAMP, 0), heard(Decision(), None, 0)]
    assert repaired_too(results, lambda transcript: right) == {"fuzzy_right": 1, "fuzzy_false_accepts": 1}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Turn on the bet room light.", "turn on the bed room light"),
        ("Said a timer for ten minutes", "set a timer for ten minutes"),
        ("turn on living room lamp", "turn on living room lamp"),
        ("The quick brown fox jumps over everything that it sees", ""),
    ],
)
def test_a_repair_finds_the_nearest_sentence(text: str, sentence: str) -> None:
    assert repaired(grammars_of(load(DEFAULT_FOLDER).actions)["en"], text) == sentence


def test_clips_that_the_labels_name_have_to_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "labels.json"
    labels.write_text('{"gone.wav": {"intent": "light_on", "slots": {}}}')
    args = ["--actions", str(ACTIONS), "--clips", str(tmp_path), "--labels", str(labels)]
    assert main(["bench", "commands", *args]) == 2
    told = capsys.readouterr().err
    assert "ASR-01" in told
    assert "gone.wav" in told


@pytest.mark.weights
def test_recordings_are_measured_in_every_condition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not (WEIGHTS / "whisper-tiny.en" / "model.json").exists():
        pytest.skip("whisper-tiny.en is not fetched")
    labels, noise, unknown = tmp_path / "labels.json", tmp_path / "noise.wav", tmp_path / "unknown" / "questions"
    labels.write_text('{"demo_lamp.wav": {"intent": "lightOn", "slots": {"room": "living_room"}}}')
    soundfile.write(noise, np.random.default_rng(0).normal(0, 500, 160_000).astype(np.int16), 16_000)
    unknown.mkdir(parents=True)
    (unknown / "who.wav").write_bytes((AUDIO / "demo_question.wav").read_bytes())
    args = ["--actions", str(ACTIONS), "--clips", str(AUDIO), "--labels", str(labels)]
    args += ["--noise", str(noise), "--snr", "20", "--unknown", str(tmp_path / "unknown"), "--json"]
    assert main(["bench", "commands", *args]) == 0
    conditions = json.loads(capsys.readouterr().out)["conditions"]
    assert list(conditions) == ["clean", "20"]
    for figures in conditions.values():
        assert (figures["n"], figures["right"], figures["wrong"], figures["refused"]) == (1, 1, 0, 0)
        assert (figures["unknown_n"], figures["false_accepts"]) == (1, 0)
        assert figures["false_accepts_by_kind"] == {"questions": "0 of 1"}
        assert figures["release_to_decision_ms_p95"] >= figures["release_to_decision_ms_median"] > 0
