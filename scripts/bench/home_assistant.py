"""How many sentences Roger's rules decide rightly with the sentences of Home Assistant alone, and no phrase besides.

    python scripts/bench/home_assistant.py SENTENCES.json --language en

SENTENCES.json is {"dev": {"light_HassTurnOn": ["turn on the lights", ...], ...}, "unknown": [...]}: the test sentences
of Home Assistant (https://github.com/OHF-Voice/intents, tests/), and others that ask for nothing in a home. Every
intent is bound once for each choice of slots that its sentences have; `HOMES` is the house of these tests.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final, TypeAlias

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))
from config.home_assistant.actions import LANGUAGES, blocks_of, with_vocabulary
from config.home_assistant.binding import domains, slots_of_intent
from config.home_assistant.package import PACKAGE
from config.schema import ActionsFile
from controller.turn import Transcript
from models.intent.rules import RulesClassifier

HOMES: Final[dict[str, dict[str, list[str]]]] = {
    "en": {
        "area": ["kitchen", "living room", "bedroom", "garage", "office", "entrance", "guest room", "outside"],
        "floor": ["upstairs", "ground floor", "first floor", "second floor", "basement", "first", "second", "ground"],
        "light": ["bedroom lamp", "kitchen countertop", "kitchen ceiling", "kitchen cabinets", "living room lamp",
                  "garage light", "play corner"],
        "fan": ["ceiling fan"],
        "switch": ["bedroom switch", "kitchen switch"],
        "cover": ["curtain left", "left curtain", "shade left", "curtain right", "right curtain", "bedroom curtain"],
        "lock": ["front door", "back door", "side door", "sliding doors"],
        "media_player": ["tv", "living room media player"],
        "climate": ["thermostat", "office thermostat"],
        "scene": ["party mode"],
        "script": ["stealth mode"],
        "valve": ["main valve"],
        "vacuum": ["rover"],
        "weather": ["london", "los angeles"],
        "device_class": ["curtain", "curtains", "blind", "blinds", "garage door", "window", "windows", "shutters"],
        "color": ["white", "black", "red", "orange", "yellow", "green", "blue", "purple", "pink", "turquoise"],
        "media_class": ["artist", "album", "track", "song", "playlist", "podcast", "movie", "tv show"],
    },
    "ko": {
        "area": ["주방", "거실", "침실", "차고", "현관", "출입문", "현관문"],
        "floor": ["1층", "2층"],
        "light": ["침실 무드등", "주방 조리대 조명", "주방 싱크대 조명", "주방 천장 조명", "거실 조명",
                  "차고 조명", "놀이공간 조명"],
        "fan": ["실링팬"],
        "switch": ["침실 스위치", "주방 스위치"],
        "cover": ["왼쪽 커튼", "오른쪽 커튼", "침실 커튼"],
        "lock": ["대문", "현관문", "현관", "출입문", "후문", "옆문"],
        "media_player": ["티비"],
        "climate": ["온도 조절기", "난방 제어기"],
        "scene": ["파티 모드"],
        "script": ["스텔스 모드"],
        "valve": ["메인 밸브"],
        "vacuum": ["로봇 청소기"],
        "weather": ["서울"],
        "device_class": ["커튼", "커텐", "블라인드", "차고문", "창문"],
        "color": ["흰색", "빨강", "빨간색", "주황", "노랑", "초록", "파랑", "보라", "분홍"],
        "media_class": ["앨범", "노래"],
    },
}  # fmt: skip
KINDS: Final = {
    "brightness": "percent",
    "percentage": "percent",
    "position": "percent",
    "volume_level": "percent",
    "duration": "duration",
    "start_duration": "duration",
    "temperature": "integer",
}
DOMAINS: Final = ("light", "fan", "switch", "cover", "lock", "media_player", "climate", "scene", "script", "valve",
                  "vacuum", "weather")  # fmt: skip
TEXT: Final = ("name", "search_query", "item", "message", "conversation_command")


Decide: TypeAlias = Callable[[str], str]
"""A sentence to the label of what it asks for; empty where that is unknown."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--part", nargs="*", default=["dev"], help="dev, train")
    parser.add_argument("--hassil", action="store_true", help="with Home Assistant's hassil, not Roger's rules")
    parser.add_argument("--show", action="store_true", help="what was not understood, or wrongly")
    args = parser.parse_args()
    written = json.loads(args.sentences.read_text(encoding="utf-8"))
    asked = [(label, text) for part in args.part for label, texts in written[part].items() for text in texts]
    labels = sorted({label for label, _ in asked})
    decide = by_hassil(labels, args.language) if args.hassil else by_rules(labels, args.language)
    report(decide, asked, written["unknown"], args.show)


