"""What `roger try` found, on the screen: a title for every part, and what it says beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from config.loader import Config
from controller.commands.trying import Tried
from controller.template import shown
from models.asr.explanation import HeardWord, Measure, NearestCommand
from models.intent.advice import Advice

TITLE_WIDTH: Final = 13
LEAST_S: Final = 0.00005
"""A stage that took less was over before the release."""


def show(tried: Tried, config: Config, console: Console) -> None:
    """Print everything about one recording or text."""
    console.print(Text(tried.source, "bold"))
    for title, lines in (
        ("heard", _heard(tried)),
        ("nearest", _nearest(tried)),
        ("understood", _understood(tried)),
        ("stages", _stages(tried)),
        ("would ask", _question(tried)),
        ("would do", _steps(tried)),
        ("why not", _why_not(tried.advice)),
        ("then", _then(tried, config)),
        ("took", _took(tried)),
    ):
        for number, line in enumerate(lines):
            console.print(Text.assemble((f"  {'' if number else title:<{TITLE_WIDTH}}", "dim"), line))
    if tried.advice and tried.advice.yaml:
        words = "; write what you said, not what was heard" if tried.explanation else ""
        console.print(Text(f"  to have it understood, add this to actions.yaml, then `roger check`{words}:", "dim"))
        console.print(Text("\n".join(f"    {line}" for line in tried.advice.yaml.splitlines()), "green"))
    console.print()


def _heard(tried: Tried) -> Iterator[Text]:
    transcript, explained = tried.transcript, tried.explanation
    if transcript.why_empty:
        yield Text.assemble(("nothing: ", "yellow"), (transcript.why_empty, "yellow"))
    if explained:
        yield Text("  ").join(map(_word, explained.words))
        dropped = "" if explained.plausible else ", too doubtful to be kept"
        yield Text(
            f"{explained.language}, confidence {explained.confidence:.2f}, "
            f"no speech {explained.no_speech:.2f}, {transcript.audio_s:.1f} s{dropped}",
            "dim",
        )
    elif transcript.text and transcript.audio_s:
        yield Text.assemble(
            transcript.text, (f"  {transcript.language}, confidence {transcript.confidence:.2f}", "dim")
        )


def _word(word: HeardWord) -> Text:
    """A doubtful word has a question mark, colours or not."""
    mark = "?" if word.is_doubtful else ""
    return Text.assemble((word.text, "yellow" if mark else "bold"), (f" {word.probability:.2f}{mark}", "dim"))


def _nearest(tried: Tried) -> Iterator[Text]:
    if tried.explanation is None:
        if tried.transcript.nearest:
            yield Text(tried.transcript.nearest, "dim")
        return
    command = tried.explanation.nearest
    if command is None:
        yield Text("not searched for: the text can be asked as it is" if tried.decided_by == "text" else "none", "dim")
        return
    verdict = ("accepted", "green") if command.accepted else ("refused", "red")
    yield Text.assemble(f"{command.text}  ", verdict)
    for measure in command.measures:
        yield _measure(measure, command)


def _measure(measure: Measure, command: NearestCommand) -> Text:
    style = "" if measure.is_kept else "red"
    line = Text(f"{measure.name:<14}{round(measure.value, 2) + 0.0:5.2f}  limit {measure.limit:.2f}", style)
    if measure.name == "contradiction" and command.contradicted_by:
        line.append(f'  heard "{command.contradicted_by}"')
    return line if measure.is_kept else line.append("  too much")


def _understood(tried: Tried) -> Iterator[Text]:
    decision = tried.decision
    if not decision.action:
        yield Text("unknown", "bold red")
        return
    decided = {"text": "the text itself", "command": "the nearest sentence"}.get(tried.decided_by, "")
    actions = ", then ".join(order.action for order in decision.orders)
    yield Text.assemble((actions, "bold cyan"), (f"  decided by {decided}" if tried.explanation else "", "dim"))
    if decision.stage == "rules":
        yield Text(decision.reason.partition("; heard as")[0], "dim")
    for slot in (slot for order in decision.orders for slot in order.slots):
        yield Text.assemble(f"{slot.name} = ", (shown(slot.value), "green"), (f'  said "{slot.text}"', "dim"))


def _stages(tried: Tried) -> Iterator[Text]:
    """What each stage said, where more than the rules were asked."""
    stages = tried.decision.stages
    for stage in stages if len(stages) > 1 else ():
        took = f"  {1000 * stage.elapsed_s:.1f} ms"
        yield Text.assemble(f"{stage.stage:<11}", (stage.reason, "" if stage.action else "dim"), (took, "dim"))


def _question(tried: Tried) -> Iterator[Text]:
    if tried.decision.question:
        yield Text(tried.decision.question)


def _steps(tried: Tried) -> Iterator[Text]:
    for step in tried.steps:
        if step.problem:
            hint = f"; {step.problem.hint}" if step.problem.hint else ""
            yield Text(f"{step.kind:<8} {step.problem.code} {step.problem.message}{hint}", "red")
        else:
            yield Text(f"{step.kind:<8} {step.text}")


def _why_not(advice: Advice | None) -> Iterator[Text]:
    if advice is None:
        return
    yield from map(Text, advice.why)
    if advice.nearest:
        phrase = advice.nearest.phrase
        yield Text(f"nearest is {phrase.action}, {phrase}; {advice.nearest.share:.0%} of what was said fits", "dim")


def _then(tried: Tried, config: Config) -> Iterator[Text]:
    chat = config.roger.chat
    if tried.advice and tried.transcript.text and chat.enabled:
        yield Text(f"the bigger model would be asked: {chat.model} at {chat.base_url}")


def _took(tried: Tried) -> Iterator[Text]:
    stages = (f"{stage} {1000 * seconds:.1f} ms" for stage, seconds in tried.timings_s.items() if seconds >= LEAST_S)
    yield Text(", ".join(stages), "dim")
