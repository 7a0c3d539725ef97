"""The stages of many turns in numbers: a table with a strip of dots for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from controller.simulator.report.markup import Html, join, tag
from controller.simulator.report.wording import duration
from controller.simulator.stages import STAGES, TurnStages, percentile

NAMES: Final = {
    "held": ("button held", "from the press to the end of the recording"),
    "transcribe": ("transcribing", "from the release to the transcript"),
    "classify": ("classifying", "from the transcript to the decision"),
    "act": ("acting", "from the decision to the end of the last step"),
    "first_token": ("first token", "from the question to the first token of the answer"),
    "token_gaps": ("between tokens", "from one token of an answer to the next"),
    "ask": ("whole answer", "from the question to the end of the answer"),
    "decided": ("release to decision", "from the release to the decision"),
    "total": ("release to card", "from the release to the card that says how it ended"),
}
_ORDER: Final = ("held", "transcribe", "classify", "decided", "act", "first_token", "token_gaps", "ask", "total")
assert set(_ORDER) == {*STAGES, "token_gaps"} == set(NAMES)

STRIP_PX: Final = 240


def summary(turns: Sequence[TurnStages]) -> Html:
    """p50, p95 and maximum of each stage over all turns; stages that never happened are left out."""
    head = [tag("th", text, scope="col") for text in ("stage", "p50", "p95", "max", "n", "each one, from 0 to max")]
    rows = [_row(stage, values) for stage in _ORDER if (values := _values(turns, stage))]
    table = tag("table", tag("thead", tag("tr", join(head))), tag("tbody", join(rows)))
    return tag("section", tag("h2", "All turns"), tag("div", table, class_="scroll"), class_="summary", id="all")


def _values(turns: Sequence[TurnStages], stage: str) -> list[float]:
    if stage == "token_gaps":
        return [gap for turn in turns for gap in turn.token_gaps_s]
    found = (getattr(turn, f"{stage}_s") for turn in turns)
    return [value for value in found if value is not None]


def _row(stage: str, values: Sequence[float]) -> Html:
    name, meaning = NAMES[stage]
    numbers = [percentile(values, 50), percentile(values, 95), max(values)]
    cells = [tag("td", duration(number)) for number in numbers]
    strip = tag("td", _strip(values, numbers[0]), class_="strip")
    return tag("tr", tag("th", name, scope="row", title=meaning), join(cells), tag("td", len(values)), strip)


def _strip(values: Sequence[float], median: float) -> Html:
    most = max(values) or 1.0
    dots = [tag("circle", cx=_place(value, most), cy="9", r="3.5") for value in sorted(values)]
    middle = tag("path", d=f"M{_place(median, most)} 1V17")
    label = f"{len(values)} values from {duration(min(values))} to {duration(max(values))}"
    view = f"0 0 {STRIP_PX} 18"
    return tag("svg", middle, join(dots), viewBox=view, width=STRIP_PX, height=18, role="img", aria_label=label)


def _place(value: float, most: float) -> str:
    return f"{5 + (STRIP_PX - 10) * value / most:.1f}"
