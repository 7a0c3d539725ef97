"""Values that were said nearly: what is taken for one, what never is, and that no text is too strange."""

from __future__ import annotations

import unicodedata
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.loader import DEFAULT_FOLDER, load
from config.schema import ActionsFile, ListSlot
from models.intent.alike import LEAD, MOST_WORDS, Alike, Taken, words
from models.intent.examples import asked_for
from models.intent.sounds import distance
from models.intent.unrelated import topics

ROASTS = {
    "light_roast": {"en": ["light roast"], "ko": ["약배전", "라이트 로스트"]},
    "medium_roast": {"en": ["medium roast"], "ko": ["중배전"]},
    "dark_roast": {"en": ["dark roast"], "ko": ["강배전"]},
}
DRINKS = {
    "americano": {"en": ["americano"], "ko": ["아메리카노"]},
    "espresso": {"en": ["espresso"], "ko": ["에스프레소"]},
}


def with_coffee() -> ActionsFile:
    """The actions that come with Roger, and one more."""
    content = load(DEFAULT_FOLDER).actions.model_dump(exclude_unset=True)
    content["slots"] |= {"roast": {"type": "list", "values": ROASTS}, "drink": {"type": "list", "values": DRINKS}}
    content["actions"]["brew"] = {
        "phrases": {
            "en": ["brew [a] {roast}", "make [me] [an] {drink}"],
            "ko": ["{roast} 내려 줘", "{drink} 만들어 줘"],
        },
        "do": [{"show": "{roast}"}],
    }
    return ActionsFile.model_validate(content)


ACTIONS = with_coffee()
ASKED = [one.text for one in asked_for(ACTIONS)]
OTHERS = [text for topic in topics() for text in topic.texts]
ALIKE = {language: Alike(ACTIONS, language, ASKED, OTHERS) for language in ("en", "ko")}
ACTION = {"room": "light_on", "device": "device_on", "level": "brightness", "duration": "timer", "words": "note"}


def nearest(language: str, slot: str, text: str) -> Taken | None:
    return ALIKE[language].nearest(ACTIONS.actions[ACTION.get(slot, "brew")], slot, text)


@pytest.mark.parametrize(
    ("slot", "text", "value", "heard"),
    [
        ("roast", "I'd like a light rose please", "light_roast", "light rose"),
        ("roast", "a Dark Roost", "dark_roast", "Dark Roost"),
        ("roast", "medium rost it is", "medium_roast", "medium rost"),
        ("room", "some light for the living rom", "living_room", "living rom"),
        ("room", "light in the leaving room, please", "living_room", "leaving room"),
        ("room", "the livingrom", "living_room", "livingrom"),
        ("room", "the Kitchin!", "kitchen", "Kitchin"),
        ("room", "light the bed rum", "bedroom", "bed rum"),
        ("device", "get the coffee masheen going", "coffee_machine", "coffee masheen"),
        ("device", "the cofee machine", "coffee_machine", "cofee machine"),
        ("device", "the ventilater", "fan", "ventilater"),
        ("drink", "an expresso", "espresso", "expresso"),
        ("drink", "amerikano", "americano", "amerikano"),
    ],
)
def test_what_is_nearly_said_is_taken(slot: str, text: str, value: str, heard: str) -> None:
    taken = nearest("en", slot, text)
    assert taken is not None
    assert (taken.slot.name, taken.slot.value, taken.slot.text) == (slot, value, heard)


