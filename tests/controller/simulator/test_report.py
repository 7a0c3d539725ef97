"""The page of a trace: complete, escaped, self-contained, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from controller.cli import main
from controller.errors import Problem
from controller.events import (
    ActionChosen,
    ButtonPressed,
    ButtonReleased,
    Event,
    JobFailed,
    NothingChosen,
    PartChanged,
    SpeechTranscribed,
    TextTyped,
    TimerRang,
)
from controller.simulator.recording import read
from controller.simulator.replay import replay, view_of
from controller.simulator.report import page
from controller.simulator.report.axis import CUT, SCALE, WIDE, lay_out
from controller.simulator.report.markup import tag
from controller.simulator.report.pictures import GAP_PX, WIDTH_PX, chosen, data_uri, needed_px
from controller.simulator.report.sections import Picture, Section, sections
from controller.simulator.report.wording import duration
from controller.turn import Decision, Part, Transcript
from tests.traces import light, question, said, write_trace

HOSTILE = "<script>alert(1)</script>\"' onload=x \x00\u202e </title></style>&amp;"
VOID = {"meta", "img", "br", "link"}

CONFIG = load(DEFAULT_FOLDER)


class Page(HTMLParser):
    """A page taken apart; `problems` has what is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        self.problems += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    @property
    def text(self) -> str:
        shown = (part for tag, parts in self.texts.items() if tag not in ("script", "style") for part in parts)
        return " ".join(shown)


def events() -> list[Event]:
    """An action, a question, an interrupted turn, a failure, a timer and a part that goes."""
    return [
        *light(1.0, 1),
        *question(30.0, 2),
        *said(60.0, 3, "turn on the kitchen light"),
        *light(62.45, 4),
        ActionChosen(62.6, 3, Decision("light_on")),
        ButtonPressed(80.0),
        ButtonReleased(82.0),
        JobFailed(82.5, 5, Problem("ASR-02", "the recogniser failed", "restart"), "transcribing"),
        PartChanged(100.0, part=Part("microphone", "missing")),
        TimerRang(110.0, label="tea"),
    ]


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_trace(tmp_path_factory.mktemp("traces") / "turn.jsonl", events())


@pytest.fixture(scope="module")
def html(trace: Path) -> str:
    return page([read(trace)], CONFIG)


def turns_of(path: Path) -> list[Section]:
    recording = read(path)
    seen: list[Picture] = []
    replay(recording, view_of(recording, CONFIG), lambda *shown: seen.append(Picture(*shown)))
    return sections(recording, seen)


def test_the_page_is_well_formed(html: str) -> None:
    parsed = Page(html)
    assert parsed.problems == []
    assert html.startswith("<!DOCTYPE html>\n<html lang=")
    places = parsed.attributes("id")
    assert len(places) == len(set(places))
    assert {place[1:] for place in parsed.attributes("href")} <= set(places)
    assert set(parsed.attributes("aria-labelledby")) <= set(places)


def test_every_lane_is_there(html: str) -> None:
    lanes = {attributes["aria-label"] for _, attributes in Page(html).tags if attributes.get("role") == "group"}
    works = {"microphone", "recogniser", "classifier", "actions", "chat"}
    assert lanes == {"time", "button", "state", *works, "notices", "ignored", "screen"}


def test_what_happened_can_be_read(html: str) -> None:
    text = Page(html).text
    for part in (
        "turn on the bedroom light",
        "light_on room=bedroom",
        "phrase en 1: <turn_on> <light>",
        "bedroom_light on",
        "no phrase matches",
        "Antoine de Saint-Exupéry wrote The Little Prince, in 1943.",
        "wait 0.90 s",
        "0.40 s of 20 s",
        "0.75 s to the card",
        "ASR-02 the recogniser failed",
        "timer tea",
        "microphone missing",
        "stale: chosen of turn 3",
        "interrupted",
    ):
        assert part in text


def test_every_mark_has_details(html: str) -> None:
    titles = "\n".join(Page(html).attributes("title"))
    assert "ActionChosen at +2.500 s\nturn 1\nverdict: classifying -> acting\n" in titles
    assert "decision.slots.0.value: bedroom" in titles
    assert "effect: act(1, light_on, en)" in titles
    assert "transcribing\n0.40 s of 20 s that it may last" in titles


def test_the_header_says_where_it_comes_from(html: str) -> None:
    text = Page(html).text
    assert "2026-01-01 12:00:00" in text
    assert "transitions 0.9.3" in text
    assert CONFIG.digest[:12] in text


