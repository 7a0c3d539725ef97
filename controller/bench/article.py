"""Twelve phrases for a light, as an article on small language models for a Raspberry Pi asked them, by every method.

Its method is a prompt with the phrase and a free answer. Here it runs on the models that are installed, beside answers
that a grammar confines, labels by their probability, sentences by theirs, and Roger's own stages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np

from config.schema import ActionsFile
from controller.clock import stopwatch
from controller.ports import Classifier
from models.intent.answering import Stage
from models.llm.engine import Engine
from models.llm.stage import LEAST, leading_to

ON, OFF, UNKNOWN = "light_on", "light_off", "unknown"
PHRASES: Final = (
    *((f"{verb} {word} the light{please}", label)
      for verb in ("Switch", "Turn") for word, label in (("on", ON), ("off", OFF)) for please in ("", ", please")),
    *((text, UNKNOWN) for text in (
        "Buy me the ticket", "Where is the nearest library?", "What is the weather today?",
        "Give me a receipt of an apple pie")),
)  # fmt: skip
PUBLISHED: Final = {
    "Tiny Vicuna": (0.66, 4.2), "TinyLlama": (0.0, 4.9), "Phi-2": (0.75, 24.6), "Llama-2-7B": (0.83, 19.3),
}  # fmt: skip
"""Share that is right, and seconds for a phrase on a Raspberry Pi 4, as the article has them."""
EXAMPLES: Final = {
    ON: ("lights on", "put the light on", "light up the room", "I need some light in here"),
    OFF: ("lights off", "put the light off", "make the room dark", "no more light in here"),
}
"""What the actions are known by: none of the phrases."""
_SHOWN: Final = "".join(f"Request: {text}\nAction: {label}\n" for label in EXAMPLES for text in EXAMPLES[label][:2])
ASK: Final = (
    "Which action does the request ask for? Answer with one word: light_on, light_off or unknown.\n"
    f"{_SHOWN}Request: Tell me a joke\nAction: unknown\nRequest: {{text}}\nAction:"
)
GRAMMAR: Final = f'root ::= " "? ("{ON}" | "{OFF}" | "{UNKNOWN}")'

Decide = Callable[[str], str]
"""A phrase to a label."""


@dataclass(frozen=True)
class Outcome:
    """How one method did: how many of the phrases were right, and the median seconds for one."""

    method: str
    right: int
    of: int
    median_s: float


def actions() -> ActionsFile:
    """A file with the two actions and their examples, without rules for lights."""
    written = {label: {"phrases": {"en": list(texts)}, "do": [{"say": label}]} for label, texts in EXAMPLES.items()}
    return ActionsFile.model_validate({"actions": written})


def asked(method: str, decide: Decide) -> Outcome:
    """All phrases, one after the other; the first is asked once before, so that no one-time work counts."""
    decide(PHRASES[0][0])
    times, right = [], 0
    for text, label in PHRASES:
        elapsed = stopwatch()
        right += decide(text) == label
        times.append(elapsed())
    return Outcome(method, right, len(PHRASES), median(times))


def by_stage(stage: Stage | Classifier) -> Decide:
    """What one of Roger's stages decides; an action that lacks something is none."""
    from controller.turn import Transcript

    return lambda text: stage.classify(Transcript(text, "en", 1.0)).action or UNKNOWN


def by_model(path: Path, threads: int) -> Iterator[tuple[str, Decide]]:
    """Every way to ask a GGUF model; they share it, so one after the other."""
    yield from _generating(path, threads)
    engine = Engine(path, threads)
    try:
        yield "label probability", _labels(engine)
        yield "sentence probability", _sentences(engine)
    finally:
        engine.close()


def _generating(path: Path, threads: int) -> Iterator[tuple[str, Decide]]:
    from llama_cpp import Llama, LlamaGrammar

    llama: Any = Llama(str(path), n_ctx=1024, n_threads=threads, verbose=False)
    grammar = LlamaGrammar.from_string(GRAMMAR, verbose=False)

    def generated(text: str, grammar: Any) -> str:
        answer: Any = llama.create_completion(
            ASK.replace("{text}", text), max_tokens=8, temperature=0.0, grammar=grammar, stop=["\n"]
        )
        said = answer["choices"][0]["text"].strip()
        return next((label for label in (ON, OFF, UNKNOWN) if said.startswith(label)), "no label")

    try:
        yield "free answer", lambda text: generated(text, None)
        yield "answer by grammar", lambda text: generated(text, grammar)
    finally:
        llama.close()


def _labels(engine: Engine) -> Decide:
    """The label that is likeliest after the prompt, for each of its tokens."""

    def decide(text: str) -> str:
        prompt = engine.tokens(ASK.replace("{text}", text))
        ready = (prompt, engine.prepared(prompt))
        scores = {}
        for label in (ON, OFF, UNKNOWN):
            tokens = engine.tokens(f" {label}", begins=False)
            scores[label] = float(engine.log_probabilities([ready], tokens)[0]) / len(tokens)
        return max(scores, key=scores.__getitem__)

    return decide


def _sentences(engine: Engine) -> Decide:
    """As `models.llm.stage` asks, without the stages before it."""
    texts = [leading_to(()), *(leading_to(EXAMPLES[label]) for label in (ON, OFF))]
    ready = [(tokens, engine.prepared(tokens)) for tokens in map(engine.tokens, texts)]

    def decide(text: str) -> str:
        found = engine.log_probabilities(ready, engine.tokens(text, begins=False))
        odds = found[1:] - found[0]
        return (ON, OFF)[int(np.argmax(odds))] if odds.max() >= LEAST else UNKNOWN

    return decide
