"""A key that repeats while it is held, as a button."""

from __future__ import annotations

from controller.events import ButtonPressed, ButtonReleased, Event
from controller.held_key import FIRST_REPEAT_S, REPEAT_S, TAP_S, HeldKey


def held(*strokes: float) -> list[Event]:
    """All events of these strokes, and of the silence after them."""
    key = HeldKey()
    events = [event for at in strokes for event in key.stroke(at)]
    return [*events, *key.settle(strokes[-1] + 10)]


def test_a_single_stroke_is_a_tap() -> None:
    assert held(1.0) == [ButtonPressed(1.0), ButtonReleased(1.0 + TAP_S)]


def test_a_key_that_repeats_is_held_until_it_stops() -> None:
    assert held(1.0, 1.5, 1.55, 1.6) == [ButtonPressed(1.0), ButtonReleased(1.6 + REPEAT_S)]


def test_the_press_is_reported_at_once_and_the_release_when_it_is_due() -> None:
    key = HeldKey()
    assert key.next_settle is None
    assert key.stroke(2.0) == [ButtonPressed(2.0)]
    assert key.next_settle == 2.0 + FIRST_REPEAT_S
    assert key.settle(2.0 + FIRST_REPEAT_S - 0.01) == []
    assert key.settle(2.0 + FIRST_REPEAT_S) == [ButtonReleased(2.0 + TAP_S)]
    assert key.next_settle is None
    assert key.settle(9.0) == []


def test_two_strokes_far_apart_are_two_taps() -> None:
    first, second = ([ButtonPressed(at), ButtonReleased(at + TAP_S)] for at in (1.0, 3.0))
    assert held(1.0, 3.0) == [*first, *second]


def test_a_stroke_after_a_hold_is_a_new_press() -> None:
    events = held(1.0, 1.4, 1.45, 2.0)
    assert [type(event) for event in events] == [ButtonPressed, ButtonReleased] * 2
    assert events[2].at == 2.0
