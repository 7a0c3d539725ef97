"""Measures the recognisers that are installed: word error rate, time from release to text, memory.

    python scripts/bench/asr.py --clips FOLDER [--config DIR] [--model NAME ...] [--threads N] [--json]

FOLDER holds 16 kHz mono WAV files and index.json: a list of {"file", "transcript" (null: not scored), "language"}.
Frames are fed as fast as they are taken, so only the work that is left after the last frame counts as waiting.
With --config, what is heard is held against what the actions of that configuration can be asked, as on the device.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import resource
import statistics
import wave
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from config.loader import load as configured
from config.schema import ActionsFile
from controller.clock import stopwatch
from controller.ports import Frame, Recognizer
from models.intent.compiled import grammars_of
from models.intent.samples import speakers_of

WEIGHTS = Path(__file__).resolve().parents[2] / "models" / "weights"
FRAME = 320
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SPOKEN = {str(i): word for i, word in enumerate(NUMBERS)} | {"mr": "mister"}
"""Other spellings of the same words, which are no errors."""


@dataclass(frozen=True)
class Clip:
    """A recording; `transcript` is None where nobody wrote down what is said."""

    path: Path
    transcript: str | None
    language: str


@dataclass(frozen=True)
class Heard:
    """What one model made of one clip, and how long that took."""

    file: str
    language: str
    transcript: str | None
    text: str
    why_empty: str
    audio_s: float
    total_s: float
    finish_s: float


@dataclass(frozen=True)
class How:
    """What is the same for all models; `partials`: they decode before the last frame, too."""

    threads: int
    config: Path | None
    partials: bool = False


@dataclass(frozen=True)
class Run:
    """All clips through one model in a process of its own."""

    heard: list[Heard]
    load_s: float
    peak_rss_mb: float


def main() -> None:
    arguments = parsed_arguments()
    models = arguments.model or installed()
    index = arguments.clips / "index.json"
    if not index.is_file() or not models:
        print(f"skipped: {'no model in ' + str(WEIGHTS) if index.is_file() else f'no {index}'}")
        return
    clips = read_clips(index)
    how = How(arguments.threads, arguments.config)
    results = [measured(name, clips, how) for name in models]
    print(json.dumps(results, ensure_ascii=False, indent=1) if arguments.json else table(results))


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clips", type=Path, required=True, help="folder with index.json and WAV files")
    parser.add_argument("--model", action="append", help="a folder of models/weights; default: all that are there")
    parser.add_argument("--config", type=Path, help="a folder with actions.yaml; without it, free text alone")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="everything, clip by clip")
    return parser.parse_args()


def installed() -> list[str]:
    whispers = sorted(path.parent.name for path in WEIGHTS.glob("whisper-*/model.json"))
    return [*whispers, *(path.name for path in WEIGHTS.glob("vosk-ko"))]


def read_clips(index: Path) -> list[Clip]:
    entries = json.loads(index.read_text(encoding="utf-8"))
    return [Clip(index.parent / entry["file"], entry["transcript"], entry["language"]) for entry in entries]


# ---- in the parent ----


def measured(name: str, clips: list[Clip], how: How) -> dict[str, Any]:
    """One row of the table, with the clips that it came from."""
    plain, live = (joined(name, clips, replace(how, partials=partials)) for partials in (False, True))
    scored = [heard for heard in plain.heard if heard.transcript is not None]
    return {
        "model": name,
        "clips": len(plain.heard),
        "error_rates": error_rates(scored),
        "real_time_factor": sum(h.total_s for h in plain.heard) / sum(h.audio_s for h in plain.heard),
        "release_to_text_s": waits(plain),
        "release_to_text_with_partials_s": waits(live),
        "load_s": plain.load_s,
        "peak_rss_mb": max(plain.peak_rss_mb, live.peak_rss_mb),
        "heard": [asdict(heard) for heard in plain.heard],
        "heard_with_partials": [asdict(heard) for heard in live.heard],
    }


def joined(name: str, clips: list[Clip], how: How) -> Run:
    """The clips in every language that the model knows."""
    known = [(tag, [clip for clip in clips if clip.language == tag]) for tag in languages_of(name)]
    runs = [in_own_process(name, tag, spoken, how) for tag, spoken in known if spoken]
    heard = [heard for part in runs for heard in part.heard]
    return Run(heard, max(part.load_s for part in runs), max(part.peak_rss_mb for part in runs))


def languages_of(name: str) -> tuple[str, ...]:
    if name.endswith(".en"):
        return ("en",)
    return ("ko",) if name.endswith("-ko") else ("en", "ko")


def in_own_process(name: str, language: str, clips: list[Clip], how: How) -> Run:
    """So that the peak memory is that of this model alone."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(run, name, language, clips, how).result()


