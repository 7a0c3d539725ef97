"""Measures hearing what can be asked, beside others on the same recordings, and draws the pictures of docs/hearing.md.

    python scripts/bench/hearing.py --clips DIR --labels FILE --actions FILE --noise WAV [--snr 24,18,12,6]
        [--model NAME ...] [--faster-whisper PYTHON FOLDER] [--out docs/pictures] [--json]

Accuracy comes from `roger bench commands`, each model in a process of its own. Then every recording is spoken twice:
as it is, and cut off 50 ms after the last word, as if the button were let go there. With --faster-whisper, the Python
of an environment that has it and a model folder of its kind, the same recordings go through it in the same run: all
of its work is after the release.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

import matplotlib
import numpy as np
from rich.console import Console
from rich.table import Table

from config.loader import DEFAULT_FOLDER
from controller.audio import read_wav
from controller.bench.orders import load_labels
from controller.bench.spoken import speak
from controller.commands.bench import configured
from controller.engines import make_classifier, make_recognizer
from controller.ports import SAMPLE_RATE_HZ, Frame
from models.asr.gate import SpeechGate

matplotlib.use("svg")
import matplotlib.pyplot as plt

OUT: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LET_GO_S: Final = 0.05
THREADS: Final = 2
RHINO: Final = {"24": 99, "18": 99, "12": 98, "6": 96}
"""Percent, kitchen noise, all 619 orders: https://github.com/Picovoice/speech-to-intent-benchmark"""
FASTER_WHISPER: Final = """
import sys, json, time, wave, numpy
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2]))
def decode(path):
    with wave.open(path) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16).astype(numpy.float32) / 32768
    began = time.perf_counter()
    text = "".join(segment.text for segment in model.transcribe(samples, language="en")[0])
    return {"text": text, "late_s": time.perf_counter() - began}
paths = json.load(sys.stdin)
decode(paths[0])
print(json.dumps([decode(path) for path in paths]))
"""


def main() -> None:
    arguments = parsed_arguments()
    if not arguments.labels.is_file():
        print(f"skipped: there is no {arguments.labels}")
        return
    models = arguments.model or ["whisper-tiny.en", "whisper-base"]
    results = {name: accuracy(name, arguments) for name in models}
    late = {name: in_own_process(lateness, name, arguments.actions, arguments.labels) for name in models}
    if arguments.faster_whisper:
        late["faster-whisper base, int8"] = of_faster_whisper(*arguments.faster_whisper, arguments.labels)
    if arguments.json:
        print(json.dumps({"commands": results, "release_to_decision_s": late}, indent=1))
    else:
        show(results, late)
    arguments.out.mkdir(parents=True, exist_ok=True)
    draw_accuracy(results, arguments.out / "hearing-noise.svg")
    draw_lateness(late, arguments.out / "hearing-late.svg")


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clips", type=Path, required=True, help="recordings of commands")
    parser.add_argument(
        "--labels", type=Path, required=True, help="what they ask for, as `roger bench commands` reads it"
    )
    parser.add_argument("--actions", type=Path, required=True, help="what can be asked")
    parser.add_argument("--noise", type=Path, required=True, help="noise to mix in")
    parser.add_argument("--snr", default="24,18,12,6", help="signal-to-noise ratios in dB")
    parser.add_argument("--model", action="append", help="default: whisper-tiny.en and whisper-base")
    parser.add_argument("--faster-whisper", nargs=2, metavar=("PYTHON", "FOLDER"), help="to compare with")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the pictures (default: docs/pictures)")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


# ---- measuring ----


