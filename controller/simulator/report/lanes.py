"""The lanes of one turn over one time axis."""

from __future__ import annotations

from collections.abc import Iterator

from controller.events import ButtonPressed, ButtonReleased
from controller.simulator.report import lanes_of_work, pictures
from controller.simulator.report.axis import CUT, SCALE, WIDE, Axis, Piece, lay_out
from controller.simulator.report.chart import lane, mark
from controller.simulator.report.markup import Html, join, tag
from controller.simulator.report.pictures import Shown
from controller.simulator.report.sections import Section, Stay
from controller.simulator.report.wording import duration, of_budget
from states.names import DISPLAYING, RECORDING

READABLE_PX = 48


def chart(section: Section) -> Html:
    """Everything that is known of a turn, as lanes."""
    axis = lay_out(section, pictures.needed_px(section))
    rows = [
        _axis_lane(section, axis),
        _button_lane(section, axis),
        _state_lane(section, axis),
        *lanes_of_work.rows(section, axis),
        _screen_lane(section, axis) if section.pictures else None,
    ]
    style = f"--w:{axis.width:.0f}"
    return tag("div", _grid(section, axis), join(rows), class_="chart", style=style)


def _grid(section: Section, axis: Axis) -> Html:
    """What stands behind all lanes: round times, cuts, stretches that are not in proportion, and the release."""
    lines = [tag("i", class_="tick", style=axis.place(x)) for x, _ in axis.ticks(section.begin)]
    bands = [
        tag("i", class_=f"band {piece.kind}", style=axis.place(piece.left, piece.right))
        for piece in axis.pieces
        if piece.kind != SCALE
    ]
    release = _release(section)
    line = tag("i", class_="release", style=axis.place(axis.right(release))) if release else None
    return tag("div", join(bands), join(lines), line, class_="grid", aria_hidden="true")


def _release(section: Section) -> Stay | None:
    """The recording, if anything came after it."""
    first = section.stays[0]
    return first if first.state == RECORDING and len(section.stays) > 1 else None


def _axis_lane(section: Section, axis: Axis) -> Html:
    ticks = [tag("span", text, class_="time", style=axis.place(x)) for x, text in axis.ticks(section.begin) if text]
    others = [_not_in_proportion(piece, axis) for piece in axis.pieces if piece.kind != SCALE]
    return lane("time", join(ticks), join(others), class_="axis")


def _not_in_proportion(piece: Piece, axis: Axis) -> Html:
    place = axis.place(piece.left, piece.right)
    if piece.kind == CUT:
        title = f"{duration(piece.duration_s)} in which nothing happens are cut out of the axis"
        return mark("cut", place, title, duration(piece.duration_s))
    times = (piece.right - piece.left) / axis.pixels_per_s / piece.duration_s if piece.duration_s else 0.0
    title = f"{piece.stay.state} took {duration(piece.duration_s)}: drawn wider than in proportion, to be seen at all"
    return mark(WIDE, place, title, f"×{_rounded(times)}" if times > 1.5 else "")


def _rounded(times: float) -> str:
    """Two digits are enough to say how much wider."""
    return f"{float(f'{times:.2g}'):,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _button_lane(section: Section, axis: Axis) -> Html | None:
    holds = [
        mark("hold", axis.place(left, right), title, "held" if right - left > READABLE_PX else "", focus=True)
        for left, right, title in _holds(section, axis)
    ]
    return lane("button", join(holds), _wait(section, axis)) if holds else None


def _holds(section: Section, axis: Axis) -> Iterator[tuple[float, float, str]]:
    """Each hold as (left, right, words); a press that ends the section has its release in the next."""
    down: tuple[float, float] | None = (axis.left(section.stays[0]), section.begin) if section.number else None
    for stay in section.stays:
        for step in stay.events:
            x = axis.x(stay, step.at)
            if isinstance(step.event, ButtonPressed) and not (step.enters and step.dest == RECORDING):
                down = (x, step.at)
            if isinstance(step.event, ButtonReleased) and down:
                yield down[0], x, f"button held {duration(step.at - down[1])}"
                down = None


def _wait(section: Section, axis: Axis) -> Html | None:
    """How long the user waited for the card."""
    release, card = _release(section), section.stay(DISPLAYING)
    total_s = section.stages.total_s if section.stages else None
    if release is None or card is None or total_s is None:
        return None
    text = f"{duration(total_s)} to the card"
    return mark("wait", axis.place(axis.right(release), axis.left(card)), f"from the release: {text}", tag("b", text))


def _state_lane(section: Section, axis: Axis) -> Html:
    return lane("state", join([_block(stay, section, axis) for stay in section.stays]), class_="states")


def _block(stay: Stay, section: Section, axis: Axis) -> Html:
    measured = of_budget(stay.duration_s, stay.budget_s)
    entry = f"entered by {type(stay.entry.event).__name__}" if stay.entry else "at the start"
    title = "\n".join(
        [
            stay.state,
            measured + (" that it may last" if stay.budget_s else ""),
            f"from {stay.since - section.begin:+.3f} s to {stay.until - section.begin:+.3f} s",
            entry,
            *(f"effect: {name}" for name, _ in (stay.entry.effects if stay.entry else ())),
        ]
    )
    gauge = tag("i", tag("i", style=f"width:{_share(stay):.1f}%"), class_="gauge") if stay.budget_s else None
    place = axis.place(axis.left(stay), axis.right(stay))
    return mark(f"block {stay.state}", place, title, tag("b", stay.state), tag("small", measured), gauge, focus=True)


def _share(stay: Stay) -> float:
    """Of its budget, in percent."""
    return min(100.0, 100 * stay.duration_s / stay.budget_s) if stay.budget_s else 0.0


def _screen_lane(section: Section, axis: Axis) -> Html:
    shown = pictures.chosen(section, axis)
    leaders = "".join(f"M{one.x:.1f} 0L{one.x:.1f} 4L{one.centre:.1f} 14" for one in shown)
    path = tag("path", d=leaders, vector_effect="non-scaling-stroke")
    view = f"0 0 {axis.width:.0f} 14"
    lines = tag("svg", path, class_="leaders", viewBox=view, preserveAspectRatio="none", aria_hidden="true")
    return lane("screen", lines, join([_picture(one, section, axis) for one in shown]))


def _picture(shown: Shown, section: Section, axis: Axis) -> Html:
    after = f"{shown.picture.at - section.begin:+.2f} s"
    title = f"screen at {after}\n{shown.stay.state}"
    source = pictures.data_uri(shown.picture)
    image = tag("img", src=source, alt="", width=pictures.WIDTH_PX, height=pictures.HEIGHT_PX)
    caption = tag("small", f"{shown.stay.state} {after}")
    return mark(f"shot {shown.stay.state}", axis.place(shown.centre), title, image, caption, focus=True)
