"""Prompt and greedy search, on random weights: what comes out means nothing, how it comes out does."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from models.asr.decode import GreedySearch, Hypothesis, Prompted, prompt, suppressed_tokens, text_log_probs, token_limit
from models.asr.whisper import WhisperModel

NOTHING = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def prompted(tiny: WhisperModel) -> Prompted:
    features = np.random.default_rng(2).normal(size=(1, 80, 200)).astype(np.float32)
    return prompt(tiny, tiny.encode(features), ["en"])


def test_log_probs_are_those_of_text_and_end(tiny: WhisperModel, prompted: Prompted) -> None:
    assert prompted.log_probs.shape == (tiny.special.end + 1,)
    assert np.exp(prompted.log_probs).sum() == pytest.approx(1, abs=1e-4)
    assert 0 < prompted.no_speech < 1
    many = text_log_probs(tiny, np.zeros((3, tiny.sizes.vocabulary), np.float32))
    np.testing.assert_allclose(many, -np.log(tiny.special.end + 1), rtol=1e-5)


@pytest.mark.parametrize("languages", [["en"], ["ko"], ["en", "ko"], ["ko", "en"]])
def test_the_language_is_one_of_those_allowed(tiny: WhisperModel, prompted: Prompted, languages: list[str]) -> None:
    assert prompt(tiny, prompted.encoded, languages).language in languages


def test_detection_does_not_depend_on_the_order(tiny: WhisperModel, prompted: Prompted) -> None:
    both = [prompt(tiny, prompted.encoded, languages) for languages in (["en", "ko"], ["ko", "en"])]
    assert both[0].language == both[1].language
    known = prompt(tiny, prompted.encoded, [both[0].language])
    assert np.corrcoef(both[0].log_probs, known.log_probs)[0, 1] > 0.99


def test_a_search_ends_by_itself_or_at_the_limit(tiny: WhisperModel, prompted: Prompted) -> None:
    found = GreedySearch(tiny, prompted, 7, NOTHING).result()
    assert len(found.tokens) == len(found.log_probs) <= 7
    assert found.stop in ("end", "loop", "limit")
    assert all(score <= 0 for score in (*found.log_probs, found.end_log_prob))


def test_suppressed_tokens_are_never_taken(tiny: WhisperModel, prompted: Prompted) -> None:
    free = GreedySearch(tiny, prompted, 10, NOTHING).result()
    barred = np.array(free.tokens[:3])
    found = GreedySearch(tiny, prompted, 10, barred).result()
    assert not set(barred.tolist()) & set(found.tokens)


def test_signs_are_suppressed_and_letters_and_colons_are_not(tiny: WhisperModel) -> None:
    suppressed = set(suppressed_tokens(tiny.tokenizer).tolist())
    assert {tiny.tokenizer.encode(sign)[0] for sign in "(#♪"} <= suppressed
    assert not {tiny.tokenizer.encode(sign)[0] for sign in "a7:.,?"} & suppressed


def test_an_interrupted_search_goes_on_where_it_was(tiny: WhisperModel, prompted: Prompted) -> None:
    barred = np.array([tiny.special.end])
    whole = GreedySearch(tiny, prompted, 12, barred).result()
    search = GreedySearch(tiny, prompted, 12, barred)
    steps = iter([False, False, True])
    assert search.run(lambda: next(steps)) is None
    assert search.result() == whole
    assert search.result() == whole


def test_another_thread_stops_a_search_at_the_next_token(tiny: WhisperModel, prompted: Prompted) -> None:
    started, hurried = threading.Event(), threading.Event()

    def hurry() -> None:
        started.wait()
        hurried.set()

    def interrupted() -> bool:
        started.set()
        return hurried.wait(timeout=10)

    thread = threading.Thread(target=hurry)
    thread.start()
    assert GreedySearch(tiny, prompted, 400, np.array([tiny.special.end])).run(interrupted) is None
    thread.join()


def test_confidence_is_the_geometric_mean() -> None:
    sure = Hypothesis((1, 2), (float(np.log(0.9)), float(np.log(0.4))), -0.1, "end")
    assert sure.confidence == pytest.approx(0.6)
    assert Hypothesis((), (), -0.1, "end").confidence == 0.0


def test_the_limit_grows_with_the_audio() -> None:
    assert token_limit(0.0) < token_limit(3.0) < token_limit(30.0) < 448 - 4