def error_rates(scored: list[Heard]) -> dict[str, dict[str, float]]:
    """Word and character error rate in percent and the number of clips, a language."""
    rates = {}
    for language in sorted({heard.language for heard in scored}):
        pairs = [(words(h.transcript or ""), words(h.text)) for h in scored if h.language == language]
        letters = [("".join(said), "".join(heard)) for said, heard in pairs]
        rates[language] = {"wer": error_rate(pairs), "cer": error_rate(letters), "clips": len(pairs)}
    return rates


def words(text: str) -> list[str]:
    return [SPOKEN.get(word, word) for word in re.findall(r"[\w']+", text.lower())]


def error_rate(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> float:
    return 100 * sum(edits(*pair) for pair in pairs) / sum(len(said) for said, _ in pairs)


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance."""
    row = list(range(len(heard) + 1))
    for i, expected in enumerate(said, 1):
        above, row = row, [i]
        for j, got in enumerate(heard, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (expected != got)))
    return row[-1]


def waits(measured_run: Run) -> dict[str, float]:
    seconds = [heard.finish_s for heard in measured_run.heard]
    return {"median": statistics.median(seconds), "p95": float(np.percentile(seconds, 95))}


def table(results: list[dict[str, Any]]) -> str:
    head = f"{'model':16} {'clips':>5} {'WER en':>7} {'WER ko':>7} {'CER ko':>7} {'RTF':>6}"
    head += f" {'release to text':>17} {'with partials':>17} {'load':>6} {'RSS':>7}"
    units = f"{'':16} {'':>5} {'%':>7} {'%':>7} {'%':>7} {'':>6} {'median / p95 ms':>17} {'median / p95 ms':>17}"
    return "\n".join([head, f"{units} {'s':>6} {'MB':>7}", *map(row_of, results), *unscored(results)])


def row_of(result: dict[str, Any]) -> str:
    rates = result["error_rates"]
    cells = [rates.get(tag, {}).get(kind) for tag, kind in (("en", "wer"), ("ko", "wer"), ("ko", "cer"))]
    shown = " ".join(f"{'-' if cell is None else format(cell, '.1f'):>7}" for cell in cells)
    pairs = [result[key] for key in ("release_to_text_s", "release_to_text_with_partials_s")]
    both = " ".join(f"{1000 * pair['median']:>9.0f} / {1000 * pair['p95']:>5.0f}" for pair in pairs)
    tail = f"{result['load_s']:>6.1f} {result['peak_rss_mb']:>7.0f}"
    return f"{result['model']:16} {result['clips']:>5} {shown} {result['real_time_factor']:>6.3f} {both} {tail}"


def unscored(results: list[dict[str, Any]]) -> Iterator[str]:
    for result in results:
        for heard in result["heard"]:
            if heard["transcript"] is None:
                yield f"not scored: {result['model']}, {heard['file']}: {heard['text'] or heard['why_empty']!r}"


# ---- in a process of its own ----


def run(name: str, language: str, clips: list[Clip], how: How) -> Run:
    actions = configured(how.config).actions if how.config else None
    elapsed = stopwatch()
    recognizer = load(name, language, how, actions)
    load_s = elapsed()
    hear(recognizer, clips[0])  # the first run sets up memory, once
    heard = [hear(recognizer, clip) for clip in clips]
    return Run(heard, load_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def load(name: str, language: str, how: How, actions: ActionsFile | None) -> Recognizer:
    if name.startswith("vosk"):
        from models.asr.vosk import VoskRecognizer

        return VoskRecognizer(WEIGHTS / name, language, speakers_of(actions) if actions else {})
    from models.asr.recognizer import WhisperRecognizer

    grammars = grammars_of(actions) if actions else {}
    return WhisperRecognizer(WEIGHTS / name, language, how.threads, how.partials, grammars)  # type: ignore[arg-type]


def hear(recognizer: Recognizer, clip: Clip) -> Heard:
    audio = read_wav(clip.path)
    total = stopwatch()
    recognizer.start()
    for start in range(0, len(audio), FRAME):
        recognizer.feed(audio[start : start + FRAME])
    finish = stopwatch()
    transcript = recognizer.finish()
    finish_s, total_s = finish(), total()
    said = (clip.path.name, clip.language, clip.transcript, transcript.text, transcript.why_empty)
    return Heard(*said, len(audio) / 16_000, total_s, finish_s)


def read_wav(path: Path) -> Frame:
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (16_000, 1, 2):
            raise SystemExit(f"{path} is not 16 kHz mono 16 bit")
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


if __name__ == "__main__":
    main()
