"""The real llama.cpp with the real model, in the process that the assistant gives it."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from controller.errors import RogerError
from models.llm.process import EngineProcess
from models.llm.stage import leading_to
from models.store.fetch import installed

FOLDER = installed("smollm2-135m-instruct")
REAL = pytest.mark.skipif(
    FOLDER is None or importlib.util.find_spec("llama_cpp") is None,
    reason="run: sh scripts/setup.sh llm; roger models fetch smollm2-135m-instruct",
)
OFF = ["turn off the light", "switch off the lamp"]
TIMER = ["set a timer for ten minutes", "start a timer"]


def gguf() -> Path:
    assert FOLDER is not None
    return next(FOLDER.glob("*.gguf"))


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    engine = EngineProcess(gguf(), 2)
    yield engine
    engine.close()


def odds(engine: EngineProcess, said: str, *lists: list[str]) -> np.ndarray:
    beginnings = [engine.tokens(leading_to(sentences)) for sentences in lists]
    ready = [(beginning, engine.prepared(beginning)) for beginning in beginnings]
    return engine.log_probabilities(ready, engine.tokens(said, begins=False))


@pytest.mark.weights
@REAL
class TestModel:
    def test_a_sentence_is_expected_among_its_like(self, engine: EngineProcess) -> None:
        off, timer, anything = odds(engine, "kill the lights", OFF, TIMER, [])
        assert 0 > off > timer > anything

    def test_together_they_are_what_they_are_alone(self, engine: EngineProcess) -> None:
        together = odds(engine, "lights out please", OFF, TIMER, [])
        alone = np.concatenate([odds(engine, "lights out please", sentences) for sentences in (OFF, TIMER, [])])
        assert together == pytest.approx(alone, abs=0.3)
        assert odds(engine, "lights out please", OFF, TIMER, []) == pytest.approx(together, abs=1e-6)

    @pytest.mark.parametrize("text", ["거실 불 켜 줘", "💡", "\x00", "a" * 300])
    def test_every_script_has_tokens(self, engine: EngineProcess, text: str) -> None:
        assert engine.tokens(text)
        assert (odds(engine, text, OFF) < 0).all()

    def test_too_much_for_the_model_is_an_error_and_not_the_end(self, engine: EngineProcess) -> None:
        with pytest.raises(RogerError) as caught:
            odds(engine, "light " * 3_000, OFF)
        assert caught.value.problem.code == "MDL-06"
        assert odds(engine, "kill the lights", OFF) < 0

    def test_one_that_has_ended_says_so(self) -> None:
        engine = EngineProcess(gguf(), 1)
        engine._child.kill()
        with pytest.raises(RogerError, match="has ended"):
            engine.tokens("hello")
        engine.close()

    def test_what_is_no_model_is_refused_quickly(self, tmp_path: Path) -> None:
        (tmp_path / "x.gguf").write_bytes(b"GGUF" + bytes(100))
        started = time.monotonic()
        with pytest.raises(RogerError) as caught:
            EngineProcess(tmp_path / "x.gguf", 1)
        assert caught.value.problem.code == "MDL-06"
        assert time.monotonic() - started < 30
