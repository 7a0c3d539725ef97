"""What is said about the network, from what NetworkManager knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import CODES
from controller.network import PATIENCE_S, Device, story

WIFI, CABLE = "wifi", "cable"


def code(devices: list[Device], wanted: str = "Home", waited_s: float = 5.0) -> str:
    problem = story(devices, wanted, waited_s).problem
    return problem.code if problem else ""


def test_the_address_is_told_that_of_the_cable_first() -> None:
    radio, cable = Device(WIFI, 100, address="192.168.1.9"), Device(CABLE, 100, address="10.0.0.2")
    assert (story([radio], "Home", 9).status, story([radio], "Home", 9).detail) == ("ready", "192.168.1.9")
    assert story([radio, cable], "Home", 9).detail == "10.0.0.2"


def test_while_it_joins_the_name_is_told() -> None:
    for state in (20, 30, 40, 50, 60, 70, 80, 90, 100):
        part = story([Device(WIFI, state)], "Home", 5.0)
        assert (part.status, part.detail) == ("joining", "Home")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [(7, "NET-02"), (8, "NET-02"), (53, "NET-01"), (5, "NET-03"), (17, "NET-03"), (11, "NET-04"), (10, "NET-04")],
)
def test_why_it_failed_is_told_until_it_works(reason: int, expected: str) -> None:
    assert code([Device(WIFI, 30, reason)]) == expected
    assert code([Device(WIFI, 50, reason)]) == expected  # the next try
    assert code([Device(WIFI, 100, 0, "192.168.1.9")]) == ""


def test_a_network_that_is_not_there_is_told_after_a_while_with_the_one_that_was_meant() -> None:
    radio = Device(WIFI, 30, in_reach=("FRITZ!Box 7590", "Home-5G", "Neighbour"))
    assert code([radio], "Home5G", PATIENCE_S - 1) == ""
    part = story([radio], "Home5G", PATIENCE_S + 1)
    assert part.problem is not None
    assert (part.problem.code, part.problem.hint) == ("NET-01", 'did you mean "Home-5G"?')
    assert part.detail == "Home5G → Home-5G"


def test_a_radio_that_is_not_there_is_told() -> None:
    assert code([], waited_s=PATIENCE_S + 1) == "NET-04"


def test_without_wifi_and_cable_it_says_what_to_do_but_nothing_is_missing() -> None:
    part = story([Device(CABLE, 20)], "", 60.0)
    assert (part.status, code([Device(CABLE, 20)], "", 60.0)) == ("off", "NET-05")
    assert story([Device(CABLE, 20)], "", 1.0).status == "joining"
    assert story([Device(CABLE, 70)], "", 60.0).status == "joining"


DEVICE = st.builds(
    Device,
    st.sampled_from([WIFI, CABLE]),
    st.sampled_from([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]),
    st.integers(0, 70),
    st.sampled_from(["", "10.0.0.2"]),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
)


@given(st.lists(DEVICE, max_size=4), st.text(max_size=6), st.floats(0, 1000))
def test_there_is_always_something_to_say(devices: list[Device], wanted: str, waited_s: float) -> None:
    part = story(devices, wanted, waited_s)
    assert part.status in ("ready", "joining", "missing", "off")
    assert (part.problem is not None) == (part.status in ("missing", "off"))
    assert part.problem is None or part.problem.code in CODES
