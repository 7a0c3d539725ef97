"""A bouncing contact becomes clean presses and releases, whatever it does."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from controller.debounce import Debouncer
from controller.events import ButtonPressed, ButtonReleased, Event

WINDOW_S = 0.03


def run(edges: list[tuple[bool, float]]) -> list[tuple[Event, float]]:
    """Feed edges, with `settle` called when it is asked for; each event with the time at which it was reported."""
    debouncer = Debouncer(WINDOW_S)
    reported: list[tuple[Event, float]] = []
    for (pressed, at), following in itertools.zip_longest(edges, (at for _, at in edges[1:])):
        reported += [(event, at) for event in debouncer.edge(pressed, at)]
        due = debouncer.next_settle
        if due is not None and (following is None or due <= following):
            reported += [(event, due) for event in debouncer.settle(due)]
    return reported


@st.composite
def trains(draw: st.DrawFn) -> list[tuple[bool, float]]:
    """Any row of edges: levels alternate, pauses are anything from nothing to a long rest."""
    pauses = draw(st.lists(st.one_of(st.floats(0, 0.01), st.floats(0.01, 1.0)), max_size=40))
    times = list(itertools.accumulate(pauses))
    return [(index % 2 == 0, at) for index, at in enumerate(times)]


@given(trains())
def test_presses_and_releases_alternate_beginning_with_a_press(edges: list[tuple[bool, float]]) -> None:
    kinds = [type(event) for event, _ in run(edges)]
    assert kinds == [(ButtonPressed, ButtonReleased)[index % 2] for index in range(len(kinds))]


@given(trains())
def test_after_a_rest_the_reported_position_is_the_real_one(edges: list[tuple[bool, float]]) -> None:
    reported = run(edges)
    down = bool(reported) and isinstance(reported[-1][0], ButtonPressed)
    assert down == (bool(edges) and edges[-1][0])


@given(trains())
def test_nothing_is_reported_later_than_the_window(edges: list[tuple[bool, float]]) -> None:
    edge_times = [at for _, at in edges]
    for event, at in run(edges):
        assert at <= event.at + 1e-9
        assert any(0 <= event.at - edge <= WINDOW_S + 1e-9 for edge in edge_times)


@given(
    bounces=st.lists(st.floats(0.0001, 0.002), max_size=5).filter(lambda gaps: len(gaps) % 2 == 0),
    held_s=st.floats(0.1, 5.0),
)
def test_a_bouncing_press_is_one_press_at_its_first_edge(bounces: list[float], held_s: float) -> None:
    def contact(start: float, first: bool) -> list[tuple[bool, float]]:
        times = list(itertools.accumulate([start, *bounces]))
        return [(first if index % 2 == 0 else not first, at) for index, at in enumerate(times)]

    events = [event for event, _ in run(contact(1.0, True) + contact(1.0 + held_s, False))]
    assert events == [ButtonPressed(1.0), ButtonReleased(1.0 + held_s)]


@given(pause_s=st.floats(WINDOW_S * 2.01, 1.0))
def test_two_presses_further_apart_than_the_window_are_two(pause_s: float) -> None:
    edges = [(True, 0.0), (False, pause_s), (True, 2 * pause_s), (False, 3 * pause_s)]
    assert len(run(edges)) == 4


def test_a_release_inside_the_window_is_not_lost() -> None:
    assert run([(True, 1.0), (False, 1.01)]) == [(ButtonPressed(1.0), 1.0), (ButtonReleased(1.03), 1.03)]
