"""Vosk's second recogniser: which sentences it is given, and what of that which it hears is believed."""

from __future__ import annotations

import pytest

from config.loader import DEFAULT_FOLDER, load
from models.asr.vosk_grammar import EACH_PHRASE, Judge, in_vocabulary, split, spoken
from models.intent.samples import speakers_of
from models.intent.units import units

SPEAKERS = speakers_of(load(DEFAULT_FOLDER).actions)
KOREAN = frozenset(("거실", "불", "켜", "꺼", "줘", "죠", "거", "실", "을", "요"))


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("거실", ("거실",)),
        ("켜줘요", ("켜", "줘", "요")),
        ("거실불을", ("거실", "불", "을")),
        ("침실", ()),
        ("불침", ()),
        ("lamp", ()),
        ("켜lamp", ()),
    ],
)
def test_a_word_is_said_in_words_of_the_model(word: str, pieces: tuple[str, ...]) -> None:
    assert tuple(split(word, KOREAN.__contains__)) == pieces


def test_what_the_model_cannot_say_is_left_out_and_told() -> None:
    sentences, missing = in_vocabulary(
        ["거실 불 켜줘", "침실 불 켜줘", "거실 불 켜줘!", "불 50% 켜"], KOREAN.__contains__
    )
    assert sentences == ["거실 불 켜 줘"]
    assert missing == ["침실"], "digits are said in words, too"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_words_of_the_phrases_are_among_the_sentences(language: str) -> None:
    speaker = SPEAKERS[language]
    sentences = list(spoken(speaker))
    assert sentences == list(spoken(speaker)), "they are always the same"
    assert len(sentences) == EACH_PHRASE * len({number for of_one in speaker.phrases.values() for number in of_one})
    said = {unit for sentence in sentences for unit in units(sentence)}
    assert {unit for arcs in speaker.grammar.automaton.units for unit in arcs} <= said
    assert all(speaker.grammar.parse(sentence) for sentence in sentences[::20])


@pytest.mark.parametrize(
    ("free", "words", "confidence", "command", "why"),
    [
        ("컷이 겟죠", "거실 불 켜 죠", 0.85, "거실 불 켜 죠", "heard as '거실 불 켜 죠': 0.85 sure"),
        ("거실 불 켜 줘", "거실 불 꺼 줘", 0.9, "", ""),
        ("", "거실 불 켜 죠", 0.9, "", ""),
        ("컷이 겟죠", "", 0.0, "", ""),
        ("컷이 겟죠", "거실 불 켜 죠", 0.49, "", "not '거실 불 켜 죠': only 0.49 sure"),
        ("저 는 구 합시다", "전 등 구 합시다", 1.0, "", "not '전 등 구 합시다': nothing that can be asked"),
        ("컷이 겟죠", "거실 [unk] 켜 죠", 1.0, "", "not '거실 [unk] 켜 죠': nothing that can be asked"),
        ("거실 불 켜지 마", "거실 불 켜 줘", 1.0, "", "not '거실 불 켜 줘': one of the two says not"),
        (
            "오늘 날씨 가 참 좋 네요 그렇 죠",
            "거실 불 켜 줘",
            1.0,
            "",
            "not '거실 불 켜 줘': sounds unlike '오늘 날씨 가 참 좋 네요 그렇 죠' (0.46)",
        ),
    ],
)
def test_what_is_believed(free: str, words: str, confidence: float, command: str, why: str) -> None:
    heard = Judge(SPEAKERS["ko"].grammar, "ko")(free, words, confidence)
    assert (heard.text, heard.confidence) == (command, confidence if command else 0.0)
    assert heard.why.startswith(why) if why else not heard.why


def test_another_thing_of_the_house_is_not_taken_for_ours() -> None:
    judge = Judge(SPEAKERS["en"].grammar, "en")
    assert judge("turn on the kitchen lied", "turn on the kitchen light", 0.9).text == "turn on the kitchen light"
    assert "heard 'hallway'" in judge("turn on the hallway lied", "turn on the kitchen light", 0.9).why
