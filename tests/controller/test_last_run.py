"""How a run ended is known to the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.last_run import CLEAN, ENDED, FAULT, HUNG, RUN, Ending, RunFile


def begin(folder: Path, boot: str = "boot 1") -> Ending:
    """The next run, which is killed at once."""
    run = RunFile(folder, boot)
    if run._file:
        run._file.close()
    return run.before


def code(ending: Ending) -> str:
    return ending.problem.code if ending.problem else ""


def test_the_first_run_knows_of_none(tmp_path: Path) -> None:
    assert begin(tmp_path / "new") == Ending()


def test_a_clean_end_is_no_news(tmp_path: Path) -> None:
    RunFile(tmp_path, "boot 1").close()
    assert begin(tmp_path) == Ending(CLEAN)


def test_a_run_that_vanished_was_killed(tmp_path: Path) -> None:
    begin(tmp_path)
    before = begin(tmp_path)
    assert (before.how, code(before), before.alarming) == ("killed", "SRV-02", True)


def test_after_another_boot_the_power_was_cut_which_alarms_nobody(tmp_path: Path) -> None:
    begin(tmp_path, "boot 1")
    before = begin(tmp_path, "boot 2")
    assert (before.how, code(before), before.alarming) == ("power", "SRV-04", False)


@pytest.mark.parametrize(
    ("said", "how", "message"),
    [
        ("watchdog killed ABRT", HUNG, "Roger hung and was restarted: its loop stood still"),
        ("watchdog dumped ABRT", HUNG, "Roger hung and was restarted: its loop stood still"),
        ("signal killed SEGV", "killed", "Roger was killed by SEGV"),
        ("oom-kill killed KILL", "killed", "Roger was killed: the memory was full"),
        ("success killed TERM", CLEAN, ""),
        ("nonsense", "killed", "Roger was killed"),
    ],
)
def test_systemd_knows_more(tmp_path: Path, said: str, how: str, message: str) -> None:
    begin(tmp_path)
    (tmp_path / ENDED).write_text(f"{said}\n")
    before = begin(tmp_path)
    assert before.how == how
    assert (before.problem.message if before.problem else "") == message
    assert "killed" in begin(tmp_path).how, "what systemd said counts for one run only"


def test_what_was_noted_last_counts(tmp_path: Path) -> None:
    RunFile(tmp_path, "boot 1").close(FAULT, "ValueError('no') in loop.py:51")
    assert code(begin(tmp_path)) == "SRV-01"
    RunFile(tmp_path, "boot 1").close(HUNG, "hearing hangs since 51 s")
    before = begin(tmp_path, "boot 2")
    assert before.problem
    assert before.problem.code == "SRV-03"
    assert before.problem.message == "Roger hung and was restarted: hearing hangs since 51 s"


@pytest.mark.parametrize("content", [b'{"how": "clea', b"\0" * 40, b"[]"])
def test_a_note_that_was_cut_in_two_says_that_it_ran(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RUN).write_bytes(content)
    assert begin(tmp_path).how == "power"


def test_a_second_roger_knows_nothing_of_the_first_and_spoils_nothing(tmp_path: Path) -> None:
    first = RunFile(tmp_path, "boot 1")
    second = RunFile(tmp_path, "boot 1")
    assert second.before == Ending()
    second.close()
    first.close()
    assert begin(tmp_path) == Ending(CLEAN)


def test_a_disk_that_cannot_be_written_stops_nobody() -> None:
    run = RunFile(Path("/proc/nowhere"))
    assert run.before == Ending()
    run.close()
