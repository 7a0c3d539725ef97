"""Measures understanding, and draws the pictures of docs/understanding.md.

    python scripts/bench/understanding.py --data FILE.json [FILE.json ...] [--llm] [--out docs/pictures] [--json]

Data as for `roger bench intents`. For each file: what the stages share, and the right answers that a lower or higher
bar would let through, against other sentences that pass with them. With --llm the language model is asked, too.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import matplotlib
import numpy as np

from config.loader import DEFAULT_FOLDER, load
from controller.bench.intents import Sentences, load_sentences
from controller.engines import make_understanding
from controller.simulator.world import is_korean
from controller.turn import Transcript

matplotlib.use("svg")
import matplotlib.pyplot as plt

BARS: Final = np.linspace(3, -6, 46)
"""Log odds that are tried as a bar."""


def main() -> None:
    """Measure and draw."""
    args = _arguments()
    found: dict[str, Any] = {}
    for path in args.data:
        found[path.stem] = _measured(load_sentences(path), args.llm)
        print(f"{path.stem}: {found[path.stem]['stages']}")
    if args.json:
        print(json.dumps(found, indent=1))
    _draw(found, args.out / "understanding.svg")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE.json")
    parser.add_argument("--llm", action="store_true", help="ask the language model, too")
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measured(sentences: Sentences, llm: bool) -> dict[str, Any]:
    config = replace(load(DEFAULT_FOLDER), actions=sentences.actions)
    understanding = config.roger.understanding.model_copy(update={"llm": "local" if llm else "off"})
    config = replace(config, roger=config.roger.model_copy(update={"understanding": understanding}))
    classifier = make_understanding(config, wait=True)
    stages: Counter[str] = Counter()
    right, false = [], []
    for wanted, text in [*sentences.asked, *(("", text) for text in sentences.unknown)]:
        decision = classifier.classify(Transcript(text, "ko" if is_korean(text) else "en", 1.0))
        kind = "false" if not wanted else "right" if decision.action == wanted else "wrong"
        if decision.action:
            stages[f"{decision.stage}, {kind}"] += 1
        best = _best(decision.stages)
        if wanted:
            right.append(best[1] if best[0] == wanted else -np.inf)
        else:
            false.append(best[1])
    return {
        "stages": dict(sorted(stages.items())),
        "right": [float(np.mean(np.array(right) >= bar)) for bar in BARS],
        "false": [float(np.mean(np.array(false) >= bar)) for bar in BARS],
    }


def _best(stages: Any) -> tuple[str, float]:
    """What the stages would say if no bar were in the way: the action, and its log odds; rules are sure."""
    for stage in stages:
        if stage.action:
            odds = 9.0 if stage.stage in ("rules", "complaints") else float(np.log(stage.score / (1 - stage.score)))
            return stage.action, odds
        if stage.stage == "meaning" and stage.reason.startswith("not sure: ") and 0 < stage.score < 1:
            return stage.reason.split()[2], float(np.log(stage.score / (1 - stage.score)))
    return "", -np.inf


def _draw(found: dict[str, Any], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for name, curve in found.items():
        axes.plot(100 * np.array(curve["false"]), 100 * np.array(curve["right"]), label=name, marker=".", markersize=3)
    axes.set(xlim=(0, 6), ylim=(0, 101), xlabel="other sentences taken for an order, %", ylabel="right, %")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower right")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
