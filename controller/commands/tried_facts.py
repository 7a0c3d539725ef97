"""What `roger try` found, for other programs."""

from __future__ import annotations

from dataclasses import asdict

from controller.commands.trying import Tried
from models.intent.advice import Advice
from models.intent.nearest import Nearest


def facts(tried: Tried) -> dict[str, object]:
    """Everything that is shown, as JSON takes it."""
    transcript = tried.transcript
    return {
        "source": tried.source,
        "text": transcript.text,
        "language": transcript.language,
        "confidence": transcript.confidence,
        "why_empty": transcript.why_empty,
        "command": transcript.command,
        "audio_s": transcript.audio_s,
        "heard": asdict(tried.explanation) if tried.explanation else None,
        "decision": asdict(tried.decision),
        "decided_by": tried.decided_by,
        "steps": [asdict(step) for step in tried.steps],
        "advice": _advice(tried.advice) if tried.advice else None,
        "timings_s": tried.timings_s,
    }


def _advice(advice: Advice) -> dict[str, object]:
    near = advice.nearest
    return {"nearest": _nearest(near) if near else None, "why": list(advice.why), "yaml": advice.yaml}


def _nearest(near: Nearest) -> dict[str, object]:
    return {"action": near.phrase.action, "phrase": str(near.phrase), "fits": near.share, "differences": near.cost}
