"""What makes a sentence of the grammar acceptable, word by word: the scores are given, the words are real."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.asr.acceptance import CONTRADICTION, COST, MARGIN, Acceptance, Verdict
from models.asr.constrained import Sentence
from models.asr.decode import Hypothesis
from models.asr.prior import Prior
from models.asr.whisper import WhisperModel
from models.intent.units import units

CLEAR = 0.9


@pytest.fixture(scope="module")
def acceptance(tiny: WhisperModel) -> Acceptance:
    return Acceptance(tiny.tokenizer, Prior(tiny, "en"), "en")


@pytest.fixture(scope="module")
def korean(tiny: WhisperModel) -> Acceptance:
    return Acceptance(tiny.tokenizer, Prior(tiny, "ko"), "ko")


def heard(model: WhisperModel, *words: tuple[str, float]) -> Hypothesis:
    """Words as they were heard, each with its probability."""
    tokens: list[int] = []
    log_probs: list[float] = []
    for word, probability in words:
        ids = model.tokenizer.encode(f" {word}")
        tokens += ids
        log_probs += [math.log(probability) / len(ids)] * len(ids)
    return Hypothesis(tuple(tokens), tuple(log_probs), -0.1, "end")


def as_likely(model: WhisperModel, free: Hypothesis, text: str) -> Sentence:
    """A sentence for which the audio speaks as much as for the free text."""
    tokens = tuple(model.tokenizer.encode(f" {text}"))
    prior = Prior(model, "en").log_prob(free.tokens)
    return Sentence(units(text), tokens, sum(free.log_probs) + free.end_log_prob, prior)


def judged(acceptance: Acceptance, model: WhisperModel, words: Sequence[tuple[str, float]], sentence: str) -> Verdict:
    free = heard(model, *words)
    return acceptance.judge(free, as_likely(model, free, sentence))


def clearly(text: str) -> list[tuple[str, float]]:
    return [(word, CLEAR) for word in text.split()]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("turn on the kitchen lights", "turn on the kitchen light"),
        ("give me a medium rose mocha", "give me a medium roast mocha"),
        ("turn on the the kitchen light", "turn on the kitchen light"),
        ("set a timer for 12 minutes", "set a timer for twelve minutes"),
        ("set the light to 50%", "set the light to 50 percent"),
        ("good night good night", "good night"),
        ("turn the light on", "turn light on"),
    ],
)
def test_what_sounds_alike_or_says_the_same_is_no_contradiction(
    acceptance: Acceptance, tiny: WhisperModel, said: str, sentence: str
) -> None:
    assert judged(acceptance, tiny, clearly(said), sentence).accepted


@pytest.mark.parametrize(
    ("said", "sentence", "other"),
    [
        ("don't turn on the kitchen light", "turn on the kitchen light", "don't"),
        ("do not turn on the light", "you can turn on the light", "do not"),
        ("is the kitchen light on", "the kitchen light on", "is"),
        ("turn on the kitchen light tomorrow", "turn on the kitchen light", "tomorrow"),
        ("turn on the bathroom light", "turn on the bedroom light", "bathroom"),
        ("a latte with oat milk", "a latte with milk", "oat"),
        ("a latte without milk", "a latte with milk", "without"),
        ("turn on the garage light", "turn on the kitchen light", "garage"),
    ],
)
def test_one_clear_word_is_enough_against_a_sentence(
    acceptance: Acceptance, tiny: WhisperModel, said: str, sentence: str, other: str
) -> None:
    verdict = judged(acceptance, tiny, clearly(said), sentence)
    assert (verdict.against, verdict.heard) == ("contradiction", other)
    assert verdict.contradiction > CONTRADICTION


def test_a_word_that_was_hardly_heard_contradicts_nothing(acceptance: Acceptance, tiny: WhisperModel) -> None:
    said = [("turn", CLEAR), ("on", CLEAR), ("the", CLEAR), ("garbage", 0.2), ("light", CLEAR)]
    assert judged(acceptance, tiny, said, "turn on the kitchen light").accepted


def test_a_not_of_the_sentence_itself_denies_nothing(acceptance: Acceptance, tiny: WhisperModel) -> None:
    assert judged(acceptance, tiny, clearly("stop the musics"), "stop the music").accepted


@pytest.mark.parametrize(("said", "sentence"), [("불 켜지 마", "불 켜 줘"), ("거실 불 안 켜도 돼", "거실 불 켜도 돼")])
def test_korean_says_not_in_its_own_way(korean: Acceptance, tiny: WhisperModel, said: str, sentence: str) -> None:
    assert judged(korean, tiny, clearly(said), sentence).against == "contradiction"


def test_korean_endings_that_sound_alike_are_no_contradiction(korean: Acceptance, tiny: WhisperModel) -> None:
    assert judged(korean, tiny, clearly("거실 불 켜져"), "거실 불 켜줘").accepted


def test_the_audio_must_not_speak_much_more_for_the_free_text(acceptance: Acceptance, tiny: WhisperModel) -> None:
    free = heard(tiny, *clearly("turn on the light"))
    sentence = as_likely(tiny, free, "turn on the light")
    count = len(sentence.tokens) + 1
    just = replace(sentence, log_prob=sentence.log_prob - 0.99 * MARGIN * count)
    more = replace(sentence, log_prob=sentence.log_prob - 1.01 * MARGIN * count)
    assert acceptance.judge(free, just).accepted
    assert acceptance.judge(free, more).against == "margin"


def test_what_the_decoder_likes_to_write_anyway_counts_for_less(acceptance: Acceptance, tiny: WhisperModel) -> None:
    free = heard(tiny, *clearly("turn on the light"))
    sentence = as_likely(tiny, free, "turn on the light")
    favourite = replace(sentence, prior=sentence.prior + 10.0)
    assert acceptance.judge(free, favourite).margin > acceptance.judge(free, sentence).margin


def test_a_sentence_that_is_improbable_by_itself_is_refused(acceptance: Acceptance, tiny: WhisperModel) -> None:
    free = heard(tiny, *((word, 0.01) for word in ("mm", "hm")))
    sentence = as_likely(tiny, free, "on")
    count = len(sentence.tokens) + 1
    sentence = replace(sentence, log_prob=-1.01 * COST * count, prior=-20.0 * count)
    assert acceptance.judge(free, sentence).against == "cost"
