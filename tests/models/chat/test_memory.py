"""What goes along with a question: a few exchanges, for a while; and what a day may cost."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import ChatSettings, MemorySettings
from controller.clock import VirtualClock
from controller.errors import RogerError
from controller.turn import Question
from models.chat.breaker import LONGEST_S, SHORTEST_S, Breaker
from models.chat.budget import Budget
from models.chat.conversation import Conversation, estimated_tokens
from models.chat.messages import system, user


class Clock(VirtualClock):
    """Time that a test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return datetime.fromisoformat("2026-11-23T12:00:00+01:00") + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def remembered(conversation: Conversation) -> list[str]:
    return [str(message["content"]) for message in conversation.messages()]


class TestConversation:
    def test_questions_and_answers_go_along_in_order(self, clock: Clock) -> None:
        conversation = Conversation(MemorySettings(), clock)
        conversation.remember(Question("Who wrote it?"), "Saint-Exupéry.", whole=True)
        conversation.remember(Question("when?"), "In 1943.", whole=True)
        assert [message["role"] for message in conversation.messages()] == ["user", "assistant"] * 2
        assert remembered(conversation) == ["Who wrote it?", "Saint-Exupéry.", "when?", "In 1943."]

    def test_what_was_interrupted_is_remembered_as_far_as_it_was_heard(self, clock: Clock) -> None:
        conversation = Conversation(MemorySettings(), clock)
        conversation.remember(Question("tell me a story"), "Once upon", whole=False)
        conversation.remember(Question("and then?"), " ", whole=False)
        assert remembered(conversation) == ["tell me a story", "Once upon …"]

    def test_an_image_is_not_sent_again(self, clock: Clock) -> None:
        conversation = Conversation(MemorySettings(), clock)
        conversation.remember(Question("what is it?", image=b"JPEG"), "A cat.", whole=True)
        conversation.remember(Question("", image=b"JPEG"), "A dog.", whole=True)
        assert remembered(conversation)[::2] == ["what is it? (with an image)", "(with an image)"]

    def test_it_forgets_after_a_silence_and_when_it_is_told(self, clock: Clock) -> None:
        conversation = Conversation(MemorySettings(forget_after_s=60), clock)
        conversation.remember(Question("who?"), "He.", whole=True)
        clock.seconds = 59
        assert remembered(conversation)
        clock.seconds = 61
        assert remembered(conversation) == []
        conversation.remember(Question("who?"), "He.", whole=True)
        conversation.forget()
        assert remembered(conversation) == []

    @given(st.lists(st.tuples(st.text(max_size=80), st.text(min_size=1, max_size=300)), max_size=20))
    def test_it_keeps_within_its_bounds(self, exchanges: list[tuple[str, str]]) -> None:
        conversation = Conversation(MemorySettings(turns=3, tokens=100), Clock())
        for question, answer in exchanges:
            conversation.remember(Question(question), answer, whole=True)
        texts = remembered(conversation)
        assert len(texts) <= 6
        assert sum(map(estimated_tokens, texts)) <= 100

    def test_no_memory_is_none(self, clock: Clock) -> None:
        conversation = Conversation(MemorySettings(turns=0), clock)
        conversation.remember(Question("who?"), "He.", whole=True)
        assert remembered(conversation) == []


@pytest.mark.parametrize(
    ("language", "of_question", "says"),
    [("auto", "ko", "한국어로 답하세요."), ("auto", "en", "Answer in English."), ("ko", "en", "한국어로 답하세요.")],
)
def test_the_answer_is_asked_for_in_a_language(language: str, of_question: str, says: str) -> None:
    settings = ChatSettings.model_validate({"language": language, "system": "Be brief."})
    assert system(settings, Question("?", of_question))["content"] == f"Be brief. {says}"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (Question("이게 뭐야", "ko", b"JPEG"), "이게 뭐야"),
        (Question(" ", "ko", b"JPEG"), "이 이미지를 자세히 설명해 주세요."),
        (Question("", "en", b"JPEG"), "Describe this image in detail."),
    ],
)
def test_an_image_is_a_part_of_the_question(question: Question, text: str) -> None:
    content = user(question)["content"]
    assert not isinstance(content, str)
    image, words = content
    assert words == {"type": "text", "text": text}
    assert image == {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,SlBFRw=="}}


class TestBreaker:
    def test_one_failure_is_none(self, clock: Clock) -> None:
        breaker = Breaker(clock)
        breaker.failed()
        breaker.succeeded()
        breaker.failed()
        assert not breaker.is_open

    def test_it_opens_for_longer_and_longer_until_it_works(self, clock: Clock) -> None:
        breaker, times = Breaker(clock), []
        breaker.failed()
        for _ in range(7):
            breaker.failed()
            assert breaker.is_open
            times.append(breaker.closed_again_at - clock.seconds)
            clock.seconds = breaker.closed_again_at
            assert not breaker.is_open, "a trial"
        assert times == [30, 60, 120, 240, 480, LONGEST_S, LONGEST_S]
        breaker.succeeded()
        breaker.failed()
        breaker.failed()
        assert breaker.closed_again_at - clock.seconds == SHORTEST_S

    @pytest.mark.parametrize(("asked_s", "open_s"), [(5, 30), (90, 90), (86_400, LONGEST_S)])
    def test_a_server_that_asks_to_be_left_alone_is(self, clock: Clock, asked_s: float, open_s: float) -> None:
        breaker = Breaker(clock)
        breaker.failed(asked_s)
        assert breaker.closed_again_at == open_s


class TestBudget:
    def test_a_day_is_over_when_its_tokens_are_and_the_next_one_begins_anew(self, clock: Clock, tmp_path: Path) -> None:
        budget = Budget(100, clock, tmp_path / "state" / "tokens.json")
        budget.spend(99)
        budget.check()
        budget.spend(1)
        with pytest.raises(RogerError, match="CHAT-06") as caught:
            budget.check()
        assert "tomorrow" in caught.value.problem.hint
        clock.seconds = 12 * 3600
        budget.check()
        assert budget.spent == 0

    def test_a_restart_does_not_begin_a_day(self, clock: Clock, tmp_path: Path) -> None:
        path = tmp_path / "tokens.json"
        Budget(100, clock, path).spend(60)
        assert Budget(100, clock, path).spent == 60
        assert json.loads(path.read_text()) == {"day": "2026-11-23", "tokens": 60}

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"day": 1, "tokens": "many"}', "\x00"])
    def test_a_count_that_cannot_be_read_is_none(self, clock: Clock, tmp_path: Path, content: str) -> None:
        path = tmp_path / "tokens.json"
        path.write_text(content)
        assert Budget(100, clock, path).spent == 0

    def test_a_count_that_cannot_be_written_is_kept_in_memory(self, clock: Clock) -> None:
        budget = Budget(100, clock, Path("/proc/nowhere/tokens.json"))
        budget.spend(60)
        assert budget.spent == 60

    def test_without_a_limit_nothing_is_counted(self, clock: Clock, tmp_path: Path) -> None:
        budget = Budget(0, clock, tmp_path / "tokens.json")
        budget.spend(1_000_000)
        budget.check()
        assert not list(tmp_path.iterdir())
