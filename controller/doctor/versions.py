"""The versions of everything that matters, against those that Roger was tested with."""

from __future__ import annotations

import platform
import re
import struct
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok, warning
from controller.doctor.gpio import STUB

OURS: Final = "roger-assistant"
SHOWN: Final = ("gpiozero", "lgpio", "luma.oled", "PyAudio", "onnxruntime", "vosk", "transitions", "openai", "numpy")
KNOWN_BAD: Final = {
    ("gpiozero", "2.0.1"): "it cannot drive the pins of a Pi 5",
    ("gpiozero", "2.0.1.post1"): "it cannot drive the pins of a Pi 5",
    ("gpiozero", "2.0.1.post2"): "it cannot drive the pins of a Pi 5",
    ("onnxruntime", "1.21.0"): "it crashes on a Pi 4",
}


def check(case: Case) -> Iterator[Finding]:
    """Roger and the system, then each package that is missing, or another one than Roger was tested with."""
    yield from _system(case)
    wanted = pins(metadata.requires(OURS) or [])
    installed = {name: version for name in wanted if (version := installed_version(name))}
    yield from packages(wanted, installed, _needed(case))
    shown = ", ".join(f"{name} {installed[name]}" for name in SHOWN if name in installed)
    yield ok(shown, **{name: installed[name] for name in SHOWN if name in installed})


def _system(case: Case) -> Iterator[Finding]:
    names = re.search(r'(?m)^PRETTY_NAME="?([^"\n]+)', case.host.read("/etc/os-release"))
    release = re.search(r"(?m)^VERSION=(.+)", case.host.read("/etc/roger-release"))
    roger = release[1].strip('"') if release else metadata.version(OURS)
    parts = (case.host.model, names[1] if names else "", f"Linux {platform.release()}", platform.machine())
    system = ", ".join(filter(None, parts))
    if struct.calcsize("P") < 8:
        yield fault("SYS-07", f"32 bits: {system}", "write a 64-bit system to the card: most models need it")
        return
    yield ok(
        f"Roger {roger}, Python {platform.python_version()}; {system}",
        roger=roger,
        python=platform.python_version(),
        kernel=platform.release(),
        machine=platform.machine(),
        system=names[1] if names else "",
    )


def _needed(case: Case) -> frozenset[str]:
    """Of the packages that not everybody has, those that this device needs."""
    roger = case.config.roger
    device = {"PyAudio", "lgpio"} if case.host.is_pi else set()
    llama = {"llama-cpp-python"} if roger.understanding.llm == "local" or roger.chat.local else set()
    return frozenset(device | llama)


def pins(requirements: list[str]) -> dict[str, tuple[str, str]]:
    """Version and extra by package, of requirements such as 'lgpio==0.2.2.0; extra == "device"'."""
    found: dict[str, tuple[str, str]] = {}
    for line in requirements:
        if pin := re.match(r'([\w.-]+)(?:\[.*?\])?==([\w.]+)(?:; extra == [\'"](\w+))?', line):
            found.setdefault(pin[1], (pin[2], pin[3] or ""))
    return found


def installed_version(name: str, ask: Callable[[str], str] = metadata.version) -> str:
    """Empty where it is not installed."""
    try:
        return ask(name)
    except metadata.PackageNotFoundError:
        return ""


def packages(
    wanted: dict[str, tuple[str, str]], installed: dict[str, str], needed: frozenset[str]
) -> Iterator[Finding]:
    """Only what is wrong. Extras that are not installed are missed by those who need them."""
    for name, (version, extra) in wanted.items():
        got = installed.get(name, "")
        if not got and (not extra or name in needed):
            yield fault("SYS-07", f"{name} is not installed", f"sh scripts/setup.sh {extra}".strip())
        elif name == "lgpio" and got and got != version:
            yield fault("SYS-07", f"lgpio {got} is an empty stub or untested", STUB)
        elif (name, got) in KNOWN_BAD:
            remedy = f".venv/bin/pip install {name}=={version}"
            yield fault("SYS-07", f"{name} {got}: {KNOWN_BAD[name, got]}", remedy)
        elif got and got != version and extra != "dev":
            remedy = f".venv/bin/pip install {name}=={version}"
            yield warning("SYS-07", f"{name} {got}; tested with {version}", remedy)
