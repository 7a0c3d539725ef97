"""The models that roger.yaml names: installed, intact, and able to be loaded in the memory there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from controller.doctor.case import Case
from controller.doctor.finding import Finding, Status, fault, fault_of, ok, skipped, warning
from controller.doctor.memory import available_mb
from controller.errors import RogerError

LOADED: Final = 2.0
"""What a model takes in memory, in sizes of its files: a few buffers besides the weights."""
LOADER_MB: Final = 120
"""Python with the libraries that run it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model of roger.yaml.

    Attributes:
        key: Where it is named.
        needed: Without it Roger hears or answers nothing; else it only understands less.
        loads: What `controller.doctor.loading` calls it; empty where that cannot try it.
    """

    name: str
    key: str
    needed: bool
    loads: str = ""


def wanted(case: Case) -> list[Wanted]:
    """In the order of roger.yaml. A language model is a file, not a folder: see `_language_models`."""
    roger = case.config.roger
    found = [Wanted(roger.recognizer.model, "recognizer.model", needed=True, loads="recognizer")]
    if roger.understanding.meaning:
        found.append(Wanted(roger.understanding.model, "understanding.model", needed=False, loads="meaning"))
        if english := roger.understanding.english_model:
            found.append(Wanted(english, "understanding.english_model", needed=False))
    return found


def check(case: Case) -> Iterator[Finding]:
    """Sizes at once; checksums and a trial with all of Roger's own code where there is time."""
    for model in wanted(case):
        found = list(_examined(case, model))
        yield from found
    yield from _language_models(case)


def _examined(case: Case, model: Wanted) -> Iterator[Finding]:
    from models.store.catalog import catalogue
    from models.store.fetch import folder_of, verify

    try:
        folder = folder_of(model.name)
    except RogerError as error:
        found = fault_of(error)
        yield found if model.needed else Finding(Status.WARNING, found.text, found.code, found.remedy)
        return
    size_mb = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    if case.quick:
        yield ok(f"{model.name}: installed, {size_mb:.0f} MB", model=model.name, size_mb=round(size_mb))
        return
    case.note(f"{model.name}: comparing checksums")
    damages = verify(model.name) if model.name in catalogue() else []
    yield from map(fault_of, damages)
    if not damages:
        yield from _tried(case, model, size_mb)


def _tried(case: Case, model: Wanted, size_mb: float) -> Iterator[Finding]:
    """Load it in a process of its own, which may end as it likes."""
    intact = f"{model.name}: intact, {size_mb:.0f} MB"
    if case.roger is not None:
        yield skipped(f"{intact}; not loaded a second time, Roger ({case.roger}) has it")
        return
    needs_mb, free_mb = round(LOADER_MB + LOADED * size_mb), available_mb(case.host)
    if free_mb and needs_mb > free_mb:
        text = f"{model.name} needs about {needs_mb} MB of memory, {free_mb} MB are free"
        yield fault("SYS-02", text, f"end other programs, or set a smaller {model.key}: roger models list")
        return
    case.note(f"{model.name}: loading it")
    yield _loaded(model, intact, case.ports.load(model.loads, case.config.folder, case.token))


def _loaded(model: Wanted, intact: str, answer: str) -> Finding:
    try:
        told = json.loads(answer)
    except ValueError:
        remedy = f"roger models fetch {model.name}; if it stays so, set another {model.key}"
        return fault("MDL-06", f"{model.name} cannot be loaded: {answer}", remedy)
    if "code" in told:
        return fault(told["code"], told["message"], told["hint"])
    text = f"{intact}, loads in {told['seconds']:.1f} s with {told['memory_mb']} MB"
    return ok(text, model=model.name, load_s=told["seconds"], memory_mb=told["memory_mb"])


def _language_models(case: Case) -> Iterator[Finding]:
    """Those of llama.cpp, which says itself whether there is the memory for one."""
    from models.llm.files import gguf_of

    understanding, local = case.config.roger.understanding, case.config.roger.chat.local
    if understanding.llm == "local":
        yield _gguf(understanding.llm_model, lambda: gguf_of(understanding.llm_model, understanding.llm_memory_mb))
    if case.config.roger.chat.enabled and local:
        yield _gguf(local.model, lambda: gguf_of(local.model, local.memory_mb))


def _gguf(name: str, find: Callable[[], object]) -> Finding:
    try:
        find()
    except RogerError as error:
        problem = error.problem
        return warning(problem.code, problem.message, problem.hint)
    return ok(f"{name}: installed, and there is memory for it", model=name)
