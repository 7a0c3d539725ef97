"""The lanes of what works for the machine: microphone, recogniser, classifier, actions and the bigger model."""

from __future__ import annotations

from collections.abc import Iterator

from controller.events import (
    ActionChosen,
    AnswerCompleted,
    DeadlinePassed,
    Event,
    JobFailed,
    LevelMeasured,
    NothingChosen,
    PartChanged,
    PartialHeard,
    SpeechTranscribed,
    StepDone,
    TimerRang,
    TokenArrived,
)
from controller.simulator.handled import Handled
from controller.simulator.report.axis import Axis
from controller.simulator.report.chart import label, lane, mark
from controller.simulator.report.markup import Html, join, tag
from controller.simulator.report.sections import Section, Stay
from controller.simulator.report.wording import details, duration, of_budget
from states.names import ACTING, CLASSIFYING, QUERYING, RECORDING, TRANSCRIBING

READABLE_PX = 44
"""A text with less room is left out; it is still in the details."""
SIGN_PX = 14
FAILED = "✗"


def rows(section: Section, axis: Axis) -> Iterator[Html]:
    """The lanes in which something happened."""
    for make in (_microphone, _recogniser, _classifier, _actions, _chat, _notices, _ignored):
        row = make(section, axis)
        if row is not None:
            yield row


def _of(section: Section, kind: type[Event]) -> list[tuple[Stay, Handled]]:
    """Events of a kind that counted, with the state they came in."""
    return [
        (stay, step)
        for stay in section.stays
        for step in stay.events
        if isinstance(step.event, kind) and not step.refused
    ]


def _bar(section: Section, axis: Axis, state: str) -> Html | None:
    """A job at work: from the entry of the state to its end."""
    stay = section.stay(state)
    if stay is None:
        return None
    title = f"{state}: {of_budget(stay.duration_s, stay.budget_s)}"
    return mark(f"bar {state}", axis.place(axis.left(stay), axis.right(stay)), title)


def _after(section: Section, axis: Axis, state: str, title: str, *lines: object) -> Html | None:
    """Text to the right of a state's end."""
    stay = section.stay(state)
    return label(axis.place(axis.right(stay), axis.width), title, *lines) if stay else None


def _microphone(section: Section, axis: Axis) -> Html | None:
    stay = section.stay(RECORDING)
    if stay is None:
        return None
    levels = [(axis.x(stay, step.at), step.event.level) for step in stay.steps if isinstance(step.event, LevelMeasured)]
    left, right = axis.left(stay), axis.right(stay)
    loudest = max((level for _, level in levels), default=0.0)
    title = f"microphone open {duration(stay.duration_s)}\n{len(levels)} levels, up to {loudest:.2f} of full scale"
    points = [(left, 0.0), *levels, (right, levels[-1][1] if levels else 0.0), (right, 0.0)]
    path = "M" + "L".join(f"{x - left:.1f} {100 - 96 * min(max(level, 0.0), 1.0):.1f}" for x, level in points) + "Z"
    view = f"0 0 {max(right - left, 1):.1f} 100"
    area = tag("svg", tag("path", d=path), viewBox=view, preserveAspectRatio="none", aria_hidden="true")
    return lane("microphone", mark("open", axis.place(left, right), title, area, focus=True))


def _recogniser(section: Section, axis: Axis) -> Html | None:
    if section.stay(TRANSCRIBING) is None and not _of(section, PartialHeard):
        return None
    finals = [
        _after(section, axis, TRANSCRIBING, details(step, section.begin), *_heard(step.event))
        for _, step in _of(section, SpeechTranscribed)
    ]
    return lane("recogniser", join(_partials(section, axis)), _bar(section, axis, TRANSCRIBING), join(finals))


def _partials(section: Section, axis: Axis) -> list[Html]:
    """A tick for each, with its words as far as there is room before the next."""
    found = [(axis.x(stay, step.at), step) for stay, step in _of(section, PartialHeard)]
    ends = [x for x, _ in found[1:]] + [axis.right(section.stays[0])]
    parts = []
    for (x, step), end in zip(found, ends, strict=False):
        title = details(step, section.begin)
        parts.append(mark("point", axis.place(x), title))
        if isinstance(step.event, PartialHeard) and end - x > READABLE_PX:
            parts.append(mark("partial", axis.place(x, end), title, step.event.text))
    return parts


def _heard(event: Event) -> tuple[Html, Html]:
    assert isinstance(event, SpeechTranscribed)
    transcript = event.transcript
    if not transcript.text:
        return tag("b", "nothing heard"), tag("small", transcript.why_empty)
    return tag("b", transcript.text), tag("small", f"{transcript.language}, confidence {transcript.confidence:.2f}")


