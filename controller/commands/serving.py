"""Roger as a service: what its supervisor is told, and how the last run ended."""

from __future__ import annotations

import faulthandler
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from controller.adapters.supervisor_systemd import supervisor_of
from controller.app import Assistant
from controller.errors import Problem
from controller.events import Event, PartChanged
from controller.last_run import FAULT, HUNG, RUNNING, Ending, RunFile
from controller.ports import Supervisor
from controller.turn import LAST_RUN, Part, Scene
from controller.update.device import Device
from controller.update.status import told_now
from controller.vitals import Vitals

log = logging.getLogger(__name__)

SHOWN_S: Final = 60.0
"""How long the screen says that the last run ended badly, unless the button is pressed before."""
PATIENCE_S: Final = 10.0
"""A display that neither draws nor fails for so long keeps nobody waiting."""


class Service:
    """Tells the supervisor what an assistant does. Give `watch` to it."""

    def __init__(self, supervisor: Supervisor, assistant: Assistant) -> None:
        self._supervisor = supervisor
        self._assistant = assistant
        self._ready = False
        self._status = ""

    def watch(self, event: Event, verdict: str, scene: Scene) -> None:
        """As `controller.app.Watch`. The first picture was shown once the display says how that went."""
        if isinstance(event, PartChanged) and event.part.name == "display":
            self.ready()
        status = described(scene)
        if status != self._status:
            self._status = status
            self._supervisor.status(status)

    def ready(self) -> None:
        """Say so, once."""
        if not self._ready:
            self._ready = True
            self._supervisor.ready()


def described(scene: Scene) -> str:
    """The state, and which parts are not there: "idle; no microphone (MIC-01)"."""
    missing = ", ".join(
        f"{part.name} ({part.problem.code})" if part.problem else part.name
        for part in scene.parts
        if part.status == "missing"
    )
    loading = ", ".join(part.name for part in scene.parts if part.status == "loading")
    return "; ".join(
        filter(None, (scene.state, f"loading {loading}" if loading else "", f"no {missing}" if missing else ""))
    )


@contextmanager
def serving(
    assistant: Assistant, folder: Path, environment: Mapping[str, str], complaint: Callable[[float], str]
) -> Iterator[Supervisor]:
    """While the assistant runs: say that it is alive, and note in `folder` how it ends.

    Args:
        complaint: Says what hangs outside of the assistant, at a time in seconds on its clock.
    """
    faulthandler.enable()  # a watchdog ends it with SIGABRT: the log then shows where each thread stood
    supervisor = supervisor_of(environment)
    run = RunFile(folder)
    _tell(run.before, told_now(Device.here(environment)), assistant)
    service = Service(supervisor, assistant)
    assistant.watchers.append(service.watch)
    assistant.clock.call_at(assistant.clock.now() + PATIENCE_S, service.ready)
    Vitals(
        supervisor, assistant.clock, (complaint, assistant.hung), lambda why: run.note(HUNG if why else RUNNING, why)
    ).start()
    try:
        yield supervisor
    except BaseException as error:
        run.close(FAULT, fault(error))
        raise
    run.close()


def fault(error: BaseException) -> str:
    """What fell over, and where: "ValueError('no') in loop.py:51"."""
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{error!r} in {Path(last.filename).name}:{last.lineno}"


def _tell(before: Ending, update: Problem | None, assistant: Assistant) -> None:
    """What became of an update, and how the last run ended: to the log, and one of them for a while on the screen."""
    for problem in filter(None, (update, before.problem)):
        log.warning("%s %s; %s", problem.code, problem.message, problem.hint)
    shown = update or (before.problem if before.alarming else None)
    if shown:
        now = assistant.clock.now()
        assistant.post(_part(now, shown))
        assistant.clock.call_at(now + SHOWN_S, lambda: assistant.post(_part(assistant.clock.now(), None)))


def _part(at: float, problem: Problem | None) -> PartChanged:
    return PartChanged(at, part=Part(LAST_RUN, "off", problem=problem))