def test_nothing_is_loaded_from_anywhere(html: str) -> None:
    parsed = Page(html)
    assert "http" not in html.replace("http-equiv", "")
    assert "url(" not in html and "@import" not in html
    assert all(source.startswith("data:image/png;base64,") for source in parsed.attributes("src"))
    assert all(place.startswith("#") for place in parsed.attributes("href"))
    assert not {tag for tag, _ in parsed.tags} & {"link", "iframe", "object", "embed", "base", "form"}


def test_no_other_script_may_run(html: str) -> None:
    parsed = Page(html)
    (policy,) = (one["content"] for _, one in parsed.tags if one.get("http-equiv") == "Content-Security-Policy")
    (script,) = parsed.texts["script"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_what_was_heard_is_text_and_never_html(tmp_path: Path) -> None:
    heard = SpeechTranscribed(2.4, 1, Transcript(HOSTILE))
    reason = NothingChosen(2.5, 1, Decision(reason=HOSTILE))
    path = write_trace(tmp_path / "<b>.jsonl", [ButtonPressed(1.0), ButtonReleased(2.0), heard, reason])
    text = page([read(path)], CONFIG)
    parsed = Page(text)
    assert parsed.problems == []
    assert sum(tag == "script" for tag, _ in parsed.tags) == 1
    assert not [name for _, attributes in parsed.tags for name in attributes if name.startswith("on")]
    assert parsed.texts["title"] == ["<b>.jsonl · Roger"]
    assert "<script>alert(1)</script>\"' onload=x \N{REPLACEMENT CHARACTER}" in parsed.text
    assert "\x00" not in text


def test_what_no_file_can_hold_is_replaced() -> None:
    assert tag("b", "a\ud800\x1b", title="\udfff") == '<b title="\ufffd">a\ufffd\ufffd</b>'


def test_the_same_trace_gives_the_same_bytes(trace: Path, html: str) -> None:
    assert page([read(trace)], CONFIG) == html


def test_pictures_are_those_of_the_device(trace: Path) -> None:
    turn = turns_of(trace)[1]
    data = next(source for source in Page(page([read(trace)], CONFIG)).attributes("src"))
    with Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))) as image:
        assert image.size == (134, 70)
    assert [stay.state for stay in turn.stays] == [
        "recording",
        "transcribing",
        "classifying",
        "acting",
        "displaying",
        "idle",
    ]
    assert all(stay.pictures for stay in turn.stays)


def test_the_index_shows_the_turns_own_card_and_not_the_timer_after_it(trace: Path) -> None:
    parsed = Page(page([read(trace)], CONFIG))
    cards = parsed.attributes("src")[:5]
    turn = turns_of(trace)[5]
    displayed = [stay.pictures[-1] for stay in turn.stays if stay.state == "displaying"]
    assert len(displayed) == 2
    assert cards[4] == data_uri(displayed[0])


def test_every_states_last_picture_is_shown_and_none_overlap(trace: Path) -> None:
    for section in turns_of(trace):
        axis = lay_out(section, needed_px(section))
        shown = chosen(section, axis)
        centres = [one.centre for one in shown]
        assert {id(stay.pictures[-1]) for stay in section.stays if stay.pictures} <= {id(one.picture) for one in shown}
        assert all(later - earlier >= WIDTH_PX + GAP_PX - 1e-6 for earlier, later in pairwise(centres))
        assert min(centres) >= WIDTH_PX / 2 and max(centres) <= axis.width - WIDTH_PX / 2 + 1e-6


def test_the_axis_is_in_proportion_but_for_what_is_too_short_or_quiet(trace: Path) -> None:
    turn = turns_of(trace)[1]
    axis = lay_out(turn)
    kinds = {piece.stay.state: piece.kind for piece in axis.pieces if piece.stay.state not in ("displaying", "idle")}
    assert kinds == {"recording": SCALE, "transcribing": WIDE, "classifying": WIDE, "acting": WIDE}
    assert [piece.kind for piece in axis.pieces if piece.stay.state == "displaying"] == [SCALE, CUT]
    scaled = [piece for piece in axis.pieces if piece.kind == SCALE]
    assert [(piece.right - piece.left) / piece.duration_s for piece in scaled] == pytest.approx(
        [axis.pixels_per_s] * len(scaled)
    )
    assert all(before.right == after.left and before.end <= after.end for before, after in pairwise(axis.pieces))


