"""What can be made to go wrong by hand. Each fault is something that a scenario can do, and is done in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from controller.simulator.scenario import Acting, Answering, Hearing, Result, Understanding
from controller.simulator.terminal.seen import Seen
from controller.simulator.terminal.session import Session

SLOW_S: Final = 5.0
STALL_S: Final = 2.0
HOUR_S: Final = 3600.0


@dataclass(frozen=True)
class Engine:
    """A stage whose next result can be decided.

    Attributes:
        key: Its results, as scenarios call them.
        fails: The error that it then ends with.
    """

    key: str
    name: str
    kind: type[Result]
    fails: str


ENGINES: Final = (
    Engine("hear", "recogniser", Hearing, "ASR-02 the recogniser crashed; try again"),
    Engine("understand", "intent stage", Understanding, "SYS-01 the intent stage crashed; see the log"),
    Engine("act", "action", Acting, "ACT-02 the command failed; see its output"),
    Engine("answer", "chat", Answering, "CHAT-05 the answer broke off; ask again"),
)
SOURCES: Final = ("microphone", "display", "network")


@dataclass(frozen=True)
class Fault:
    """One line of the menu.

    Attributes:
        about: What it happens to.
        what: What happens.
    """

    about: str
    what: str
    do: Callable[[Session], None]

    @property
    def key(self) -> str:
        return f"{self.about} {self.what}".replace(" ", "-").lower()


def groups(session: Session) -> Iterator[Sequence[Fault]]:
    """All that can be done now, in groups that belong together."""
    yield [_source(name, name in session.seen.missing) for name in SOURCES if name not in session.real.names]
    for engine in ENGINES:
        is_there = engine.key != "answer" or session.config.roger.chat.enabled
        if is_there and engine.key not in session.real.names:
            yield list(_results(engine))
    yield [
        Fault("stale answer", "one of an older turn comes now", lambda session: session.post_stale()),
        Fault("wall clock", "jumps an hour", lambda session: session.do(clock_s=HOUR_S)),
        Fault("disk", f"stalls for {STALL_S:g} s", lambda session: session.do(stall_s=STALL_S)),
    ]


def active(seen: Seen) -> list[str]:
    """What is wrong now, or will be, in a few words each."""
    out = [f"{name} out" for name in SOURCES if name in seen.missing]
    return out + [f"{engine.name} {_way(result)}" for engine in ENGINES for result in seen.waiting.get(engine.key, ())]


def _source(name: str, missing: bool) -> Fault:
    if missing:
        return Fault(name, "plug it in again", lambda session: session.do(restore=name))
    return Fault(name, "pull it out", lambda session: session.do(lose=name))


def _results(engine: Engine) -> Iterator[Fault]:
    for result in (engine.kind(fails=engine.fails), engine.kind(hangs=True), engine.kind(takes_s=SLOW_S)):
        yield Fault(engine.name, f"the next one {_way(result)}", _plan(engine.key, result))


def _plan(key: str, result: Result) -> Callable[[Session], None]:
    return lambda session: session.plan(key, result)


def _way(result: Result) -> str:
    return "fails" if result.fails else "hangs" if result.hangs else f"takes {result.takes_s:g} s"
