"""The page: traces in, one self-contained HTML file out. The same traces always give the same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.loader import Config
from controller.events import PartChanged
from controller.simulator.recording import Recording
from controller.simulator.replay import first_difference, replay, same_screens, view_of
from controller.simulator.report import lanes, pictures
from controller.simulator.report.markup import Html, join, tag
from controller.simulator.report.sections import Picture, Section, sections
from controller.simulator.report.summary import NAMES, summary
from controller.simulator.report.wording import OUTCOMES, duration, outcome
from controller.simulator.stages import TurnStages
from states.names import DISPLAYING, IDLE

_HERE: Final = Path(__file__).parent
_CHIPS: Final = ("decided", "first_token", "total")

_KIND: Final = tag("p", "Roger · what the device did", class_="kind")
_LEGEND: Final = tag(
    "p",
    *(
        tag("span", tag("i", class_=f"sample {kind}", aria_hidden="true"), f" {words}")
        for kind, words in {
            "release": "the release",
            "budget": "of the time a state may last, what it took",
            "wide": "too short to see, so drawn wider (×)",
            "cut": "nothing happened, so cut out",
        }.items()
    ),
    tag("span", "Point at anything, or tap it, for its details.", class_="hint"),
    class_="legend",
)


@dataclass(frozen=True)
class Told:
    """A trace, ready to be shown.

    Attributes:
        key: Heads the names of its places in the page.
        warnings: Why the pictures or the events may not be what the device showed.
    """

    key: str
    recording: Recording
    sections: Sequence[Section]
    warnings: Sequence[str]

    @property
    def turns(self) -> list[TurnStages]:
        return [section.stages for section in self.sections if section.stages]


def page(recordings: Sequence[Recording], config: Config) -> str:
    """What the devices did, as HTML.

    Args:
        config: Its screens.yaml makes the pictures.
    """
    told = [_tell(f"t{number}", recording, config) for number, recording in enumerate(recordings, 1)]
    names = ", ".join(one.recording.path.name for one in told)
    body = _single(told[0]) if len(told) == 1 else _several(told)
    panel = tag("aside", id="panel", hidden="", role="status", aria_label="details")
    script = Html((_HERE / "page.js").read_text("utf-8"))
    whole = tag("html", _head(names, script), tag("body", tag("main", body), panel, tag("script", script)), lang="en")
    return f"<!DOCTYPE html>\n{whole}\n"


def _tell(key: str, recording: Recording, config: Config) -> Told:
    seen: list[Picture] = []
    lines = replay(recording, view_of(recording, config), lambda *shown: seen.append(Picture(*shown)))
    return Told(key, recording, sections(recording, seen), list(_warnings(recording, config, lines)))


def _warnings(recording: Recording, config: Config, lines: Sequence[str]) -> Iterator[str]:
    same = same_screens(recording, config)
    if recording.changed:
        yield f"line {recording.changed[0]} is not as it was recorded"
    if recording.cut:
        yield "the last line is cut off, as after a power cut, and was left out"
    if not same:
        yield "the pictures are drawn by another screens.yaml than the device's"
    if first_difference(recording, lines, frames=same):
        yield "this version of Roger does otherwise than the device did: `roger replay` shows where"


def _head(names: str, script: str) -> Html:
    """Whatever a trace may smuggle in: nothing is loaded, and no other script runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{names} · Roger"),
        tag("style", Html((_HERE / "page.css").read_text("utf-8"))),
    )


def _single(told: Told) -> Html:
    return join([tag("header", _KIND, tag("h1", told.recording.path.name), _facts(told)), _trace(told, "h2")])


def _several(told: Sequence[Told]) -> Html:
    turns = [turn for one in told for turn in one.turns]
    title = tag("h1", f"{len(told)} traces, {len(turns)} turns")
    folded = [
        tag(
            "details",
            tag("summary", tag("h2", one.recording.path.name), tag("span", f"{len(one.turns)} turns")),
            _facts(one),
            _trace(one, "h3"),
            id=one.key,
        )
        for one in told
    ]
    return join([tag("header", _KIND, title), summary(turns), join(folded)])


