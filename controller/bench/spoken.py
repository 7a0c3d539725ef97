"""One recording through recogniser and intent stage, paced as if it were spoken, and how long that took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from controller.clock import cpu_stopwatch, stopwatch
from controller.ports import SAMPLE_RATE_HZ, Classifier, Frame, Recognizer
from controller.turn import Decision, Transcript

FRAME: Final = SAMPLE_RATE_HZ // 50


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of a recording.

    Attributes:
        free: What its words alone are taken for, without the grammar's help.
        late_s: From the release, at the end of the recording, to the decision.
        cpu_s: CPU time of all threads, from the first frame to the decision.
        listening_cpu_share: The part of it before the release, for each second of the recording.
    """

    transcript: Transcript
    decision: Decision
    free: Decision
    late_s: float
    cpu_s: float
    listening_cpu_share: float


def speak(samples: Frame, recognizer: Recognizer, classifier: Classifier) -> Spoken:
    """Nobody waits: a frame is handed over when it would be complete, or when the one before is done with."""
    recognizer.start()
    cpu = cpu_stopwatch()
    now_s = 0.0
    for start in range(0, len(samples), FRAME):
        due_s = (start + FRAME) / SAMPLE_RATE_HZ
        now_s = max(now_s, due_s)
        elapsed = stopwatch()
        recognizer.feed(samples[start : start + FRAME])
        now_s += elapsed()
    released_s = len(samples) / SAMPLE_RATE_HZ
    listening_cpu_share = cpu() / released_s
    elapsed = stopwatch()
    transcript = recognizer.finish()
    decision = classifier.classify(transcript)
    late_s = max(now_s, released_s) + elapsed() - released_s
    cpu_s = cpu()
    free = classifier.classify(Transcript(transcript.text, transcript.language))
    return Spoken(transcript, decision, free, late_s, cpu_s, listening_cpu_share)