def _classifier(section: Section, axis: Axis) -> Html | None:
    if section.stay(CLASSIFYING) is None:
        return None
    found = [*_of(section, ActionChosen), *_of(section, NothingChosen)]
    texts = [
        _after(section, axis, CLASSIFYING, details(step, section.begin), *_decision(step.event)) for _, step in found
    ]
    return lane("classifier", _bar(section, axis, CLASSIFYING), join(texts))


def _decision(event: Event) -> tuple[Html, Html]:
    assert isinstance(event, ActionChosen | NothingChosen)
    return tag("b", event.decision.summary), tag("small", event.decision.reason)


def _actions(section: Section, axis: Axis) -> Html | None:
    if section.stay(ACTING) is None:
        return None
    steps = _of(section, StepDone)
    points = [mark("point", axis.place(axis.x(stay, step.at)), details(step, section.begin)) for stay, step in steps]
    title = "\n\n".join(details(step, section.begin) for _, step in steps)
    texts = _after(section, axis, ACTING, title, *(_result(step.event) for _, step in steps))
    return lane("actions", _bar(section, axis, ACTING), join(points), texts)


def _result(event: Event) -> Html:
    assert isinstance(event, StepDone)
    result = event.result
    said = f"{result.problem.code} {result.problem.message}" if result.problem else result.text
    return tag("span", tag("small", result.kind), " ", said, class_="step failed" if result.problem else "step")


def _chat(section: Section, axis: Axis) -> Html | None:
    stay = section.stay(QUERYING)
    if stay is None:
        return None
    tokens = _of(section, TokenArrived)
    points = [mark("point", axis.place(axis.x(stay, step.at)), details(step, section.begin)) for stay, step in tokens]
    answer = "".join(step.event.text for _, step in tokens if isinstance(step.event, TokenArrived))
    whole = "whole" if _of(section, AnswerCompleted) else "broken off"
    title = f"answer of {len(tokens)} tokens, {whole}\n{answer}"
    first_s = section.stages.first_token_s if section.stages else None
    wait = f"wait {duration(first_s)}" if first_s is not None else "no token came"
    end = axis.x(*_place(tokens[0])) if tokens else axis.right(stay)
    waiting = mark("waiting", axis.place(axis.left(stay), end), f"for the first token: {wait}", wait)
    text = label(axis.place(axis.left(stay), axis.width), title, tag("b", answer))
    return lane("chat", _bar(section, axis, QUERYING), waiting, join(points), text)


def _place(found: tuple[Stay, Handled]) -> tuple[Stay, float]:
    return found[0], found[1].at


def _notices(section: Section, axis: Axis) -> Html | None:
    """What came from elsewhere, and what failed."""
    marks = list(_notice_marks(section, axis, refused=False))
    return lane("notices", join(marks)) if marks else None


def _ignored(section: Section, axis: Axis) -> Html | None:
    """What changed nothing: it came too late, or in a state that has no use for it."""
    marks = list(_notice_marks(section, axis, refused=True))
    return lane("ignored", join(marks)) if marks else None


def _notice_marks(section: Section, axis: Axis, refused: bool) -> Iterator[Html]:
    """Signs, with words as far as there is room before the next."""
    steps = [(stay, step) for stay in section.stays for step in stay.events if step.refused == refused]
    found = [(axis.x(stay, step.at), step, notice) for stay, step in steps if (notice := _notice(step))]
    ends = [x for x, _, _ in found[1:]] + [axis.width]
    for (x, step, (sign, text)), end in zip(found, ends, strict=False):
        words = tag("small", f" {text}") if text and end - x > READABLE_PX else None
        place = axis.place(x, end if words else x + SIGN_PX)
        kind = "notice failure" if sign == FAILED else "notice"
        yield mark(kind, place, details(step, section.begin), tag("b", sign), words, focus=True)


def _notice(step: Handled) -> tuple[str, str] | None:
    """A sign and words; None for what the other lanes show."""
    event = step.event
    if step.refused and isinstance(event, DeadlinePassed):
        return "×", ""  # every state that ends in time leaves one behind
    if step.refused:
        own = "" if step.event.turn_id == 0 else f" of turn {event.turn_id}"
        return "×", f"{step.verdict}: {event.trigger}{own}"
    match event:
        case JobFailed(problem=problem):
            return FAILED, f"{problem.code} {problem.message}"
        case DeadlinePassed() if step.outcome or step.dest == QUERYING:
            return FAILED, "the deadline passed"
        case TimerRang(label=words):
            return "◷", f"timer {words}".strip()
        case PartChanged(part=part):
            return "•", f"{part.name} {part.status}"
    return None
