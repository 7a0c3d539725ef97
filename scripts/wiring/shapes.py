"""What the picture is made of: SVG elements, rounded lines, text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from controller.simulator.report.markup import Html, join, tag

Point: TypeAlias = tuple[float, float]

PAPER: Final = "#fbfaf5"
INK: Final = "#23282d"
FAINT: Final = "#6b737b"
BLACK: Final = "#2b2f33"
STEEL: Final = "#c9ced3"
FONT: Final = (
    "'Noto Sans','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic','Segoe UI',Helvetica,Arial,sans-serif"
)


def number(value: float) -> str:
    """Without a fraction where there is none, so that the file is small and stays the same."""
    return f"{value:.1f}".removesuffix(".0")


def box(x: float, y: float, width: float, height: float, fill: str, radius: float = 0, **more: object) -> Html:
    """A rectangle."""
    size = {"x": number(x), "y": number(y), "width": number(width), "height": number(height)}
    return tag("rect", **size, rx=number(radius) if radius else None, fill=fill, **more)


def disc(x: float, y: float, radius: float, fill: str, **more: object) -> Html:
    return tag("circle", cx=number(x), cy=number(y), r=number(radius), fill=fill, **more)


def words(x: float, y: float, text: str, size: float = 14, **more: object) -> Html:
    """A line of text; its baseline begins at (x, y) unless `text_anchor` says otherwise."""
    given: dict[str, object] = {"fill": INK, **more}
    return tag("text", text, x=number(x), y=number(y), font_size=number(size), **given)


def curve(path: str, colour: str, width: float, **more: object) -> Html:
    """A line along a path, round at its ends."""
    style = {"fill": "none", "stroke": colour, "stroke_width": number(width)}
    return tag("path", d=path, stroke_linecap="round", stroke_linejoin="round", **style, **more)


def group(*content: object, **more: object) -> Html:
    return tag("g", *content, **more)


def rounded(points: Sequence[Point], radius: float = 9) -> str:
    """A path from point to point with its corners cut round."""
    path = f"M{_at(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path += f"L{_at(_towards(corner, before, radius))}Q{_at(corner)} {_at(_towards(corner, after, radius))}"
    return f"{path}L{_at(points[-1])}"


def wire(path: str, colour: str) -> Html:
    """An insulated wire: pale below, so that one is seen to cross another; a glint on it."""
    return join(
        [curve(path, PAPER, 8, opacity="0.9"), curve(path, colour, 4.4), curve(path, "#fff", 1.1, opacity="0.35")]
    )


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _towards(start: Point, end: Point, distance: float) -> Point:
    """From `start` so far towards `end`, at most half of the way."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = max(1e-6, (across**2 + down**2) ** 0.5)
    part = min(distance, length / 2) / length
    return start[0] + across * part, start[1] + down * part
