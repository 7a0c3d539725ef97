"""What a chat server should not do: scripts for `tests.servers.chat_server`."""

from __future__ import annotations

from tests.models.chat.asking import KEY
from tests.servers.chat_server import Script, Talk


def refusing(status: int, headers: dict[str, str] | None = None) -> Script:
    return lambda talk: talk.refuse(status, f"no, {KEY}", headers)


def breaks_off(talk: Talk) -> None:
    talk.say("Once ")
    talk.hang_up()


def goes_silent(talk: Talk) -> None:
    talk.say("Once ")
    talk.stall()


def never_begins(talk: Talk) -> None:
    talk.stall()


def half_a_character(talk: Talk) -> None:
    talk.send('data: {"choices": [{"index": 0, "delta": {"content": "가'.encode()[:-1])
    talk.hang_up()


def lies_about_lengths(talk: Talk) -> None:
    talk.begin()
    talk.raw(b"ffff\r\ndata: {}\r\n")
    talk.hang_up()


def no_chunk(talk: Talk) -> None:
    talk.begin()
    talk.raw(b"not a length\r\n")


def promises_more(talk: Talk) -> None:
    talk.promise(1_000_000, b"data: [DONE]\n\n")


def half_a_character_and_an_end(talk: Talk) -> None:
    talk.send('data: {"choices": [{"index": 0, "delta": {"content": "가'.encode()[:-1] + b'"}}]}\n\n')
    talk.finish()


def says_the_key(talk: Talk) -> None:
    talk.say("The key is ", KEY[:5], KEY[5:9], KEY[9:], ".")
    talk.hang_up()


BROKEN = [goes_silent, never_begins, half_a_character, lies_about_lengths, no_chunk, promises_more]
"""Each ends in CHAT-04 or CHAT-05."""
FAULTS: dict[str, Script] = {
    "refuses with 500": refusing(500, {"retry-after": "1"}),
    "refuses with 429": refusing(429, {"retry-after": "1"}),
    "hangs up in the middle": breaks_off,
    **{fault.__name__.replace("_", " "): fault for fault in (*BROKEN, half_a_character_and_an_end, says_the_key)},
}
