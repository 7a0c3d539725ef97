"""Thoughts in <think> tags stay off the screen, however they are cut into pieces."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from models.chat.thoughts import AnswerOnly


def shown(*pieces: str) -> str:
    answer = AnswerOnly()
    return "".join([*map(answer.feed, pieces), answer.finish()])


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in itertools.pairwise(ends)]


@given(st.lists(st.integers(0, 100)))
def test_thoughts_in_front_are_hidden_wherever_the_pieces_are_cut(places: list[int]) -> None:
    assert shown(*cut("\n<think>Hmm, 하늘 < 바다?</think>\n\nIt is blue.", places)) == "It is blue."


@given(st.text(), st.lists(st.integers(0, 100)))
def test_an_answer_without_thoughts_comes_whole(text: str, places: list[int]) -> None:
    answer = "A" + text
    assert shown(*cut(answer, places)) == answer


def test_an_answer_is_shown_as_soon_as_it_can_be_no_tag() -> None:
    answer = AnswerOnly()
    assert [answer.feed(piece) for piece in ("<", "th", "ree", " things")] == ["", "", "<three", " things"]


def test_an_answer_that_only_looks_like_a_tag_is_not_lost() -> None:
    assert shown("<thi") == "<thi"


def test_a_tag_in_the_middle_is_part_of_the_answer() -> None:
    assert shown("Write <think>", " around it</think>.") == "Write <think> around it</think>."


def test_thoughts_without_an_end_are_no_answer() -> None:
    assert shown("<think>The user", " wants") == ""


def test_thoughts_take_no_memory() -> None:
    answer = AnswerOnly()
    assert answer.feed("<think>") == ""
    assert not any(answer.feed("hmm ") for _ in range(10_000))
    assert answer.feed("</think>Blue.") == "Blue."