def test_states_that_take_no_time_stand_next_to_each_other(tmp_path: Path) -> None:
    instant = [ButtonPressed(1.0), ButtonReleased(2.0), SpeechTranscribed(2.0, 1, Transcript("hi"))]
    chosen_at_once = ActionChosen(2.0, 1, Decision("light_on"))
    turn = turns_of(write_trace(tmp_path / "turn.jsonl", [*instant, chosen_at_once]))[1]
    axis = lay_out(turn)
    lefts = [axis.left(stay) for stay in turn.stays]
    assert lefts == sorted(set(lefts))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (75.04, "75.0 s"),
        (12.34, "12.3 s"),
        (0.412, "0.41 s"),
        (0.0412, "41 ms"),
        (0.0014, "1.4 ms"),
        (0.000163, "0.16 ms"),
    ],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_several_traces_have_a_table_over_all_turns(trace: Path, tmp_path: Path) -> None:
    other = write_trace(tmp_path / "other.jsonl", light(1.0, 1))
    parsed = Page(page([read(trace), read(other)], CONFIG))
    assert parsed.problems == []
    assert {"p50", "p95", "max", "n", "transcribing", "first token", "between tokens", "release to card"} <= set(
        parsed.texts["th"]
    )
    assert "2 traces, 6 turns" in parsed.text
    assert len(parsed.attributes("id")) == len(set(parsed.attributes("id")))
    assert any(label.startswith("5 values from 0.40 s to 0.40 s") for label in parsed.attributes("aria-label"))


def test_what_was_typed_has_a_section_too(tmp_path: Path) -> None:
    trace = write_trace(tmp_path / "typed.jsonl", [TextTyped(1.0, text="why is it so"), NothingChosen(1.2, 1)])
    assert main(["report", str(trace)]) == 0
    assert "why is it so" in trace.with_suffix(".html").read_text("utf-8")


def test_a_trace_in_which_nothing_happened(tmp_path: Path) -> None:
    path = write_trace(tmp_path / "turn.jsonl", [])
    header = path.read_text("utf-8").partition("\n")[0] + "\n"
    path.write_text(header, "utf-8")
    parsed = Page(page([read(path)], CONFIG))
    assert parsed.problems == []
    assert "nothing happened" in parsed.text


def test_a_changed_trace_is_reported_as_such(trace: Path, tmp_path: Path) -> None:
    path = tmp_path / "turn.jsonl"
    path.write_text(trace.read_text("utf-8").replace('"text":"turn on"', '"text":"turn off"', 1)[:-1], "utf-8")
    text = Page(page([read(path)], CONFIG)).text
    assert re.search(r"line \d+ is not as it was recorded", text)
    assert "the last line is cut off" in text


def test_pictures_of_other_screens_are_named(trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "turn.jsonl"
    path.write_text(re.sub('"screens":"[0-9a-f]+"', '"screens":"0000"', trace.read_text("utf-8")), "utf-8")
    assert main(["report", str(path)]) == 0
    assert "pictures of turn.jsonl are drawn by another screens.yaml" in capsys.readouterr().out
    assert "another screens.yaml" in Page((tmp_path / "turn.html").read_text("utf-8")).text


def test_the_command_writes_beside_the_trace_and_says_where(
    trace: Path, html: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(trace)]) == 0
    assert f"report: {trace.with_suffix('.html')} (" in capsys.readouterr().out
    assert trace.with_suffix(".html").read_bytes() == html.encode()


def test_the_command_writes_where_it_is_told(trace: Path, tmp_path: Path) -> None:
    output = tmp_path / "new" / "look.html"
    assert main(["report", str(trace), str(trace), "-o", str(output)]) == 0
    assert "2 traces" in output.read_text("utf-8")


def test_the_trace_itself_is_not_overwritten(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = trace.read_bytes()
    assert main(["report", str(trace), "-o", str(trace)]) == 2
    shown = capsys.readouterr().err
    assert "TRC-04" in shown and "would be lost" in shown and "-o" in shown
    assert trace.read_bytes() == before


def test_a_page_that_cannot_be_written_is_explained(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(trace), "-o", str(trace.parent)]) == 2
    shown = capsys.readouterr().err
    assert "TRC-04" in shown and "cannot be written" in shown and "-o" in shown


def test_another_language_is_replayed_in_its_own(trace: Path) -> None:
    recording = read(trace)
    korean = replace(recording, header={**recording.header, "language": "ko"})
    assert page([korean], CONFIG) != page([recording], CONFIG)
