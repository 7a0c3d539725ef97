"""Fixtures of the tests that open the page in a browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from models.store.fetch import installed
from tests.chromium import PROGRAM
from tests.controller.web.pages import ROOT, Serve
from tests.servers import llama_server


@pytest.fixture
def tiny(tmp_path: Path) -> list[str]:
    """A model with eyes that babbles, for llama.cpp's own server."""
    if missing := llama_server.missing():
        pytest.skip(f"needs llama-cpp-python with its server: no {', '.join(missing)}")
    subprocess.run([sys.executable, ROOT / "scripts" / "make_tiny_llava.py", tmp_path], check=True)
    return ["--model", str(tmp_path / "tiny-llm.gguf"), "--mmproj", str(tmp_path / "tiny-mmproj.gguf")]


@pytest.fixture(scope="session")
def needs() -> None:
    """All that a test in the browser needs."""
    if find_spec("gradio") is None:
        pytest.skip("the web page is not installed: sh scripts/setup.sh web")
    if PROGRAM is None:
        pytest.skip("no chromium here")
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    if installed("whisper-tiny.en") is None:
        pytest.skip("needs the weights of whisper-tiny.en")


@pytest.fixture
def serve(tmp_path: Path, needs: None) -> Iterator[Serve]:
    """Starts `roger web`."""
    started = Serve(tmp_path)
    yield started
    started.end()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, needs: None) -> Iterator[str]:
    """Of a page that several tests open, each for itself."""
    started = Serve(tmp_path_factory.mktemp("served"))
    yield started("--silent")
    started.end()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((440, 40, 560, 160), fill="gold")
    draw.rectangle((120, 240, 360, 440), fill="firebrick")
    path = tmp_path / "house.jpg"
    image.save(path)
    return path
