"""How long the rules stage takes to compile and to decide, against hassil's own recogniser on the same phrases.

python scripts/bench/intent.py [--actions 10000] [--hassil 1000]
"""

from __future__ import annotations

import argparse
import random
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from config.schema import ActionsFile, Language
from controller.clock import cpu_stopwatch, stopwatch
from controller.turn import Transcript
from models.intent.rules import LANGUAGES, RulesClassifier

ADJECTIVES = (
    "old", "new", "left", "right", "upper", "lower", "front", "back", "little", "big", "red", "green", "blue",
    "white", "round", "tall",
)  # fmt: skip
NOUNS = (
    "lamp", "fan", "heater", "pump", "valve", "door", "curtain", "screen", "speaker", "camera", "socket",
    "printer", "kettle", "oven",
)  # fmt: skip
KOREAN = (
    "램프", "선풍기", "난로", "펌프", "밸브", "문", "커튼", "화면", "스피커", "카메라", "콘센트",
    "프린터", "주전자", "오븐",
)  # fmt: skip
NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip

EN = (
    ("(turn|switch) on [the] {name} [in [the] {{room}}]", "turn on the {name} in the kitchen"),
    ("(set|change) [the] {name} [(level|power)] to {{level}}", "set the {name} power to thirty five percent"),
    ("start [the] {name} (in {{room}}|for {{duration}})", "start the {name} for an hour and a half"),
    ("[please] ({name};in [the] {{room}}) off", "please in the living room {name} off"),
)
KO = (
    ("{{room}} {name} (켜|켜줘|켜 줘|켜 주세요)", "거실 {name} 켜 줘"),
    ("{name} [세기] {{level}} 로 (맞춰|바꿔) [줘]", "{name} 세기 삼십오 퍼센트 로 맞춰 줘"),
    ("{name} {{duration}} 동안 (켜|돌려) [줘]", "{name} 한 시간 반 동안 켜 줘"),
    ("({{room}}|모든) {name} (꺼|꺼줘|끄기)", "모든 {name} 꺼줘"),
)
ROOMS = {
    "living_room": {"en": ["living room", "lounge"], "ko": ["거실"]},
    "kitchen": {"en": ["kitchen"], "ko": ["주방", "부엌"]},
    "bedroom": {"en": ["bedroom"], "ko": ["침실", "안방"]},
}
SLOTS = {
    "room": {"type": "list", "values": ROOMS},
    "level": {"type": "percent"},
    "duration": {"type": "duration"},
}


def names(index: int) -> tuple[str, str]:
    adjective, rest = ADJECTIVES[index % len(ADJECTIVES)], index // len(ADJECTIVES)
    noun, rest = rest % len(NOUNS), rest // len(NOUNS)
    number = " ".join(NUMBERS[int(digit)] for digit in str(rest))
    return f"{adjective} {NOUNS[noun]} {number}", f"{KOREAN[noun]} {index}번"


def generated(count: int) -> tuple[ActionsFile, list[tuple[str, str, str]]]:
    """Actions in a random order with one phrase a language, and a sentence (text, language, action) for each phrase."""
    actions: dict[str, Any] = {}
    sentences = []
    for index in random.Random(0).sample(range(count), count):
        (en, said), (ko, said_ko) = EN[index % len(EN)], KO[index % len(KO)]
        english, korean = names(index)
        phrases = {"en": [en.format(name=english)], "ko": [ko.format(name=korean)]}
        actions[f"action_{index}"] = {"phrases": phrases, "do": [{"say": "done"}]}
        sentences.append((said.format(name=english), "en", f"action_{index}"))
        sentences.append((said_ko.format(name=korean), "ko", f"action_{index}"))
    return ActionsFile.model_validate({"slots": SLOTS, "actions": actions}), sentences


def ours(actions: ActionsFile, sentences: list[tuple[str, str, str]]) -> tuple[float, list[float], int]:
    """Seconds of CPU to compile, seconds for each decision, how many were right."""
    elapsed = cpu_stopwatch()
    classifier = RulesClassifier(actions, "en")
    compiled = elapsed()
    times, right = [], 0
    for text, language, action in sentences:
        elapsed = stopwatch()
        decision = classifier.classify(Transcript(text=text, language=language))
        times.append(elapsed())
        right += decision.action == action
    return compiled, times, right


def theirs(actions: ActionsFile, sentences: list[tuple[str, str, str]]) -> tuple[float, list[float], int]:
    """The same with hassil, one set of intents a language, its number words and its best result."""
    from hassil import Intents, recognize_best

    elapsed = cpu_stopwatch()
    intents = {language: Intents.from_dict(_for_hassil(actions, language)) for language in LANGUAGES}
    compiled = elapsed()
    times, right = [], 0
    for text, language, action in sentences:
        elapsed = stopwatch()
        result = recognize_best(text, intents["en" if language == "en" else "ko"], best_slot_name="name")
        times.append(elapsed())
        right += result is not None and result.intent.name == action
    return compiled, times, right


def _for_hassil(actions: ActionsFile, language: Language) -> dict[str, Any]:
    values = [{"in": word, "out": key} for key, words in ROOMS.items() for word in words[language]]
    return {
        "language": language,
        "intents": {
            name: {"data": [{"sentences": list(action.phrases[language])}]} for name, action in actions.actions.items()
        },
        "lists": {
            "room": {"values": values},
            "level": {"range": {"from": 0, "to": 100, "type": "percentage"}},
            "duration": {"wildcard": True},
        },
    }


def _with_percent(phrase: str) -> str:
    """To hassil a percentage is a number; its noun belongs to the phrase."""
    return phrase.replace("{level}", "{level} [percent|퍼센트]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--hassil", type=int, default=1_000, help="how many actions hassil gets")
    parser.add_argument("--sentences", type=int, default=2_000)
    options = parser.parse_args()
    table = Table("who", "actions", "compile CPU s", "median ms", "p95 ms", "slowest ms", "right")
    for who, count, measure in (
        ("roger", options.actions, ours),
        ("roger", options.hassil, ours),
        ("hassil", options.hassil, theirs),
    ):
        actions, sentences = generated(count)
        chosen = random.Random(1).sample(sentences, min(options.sentences if who == "roger" else 200, len(sentences)))
        compiled, times, right = measure(actions, chosen)
        times.sort()
        row = (median(times), times[int(len(times) * 0.95)], times[-1])
        figures = (f"{1000 * seconds:.3f}" for seconds in row)
        table.add_row(who, str(count), f"{compiled:.2f}", *figures, f"{right} of {len(chosen)}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
