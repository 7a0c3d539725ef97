"""How long understanding takes to start and to decide where actions are too many to be learnt at once.

python scripts/bench/many_actions.py [--actions 10000] [--sentences 100]

Each action has five phrases. Starting is measured twice: learning, and with what was learnt kept. Sentences are in no
phrase; the time that their vectors take is measured beside and subtracted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from config.schema import ActionsFile
from controller.clock import stopwatch
from controller.turn import Transcript
from models.embedding.sentences import SentenceEncoder
from models.intent.meaning import MeaningClassifier
from models.intent.wordings import Features
from models.store.installed import folder_of
from scripts.bench.intent import names

PHRASES = ("switch on the {}", "start the {}", "turn the {} on", "power up the {}", "{} on please")
SAID = "could you get the {} going"


def actions_of(count: int) -> ActionsFile:
    """Each starts a thing of its own."""
    made = {
        f"start_{number}": {
            "phrases": {"en": [phrase.format(names(number)[0]) for phrase in PHRASES]},
            "do": [{"say": "done"}],
        }
        for number in range(count)
    }
    return ActionsFile.model_validate({"actions": made})


class Timed:
    """An encoder that counts its seconds."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.name = encoder.name
        self.seconds = 0.0
        self._encoder = encoder

    def __call__(self, sentences: list[str]) -> Features:
        elapsed = stopwatch()
        found = self._encoder(sentences)
        self.seconds += elapsed()
        return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--sentences", type=int, default=100)
    options = parser.parse_args()
    actions, encode = actions_of(options.actions), Timed(SentenceEncoder(folder_of("e5-small")))
    with tempfile.TemporaryDirectory() as folder:
        for what in ("learning", "what was learnt is kept"):
            elapsed = stopwatch()
            classifier = MeaningClassifier(actions, encode, Path(folder))
            print(f"start, {what}: {elapsed():.1f} s", flush=True)
    beyond, right = [], 0
    for number in range(0, options.actions, max(options.actions // options.sentences, 1)):
        encode.seconds, elapsed = 0.0, stopwatch()
        decision = classifier.classify(Transcript(SAID.format(names(number)[0]), "en", 1.0))
        beyond.append(1000 * (elapsed() - encode.seconds))
        right += decision.action == f"start_{number}"
    beyond.sort()
    p95 = beyond[int(len(beyond) * 0.95)]
    print(f"a decision beyond the vectors: median {median(beyond):.1f} ms, 95 of 100 {p95:.1f} ms")
    print(f"right: {right} of {len(beyond)}")


if __name__ == "__main__":
    main()
