"""A real language model with eyes, run by llama.cpp as a child of ours: it only babbles, but over the real way."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from config.schema import ChatLimits, ChatSettings, LocalModel
from controller.errors import RogerError
from controller.pictures import prepare
from controller.turn import Question
from controller.worker import Token
from models.chat.local import LocalChat
from models.chat.messages import system, user
from tests.servers import llama_server

ROOT = Path(__file__).parents[3]
PATIENT = ChatSettings(enabled=True, max_tokens=8, limits=ChatLimits(first_token_s=120, total_s=240))

if missing := llama_server.missing():
    pytest.skip(f"needs llama-cpp-python with its server: no {', '.join(missing)}", allow_module_level=True)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    subprocess.run([sys.executable, ROOT / "scripts" / "make_tiny_llava.py", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def chat(weights: Path) -> Iterator[LocalChat]:
    made = local(weights)
    yield made
    made.close()


def local(weights: Path, **changes: str) -> LocalChat:
    files = {"model": str(weights / "tiny-llm.gguf"), "mmproj": str(weights / "tiny-mmproj.gguf")}
    return LocalChat(PATIENT, LocalModel.model_validate({**files, "handler": "llava-1-5", "context": 2048, **changes}))


def ask(chat: LocalChat, question: Question) -> str:
    return "".join(chat.ask([system(PATIENT, question), user(question)], Token(), 200))


def photo(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(content, "PNG")
    return prepare(content.getvalue()).jpeg


def test_it_answers_words_and_images(chat: LocalChat) -> None:
    assert ask(chat, Question("hello"))
    assert ask(chat, Question("이게 뭐야", "ko", photo("red")))
    assert ask(chat, Question("", "en", photo("blue")))


@pytest.mark.slow
@pytest.mark.parametrize("handler", ["moondream", "qwen2.5-vl", "minicpm-v-2.6", "mtmd"])
def test_each_family_of_models_is_shown_the_image_in_its_own_way(weights: Path, handler: str) -> None:
    chat = local(weights, handler=handler)
    try:
        assert ask(chat, Question("이게 뭐야", "ko", photo("red")))
    finally:
        chat.close()


def test_nobody_else_on_this_computer_may_ask(chat: LocalChat) -> None:
    assert ask(chat, Question("hello"))
    stranger = ChatSettings(enabled=True, base_url=f"http://127.0.0.1:{chat._port}/v1")
    from models.chat.openai_chat import OpenAIChat

    with pytest.raises(RogerError, match="CHAT-01"):
        list(OpenAIChat(stranger).answer(Question("hello"), Token()))
    assert chat._key not in " ".join(_command_lines())


def _command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return found


def test_who_does_not_want_to_wait_for_the_model_does_not(weights: Path) -> None:
    chat, token = local(weights), Token()
    try:
        threading.Timer(0.05, token.cancel).start()
        assert list(chat.ask([user(Question("hello"))], token, 200)) == []
    finally:
        chat.close()


def test_a_model_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "tiny-llm.gguf").write_bytes(b"GGUF, but not really")
    chat = local(tmp_path, mmproj="", handler="")
    try:
        with pytest.raises(RogerError, match="CHAT-02"):
            ask(chat, Question("hello"))
    finally:
        chat.close()


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"model": "/nowhere.gguf"}, "MDL-02"), ({"mmproj": "/nowhere.gguf"}, "MDL-02"), ({"memory_mb": "100"}, "MDL-05")],
)
def test_files_that_cannot_be_used_are_told_at_once(weights: Path, changes: dict[str, str], code: str) -> None:
    with pytest.raises(RogerError, match=code):
        local(weights, **changes)


def test_the_child_ends_when_its_parent_is_killed(weights: Path) -> None:
    script = (
        "import sys; from tests.models.chat.test_local import local; from pathlib import Path; "
        "print(local(Path(sys.argv[1]))._child.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(weights)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdin and parent.stdout
    child = Path(f"/proc/{int(parent.stdout.readline())}")
    assert child.exists()
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    pause = threading.Event()
    for _ in range(300):
        if not child.exists() or "\nState:\tZ" in (child / "status").read_text():
            return
        pause.wait(0.1)
    raise AssertionError("the child lives on")
