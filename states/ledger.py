"""What the machine has asked of the world and not taken back: the books that the invariants are held against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from states.names import ACTING, CLASSIFYING, QUERYING, RECORDING, TRANSCRIBING

WORK: Final = {
    RECORDING: "listen",
    TRANSCRIBING: "transcribe",
    CLASSIFYING: "classify",
    ACTING: "act",
    QUERYING: "ask",
}
"""Which effect asks for the work of each state."""


@dataclass(frozen=True, slots=True)
class Books:
    """All that is under way.

    Attributes:
        listening: Whether the microphone is open.
        jobs: What was asked for and not cancelled, as (effect, turn).
        acted: The turn that last ran an action, once for each time.
        asked: The turn whose words were last sent to the bigger model, once for each time.
        speaking: The turn that has something said; 0 where there is silence.
        deadline: The last one that was armed, in seconds on the machine's clock.
    """

    listening: bool = False
    jobs: frozenset[tuple[str, int]] = frozenset()
    acted: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    speaking: int = 0
    deadline: float | None = None


class Ledger:
    """Keeps the books: give it every effect."""

    def __init__(self, books: Books | None = None) -> None:
        self.books = books or Books()

    def effect(self, name: str, *arguments: object) -> None:
        """Note one effect, by the name and arguments of `controller.ports.Effects`."""
        books = self.books
        match name, arguments:
            case "cancel", (turn_id,):
                self.books = replace(books, jobs=frozenset(job for job in books.jobs if job[1] != turn_id))
            case "stop_listening", _:
                self.books = replace(books, listening=False)
            case "speak", (int(turn_id), *_):
                self.books = replace(books, speaking=turn_id)
            case "hush", _:
                self.books = replace(books, speaking=0)
            case "set_deadline", (_, float(at)):
                self.books = replace(books, deadline=at)
            case (("listen" | "transcribe" | "classify" | "act" | "ask"), (int(turn_id), *_)):
                self._job(name, turn_id)

    def _job(self, name: str, turn_id: int) -> None:
        books = self.books
        self.books = replace(
            books,
            listening=books.listening or name == "listen",
            jobs=books.jobs | {(name, turn_id)},
            acted=_counted(books.acted, turn_id) if name == "act" else books.acted,
            asked=_counted(books.asked, turn_id) if name == "ask" else books.asked,
        )


def _counted(turns: tuple[int, ...], turn_id: int) -> tuple[int, ...]:
    return (*(turn for turn in turns if turn == turn_id), turn_id)
