"""A trace cut into turns, and each turn into stays in a state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from controller.events import ScreenDue
from controller.simulator.handled import Handled, handled
from controller.simulator.recording import Recording
from controller.simulator.stages import TurnStages, stages
from controller.turn import Scene
from states.names import IDLE


@dataclass(frozen=True, slots=True)
class Picture:
    """What the OLED showed, and since when."""

    scene: Scene
    image: Image.Image
    at: float


@dataclass
class Stay:
    """A state from its entry to its end.

    Attributes:
        until: Seconds on the device's clock; at the end of the trace, its last event.
        budget_s: How long it may last; None where there is no deadline.
        entry: The event that led here; None at the start.
        steps: The events that came during it; the last one ended it, or the trace.
        pictures: Drawn during it.
    """

    state: str
    since: float
    until: float
    budget_s: float | None = None
    entry: Handled | None = None
    steps: list[Handled] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def duration_s(self) -> float:
        return self.until - self.since

    @property
    def events(self) -> list[Handled]:
        """The steps that concern more than the screen."""
        return [step for step in self.steps if not isinstance(step.event, ScreenDue)]


@dataclass
class Section:
    """A turn, until the next one begins; number 0 is what was before the first.

    Attributes:
        last: No other turn comes after it.
    """

    number: int
    stays: list[Stay]
    stages: TurnStages | None = None
    last: bool = True

    @property
    def begin(self) -> float:
        return self.stays[0].since

    @property
    def pictures(self) -> list[Picture]:
        return [picture for stay in self.stays for picture in stay.pictures]

    @property
    def events(self) -> list[Handled]:
        return [step for stay in self.stays for step in stay.events]

    def stay(self, state: str) -> Stay | None:
        """The first stay in `state`."""
        return next((stay for stay in self.stays if stay.state == state), None)


def sections(recording: Recording, pictures: Iterable[Picture] = ()) -> list[Section]:
    """What was before the first turn, and every turn."""
    begin = recording.inputs[0].at if recording.inputs else 0.0
    found = [Section(0, [Stay(IDLE, begin, begin)])]
    for step in handled(recording):
        _take(step, found)
    for section, turn in zip(found[1:], stages(recording), strict=True):
        section.stages = turn
    for picture in pictures:
        _hang(picture, found)
    return found


def _take(step: Handled, found: list[Section]) -> None:
    here = found[-1].stays[-1]
    here.steps.append(step)
    here.until = max(here.until, step.at)
    if not step.enters:
        return
    fresh = Stay(step.dest, step.at, step.at, _budget_s(step), step)
    if step.begins_turn:
        found[-1].last = False
        found.append(Section(len(found), [fresh]))
    else:
        found[-1].stays.append(fresh)


def _budget_s(step: Handled) -> float | None:
    return next((float(arguments[1]) - step.at for name, arguments in step.effects if name == "set_deadline"), None)


def _hang(picture: Picture, found: Sequence[Section]) -> None:
    """A picture belongs to the latest stay that shows what it shows."""
    number = picture.scene.turn.id
    stays = found[number].stays if number < len(found) else []
    shown = [stay for stay in stays if stay.state == picture.scene.state and stay.since <= picture.at]
    if shown:
        shown[-1].pictures.append(picture)
