"""The result on the OLED: a card for each fault, with code and what to do; or that all is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image

from config.loader import Config
from controller.doctor.case import Case
from controller.doctor.examination import Examined
from controller.doctor.finding import Finding, Status
from controller.errors import RogerError
from controller.ports import Display
from controller.reading import reading_time_s
from controller.turn import Scene, StepResult, Transcript, Turn
from controller.view import load_texts, picture, words

LONGEST_S = 12.0
SHORTEST_S = 3.0


def scenes(config: Config, examined: Sequence[Examined]) -> list[Scene]:
    """The user's own screens `failed` and `done`, in the user's language. Faults come before warnings."""
    bad = [finding for check in examined for finding in check.findings if finding.code]
    bad.sort(key=lambda finding: finding.status != Status.FAULT)
    if bad:
        return [_card(finding) for finding in bad]
    texts = load_texts(config.roger.language)
    well = (StepResult("show", texts.messages["all_well"]),)
    heard = Transcript(texts.messages["doctor"], config.roger.language)
    return [Scene("displaying", turn=Turn(id=1, outcome="done", transcript=heard, results=well))]


def _card(finding: Finding) -> Scene:
    return Scene("displaying", turn=Turn(id=1, outcome="failed", problem=finding.problem))


def frames(scene: Scene, config: Config) -> Iterator[tuple[Image.Image, float]]:
    """Pictures of one card, each with how long it stays, in seconds, until all of it could be read."""
    texts = load_texts(config.roger.language)
    text = " ".join(words(scene, 0.0, config.screens, texts))
    ends_at, at = min(LONGEST_S, max(SHORTEST_S, reading_time_s(text))), 0.0
    while at < ends_at:
        image, change = picture(scene, at, config.screens, texts)
        until = min(ends_at, ends_at if change is None else change)
        yield image, until - at
        at = until


def show(case: Case, examined: Sequence[Examined]) -> bool:
    """Each card for as long as it takes to read. False where the display cannot be had."""
    display: Display | None = None
    try:
        display = case.ports.display(case.config.roger.display)
        for scene in scenes(case.config, examined):
            for image, stays_s in frames(scene, case.config):
                display.draw(image)
                case.wait(stays_s)
    except RogerError:
        return False
    finally:
        if display is not None:
            display.close()
    return True