def _facts(told: Told) -> Html:
    """Where the trace comes from, and what it can be trusted for."""
    header = told.recording.header
    digest = str(header.get("config", ""))
    facts = {
        "recorded": str(header.get("started", "")).replace("T", " ")[:19],
        "turns": len(told.turns),
        "lasts": duration(_lasts_s(told.recording)),
        "language": header.get("language"),
        "config": tag("code", digest[:12], title=digest),
        "note": header.get("note"),
        "versions": _versions(header.get("packages")),
    }
    pairs = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts.items() if value]
    warnings = [tag("p", f"⚠ {text}", class_="warning") for text in told.warnings]
    return join([tag("dl", join(pairs), class_="facts"), *warnings])


def _versions(packages: object) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items()) if isinstance(packages, Mapping) else ""


def _lasts_s(recording: Recording) -> float:
    return recording.inputs[-1].at - recording.inputs[0].at if recording.inputs else 0.0


def _trace(told: Told, heading: str) -> Html:
    shown = [section for section in told.sections if section.number or section.events]
    cards = [tag("li", _card(told, section)) for section in shown if section.number]
    legend = _LEGEND if shown else tag("p", "In this trace nothing happened.", class_="legend")
    index = tag("nav", tag("ol", join(cards)), class_="index", aria_label="turns") if cards else None
    return join([index, legend, *(_turn(told, section, heading) for section in shown)])


def _place(told: Told, section: Section) -> str:
    return f"{told.key}-turn-{section.number}"


def _card(told: Told, section: Section) -> Html:
    """A turn in the index: its card, what was heard, how it ended."""
    shown = _its_own(section)
    size = {"width": pictures.WIDTH_PX, "height": pictures.HEIGHT_PX}
    image = tag("img", src=pictures.data_uri(shown[-1]), alt="", **size) if shown else None
    heard = tag("b", section.stages.heard if section.stages else "", class_="heard")
    text = tag("span", tag("small", f"turn {section.number}"), heard, _badge(section), class_="text")
    return tag("a", image, text, href=f"#{_place(told, section)}")


def _its_own(section: Section) -> Sequence[Picture]:
    """The pictures of its card, else those until it ended; a timer that rings later is no part of it."""
    card = section.stay(DISPLAYING)
    stays = [card] if card else [stay for stay in section.stays if stay.state != IDLE]
    return [picture for stay in stays for picture in stay.pictures]


def _badge(section: Section) -> Html:
    key = outcome(section)
    sign, words = OUTCOMES[key]
    return tag("span", tag("i", sign, aria_hidden="true"), f" {words}", class_=f"badge {key}")


def _turn(told: Told, section: Section, heading: str) -> Html:
    place = _place(told, section)
    chart = lanes.chart(section)
    region = tag("div", chart, class_="scroll", role="region", tabindex="0", aria_labelledby=f"{place}-h")
    if section.number:
        return tag("section", _title(section, heading, place), region, class_="turn", id=place)
    fold = tag("summary", tag(heading, "Start", id=f"{place}-h"), tag("span", _parts(section)))
    return tag("details", fold, region, class_="turn start", id=place)


def _parts(section: Section) -> str:
    """What the parts of the device came to before the first turn."""
    changes = (step.event for step in section.events)
    parts = {event.part.name: event.part.status for event in changes if isinstance(event, PartChanged)}
    return ", ".join(f"{name} {status}" for name, status in parts.items())


def _title(section: Section, heading: str, place: str) -> Html:
    turn = section.stages
    assert turn is not None
    heard = tag("q", turn.heard) if turn.heard else None
    name = tag(heading, tag("span", f"Turn {turn.turn_id}", class_="number"), " ", heard, id=f"{place}-h")
    return tag("div", name, _badge(section), tag("dl", join(_chips(turn)), class_="chips"), class_="title")


def _chips(turn: TurnStages) -> Iterator[Html]:
    """How long the user waited for what."""
    for stage in _CHIPS:
        value = getattr(turn, f"{stage}_s")
        if value is not None:
            name, meaning = NAMES[stage]
            yield tag("div", tag("dt", name), tag("dd", duration(value)), title=meaning, class_=stage)
