"""Pictures of the machine, drawn from its table: one that GitHub lays out, and one with a layout of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import dist
from textwrap import wrap
from typing import Final
from xml.sax.saxutils import escape

from states.arrows import arrows, staying
from states.layout import BOX, CHARACTER, LEFT, LINE, START, TURN, Box, Label, Layout, Point, Route, layout, onward
from states.names import IDLE, RECORDING
from states.table import DEADLINES_S, TABLE, Row

MARGIN: Final = 14.0
STYLE: Final = """
  svg { color: #1f2328 }
  text { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Helvetica, Arial, sans-serif }
  text, .head, circle { fill: currentColor }
  path { fill: none; stroke: currentColor; stroke-width: 1.5 }
  path.head { stroke: none }
  .state { font-size: 16px; font-weight: 600 }
  .limit { font-size: 12px }
  .state, .limit { text-anchor: middle }
  .left { text-anchor: end }
  .paper { fill: #ffffff }
  .box { fill: #f6f8fa; stroke: #818b98 }
  .limit, .foot, .other { color: #59636e }
  .again { color: #818b98; stroke-dasharray: 4 4 }
  .onward { color: #0969da; stroke-width: 2.5 }
  @media (prefers-color-scheme: dark) {
    svg { color: #f0f6fc }
    .paper { fill: #0d1117 }
    .box { fill: #151b23; stroke: #656c76 }
    .limit, .foot, .other { color: #9198a1 }
    .again { color: #656c76 }
    .onward { color: #4493f8 }
  }
"""
"""GitHub's own colours."""


def mermaid(table: Sequence[Row] = TABLE) -> str:
    """A `stateDiagram-v2` of the table, without the rows that stay in their state.

    Syntax: https://mermaid.js.org/syntax/stateDiagram.html
    """
    labelled = [(arrow, "<br>".join(line.strip() for line in arrow.label)) for arrow in arrows(table)]
    drawn = [f"    {arrow.source} --> {arrow.dest}: {label}" for arrow, label in labelled]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {IDLE}", *drawn, ""])


def svg(table: Sequence[Row] = TABLE) -> str:
    """A picture that needs nothing else: light and dark, with the deadlines, the rows that stay summed up beneath."""
    picture = layout(arrows(table))
    left, width = picture.left - MARGIN, picture.right - picture.left + 2 * MARGIN
    foot = list(_foot(staying(table), picture))
    height = picture.bottom + (len(foot) + 2) * LINE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} 0 {width:g} {height:g}"'
            f' width="{width:g}" height="{height:g}" role="img">',
            "<title>The states of the machine, and what leads from one to another</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="paper" x="{left:g}" width="100%" height="100%" rx="8"/>',
            *_drawn(picture),
            *foot,
            "</svg>\n",
        ]
    )


def _drawn(picture: Layout) -> Iterator[str]:
    start = Point(0, START / 3), Point(0, START)
    yield f'<circle class="onward" cx="{start[0].x:g}" cy="{start[0].y:g}" r="6"/>'
    yield _path("onward", start)
    yield _head("onward", *start)
    for route in sorted(picture.routes, key=lambda route: onward(route.arrow)):
        yield from _route(route)
    for box in picture.boxes:
        yield from _box(box)
    for label in picture.labels:
        yield from _label(label)


def _box(box: Box) -> Iterator[str]:
    middle = box.top + box.height / 2
    limit = DEADLINES_S.get(box.state)
    yield f'<rect class="box" x="{box.x - BOX / 2:g}" y="{box.top:g}" width="{BOX:g}" height="{box.height:g}" rx="8"/>'
    yield f'<text class="state" x="{box.x:g}" y="{middle - 2 if limit else middle + 5:g}">{escape(box.state)}</text>'
    if limit:
        yield f'<text class="limit" x="{box.x:g}" y="{middle + 15:g}">timeout {limit:g} s</text>'


def _label(label: Label) -> Iterator[str]:
    for below, line in enumerate(reversed(label.lines)):
        side = "left" if label.side == LEFT else "right"
        yield f'<text class="{side}" x="{label.x:g}" y="{label.y - below * LINE:g}">{escape(line)}</text>'


def _route(route: Route) -> Iterator[str]:
    kind = "onward" if onward(route.arrow) else "again" if route.arrow.dest == RECORDING else "other"
    yield f"<g><title>{escape(str(route.arrow))}</title>{_path(kind, route.corners)}</g>"
    if route.arrives:
        yield _head(kind, *route.corners[-2:])


def _path(kind: str, corners: Sequence[Point]) -> str:
    """A line with round corners."""
    way = f"M{corners[0].x:g} {corners[0].y:g}"
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        begin, end = _towards(corner, before), _towards(corner, after)
        way += f" L{begin.x:g} {begin.y:g} Q{corner.x:g} {corner.y:g} {end.x:g} {end.y:g}"
    return f'<path class="{kind}" d="{way} L{corners[-1].x:g} {corners[-1].y:g}"/>'


def _towards(corner: Point, other: Point) -> Point:
    share = min(TURN / dist(corner, other), 1)
    return Point(corner.x + share * (other.x - corner.x), corner.y + share * (other.y - corner.y))


def _head(kind: str, before: Point, tip: Point) -> str:
    along = Point((tip.x - before.x) / dist(before, tip), (tip.y - before.y) / dist(before, tip))
    back, out = Point(tip.x - 9 * along.x, tip.y - 9 * along.y), Point(-4.5 * along.y, 4.5 * along.x)
    wings = f"{back.x + out.x:g} {back.y + out.y:g} L{back.x - out.x:g} {back.y - out.y:g}"
    return f'<path class="head {kind}" d="M{tip.x:g} {tip.y:g} L{wings} Z"/>'


def _foot(text: str, picture: Layout) -> Iterator[str]:
    for index, line in enumerate(wrap(text, int((picture.right - picture.left) / CHARACTER)), start=2):
        yield f'<text class="foot" x="{picture.left:g}" y="{picture.bottom + index * LINE:g}">{escape(line)}</text>'
