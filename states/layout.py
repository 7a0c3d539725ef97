"""Where everything in the picture of the machine stands: the states from top to bottom, the arrows around them.

A good turn runs down the middle, where x is 0. All other arrows leave their state at a side and share a lane with those
that lead to the same state: down on the right; up, and to a state beside the middle, on the left. Every state and every
label has a strip of the height to itself, and the lanes are outside of the labels, so nothing overlaps, whatever the
table says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import copysign
from typing import Final, NamedTuple

from states.arrows import Arrow
from states.names import ALL, QUERYING

ASIDE: Final = (QUERYING,)
"""States that most turns do not enter; they stand left of the middle."""
MIDDLE: Final = tuple(state for state in ALL if state not in ASIDE)

LEFT: Final = -1
RIGHT: Final = 1
SIDES: Final = (LEFT, RIGHT)

BOX: Final = 132.0
BOX_HEIGHT: Final = 46.0
BESIDE: Final = BOX / 2 + 20
LINE: Final = 17.0
CHARACTER: Final = 7.5
"""Width that a label has for each of its characters; a line in a wide font (DejaVu Sans) needs less."""
LANE: Final = 18.0
TURN: Final = 10.0
"""Radius of a corner."""
PAD: Final = 10.0
START: Final = 44.0


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    state: str
    x: float
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def edge(self, side: int) -> float:
        return self.x + side * BOX / 2


class Label(NamedTuple):
    """Lines of text, of which the last one stands on `y`; on the right they begin at `x`, on the left they end."""

    lines: tuple[str, ...]
    x: float
    y: float
    side: int = RIGHT

    @property
    def reach(self) -> float:
        """How far from the middle it ends."""
        return self.side * self.x + max(map(len, self.lines)) * CHARACTER


class Route(NamedTuple):
    """The corners of an arrow; one that does not arrive joins another to the same state."""

    arrow: Arrow
    corners: tuple[Point, ...]
    arrives: bool = True


class Layout(NamedTuple):
    """All that is to be drawn; x is between `left` and `right`, y between 0 and `bottom`."""

    boxes: list[Box]
    routes: list[Route]
    labels: list[Label]
    left: float
    right: float
    bottom: float


class Lane(NamedTuple):
    """Arrows to `dest`, all down or all up, that share a vertical line beside the states."""

    dest: str
    down: bool
    arrows: tuple[Arrow, ...]

    @property
    def side(self) -> int:
        return RIGHT if self.down and self.dest not in ASIDE else LEFT

    @property
    def length(self) -> int:
        return max(abs(ALL.index(arrow.source) - ALL.index(self.dest)) for arrow in self.arrows)

    @property
    def label(self) -> tuple[str, ...]:
        """What all of several arrows say: that is written once, where they arrive."""
        labels = {arrow.label for arrow in self.arrows}
        return labels.pop() if len(labels) == 1 < len(self.arrows) else ()


class Port(NamedTuple):
    """Where `arrow` leaves a box at a side or, if it is None, where the lane arrives."""

    state: str
    lane: Lane
    arrow: Arrow | None
    label: tuple[str, ...]
    order: tuple[int, int]

    @property
    def height(self) -> float:
        return len(self.label) * LINE + PAD


def onward(arrow: Arrow) -> bool:
    """Whether a good turn goes this way."""
    return (arrow.source, arrow.dest) in zip(MIDDLE, (*MIDDLE[1:], MIDDLE[0]), strict=True)


def layout(arrows: Sequence[Arrow]) -> Layout:
    """The picture of `arrows`; the same arrows always give the same one."""
    straight = {arrow.source: arrow for arrow in arrows if onward(arrow) and _down(arrow)}
    lanes = _lanes(arrow for arrow in arrows if arrow not in straight.values())
    ports = [port for depth, lane in enumerate(lanes) for port in _ports(lane, depth)]
    boxes = _boxes(ports, straight)
    heights = {port: y for box in boxes.values() for port, y in _heights(box, ports)}
    labels = [_label_below(boxes[source], arrow) for source, arrow in straight.items()]
    labels += [_label_beside(boxes[port.state], port, y) for port, y in heights.items() if port.label]
    routes = [_route_down(boxes[source], boxes[arrow.dest], arrow) for source, arrow in straight.items()]
    inner = {side: _reach(side, boxes.values(), labels) + PAD for side in SIDES}
    beside = {side: [lane for lane in lanes if lane.side == side] for side in SIDES}
    for side in SIDES:
        for depth, lane in enumerate(beside[side]):
            routes += _routes_along(lane, side * (inner[side] + depth * LANE), boxes, heights)
    left, right = (side * (inner[side] + max(len(beside[side]) - 1, 0) * LANE) for side in SIDES)
    return Layout(list(boxes.values()), routes, labels, left, right, boxes[ALL[-1]].bottom)


def _down(arrow: Arrow) -> bool:
    return ALL.index(arrow.source) <= ALL.index(arrow.dest)


def _lanes(arrows: Iterable[Arrow]) -> list[Lane]:
    """Arrows by destination and side; the shortest lanes are first, and will be the inner ones."""
    found: dict[tuple[str, bool], list[Arrow]] = {}
    for arrow in arrows:
        found.setdefault((arrow.dest, _down(arrow)), []).append(arrow)
    lanes = (Lane(dest, down, tuple(together)) for (dest, down), together in found.items())
    return sorted(lanes, key=lambda lane: lane.length)


def _ports(lane: Lane, depth: int) -> Iterator[Port]:
    """Both kinds of ends of a lane, in an order in which the lanes of a box do not cross each other beside it."""
    for arrow in lane.arrows:
        label = () if lane.label else arrow.label
        yield Port(arrow.source, lane, arrow, label, (2, -depth) if lane.down else (1, depth))
    yield Port(lane.dest, lane, None, lane.label, (0, 0) if lane.down else (3, 0))


def _boxes(ports: Sequence[Port], straight: Mapping[str, Arrow]) -> dict[str, Box]:
    """The states from top to bottom, each as high as what leaves and arrives at its sides."""
    boxes: dict[str, Box] = {}
    top = START
    for state in ALL:
        used = max(sum(port.height for port in _at(state, side, ports)) for side in SIDES)
        boxes[state] = Box(state, -BESIDE if state in ASIDE else 0, top, max(BOX_HEIGHT, used + PAD))
        below = len(straight[state].label) * LINE if state in straight else 0
        top = boxes[state].bottom + below + 2 * PAD
    return boxes


def _at(state: str, side: int, ports: Iterable[Port]) -> list[Port]:
    """The ports at a side of a box, from top to bottom."""
    here = (port for port in ports if port.state == state and port.lane.side == side)
    return sorted(here, key=lambda port: port.order)


def _heights(box: Box, ports: Sequence[Port]) -> Iterator[tuple[Port, float]]:
    """The y of each port of a box."""
    for side in SIDES:
        here = _at(box.state, side, ports)
        y = box.top + (box.height - sum(port.height for port in here)) / 2
        for port in here:
            y += port.height
            yield port, y - PAD / 2


def _label_below(box: Box, arrow: Arrow) -> Label:
    return Label(arrow.label, PAD, box.bottom + len(arrow.label) * LINE)


def _label_beside(box: Box, port: Port, y: float) -> Label:
    side = port.lane.side
    return Label(port.label, side * (max(side * box.edge(side), BOX / 2) + PAD), y - PAD / 2, side)


def _reach(side: int, boxes: Iterable[Box], labels: Iterable[Label]) -> float:
    """How far from the middle boxes and labels end."""
    return max([side * box.edge(side) for box in boxes] + [label.reach for label in labels if label.side == side])


def _route_down(source: Box, dest: Box, arrow: Arrow) -> Route:
    return Route(arrow, (Point(0, source.bottom), Point(0, dest.top)))


def _routes_along(lane: Lane, x: float, boxes: Mapping[str, Box], heights: Mapping[Port, float]) -> Iterator[Route]:
    """The arrows of a lane; from above and from below the longest one arrives, and the others join it."""
    here = {port.arrow: y for port, y in heights.items() if port.lane == lane}
    end = Point(boxes[lane.dest].edge(lane.side), here.pop(None))
    for arrow in lane.arrows:
        y = here[arrow]
        leaving = Point(boxes[arrow.source].edge(lane.side), y), Point(x, y)
        if y == (min if y < end.y else max)(here.values()):
            yield Route(arrow, (*leaving, Point(x, end.y), end))
        else:
            yield Route(arrow, (*leaving, Point(x, y + copysign(TURN, end.y - y))), arrives=False)
