"""Which sentences of an intent ask for an action, with an intent of our own."""

from __future__ import annotations

from typing import Any

import pytest

from config.home_assistant.binding import Binding, bind, domains, slots_of_intent
from config.home_assistant.package import Vocabulary, vocabulary

LIGHT = {"sentences": ["lights on", "lights on in {area}"], "slots": {"domain": "light"}}
COVER = {"sentences": ["open [the] {kinds:device_class}"], "slots": {"domain": "cover"}}
NAMED = {"sentences": ["turn on {name}"], "requires_context": {"domain": ["light", "switch"]}}
HERE = {"sentences": ["all on"], "slots": {"domain": "light"}, "requires_context": {"area": {"slot": True}}}
AWAY = {"sentences": ["go away"], "excludes_context": {"domain": ["light"]}}
GATE = {"sentences": ["open sesame"], "slots": {"domain": "cover", "device_class": "gate"}}
BLOCKS = (LIGHT, COVER, NAMED, HERE, AWAY, GATE)
VOCABULARY = Vocabulary(
    {"On": BLOCKS}, {}, {"kinds": {"values": [{"in": "curtain[s]", "out": "curtain"}, {"in": "gate"}]}}
)


def bound(
    *used: str, domain: str = "", slots: dict[str, str] | None = None, only: dict[str, str] | None = None
) -> Binding:
    return bind("On", domain, slots or {}, only or {}, used, slots_of_intent(BLOCKS))


def said(*used: str, **more: Any) -> list[str]:
    return list(bound(*used, **more).phrases(VOCABULARY))


def test_an_action_without_slots_has_the_sentences_without_slots() -> None:
    assert said(domain="light") == ["lights on", "all on"]


def test_an_action_that_needs_a_slot_has_the_sentences_that_say_it() -> None:
    assert said("room", domain="light") == ["lights on in {room}"]
    assert said("device", domain="light") == ["turn on {device}"]
    assert said("room", "device", domain="light") == []


@pytest.mark.parametrize("name", ["area", "room"])
def test_a_slot_is_found_by_its_name_or_a_usual_one(name: str) -> None:
    assert said(name, domain="light") == [f"lights on in {{{name}}}"]


def test_a_slot_of_another_name_is_named() -> None:
    assert said("where", domain="light") == []
    assert said("where", domain="light", slots={"area": "where"}) == ["lights on in {where}"]


def test_a_slot_that_is_named_and_not_needed_may_be_said_or_not() -> None:
    assert said(domain="light", slots={"area": "where"}) == ["lights on", "lights on in {where}", "all on"]


def test_sentences_of_another_domain_are_left_out() -> None:
    assert said("device", domain="switch") == ["turn on {device}"]
    assert said("device", domain="lock") == []


def test_sentences_that_are_never_said_of_the_domain_are_left_out() -> None:
    assert "go away" in said(domain="cover")
    assert "go away" not in said(domain="light")


def test_one_value_of_a_slot_is_said_in_its_words() -> None:
    assert said(domain="cover", only={"device_class": "curtain"}) == ["open [the] curtain[s]"]
    assert said(domain="cover", only={"device_class": "gate"}) == ["open [the] gate", "open sesame"]


def test_the_domains_of_an_intent_are_those_of_its_sentences() -> None:
    assert domains(BLOCKS) == [{"light"}, {"cover"}, {"light", "switch"}, {"light"}, {"cover"}]


def test_the_slots_of_an_intent_know_their_lists() -> None:
    assert slots_of_intent(BLOCKS) == {"area": {"area"}, "device_class": {"kinds"}, "name": {"name"}}


def test_words_that_mean_nothing_may_end_a_sentence_where_the_language_has_them() -> None:
    korean = Vocabulary(VOCABULARY.intents, {"ha.skip": "해 주세요"}, {})
    assert list(bound(domain="light").phrases(korean)) == ["lights on [<ha.skip>]", "all on [<ha.skip>]"]
    assert "ha.skip" in vocabulary("ko").rules
    assert "ha.skip" not in vocabulary("en").rules
