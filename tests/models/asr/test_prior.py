"""What the decoder writes without audio."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.asr.convert import convert_whisper
from models.asr.decode import text_log_probs
from models.asr.prior import Prior
from models.asr.whisper import WhisperModel
from tests.models.asr.tiny_whisper import WEIGHTS, random_weights, write_source

ROUNDING = 0.01
"""For each token: int8 takes its scale from all that is computed at once."""
TEXTS = ["t", "the", " the other", "Turn on the light.", " 거실 불 켜줘", "50%"]


def step_by_step(model: WhisperModel, prior: Prior, tokens: list[int]) -> float:
    total, log_probs, cache = 0.0, prior.prompted.log_probs, prior.prompted.cache
    for token in tokens:
        total += float(log_probs[token])
        logits, cache = model.step(prior.prompted.encoded, [token], cache)
        log_probs = text_log_probs(model, logits[0])
    return total + float(log_probs[model.special.end])


@pytest.fixture(scope="module")
def prior(tiny: WhisperModel) -> Prior:
    return Prior(tiny, "en")


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_the_sum_over_single_steps(tiny: WhisperModel, prior: Prior, text: str) -> None:
    tokens = tiny.tokenizer.encode(text)
    expected = step_by_step(tiny, prior, tokens)
    assert prior.log_prob(tokens) == pytest.approx(expected, abs=ROUNDING * (len(tokens) + 1))


def test_no_text_at_all_has_the_end_only(tiny: WhisperModel, prior: Prior) -> None:
    assert prior.log_prob([]) == pytest.approx(float(prior.prompted.log_probs[tiny.special.end]))


def test_first_tokens_are_all_that_there_can_be(prior: Prior) -> None:
    assert np.exp(prior.prompted.log_probs.astype(np.float64)).sum() == pytest.approx(1, abs=1e-5)


def test_asking_changes_nothing_and_nothing_that_is_heard_does(tiny: WhisperModel, prior: Prior) -> None:
    token_lists = [tiny.tokenizer.encode(text) for text in TEXTS]
    first = [prior.log_prob(tokens) for tokens in token_lists]
    for seed in range(3):
        features = np.random.default_rng(seed).normal(size=(1, 80, 100 + 60 * seed)).astype(np.float32)
        tiny.prefill(tiny.encode(features), [tiny.special.start])
        assert [prior.log_prob(tokens) for tokens in token_lists] == first
        assert [Prior(tiny, "en").log_prob(tokens) for tokens in token_lists] == first


def test_it_is_the_same_whatever_ears_the_model_has(tmp_path: Path, prior: Prior) -> None:
    """Another encoder, and another way to look at what it heard, with the same decoder."""
    weights, others = random_weights(seed=0), random_weights(seed=1)
    ears = [name for name in weights if name.startswith("encoder/") or "/attention/linear_1" in name]
    source = write_source(tmp_path / "source", weights | {name: others[name] for name in ears})
    convert_whisper(source, tmp_path, lambda what, share: None)
    other = Prior(WhisperModel(tmp_path, threads=1), "en")
    assert [other.log_prob([token]) for token in range(100)] == [prior.log_prob([token]) for token in range(100)]


def test_it_is_told_from_what_audio_gives(tiny: WhisperModel, prior: Prior) -> None:
    features = np.random.default_rng(0).normal(size=(1, 80, 100)).astype(np.float32)
    special = tiny.special
    tokens = [special.start, special.languages["en"], special.transcribe, special.no_timestamps]
    logits, _ = tiny.prefill(tiny.encode(features), tokens)
    assert not np.allclose(text_log_probs(tiny, logits[-1]), prior.prompted.log_probs, atol=0.05)


def test_each_language_has_its_own(tiny: WhisperModel, prior: Prior) -> None:
    korean = Prior(tiny, "ko")
    assert (prior.prompted.language, korean.prompted.language) == ("en", "ko")
    assert korean.log_prob([30, 40]) != prior.log_prob([30, 40])


# ---- with weights ----


def _fetched(name: str) -> WhisperModel:
    if not (WEIGHTS / name / "model.json").exists():
        pytest.skip(f"{name} is not fetched")
    return WhisperModel(WEIGHTS / name, 2)


@pytest.mark.weights
@pytest.mark.parametrize(
    ("likely", "unlikely"),
    [
        (" Turn on the light.", " Turn on the latte."),
        (" What time is it?", " What thyme is it?"),
        (" Thank you.", " You thank."),
    ],
)
def test_whisper_has_read_more_of_lamps_than_of_lattes(likely: str, unlikely: str) -> None:
    model = _fetched("whisper-tiny.en")
    prior = Prior(model, "en")
    assert prior.log_prob(model.tokenizer.encode(likely)) > prior.log_prob(model.tokenizer.encode(unlikely)) + 1


@pytest.mark.weights
def test_whisper_expects_the_language_that_it_is_told() -> None:
    model = _fetched("whisper-base")
    english, korean = Prior(model, "en"), Prior(model, "ko")
    lamp, light = (model.tokenizer.encode(text) for text in (" Turn on the lamp.", " 불을 켜 주세요."))
    assert english.log_prob(lamp) > korean.log_prob(lamp)
    assert korean.log_prob(light) > english.log_prob(light)