def compiled(labels: list[str], language: str) -> RulesClassifier:
    start = process_time()
    file = {"use": "home-assistant", "slots": slots(language), "actions": dict(actions(labels, language))}
    bound = with_vocabulary(ActionsFile.model_validate(file))
    read = process_time()
    rules = RulesClassifier(bound, "ko" if language == "ko" else "en")
    phrases = sum(len(said) for action in bound.actions.values() for said in action.phrases.values())
    print(f"{len(bound.actions)} actions with {phrases} phrases: read in {read - start:.2f} s, "
          f"compiled in {process_time() - read:.2f} s of CPU")  # fmt: skip
    for name, grammar in rules.grammars.items():
        arcs = sum(len(row) for row in grammar.automaton.units) + sum(len(row) for row in grammar.automaton.calls)
        print(f"  {name}: {len(grammar.automaton.units)} states, {arcs} arcs")
    return rules


def slots(language: str) -> dict[str, Any]:
    kinds: dict[str, Any] = {slot: {"type": kind} for slot, kind in KINDS.items()}
    kinds |= {slot: {"type": "text"} for slot in TEXT}
    return kinds | {
        slot: {"values": {f"value_{number}": {language: [word]} for number, word in enumerate(words)}}
        for slot, words in HOMES[language].items()
    }


def actions(labels: list[str], language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """One action for each choice of slots that the sentences of an intent have."""
    for label in labels:
        kind, _, intent = label.rpartition("_")
        blocks = blocks_of(intent)
        asked = domains(blocks)
        domain = kind if asked and not set.intersection(*asked) else ""
        known = slots(language)
        has = [slot for slot in slots_of_intent(blocks) if slot in known]
        for number, said in enumerate(choices(has)):
            own = {"name": kind} if kind in HOMES[language] else {}
            yield (
                f"{label.lower()}_{number}",
                {
                    "home_assistant": {"intent": intent, "domain": domain},
                    "slots": own,
                    "do": [{"show": " ".join(f"{{{slot}}}" for slot in said) or "done"}],
                },
            )


def choices(slots: list[str]) -> Iterator[tuple[str, ...]]:
    for number in range(2 ** len(slots)):
        yield tuple(slot for bit, slot in enumerate(slots) if number >> bit & 1)


def by_hassil(labels: list[str], language: str) -> Decide:
    """The same intents and house with hassil; a device in a sentence says which kind of thing is meant."""
    from hassil import Intents, recognize_best
    from hassil.intents import TextSlotList

    file = json.loads((resources.files(PACKAGE) / "data" / f"{language}.json").read_text(encoding="utf-8"))
    bound = {label.rpartition("_")[2] for label in labels}
    intents = Intents.from_dict({**file, "intents": {name: file["intents"][name] for name in sorted(bound)}})
    house = HOMES[language]
    named = [(word, word, {"domain": kind}) for kind in DOMAINS for word in house[kind]]
    lists = {slot: TextSlotList.from_strings(house[slot], name=slot) for slot in ("area", "floor")}
    lists["name"] = TextSlotList.from_tuples(named, name="name")

    def decide(text: str) -> str:
        here = {"area": house["area"][0]}
        found = recognize_best(text, intents, slot_lists=lists, intent_context=here, best_slot_name="name")
        if found is None:
            return ""
        domain = found.entities["domain"].value if "domain" in found.entities else found.context.get("domain")
        fits = [label for label in labels if label.rpartition("_")[2] == found.intent.name]
        return next((label for label in fits if label.rpartition("_")[0] == domain), fits[0])

    return decide


def by_rules(labels: list[str], language: str) -> Decide:
    rules = compiled(labels, language)
    names = {label.lower(): label for label in labels}
    return lambda text: names.get(rules.classify(Transcript(text, language)).action.rpartition("_")[0], "")


def report(decide: Decide, asked: list[tuple[str, str]], unknown: list[str], show: bool) -> None:
    start = perf_counter()
    decided = [(label, text, decide(text)) for label, text in asked]
    false = [text for text in unknown if decide(text)]
    each = (perf_counter() - start) / (len(asked) + len(unknown)) * 1000
    right = sum(label == meant for label, _, meant in decided)
    wrong = sum(bool(meant) and label != meant for label, _, meant in decided)
    print(f"right {right} of {len(asked)} ({right / len(asked):.1%}), wrong {wrong}, "
          f"accepted of what asks for nothing {len(false)} of {len(unknown)} ({len(false) / len(unknown):.1%}); "
          f"{each:.2f} ms a sentence")  # fmt: skip
    if show:
        missed = [f"  {label}: {text!r} -> {meant or '-'}" for label, text, meant in decided if label != meant]
        print("\n".join([*missed, *(f"  accepted: {text!r}" for text in false)]))


if __name__ == "__main__":
    main()
