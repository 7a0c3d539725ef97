"""Effects that do nothing and remember everything: what replay, exploration and tests stand on."""

from __future__ import annotations

from dataclasses import dataclass, field

from controller.turn import Decision, Picture, Scene, Transcript


@dataclass
class RecordedEffects:
    """The effects of a run, in order.

    Attributes:
        listening: Whether the microphone is open.
        wanted: The jobs that were ever asked for, with the turn that asked. A job may still answer after it was
            cancelled.
        scenes: Everything that was shown.
    """

    log: list[tuple[object, ...]] = field(default_factory=list)
    listening: bool = False
    wanted: set[tuple[str, int]] = field(default_factory=set)
    scenes: list[Scene] = field(default_factory=list)
    deadline: float | None = None
    timers: list[float] = field(default_factory=list)

    def listen(self, turn_id: int) -> None:
        self.listening = True
        self._want("listen", turn_id)

    def stop_listening(self, turn_id: int) -> None:
        self.listening = False
        self.log.append(("stop_listening", turn_id))

    def transcribe(self, turn_id: int) -> None:
        self._want("transcribe", turn_id)

    def classify(self, turn_id: int, transcript: Transcript, lacking: Decision | None, picture: Picture | None) -> None:
        self._want("classify", turn_id, transcript.text)

    def act(self, turn_id: int, decision: Decision, language: str) -> None:
        self._want("act", turn_id, *(order.action for order in decision.orders))

    def ask(self, turn_id: int, question: Transcript, picture: Picture | None, asks: str) -> None:
        self._want("ask", turn_id, question.text)

    def speak(self, turn_id: int, text: str, language: str) -> None:
        self.log.append(("speak", turn_id, text, language))

    def hush(self, turn_id: int) -> None:
        self.log.append(("hush", turn_id))

    def cancel(self, turn_id: int) -> None:
        self.log.append(("cancel", turn_id))

    def set_deadline(self, turn_id: int, at: float) -> None:
        self.deadline = at
        self.log.append(("set_deadline", turn_id, at))

    def start_timer(self, label: str, ends_at: float) -> None:
        self.timers.append(ends_at)
        self.log.append(("start_timer", label, ends_at))

    def show(self, scene: Scene, at: float) -> None:
        self.scenes.append(scene)

    def _want(self, job: str, turn_id: int, *details: object) -> None:
        self.wanted.add((job, turn_id))
        self.log.append((job, turn_id, *details))
