"""Draws what `roger bench article` measures: how many of the twelve phrases are right, and how long one takes.

roger bench article --json >article.json; python scripts/bench/article.py article.json [--out docs/pictures]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

from controller.bench.article import PUBLISHED

matplotlib.use("svg")
import matplotlib.pyplot as plt


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=Path, metavar="FILE.json")
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    args = parser.parse_args()
    here = [
        (one["method"], 100 * one["right"] / one["of"], 1000 * one["median_s"])
        for one in json.loads(args.measured.read_text(encoding="utf-8"))
    ]
    there = [(name, 100 * right, 1000 * seconds) for name, (right, seconds) in PUBLISHED.items()]
    figure, axes = plt.subplots(figsize=(7.2, 4.0))
    _points(axes, here, "o", "measured here")
    _points(axes, there, "s", "in the article, on a Pi 4")
    axes.set(xscale="log", xlim=(1, 2e5), ylim=(-5, 108), xlabel="ms a phrase", ylabel="right, % of 12 phrases")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower left")
    figure.tight_layout()
    figure.savefig(args.out / "article.svg", metadata={"Date": None})


def _points(axes: plt.Axes, points: list[tuple[str, float, float]], marker: str, label: str) -> None:
    axes.scatter([ms for _, _, ms in points], [right for _, right, _ in points], marker=marker, label=label)
    for number, (name, right, ms) in enumerate(points):
        axes.annotate(name, (ms, right), xytext=(6, 4 - 9 * (number % 2)), textcoords="offset points", fontsize=7)


if __name__ == "__main__":
    main()
