"""The examination as a whole: what it makes of checks that fall over or hang, what it prints, and the cards."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from controller.background import Background
from controller.cli import main
from controller.commands.doctor import examined_by
from controller.doctor import cards, examination
from controller.doctor.case import Case
from controller.doctor.examination import CHECKS, Examined, examine
from controller.doctor.finding import Finding, fault, ok, warning, worst
from controller.doctor.report import as_json, exit_status
from controller.errors import RogerError
from controller.view import load_texts, words
from tests.controller.doctor.patient import FakeDisplay, Patient

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "doctor.md").read_text("utf-8")


def made(patient: Patient, monkeypatch: pytest.MonkeyPatch, check: Any, limit_s: float = 30.0) -> Finding:
    """What comes of one check."""
    monkeypatch.setattr(examination, "CHECKS", {"it": check})
    monkeypatch.setattr(examination, "LIMIT_S", limit_s)
    found: list[Examined] = []
    examine(patient.case(), ["it"], found.append, lambda name: None)
    return found[0].findings[-1]


def test_a_check_that_raises_is_a_fault_with_the_adapters_words(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(case: Case) -> Iterator[Finding]:
        yield ok("so far")
        raise RogerError("DSP-01", "no display", "check the wires")

    finding = made(patient, monkeypatch, check)
    assert (finding.code, finding.text, finding.remedy) == ("DSP-01", "no display", "check the wires")


def test_a_check_that_hangs_does_not_keep_the_others(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    for_ever = threading.Event()

    def check(case: Case) -> Iterator[Finding]:
        for_ever.wait()
        yield ok("never")

    finding = made(patient, monkeypatch, check, limit_s=0.05)
    for_ever.set()
    assert (finding.code, finding.status) == ("SYS-08", "fault")


def test_a_fault_in_a_check_is_told_as_that(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(case: Case) -> Iterator[Finding]:
        yield ok(str(1 // len(case.issues)))

    assert made(patient, monkeypatch, check).code == "SYS-01"


def test_ctrl_c_lets_go_of_what_is_open(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()

    def check(case: Case) -> Iterator[Finding]:
        try:
            yield ok("open")
            case.wait(60)
        finally:
            closed.set()

    def interrupted(self: Any, limit_s: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Background, "next", interrupted)
    with pytest.raises(KeyboardInterrupt):
        made(patient, monkeypatch, check)
    assert closed.wait(10)


def test_the_exit_status_is_the_worst() -> None:
    def of(*findings: Finding) -> int:
        return exit_status([Examined("it", findings, 0.0)])

    assert of(ok("a")) == 0
    assert of(ok("a"), warning("SYS-05", "b", "c")) == 1
    assert of(warning("SYS-05", "b", "c"), fault("SYS-05", "b", "c"), ok("a")) == 2
    assert worst([]) == "ok"


def test_the_report_has_the_keys_that_the_page_explains(patient: Patient) -> None:
    finding = fault("MIC-01", "there is no microphone", "plug one in", rate_hz=48_000)
    report = as_json([Examined("microphone", (finding,), 0.25)], "0.1.0", "Pi", patient.case().clock.wall())
    check = report["checks"][0]
    keys = [*report, *check, *check["findings"][0]]
    explained = re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE)
    assert [key for key in keys if key not in explained] == []
    assert json.loads(json.dumps(report)) == report
    assert report["status"] == "fault"


@pytest.mark.parametrize("name", CHECKS)
def test_the_page_explains_every_check(name: str) -> None:
    assert f"| {name} |" in PAGE


def printed(patient: Patient, *names: str, terminal: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=80, highlight=False, color_system=None)
    return examined_by(patient.case(), names, False, console), out.getvalue()


def test_each_finding_is_a_line_and_each_remedy_another(patient: Patient) -> None:
    patient.ports.on_buses = {1: []}
    status, text = printed(patient, "gpio", "i2c")
    assert status == 2
    assert text == (
        "Roger doctor   Raspberry Pi 5 Model B Rev 1.0\n\n"
        "✓ gpio          pinctrl-rp1 drives the header, /dev/gpiochip0\n"
        "✓               the button's GPIO21 is free, and not pressed\n"
        "✓ i2c           bus 1: nothing answers\n"
        "✗               DSP-01 no display answers at 0x3C on bus 1\n"
        "                → check the wires: VCC to 3V3 (1), SDA to GPIO2 (3), SCL to GPIO3 (5), GND to GND (9)\n\n"
        f"1 fault in {text.rsplit(' ', 2)[1]} s\n"
    )


def test_on_a_terminal_the_lines_are_folded_under_their_texts(patient: Patient) -> None:
    patient.ports.on_buses = {1: []}
    _, text = printed(patient, "i2c", terminal=True)
    assert re.search(r"→ check the wires: .*\n {16}\S", text)


def test_the_result_is_shown_on_the_display(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Case, "wait", lambda self, seconds: None)
    patient.options["quick"] = False
    printed(patient, "display")
    screen = patient.ports.screen
    assert isinstance(screen, FakeDisplay)
    expected = cards.scenes(patient.config, [])[0]
    assert screen.drawn[-1].tobytes() == next(cards.frames(expected, patient.config))[0].tobytes()


@pytest.mark.parametrize(("language", "says"), [("en", "All well"), ("ko", "모두 좋아요")])
def test_all_well_in_the_users_language(patient: Patient, language: str, says: str) -> None:
    patient.settings(language=language)
    [scene] = cards.scenes(patient.config, [Examined("gpio", (ok("it is"),), 0.0)])
    assert says in words(scene, 0.0, patient.config.screens, load_texts(language))


@pytest.mark.parametrize(("language", "says"), [("en", "plug one in"), ("ko", "꽂혀 있는지")])
def test_a_card_for_each_fault_the_worst_first(patient: Patient, language: str, says: str) -> None:
    patient.settings(language=language)
    slow = warning("DSP-03", "bus 1 is slow", "put it up")
    gone = fault("MIC-01", "there is no microphone", "plug one in")
    shown = cards.scenes(patient.config, [Examined("it", (ok("a"), slow, gone), 0.0)])
    texts = [" ".join(words(scene, 0.0, patient.config.screens, load_texts(language))) for scene in shown]
    assert [text.split()[0] for text in texts] == ["MIC-01", "DSP-03"]
    assert says in texts[0]


def test_a_card_stays_until_it_can_have_been_read(patient: Patient) -> None:
    gone = fault("SYS-07", "a package is missing: " + "one two three four five " * 6, "sh scripts/setup.sh device")
    [scene] = cards.scenes(patient.config, [Examined("it", (gone,), 0.0)])
    shown = list(cards.frames(scene, patient.config))
    assert 3 < sum(stays for _, stays in shown) <= cards.LONGEST_S
    assert len({np.asarray(image).tobytes() for image, _ in shown}) > 1, "a long text scrolls"


def test_a_broken_configuration_is_told_with_its_line_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "roger.yaml").write_text("button:\n  pinn: GPIO5\n")
    assert main(["doctor", "--config", str(tmp_path), "--only", "configuration,memory", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    codes = [finding["code"] for finding in report["checks"][0]["findings"]]
    assert "CFG-04" in codes
    assert report["checks"][1]["name"] == "memory"


def test_a_check_that_does_not_exist_is_refused_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["doctor", "--only", "microfone"])
    assert caught.value.code == 2
    assert 'there is no check "microfone"; there are: configuration' in capsys.readouterr().err


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in CHECKS)
    assert "exit status: 0 all well, 1 warnings, 2 faults" in text
