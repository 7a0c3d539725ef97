"""Which release starts: tryboot-backend and roger-trial, killed at any moment, with what the boot ROM makes of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.updates import BACKEND, SCRIPTS, Board, boot_partition, make_release, missing_tools

WHY = missing_tools()
pytestmark = pytest.mark.skipif(bool(WHY), reason=WHY)

AUTOBOOT = (SCRIPTS / "autoboot.txt").read_text("utf-8")
STEPS = ("awk", "cat", "dd", "grep", "mkdir", "mountpoint", "mv", "rm", "sed", "stat", "sync", "tr", "wc")
"""The programs that the backend calls, each a moment at which the plug can be pulled."""
READY = 'printf "ActiveState=active\\nInvocationID=1\\n"'


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    return {version: make_release(tmp_path_factory.mktemp("release"), version) for version in ("1.0.0", "2.0.0")}


@pytest.fixture
def board(tmp_path: Path, releases: dict[str, tuple[Path, Path]]) -> Board:
    """Runs 1.0.0 from slot A, with 2.0.0 written next to it and not yet tried."""
    board = Board(tmp_path / "pi")
    board.flash(*releases["1.0.0"])
    _write_b(board, *releases["2.0.0"])
    assert board.start() == "1.0.0"
    board.backend("set-state", "B", "bad")
    return board


def _write_b(board: Board, boot: Path, root: Path) -> None:
    """By the hook that is in every bundle."""
    slot = {"RAUC_SLOT_NAME": "boot.1", "RAUC_SLOT_DEVICE": str(board.card / "boot1"), "RAUC_IMAGE_NAME": str(boot)}
    subprocess.run([str(SCRIPTS / "hook.sh"), "slot-install"], env=board.environment | slot, check=True)
    with (board.card / "root1").open("r+b") as file:
        file.write(root.read_bytes())


def _try_b(board: Board) -> None:
    board.backend("set-primary", "B")
    (board.state / "pending").write_text("slot=B\nversion=2.0.0\nfrom=1.0.0\n", "utf-8")
    assert board.start() == "2.0.0"


def test_the_file_on_the_card_is_the_one_that_the_backend_writes(board: Board) -> None:
    board.autoboot.unlink()
    assert board.backend("heal") == ""
    assert board.autoboot.read_text("utf-8") == AUTOBOOT
    assert boot_partition(AUTOBOOT) == 2
    assert boot_partition(AUTOBOOT, tryboot=True) == 3


def test_a_release_is_tried_once(board: Board) -> None:
    _try_b(board)
    assert board.backend("get-primary") == "A"
    assert board.start() == "1.0.0"


def test_a_pulled_plug_instead_of_the_restart_starts_the_old_one(board: Board) -> None:
    board.backend("set-primary", "B")
    assert board.backend("get-primary") == "B"
    assert board.pull_plug() == "1.0.0"


def test_a_release_that_was_marked_good_stays(board: Board) -> None:
    _try_b(board)
    assert board.backend("get-state", "B") == "bad"
    board.backend("set-state", "B", "good")
    assert (board.backend("get-state", "B"), board.backend("committed")) == ("good", "B")
    assert board.pull_plug() == "2.0.0"


def test_the_release_that_starts_is_never_written_over_nor_another_one_kept_than_what_runs(board: Board) -> None:
    _try_b(board)
    for what in (("set-state", "A", "bad"), ("set-state", "A", "good")):
        with pytest.raises(subprocess.CalledProcessError):
            board.backend(*what)
    assert board.pull_plug() == "1.0.0"


def test_another_choice_before_the_restart_counts(board: Board) -> None:
    board.backend("set-primary", "B")
    board.backend("set-primary", "A")
    assert board.start() == "1.0.0"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("edited", [False, True], ids=["in place", "as a new file"])
def test_killed_between_any_two_steps_of_keeping_a_release_one_of_the_two_starts(
    board: Board, when: str, edited: bool
) -> None:
    _try_b(board)
    if edited:  # its length is another one, so it cannot be written in place
        board.autoboot.write_text(AUTOBOOT + "# my own remark\n", "utf-8")
    kept, card = board.autoboot.read_text("utf-8"), board.folder / "card"
    reached, step = True, 0
    while reached:
        step += 1
        board.autoboot.write_text(kept, "utf-8")
        reached = _killed_at(board, step, when, "set-state", "B", "good")
        text = board.autoboot.read_text("utf-8")
        assert boot_partition(text) in (2, 3), text
        assert (card / "boot1").exists()
        board.backend("heal")
        assert board.backend("committed") in ("A", "B")
    assert step > 5
    assert board.backend("committed") == "B"
    assert not list(board.autoboot.parent.glob("*.new"))


def _killed_at(board: Board, step: int, when: str, *what: str) -> bool:
    """Kill the backend before or after the program that it calls as number `step`; False if it ended before."""
    counter = board.folder / "count"
    counter.write_text("", "utf-8")
    for name in STEPS:
        real = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
        kill = f'[ "$(/usr/bin/wc -c <{counter})" != {step} ] || kill -9 0'
        lines = [f"printf x >>{counter}", kill, f'{real} "$@"'] if when == "before" else []
        lines = lines or [f'{real} "$@"', "status=$?", f"printf x >>{counter}", kill, "exit $status"]
        board.program(name, "\n".join(lines))
    command = [str(BACKEND), *what]
    done = subprocess.run(command, env=board.environment, start_new_session=True, capture_output=True, check=False)
    for name in STEPS:
        (board.folder / "programs" / name).unlink()
    return done.returncode == -9


@pytest.mark.parametrize("length", range(0, len(AUTOBOOT), 7))
def test_a_sector_that_was_half_written_starts_a_release_and_is_mended(board: Board, length: int) -> None:
    _try_b(board)
    board.backend("set-state", "B", "good")
    after = board.autoboot.read_text("utf-8")
    for torn in (AUTOBOOT[:length] + after[length:], after[:length] + AUTOBOOT[length:], after[:length], "\0" * length):
        board.autoboot.write_text(torn, "utf-8")
        assert board.start() in ("1.0.0", "2.0.0")
        board.trial("booted")
        assert board.backend("committed") == board.slot


@pytest.mark.parametrize("line", ["# a remark", "boot_watchdog_timeout=30", "[none]\nboot_partition=2"])
def test_what_somebody_adds_to_the_file_keeps_no_release_that_is_on_trial(board: Board, line: str) -> None:
    board.autoboot.write_text(f"{AUTOBOOT}{line}\r\n", "utf-8")
    _try_b(board)
    board.trial("booted")
    assert board.backend("committed") == "A"
    assert board.start() == "1.0.0"


def test_without_autoboot_txt_the_first_boot_partition_starts(board: Board) -> None:
    board.autoboot.unlink()
    assert board.start() == "1.0.0"
    board.trial("booted")
    assert board.backend("committed") == "A"


def test_a_release_in_which_roger_stays_ready_is_kept(board: Board) -> None:
    _rauc_marks(board)
    _try_b(board)
    board.program("systemctl", READY)
    board.trial("booted")
    assert (board.folder / "run/roger-update/notice").read_text("utf-8") == "updated 2.0.0\n"
    done = board.trial("watch", ROGER_STABLE_S="0")
    assert done.returncode == 0, done.stderr
    assert board.pull_plug() == "2.0.0"
    assert not (board.state / "pending").exists()
    board.trial("booted")
    assert not (board.folder / "run/roger-update/notice").exists()


@pytest.mark.parametrize(
    ("systemctl", "why"),
    [
        ('printf "ActiveState=activating\\nInvocationID=1\\n"', "Roger was not ready within 1 s"),
        ('read n _ </proc/uptime; printf "ActiveState=active\\nInvocationID=$n\\n"', "Roger did not stay ready"),
    ],
    ids=["never ready", "falls over again and again"],
)
def test_a_release_in_which_it_does_not_is_left(board: Board, systemctl: str, why: str) -> None:
    _try_b(board)
    board.program("systemctl", f'[ "$1" = show ] || {{ echo "$@" >"{board.folder}/asked"; exit 0; }}\n{systemctl}')
    board.trial("watch", ROGER_STABLE_S="30", ROGER_TRIAL_S="1")
    assert (board.folder / "asked").read_text("utf-8") == "reboot\n"
    assert board.start() == "1.0.0"
    board.trial("booted")
    assert (board.folder / "run/roger-update/notice").read_text("utf-8") == f"undone 2.0.0 {why}\n"
    assert (board.state / "undone").exists()


def test_a_release_that_cannot_be_kept_is_left(board: Board) -> None:
    _try_b(board)
    board.program("systemctl", f'[ "$1" = show ] && {READY} || echo "$@" >"{board.folder}/asked"')
    board.program("rauc", "exit 1")
    board.trial("watch", ROGER_STABLE_S="0")
    assert (board.folder / "asked").read_text("utf-8") == "reboot\n"
    assert board.start() == "1.0.0"


def test_one_that_hung_or_panicked_or_lost_power_is_told_of(board: Board) -> None:
    _try_b(board)
    assert board.pull_plug() == "1.0.0"
    board.trial("booted")
    notice = (board.folder / "run/roger-update/notice").read_text("utf-8")
    assert notice == "undone 2.0.0 it ended before Roger was ready\n"


def test_outside_a_trial_nothing_is_watched(board: Board) -> None:
    board.program("systemctl", f'echo "$@" >"{board.folder}/asked"')
    assert board.trial("watch").returncode == 0
    assert not (board.folder / "asked").exists()


def test_a_card_whose_first_partition_cannot_be_read_is_on_trial_if_the_firmware_says_so(board: Board) -> None:
    board.autoboot.unlink()
    board.program("systemctl", f'[ "$1" = show ] || echo "$@" >"{board.folder}/asked"\necho ActiveState=failed')
    board.trial("watch", ROGER_TRIAL_S="0")
    assert not (board.folder / "asked").exists()
    (board.folder / "run/tryboot").write_bytes(b"\0\0\0\1")
    board.trial("watch", ROGER_TRIAL_S="0")
    assert (board.folder / "asked").exists()


def test_the_hook_refuses_a_release_that_names_no_root(board: Board, tmp_path: Path) -> None:
    line = tmp_path / "cmdline.txt"
    line.write_text("root=/dev/mmcblk0p2\n", "utf-8")
    subprocess.run(["mcopy", "-o", "-i", str(board.card / "boot0"), str(line), "::/cmdline.txt"], check=True)
    slot = {"RAUC_SLOT_NAME": "boot.1", "RAUC_SLOT_DEVICE": str(board.card / "boot1")}
    environment = board.environment | slot | {"RAUC_IMAGE_NAME": str(board.card / "boot0")}
    done = subprocess.run(
        [str(SCRIPTS / "hook.sh"), "slot-install"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "names no root" in done.stderr


def _rauc_marks(board: Board) -> None:
    """RAUC's part of mark-good; tests/controller/update has the real one."""
    board.program("rauc", f'[ "$*" = "status mark-good" ] && {BACKEND} set-state "$({BACKEND} get-current)" good')
