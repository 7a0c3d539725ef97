"""A real language model behind a real server: answers stream, and a server that dies breaks the answer off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.schema import ChatLimits, ChatSettings
from controller.errors import RogerError
from controller.turn import Question
from controller.worker import Token
from models.chat.openai_chat import OpenAIChat
from models.store.fetch import installed
from tests.servers import llama_server

pytestmark = pytest.mark.weights

MODEL = "smollm2-135m-instruct"
PATIENT = ChatLimits(first_token_s=120, between_tokens_s=60, total_s=240)
STORY = Question("Tell me a very long story about a lighthouse keeper and the sea.")


@pytest.fixture(scope="module")
def weights() -> Path:
    if missing := llama_server.missing():
        pytest.skip(f"needs llama-cpp-python with its server: no {', '.join(missing)}")
    folder = installed(MODEL)
    if folder is None:
        pytest.skip(f"needs the weights of {MODEL}")
    return folder


@pytest.fixture(scope="module")
def base_url(weights: Path) -> Iterator[str]:
    with llama_server.llama_server(weights) as server:
        yield server.base_url


def chat(base_url: str, max_tokens: int) -> OpenAIChat:
    return OpenAIChat(ChatSettings(enabled=True, base_url=base_url, model=MODEL, max_tokens=max_tokens, limits=PATIENT))


def test_an_answer_streams_in_many_pieces(base_url: str) -> None:
    question = Question("What is the capital of France? Answer in one short sentence.")
    pieces = [piece for piece in chat(base_url, 60).answer(question, Token()) if piece]
    assert len(pieces) > 3
    assert sum(character.isalpha() for character in "".join(pieces)) > 10  # what it says is up to so small a model


def test_max_tokens_is_kept_and_the_cut_is_shown(base_url: str) -> None:
    answer = "".join(chat(base_url, 12).answer(STORY, Token()))
    assert answer.endswith("…")
    assert len(answer) < 12 * 20


def test_a_cancelled_answer_leaves_the_server_free_for_the_next(base_url: str) -> None:
    token = Token()
    answer = chat(base_url, 900).answer(STORY, token)
    next(answer)
    token.cancel()
    assert list(answer) == []
    assert "".join(chat(base_url, 8).answer(Question("Say hello."), Token()))


def test_a_server_that_dies_in_the_middle_of_its_answer(weights: Path) -> None:
    with llama_server.llama_server(weights) as server:
        answer = chat(server.base_url, 900).answer(STORY, Token())
        assert next(answer)
        server.process.kill()
        with pytest.raises(RogerError) as caught:
            list(answer)
    assert caught.value.problem.code == "CHAT-05"
    assert "hung up" in caught.value.problem.message
    assert caught.value.problem.hint