def accuracy(model: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The conditions of `roger bench commands`, by their names."""
    files = [f"--{name}={getattr(arguments, name)}" for name in ("actions", "clips", "labels", "noise", "snr")]
    command = [str(Path(sys.executable).with_name("roger")), "bench", "commands", *files, "--model", model, "--json"]
    conditions: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[
        "conditions"
    ]
    return conditions


def in_own_process(function: Any, *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def lateness(model: str, actions: Path, labels: Path) -> dict[str, list[float]]:
    """Seconds from release to decision, of all recordings as they are and cut at the last word."""
    config = configured(DEFAULT_FOLDER, actions, model)
    recognizer, classifier = make_recognizer(config), make_classifier(config)
    clips = [read_wav(labels.parent / name) for name in load_labels(labels)]
    speak(clips[0], recognizer, classifier)  # the first one sets up memory
    as_is = [speak(clip, recognizer, classifier).late_s for clip in clips]
    cut = [speak(at_last_word(clip), recognizer, classifier).late_s for clip in clips]
    return {"as recorded": as_is, "cut at the last word": cut}


def at_last_word(clip: Frame) -> Frame:
    gate = SpeechGate()
    gate.feed(clip)
    return clip[: gate.speech_end + int(LET_GO_S * SAMPLE_RATE_HZ)]


def of_faster_whisper(python: str, folder: str, labels: Path) -> dict[str, list[float]]:
    paths = json.dumps([str(labels.parent / name) for name in load_labels(labels)])
    command = [python, "-c", FASTER_WHISPER, folder, str(THREADS)]
    decoded = json.loads(subprocess.run(command, input=paths, text=True, check=True, capture_output=True).stdout)
    return {"as recorded": [one["late_s"] for one in decoded]}


# ---- showing ----


def show(results: Mapping[str, Mapping[str, Any]], late: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    console = Console(width=140)
    for model, conditions in results.items():
        table = Table("", *conditions, title=f"{model}: of {conditions['clean']['n']}", title_justify="left", box=None)
        for figure in ("free_right", "fuzzy_right", "right", "wrong", "refused", "cpu_ms_median", "rss_mb"):
            table.add_row(figure, *(f"{condition[figure]:g}" for condition in conditions.values()))
        table.add_row("listening_cpu_share_max", *(f"{c['listening_cpu_share_max']:g}" for c in conditions.values()))
        console.print(table)
    table = Table("release to decision", "", "median ms", "p95 ms", title_justify="left", box=None)
    for name, ways in late.items():
        for way, seconds in ways.items():
            table.add_row(name, way, f"{1000 * statistics.median(seconds):.0f}", f"{1000 * p95(seconds):.0f}")
    console.print(table)


def p95(seconds: Sequence[float]) -> float:
    return float(np.percentile(seconds, 95))


def draw_accuracy(results: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Right, in percent, over the noise."""
    figure, axes = plt.subplots(figsize=(7, 3.6))
    for model, conditions in results.items():
        names = sorted(conditions, key=lambda name: -float("inf") if name == "clean" else -float(name))
        axes.plot(names, [share(conditions[name], "right") for name in names], "o-", lw=2, label=f"Roger, {model}")
    first = next(iter(results.values()))
    names = sorted(first, key=lambda name: -float("inf") if name == "clean" else -float(name))
    axes.plot(names, [share(first[name], "fuzzy_right") for name in names], "s--", label="the words, repaired", c="0.5")
    axes.plot(names, [share(first[name], "free_right") for name in names], "x--", label="the words alone", c="0.7")
    published = [name for name in names if name in RHINO]
    axes.plot(published, [RHINO[name] for name in published], "^:", label="Rhino, published, 619 orders", c="tab:green")
    axes.set(xlabel="speech above kitchen noise, dB", ylabel="action and all slots right, %", ylim=(0, 104))
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    save(figure, path)


def share(condition: Mapping[str, Any], figure: str) -> float:
    return 100 * float(condition[figure]) / float(condition["n"])


def draw_lateness(late: Mapping[str, Mapping[str, Sequence[float]]], path: Path) -> None:
    """How many of the decisions are there so long after the release."""
    figure, axes = plt.subplots(figsize=(7, 3.2))
    for name, ways in late.items():
        for way, seconds in ways.items():
            milliseconds = 1000 * np.sort(np.maximum(seconds, 1e-3))
            axes.step(milliseconds, 100 * np.arange(1, len(seconds) + 1) / len(seconds), label=f"{name}, {way}")
    axes.set(xscale="log", xlabel="milliseconds after the release", ylabel="decided, %", ylim=(0, 104))
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    save(figure, path)


def save(figure: Any, path: Path) -> None:
    """The same figures give the same bytes."""
    with plt.rc_context({"svg.hashsalt": "roger"}):
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


if __name__ == "__main__":
    main()
