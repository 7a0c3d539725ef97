"""Every number and duration that is rendered in words, by CLDR's rules or by the renderer here, is read as itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unicode_rbnf import RbnfEngine

from config.schema import DurationSlot, IntegerSlot, PercentSlot
from models.intent.kinds import Kind, slot_kind
from models.intent.units import units

ENGINES = {language: RbnfEngine.for_language(language) for language in ("en", "ko")}
INTEGERS = {language: slot_kind(IntegerSlot(type="integer", min=0, max=9_999), language) for language in ENGINES}
DURATIONS = {language: slot_kind(DurationSlot(type="duration"), language) for language in ENGINES}
PERCENTS = {language: slot_kind(PercentSlot(type="percent"), language) for language in ENGINES}
NATIVE_LIMIT = 99


def read(kind: Kind, text: str) -> str | int | None:
    return kind.value(units(text))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_integers_in_words_and_digits(language: str) -> None:
    kind = INTEGERS[language]
    rulesets = ("spellout-cardinal",) if language == "en" else ("spellout-cardinal-sinokorean",)
    for number in (*range(1_200), *range(1_200, 10_000, 7)):
        spelled = ENGINES[language].format_number(number).text_by_ruleset
        for text in (str(number), f"{number:,}", *(spelled[name] for name in rulesets)):
            assert read(kind, text) == number, text


@pytest.mark.parametrize("ruleset", ["spellout-cardinal-native", "spellout-cardinal-native-attributive"])
def test_native_korean(ruleset: str) -> None:
    for number in range(1, NATIVE_LIMIT + 1):
        spelled = ENGINES["ko"].format_number(number).text_by_ruleset[ruleset]
        assert read(INTEGERS["ko"], spelled) == number, spelled
        assert read(INTEGERS["ko"], f"{spelled} 개") == number, spelled


@given(low=st.integers(0, 300), size=st.integers(0, 300), number=st.integers(0, 700))
def test_a_slot_reads_its_range_and_nothing_else(low: int, size: int, number: int) -> None:
    for language, ruleset in (("en", "spellout-cardinal"), ("ko", "spellout-cardinal-sinokorean")):
        kind = slot_kind(IntegerSlot(type="integer", min=low, max=low + size), language)
        text = ENGINES[language].format_number(number).text_by_ruleset[ruleset]
        assert read(kind, text) == (number if low <= number <= low + size else None)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "a hundred and five", 105),
        ("en", "Twenty-five", 25),
        ("en", "fifteen hundred and two", 1502),
        ("en", "two thousand five", 2005),
        ("en", "twenty fifteen", None),
        ("en", "one thousand and", None),
        ("en", "3:30", None),
        ("en", "-5", None),
        ("ko", "스무 개", 20),
        ("ko", "이십오번", 25),
        ("ko", "2천 5백", 2500),
        ("ko", "백 이십 삼", 123),
        ("ko", "공", 0),
        ("ko", "십십", None),
    ],
)
def test_integers_as_people_say_them(language: str, text: str, value: int | None) -> None:
    assert read(INTEGERS[language], text) == value


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "fifty percent", 50),
        ("en", "50 %", 50),
        ("en", "50", 50),
        ("en", "half", 50),
        ("en", "maximum", 100),
        ("en", "a hundred per cent", 100),
        ("en", "a hundred and one percent", None),
        ("ko", "오십 퍼센트", 50),
        ("ko", "50프로", 50),
        ("ko", "절반", 50),
        ("ko", "최대", 100),
        ("ko", "백일", None),
        ("ko", "오 퍼센트", 5),
        ("ko", "5", 5),
        ("ko", "이", None),
    ],
)
def test_percentages(language: str, text: str, value: int | None) -> None:
    assert read(PERCENTS[language], text) == value


def spelled_duration(seconds: int, language: str, digits: bool) -> str:
    """Hours, minutes and seconds in words or digits."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    nouns = ("hours", "minutes", "seconds") if language == "en" else ("시간", "분", "초")
    korean = ("spellout-cardinal-native-attributive", *["spellout-cardinal-sinokorean"] * 2)
    rulesets = ["spellout-cardinal"] * 3 if language == "en" else korean
    parts = []
    for number, noun, ruleset in zip((hours, minutes, rest), nouns, rulesets, strict=True):
        if number:
            text = str(number) if digits else ENGINES[language].format_number(number).text_by_ruleset[ruleset]
            parts.append(f"{text} {noun[:-1] if number == 1 and language == 'en' else noun}")
    return " ".join(parts)


@given(seconds=st.integers(1, 24 * 3600), language=st.sampled_from(["en", "ko"]), digits=st.booleans())
def test_every_duration_in_words_and_digits(seconds: int, language: str, digits: bool) -> None:
    text = spelled_duration(seconds, language, digits)
    assert read(DURATIONS[language], text) == seconds, text
    if language == "ko":
        assert read(DURATIONS["ko"], text.replace(" ", "")) == seconds, text


@pytest.mark.parametrize(
    ("language", "text", "seconds"),
    [
        ("en", "an hour and a half", 5400),
        ("en", "one and a half hours", 5400),
        ("en", "1 1/2 hours", 5400),
        ("en", "1.5 hours", 5400),
        ("en", "half an hour", 1800),
        ("en", "a half hour", 1800),
        ("en", "a quarter of an hour", 900),
        ("en", "three quarters of an hour", 2700),
        ("en", "two hours and a quarter", 8100),
        ("en", "90 seconds", 90),
        ("en", "ten minutes thirty seconds", 630),
        ("en", "ten minutes and thirty seconds", 630),
        ("en", "a minute and a half", 90),
        ("en", "10-minute", 600),
        ("en", "1h 30m", 5400),
        ("en", "hour", None),
        ("en", "ten", None),
        ("en", "one hour ninety minutes", None),
        ("ko", "한 시간 반", 5400),
        ("ko", "1시간 30분", 5400),
        ("ko", "한시간삼십분", 5400),
        ("ko", "십 분", 600),
        ("ko", "삼십 초", 30),
        ("ko", "반 시간", 1800),
        ("ko", "일 분 반", 90),
        ("ko", "스물네 시간", 86400),
        ("ko", "1.5시간", 5400),
        ("ko", "시간", None),
    ],
)
def test_durations_as_people_say_them(language: str, text: str, seconds: int | None) -> None:
    assert read(DURATIONS[language], text) == seconds