@pytest.mark.parametrize(
    ("slot", "text", "value", "heard"),
    [
        ("room", "거싷에 불 좀", "living_room", "거싷"),
        ("room", "꺼실 불", "living_room", "꺼실"),
        ("room", "부억 좀 밝게", "kitchen", "부억"),
        ("room", "침씰에서", "bedroom", "침씰"),
        ("device", "커피 머쉰을 켜", "coffee_machine", "커피 머쉰"),
        ("device", "선풍끼는", "fan", "선풍끼"),
        ("roast", "라이트 로스터로 부탁", "light_roast", "라이트 로스터"),
        ("drink", "에스프레쏘 한 잔", "espresso", "에스프레쏘"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_korean_goes_by_its_letters(slot: str, text: str, value: str, heard: str, form: str) -> None:
    taken = nearest("ko", slot, unicodedata.normalize(form, text))  # type: ignore[arg-type]
    assert taken is not None
    assert (taken.slot.name, taken.slot.value, taken.slot.text) == (slot, value, heard)


@pytest.mark.parametrize(
    ("language", "slot", "text", "said", "meant"),
    [
        ("en", "roast", "a light rose", "rose", "roast"),
        ("en", "room", "the livingrom", "livingrom", "livingroom"),
        ("en", "device", "cofee masheen", "cofee masheen", "coffee machine"),
        ("ko", "room", "부억에", "부억", "부엌"),
    ],
)
def test_it_is_said_what_was_taken_for_what(language: str, slot: str, text: str, said: str, meant: str) -> None:
    taken = nearest(language, slot, text)
    assert taken is not None
    assert (taken.said, taken.meant) == (said, meant)


@pytest.mark.parametrize(
    ("language", "slot", "text"),
    [
        *(("en", "room", f"turn on the light in the {thing}") for thing in ("garden", "attic", "bathroom", "hall")),
        *(("en", "room", f"light in the {room} room") for room in ("dining", "bath", "board", "laundry", "landing")),
        *(("en", "room", text) for text in ("bathrom", "chicken", "it is in the", "loud", "broom", "bed", "living")),
        *(("en", "device", text) for text in ("van", "fun", "fin", "fa", "copy", "toffee", "coffin", "it")),
        *(("en", "roast", text) for text in ("light", "rose", "light bulb", "light toast", "dark", "make it lighter")),
        *(("en", "drink", text) for text in ("express", "a meringue", "make me")),
        *(("ko", "room", text) for text in ("정원 불", "욕실에", "교수", "거기", "것을 켜", "것이", "빵", "차고")),
        *(("ko", "device", text) for text in ("커플", "성품", "환풍", "코피노")),
    ],
)
def test_other_words_are_not_taken(language: str, slot: str, text: str) -> None:
    assert nearest(language, slot, text) is None


@pytest.mark.parametrize(
    ("slot", "text"),
    [("level", "fifdy percent"), ("duration", "five minits"), ("words", "take a not"), ("roast", ""), ("roast", " .!")],
)
def test_numbers_durations_and_open_ended_text_stay_exact(slot: str, text: str) -> None:
    assert nearest("en", slot, text) is None


def test_of_two_values_that_are_about_as_near_none_is_taken() -> None:
    names = {"marian": {"en": ["marian"]}, "marion": {"en": ["marion"]}, "gustav": {"en": ["gustav"]}}
    content = {
        "slots": {"name": {"values": names}},
        "actions": {"call": {"phrases": {"en": ["call {name}"]}, "do": [{"show": "{name}"}]}},
    }
    actions = ActionsFile.model_validate(content)
    alike, call = Alike(actions, "en", ["call gustav"], []), actions.actions["call"]
    assert distance("marien", "marion") < distance("marien", "gustav")
    assert abs(distance("marien", "marion") - distance("marien", "marian")) < LEAD
    assert alike.nearest(call, "name", "call marien") is None
    assert [one.slot.value for one in alike.all(call, ["name"], "call goostav")] == ["gustav"]


SAID = st.text("lightroasednvcmkb 거싷실부억엌에커피'9,-ÀжÅ", max_size=60) | st.text(max_size=10_000)


@settings(max_examples=150, deadline=None)
@given(SAID, st.sampled_from(("en", "ko")), st.sampled_from(("room", "device", "roast", "drink")))
@example("light rose " * 900, "en", "roast")
@example("living rom" * 1_000, "en", "room")
@example("거싷" * 5_000, "ko", "room")
@example("거 싷 " * 2_500, "ko", "room")
@example("\u1100" * 10_000, "ko", "room")
@example("İ" * 10_000, "en", "room")
def test_only_declared_values_are_found_whatever_the_text(text: str, language: str, slot: str) -> None:
    taken = nearest(language, slot, text)
    if taken:
        settings = ACTIONS.slots[slot]
        assert isinstance(settings, ListSlot)
        assert taken.slot.value in settings.values
        assert taken.slot.text in unicodedata.normalize("NFC", text)
        assert taken.slot.text


@given(st.text(max_size=200))
def test_words_stand_where_they_say(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    found = words(text)
    assert [word.start for word in found] == sorted(word.start for word in found)
    assert all(0 <= word.start < word.end <= len(composed) and word.text for word in found)


def test_words_without_sounds_are_no_values() -> None:
    cups = {"big": {"en": ["cup большая"]}, "small": {"en": ["маленькая"]}}
    content = {
        "slots": {"cup": {"values": cups}},
        "actions": {"fill": {"phrases": {"en": ["fill {cup}"]}, "do": [{"show": "{cup}"}]}},
    }
    actions = ActionsFile.model_validate(content)
    alike = Alike(actions, "en", [], [])
    assert [alike.nearest(actions.actions["fill"], "cup", text) for text in ("cup дом", "дом", "cup ☕")] == [None] * 3


def test_of_two_values_that_are_nearly_said_none_is_taken() -> None:
    assert nearest("en", "roast", "a light roost or a dark roost") is None
    assert nearest("en", "roast", "a light roost or a light rost") is not None


def test_long_texts_and_long_lists_take_no_longer() -> None:
    syllables = ("ka", "lo", "mi", "ten", "su", "ver", "dan", "por", "gil", "ras")
    names = {f"{a}{b}{c}": {"en": [f"{a}{b}{c} {c}{b}"]} for a in syllables for b in syllables for c in syllables}
    content = {
        "slots": {"name": {"values": names}},
        "actions": {"call": {"phrases": {"en": ["call {name}"]}, "do": [{"show": "{name}"}]}},
    }
    actions = ActionsFile.model_validate(content)
    alike = Alike(actions, "en", [], [])
    begin = perf_counter()
    alike.nearest(actions.actions["call"], "name", "kalomo talimi suvendan porgilla " * (MOST_WORDS // 2))
    assert perf_counter() - begin < 5
