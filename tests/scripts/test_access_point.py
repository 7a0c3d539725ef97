"""The address that the made-up router gives: DHCP as RFC 2131 has it."""

from __future__ import annotations

import random

from scripts.image.boot_test.guest.access_point import (
    ACKNOWLEDGED,
    DEVICE,
    DISCOVER,
    OFFER,
    REQUEST,
    ROUTER,
    answer,
    kind_of,
)

MAC = bytes.fromhex("020000000000")
ASKED = bytes((1, 1, 6, 0)) + b"\x12\x34\x56\x78" + bytes(20) + MAC + bytes(10 + 192) + b"\x63\x82\x53\x63"


def asked(*options: int) -> bytes:
    return ASKED + bytes(options)


def test_what_is_asked_is_found_behind_other_options() -> None:
    assert kind_of(asked(53, 1, DISCOVER, 255)) == DISCOVER
    assert kind_of(asked(0, 0, 12, 2, 53, 1, 61, 1, 9, 53, 1, REQUEST, 255)) == REQUEST
    assert kind_of(asked(255, 53, 1, DISCOVER)) == 0


def test_whatever_is_sent_it_goes_on() -> None:
    noise = random.Random(1)
    for length in range(300):
        assert kind_of(asked(255)[:length]) == 0
        assert isinstance(kind_of(ASKED + noise.randbytes(length)), int)


def test_the_answer_is_for_who_asked_and_gives_the_one_address() -> None:
    reply = answer(asked(53, 1, DISCOVER, 255), OFFER)
    assert reply[0] == 2
    assert reply[4:8] == b"\x12\x34\x56\x78"
    assert ".".join(map(str, reply[16:20])) == DEVICE
    assert ".".join(map(str, reply[20:24])) == ROUTER
    assert reply[28:34] == MAC
    assert len(reply) >= 240
    assert kind_of(reply) == OFFER
    assert kind_of(answer(reply, ACKNOWLEDGED)) == ACKNOWLEDGED
