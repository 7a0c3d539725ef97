"""From what was heard freely to a command: on random weights how it goes, with weights what comes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np
import pytest

from controller.ports import Frame
from models.asr import constrained
from models.asr.command_search import Command, CommandSearch, Constraint
from models.asr.decode import GreedySearch, Hypothesis, Prompted, prompt, suppressed_tokens
from models.asr.whisper import WhisperModel
from models.intent.grammar import Grammar
from tests.clips import clip, real_clip
from tests.models.asr.grammars import compiled, shipped
from tests.models.asr.tiny_whisper import WEIGHTS

LIMIT = 50


@dataclass(frozen=True)
class Heard:
    """A clip after the free search."""

    model: WhisperModel
    prompted: Prompted
    free: Hypothesis
    text: str

    def search(self, grammar: Grammar, text: str | None = None) -> CommandSearch:
        constraint = Constraint.of(self.model, grammar, self.prompted.language)
        said = self.text if text is None else text
        return CommandSearch(self.model, self.prompted, self.free, said, constraint, LIMIT)

    def command(self, grammar: Grammar) -> Command | None:
        return self.search(grammar).result()


def listen(model: WhisperModel, audio: Frame, language: str = "en") -> Heard:
    prompted = prompt(model, model.encode(model.features(audio, 8.0)), [language])
    free = GreedySearch(model, prompted, LIMIT, suppressed_tokens(model.tokenizer)).result()
    return Heard(model, prompted, free, model.tokenizer.decode(free.tokens))


# ---- without weights ----

HOME = compiled("en", "turn (on|off) the {room} light", "what time is it")


@pytest.fixture(scope="module")
def noise(tiny: WhisperModel) -> Heard:
    return listen(tiny, clip("demo_lamp.wav"))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches go on to the end, however little hope there is."""
    monkeypatch.setattr(constrained, "HOPELESS", math.inf)


@pytest.mark.parametrize(
    "text", ["turn on the kitchen light", " What time is it?", "Please turn off the lounge light!"]
)
def test_a_free_text_that_is_a_command_leaves_nothing_to_search(noise: Heard, text: str) -> None:
    asked = count()
    search = noise.search(HOME, text)
    assert search.run(lambda: next(asked) >= 0)
    assert next(asked) == 0
    assert search.result() is None


@pytest.mark.parametrize("text", ["", "turn on the garage light", "turn on the kitchen light and run"])
def test_any_other_text_is_searched_for(noise: Heard, patient: None, text: str) -> None:
    command = noise.search(HOME, text).result()
    assert command
    assert HOME.parse(command.text)
    assert 0 < command.confidence < 1


def test_what_random_weights_hear_is_not_accepted(noise: Heard, patient: None) -> None:
    command = noise.command(HOME)
    assert command
    assert not command.verdict.accepted


def test_a_search_without_hope_is_given_up(noise: Heard) -> None:
    asked = count()
    search = noise.search(HOME)
    assert search.run(lambda: next(asked) < 0)
    assert search.is_needed
    assert search.result() is None
    assert next(asked) < 5, "random weights find every token improbable"


def test_an_interrupted_search_goes_on_where_it_was(noise: Heard, patient: None) -> None:
    asked = count()
    search = noise.search(HOME)
    assert search.run(lambda: next(asked) < 0)
    whole = search.result()
    steps = next(asked)
    assert steps > 5
    for at in range(0, steps, 4):
        answers = iter([False] * at + [True])
        search = noise.search(HOME)
        assert search.run(answers.__next__) is False
        assert search.result() == whole


def test_a_search_that_is_over_is_not_interrupted(noise: Heard) -> None:
    search = noise.search(HOME)
    assert search.run()
    assert search.run(lambda: True)


def test_where_nothing_can_be_said_nothing_is_near(noise: Heard) -> None:
    assert noise.command(compiled("en", "{what} in the {what}")) is None


# ---- with weights ----


@cache
def fetched(name: str) -> WhisperModel:
    if not (WEIGHTS / name / "model.json").exists():
        pytest.skip(f"{name} is not fetched")
    return WhisperModel(WEIGHTS / name, 2)


@cache
def heard(name: str, model: str = "whisper-tiny.en") -> Heard:
    return listen(fetched(model), clip(name))


LAMP, TIME, LEVEL = "demo_lamp.wav", "demo_time.wav", "demo_brightness.wav"


@pytest.mark.weights
@pytest.mark.parametrize("name", [LAMP, TIME, LEVEL])
def test_what_is_heard_rightly_needs_no_search(name: str) -> None:
    assert shipped("en").parse(heard(name).text)
    assert heard(name).search(shipped("en")).run(lambda: True)
    assert heard(name).command(shipped("en")) is None


