"""Both pictures of the machine show the whole table, and in ours nothing overlaps, whatever the table is."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.arrows import arrows, staying
from states.diagram import mermaid, svg
from states.guards import GUARDS
from states.names import ALL
from states.table import DEADLINES_S, TABLE, Row

MOVING = [row for row in TABLE if row.dest is not None]
STAYING = [row for row in TABLE if row.dest is None]
SVG = "{http://www.w3.org/2000/svg}"
FONT = {"state": (16, 0.6), "limit": (12, 0.54)}
"""Size, and width of a character compared to it; labels have 14 and 0.54."""

ROWS = st.builds(
    Row,
    source=st.sampled_from(ALL),
    trigger=st.sampled_from(["press", "ring", "transcribed", "timeout"]),
    dest=st.sampled_from([None, *ALL]),
    guard=st.sampled_from([None, None, *GUARDS]),
    outcome=st.sampled_from(["", "failed", "nothing_heard"]),
)


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Area) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def texts(picture: ElementTree.Element, *kinds: str) -> list[str]:
    """The lines of text of some classes."""
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text") if text.get("class") in kinds]


def text_area(text: ElementTree.Element) -> Area:
    """Where a line of text is, in a font that is rather wide."""
    kind = text.get("class") or ""
    size, share = FONT.get(kind, (14, 0.54))
    x, y, width = float(text.get("x", "")), float(text.get("y", "")), len(text.text or "") * size * share
    left = x - {"state": width / 2, "limit": width / 2, "left": width}.get(kind, 0)
    return Area(left, y - 0.75 * size, left + width, y + 0.25 * size)


def line_areas(path: ElementTree.Element) -> list[Area]:
    """Where the parts of a line are; a round corner counts as a sharp one."""
    points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d", ""))]
    return [Area(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(points) if (a, b) != (c, d)]


def rectangle(rect: ElementTree.Element) -> Area:
    x, y, width, height = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + width, y + height)


def titles(picture: ElementTree.Element) -> list[str]:
    return [group.findtext(f"{SVG}title", "") for group in picture.iter(f"{SVG}g")]


@pytest.mark.parametrize("row", MOVING, ids=lambda row: f"{row.source}-{row.trigger}-{row.dest}")
def test_a_row_that_moves_is_an_arrow_in_both(row: Row) -> None:
    of_mermaid = [line for line in mermaid().splitlines() if line.startswith(f"    {row.source} --> {row.dest}: ")]
    of_svg = [
        title for title in titles(ElementTree.fromstring(svg())) if title.startswith(f"{row.source} → {row.dest}: ")
    ]
    assert len(of_mermaid) == len(of_svg) == 1
    assert row.trigger in re.findall(r"\w+", of_mermaid[0].partition(": ")[2])
    assert row.trigger in re.findall(r"\w+", of_svg[0].partition(": ")[2])


def test_what_an_arrow_says_can_be_read() -> None:
    seen = texts(ElementTree.fromstring(svg()), "left", "right")
    assert {line for arrow in arrows() for line in arrow.label} == set(seen)
    assert seen.count("press") == 3, "a press that starts over is written once, where all of them arrive"


@pytest.mark.parametrize("row", STAYING, ids=lambda row: f"{row.source}-{row.trigger}")
def test_a_row_that_stays_is_summed_up_beneath(row: Row) -> None:
    assert row.trigger in re.findall(r"\w+", staying())
    assert staying() == " ".join(texts(ElementTree.fromstring(svg()), "foot"))
    assert mermaid([row]) == mermaid([])


def test_each_state_says_how_long_it_may_last() -> None:
    picture = ElementTree.fromstring(svg())
    assert texts(picture, "state") == list(ALL)
    assert texts(picture, "limit") == [f"timeout {DEADLINES_S[state]:g} s" for state in ALL if state in DEADLINES_S]


def test_conditions_are_in_the_words_of_people() -> None:
    lines = mermaid().splitlines()
    assert "    recording --> displaying: release (too short)<br>press (cancelled)<br>failed, stop" in lines
    assert "    recording --> transcribing: release, press<br>[long enough]<br>timeout" in lines
    assert "    classifying --> querying: unknown, failed,<br>timeout [may ask]" in lines


def test_mermaid_has_nothing_that_its_grammar_does_not_know() -> None:
    head, start, *lines = mermaid().splitlines()
    assert (head, start) == ("stateDiagram-v2", "    [*] --> idle")
    assert all(re.fullmatch(r"    [a-z]+ --> [a-z]+: [^:;#]+", line) for line in lines)


@pytest.mark.parametrize(
    "table",
    [
        TABLE[1:2],
        [row for row in TABLE if row.trigger != "failed"],
        [*TABLE, Row("acting", "token", "querying")],
        [*TABLE, Row("idle", "done", None)],
        [row._replace(guard="may_ask") for row in TABLE],
    ],
)
def test_another_table_is_another_picture(table: list[Row]) -> None:
    assert svg(table) != svg()
    assert (mermaid(table), staying(table)) != (mermaid(), staying())


def test_the_picture_knows_light_and_dark_and_needs_nothing_else() -> None:
    assert "@media (prefers-color-scheme: dark)" in svg()
    assert re.findall(r"https?://[^\"]+", svg()) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in svg()


def check_nothing_overlaps(table: list[Row]) -> None:
    picture = ElementTree.fromstring(svg(table))
    left, top, width, height = map(float, picture.get("viewBox", "").split())
    words = {text: text_area(text) for text in picture.iter(f"{SVG}text")}
    lines = [area for path in picture.iter(f"{SVG}path") for area in line_areas(path)]
    boxes = [rectangle(rect) for rect in picture.iter(f"{SVG}rect") if rect.get("class") == "box"]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]
    assert not [pair for pair in combinations(words.values(), 2) if pair[0].meets(pair[1])]
    for text, area in words.items():
        inside = text.get("class") in ("state", "limit")
        assert Area(left, top, left + width, top + height).holds(area), text.text
        assert not [line for line in lines if line.meets(area)], text.text
        assert [box.holds(area) for box in boxes if box.meets(area)] == [True] * inside, text.text
    assert not [(line, box) for line in lines for box in boxes if line.meets(box)]


def routes(table: list[Row]) -> list[tuple[str, Area]]:
    """The parts of all arrows, each with "source → dest"."""
    return [
        (group.findtext(f"{SVG}title", "").partition(":")[0], area)
        for group in ElementTree.fromstring(svg(table)).iter(f"{SVG}g")
        for path in group.iter(f"{SVG}path")
        for area in line_areas(path)
    ]


def check_lines_are_apart(table: list[Row]) -> None:
    """Lines may cross, but those to different states never run along each other."""
    for (name, one), (other_name, other) in combinations(routes(table), 2):
        if name.split()[-1] != other_name.split()[-1]:
            upright = one.left == one.right == other.left == other.right
            level = one.top == one.bottom == other.top == other.bottom
            assert not (upright and one.top < other.bottom and other.top < one.bottom), (name, other_name)
            assert not (level and one.left < other.right and other.left < one.right), (name, other_name)


def test_only_arrows_that_must_cross_do() -> None:
    crossing = {
        frozenset((name, other_name))
        for (name, one), (other_name, other) in combinations(routes(list(TABLE)), 2)
        if one.meets(other)
    }
    assert crossing == {
        frozenset(("querying → displaying", "acting → displaying")),
        frozenset(("classifying → querying", "acting → recording")),
        frozenset(("classifying → displaying", "recording → acting")),
        frozenset(("transcribing → displaying", "recording → acting")),
        frozenset(("idle → classifying", "recording → acting")),
        frozenset(("idle → classifying", "recording → displaying")),
        frozenset(("idle → classifying", "transcribing → displaying")),
        frozenset(("displaying → classifying", "acting → recording")),
        frozenset(("displaying → classifying", "querying → recording")),
    }


def test_nothing_overlaps_in_the_picture_of_the_table() -> None:
    check_nothing_overlaps(list(TABLE))
    check_lines_are_apart(list(TABLE))


@given(st.lists(ROWS, min_size=5, max_size=60))
def test_nothing_overlaps_in_the_picture_of_any_table(table: list[Row]) -> None:
    check_nothing_overlaps(table)
    check_lines_are_apart(table)
    assert len(titles(ElementTree.fromstring(svg(table)))) == len(arrows(table))