@pytest.mark.weights
@pytest.mark.parametrize("model", ["whisper-tiny.en", "whisper-base"])
def test_a_question_is_no_order(model: str) -> None:
    command = heard("demo_question.wav", model).command(shipped("en"))
    assert command is None or command.verdict.against == "margin"


@pytest.mark.weights
@pytest.mark.parametrize("model", ["whisper-tiny.en", "whisper-base"])
@pytest.mark.parametrize(
    ("name", "phrases"),
    [
        (LAMP, ["order a coffee", "play music"]),
        (LAMP, ["turn off the living room lamp"]),
        (LAMP, ["turn on the kitchen lamp", "turn on the bedroom lamp"]),
        (LAMP, ["turn on the living room fan"]),
        (LAMP, ["do not turn on the living room lamp"]),
        (TIME, ["what day is it", "what is the weather"]),
        (TIME, ["stop"]),
        (LEVEL, ["set the bedroom light to fifteen", "set the kitchen light to fifteen percent"]),
    ],
)
def test_a_grammar_that_lacks_the_words_refuses(model: str, name: str, phrases: list[str]) -> None:
    command = heard(name, model).command(compiled("en", *phrases))
    assert command is None or not command.verdict.accepted


@pytest.mark.weights
@pytest.mark.parametrize("model", ["whisper-tiny.en", "whisper-base"])
@pytest.mark.parametrize(
    ("name", "said", "others"),
    [
        (LAMP, "turn on the living room lamp", ["turn on", "turn on the living room", "turn off the living room lamp"]),
        (TIME, "what time is it", ["what time", "what day is it", "what time is it in the kitchen"]),
        (LEVEL, "set the bedroom light to fifty percent", ["set the bedroom light to fifty", "set the bedroom light"]),
    ],
)
def test_of_several_sentences_the_one_that_was_said_is_found(
    model: str, name: str, said: str, others: list[str]
) -> None:
    """Also where it is longer than another one that it begins with."""
    grammar = compiled("en", *others, said)
    command = heard(name, model).search(grammar, text="").result()
    assert command
    parse = grammar.parse(command.text)
    assert parse
    assert parse.phrase.text == said
    assert command.confidence > 0.2


def noisy(name: str, amplitude: float, seed: int) -> Frame:
    audio = clip(name)
    hiss = amplitude * np.random.default_rng(seed).normal(size=len(audio))
    return (audio + hiss).clip(-32768, 32767).astype(np.int16)


@pytest.mark.weights
def test_what_noise_hides_is_heard_against_the_grammar() -> None:
    """Free texts of these are "turn on the living room lap", "... lab", "... left", "what time are you doing"."""
    searched = 0
    for model, name, amplitude, seed, action in [
        ("whisper-tiny.en", LAMP, 1500, 0, "light_on"),
        ("whisper-tiny.en", LAMP, 3000, 1, "light_on"),
        ("whisper-tiny.en", TIME, 6000, 3, "tell_time"),
        ("whisper-base", LAMP, 3000, 1, "light_on"),
        ("whisper-base", LAMP, 4500, 2, "light_on"),
    ]:
        clip_heard = listen(fetched(model), noisy(name, amplitude, seed))
        command = clip_heard.command(shipped("en"))
        searched += command is not None
        parse = shipped("en").parse(command.text if command and command.verdict.accepted else clip_heard.text)
        assert parse
        assert parse.phrase.action == action
    assert searched > 2


@pytest.mark.weights
def test_with_weights_too_an_interruption_changes_nothing() -> None:
    grammar = compiled("en", "turn off the living room lamp", "turn on the kitchen lamp", "what time is it")
    asked = count()
    search = heard(LAMP).search(grammar)
    assert search.run(lambda: next(asked) < 0)
    whole, steps = search.result(), next(asked)
    assert whole
    for at in range(0, steps, 5):
        answers = iter([False] * at + [True])
        search = heard(LAMP).search(grammar)
        assert not search.run(answers.__next__)
        assert search.result() == whole


@pytest.mark.weights
@pytest.mark.parametrize("name", ["test_out_of_context_ko.wav", "test_ko.wav"])
def test_a_korean_request_for_something_else_is_not_accepted(name: str) -> None:
    command = listen(fetched("whisper-base"), real_clip(name), "ko").command(shipped("ko"))
    assert command is None or not command.verdict.accepted


@pytest.mark.weights
def test_korean_that_was_misheard_by_a_vowel_is_put_right() -> None:
    """The free text is "거실 불 켜져" (is turned on)."""
    said = listen(fetched("whisper-base"), real_clip("living_room_light_ko.wav"), "ko")
    command = said.search(compiled("ko", "{room} 불 켜줘", "{room} 불 꺼줘"), text="").result()
    assert command
    assert command.text == "거실불켜줘"
    assert command.verdict.accepted
