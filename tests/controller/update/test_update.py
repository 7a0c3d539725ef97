"""`roger update` where RAUC is not needed: what a device says of itself, what is refused and why, what is shown."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from controller.commands import update
from controller.errors import Problem, RogerError
from controller.update import installing
from controller.update.device import Device
from controller.update.release import check, numbers, read
from controller.update.status import Status, news, told_now
from tests.updates import Board


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    """Runs 1.2.0 from slot A; its RAUC is what a test makes of it."""
    board = Board(tmp_path / "pi")
    (board.folder / "run/cmdline").write_text("root=PARTUUID=524f4745-05 ro\n", "utf-8")
    (board.folder / "etc/roger-release").write_text('VERSION="1.2.0+gabc"\n', "utf-8")
    for name, value in board.environment.items():
        monkeypatch.setenv(name, value)
    return board


def _rauc(board: Board, *, says: str = "", complains: str = "") -> None:
    board.program("rauc", f"echo '{says}'\necho '{complains}' >&2\nexit {1 if complains else 0}")


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    update.add(parser.add_subparsers())
    args = parser.parse_args(["update", *words])
    return int(args.run(args))


def test_on_a_pc_it_says_what_it_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROGER_ROOT", str(tmp_path))
    for words in (["--status"], ["--rollback"], ["some.raucb"], []):
        with pytest.raises(RogerError, match="UPD-09 this computer does not run the Roger image"):
            _run(*words)


def test_only_root_may(board: Board) -> None:
    with pytest.raises(RogerError, match=r"UPD-10 .*; sudo roger update"):
        installing.check_device(Device(board.folder), 1000)
    installing.check_device(Device(board.folder), 0)


def test_a_release_on_trial_is_not_to_be_built_upon(board: Board) -> None:
    device = Device(board.folder)
    installing.check_settled(device)
    (board.folder / "run/cmdline").write_text("root=PARTUUID=524f4745-06 ro\n", "utf-8")
    with pytest.raises(RogerError, match=r"UPD-11 1\.2\.0\+gabc is still on trial"):
        installing.check_settled(device)


def test_a_device_says_what_it_is(board: Board) -> None:
    device = Device(board.folder)
    assert (device.version, device.compatible, device.running, device.other) == ("1.2.0+gabc", "roger-rpi64", "A", "B")
    assert device.partition("boot", "B") == board.card / "boot1"
    assert not device.holds_release("B")
    assert not device.under_voltage


@pytest.mark.parametrize(
    ("complaint", "code", "words"),
    [
        ("Invalid bundle format: Signature size (7957698292319088138) exceeds bundle size", "UPD-02", "cut off"),
        ("Invalid bundle format: Failed to seek to end of bundle: Error seeking in file", "UPD-02", "cut off"),
        ("signature verification failed: error:1700009E:CMS routines::verification failure", "UPD-02", "damaged"),
        ("signature verification failed: Verify error: self-signed certificate", "UPD-03", "not signed with the key"),
        ("failed to load CA file", "UPD-12", "failed to load CA file"),
    ],
)
def test_what_rauc_complains_about_is_said_in_plain_words(
    board: Board, tmp_path: Path, complaint: str, code: str, words: str
) -> None:
    """The complaints are those of RAUC 1.8."""
    (tmp_path / "a.raucb").touch()
    _rauc(board, complains=complaint)
    with pytest.raises(RogerError, match=rf"{code} .*{words}"):
        read(Device(board.folder), tmp_path / "a.raucb")


def test_a_file_that_is_not_there(board: Board, tmp_path: Path) -> None:
    for path in (tmp_path / "none.raucb", tmp_path):
        with pytest.raises(RogerError, match=r"UPD-01 .* cannot be read"):
            read(Device(board.folder), path)


def test_a_full_data_partition_is_found_before_anything_is_written(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.raucb").touch()
    _rauc(board, says='{"version":"1.3.0","compatible":"roger-rpi64","images":[{"boot":{"size":4}}]}')
    release = read(Device(board.folder), tmp_path / "a.raucb")
    check(Device(board.folder), release)
    full = os.statvfs_result((4096, 4096, 100, 0, 0, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    with pytest.raises(RogerError, match="UPD-07 the data partition is full"):
        check(Device(board.folder), release)


def test_an_installation_that_fails_says_why_in_raucs_words(board: Board, tmp_path: Path) -> None:
    (tmp_path / "a.raucb").touch()
    _rauc(board, says='{"version":"1.3.0","compatible":"roger-rpi64","images":[]}')
    release = read(Device(board.folder), tmp_path / "a.raucb")
    board.program("rauc", "echo ' 80% Updating slots'; echo 'LastError: I/O error on rootfs.1'; exit 1")
    seen = []
    with pytest.raises(RogerError, match=r"UPD-12 1\.3\.0 could not be installed: I/O error on rootfs\.1"):
        installing.install(Device(board.folder), release, lambda percent, text: seen.append((percent, text)))
    assert seen == [(80, "Updating slots")]


@pytest.mark.parametrize(
    ("older", "newer"), [("1.9.0", "1.10"), ("1.2.0+gabc", "1.2.1"), ("v0.9", "1.0-rc1"), ("", "0.1")]
)
def test_versions_are_compared_by_number(older: str, newer: str) -> None:
    assert numbers(older) < numbers(newer)


def test_the_commit_does_not_make_a_version_newer() -> None:
    assert numbers("1.2.0+gabc") == numbers("1.2.0+g012")


def test_what_became_of_an_update_is_told_once_and_an_undone_one_until_the_next(board: Board) -> None:
    device = Device(board.folder)
    assert news(device) is None
    device.notice.parent.mkdir()
    device.notice.write_text("updated 1.2.0\n", "utf-8")
    assert told_now(device) == Problem("UPD-15", "Roger 1.2.0 is new here", "Roger 1.2.0 runs")
    device.notice.unlink()
    (board.state / "undone").write_text("undone 1.3.0 Roger was not ready within 300 s\n", "utf-8")
    assert told_now(device) is None
    told = news(device)
    assert told is not None
    assert (told.code, told.message) == ("UPD-13", "the update to 1.3.0 was undone: Roger was not ready within 300 s")
    (board.state / "undone").write_text("", "utf-8")
    assert news(device) is None


def test_the_status_in_words() -> None:
    shown = update.lines(Status("1.2.0", "A", True, "", "1.3.0", Problem("UPD-13", "the update was undone")))
    assert shown == [
        "runs    1.2.0 (slot A), on trial: it is kept once Roger has been ready for a while",
        "other   none yet",
        "next    the next restart tries 1.3.0",
        "last    UPD-13 the update was undone",
    ]


def test_nothing_to_go_back_to(board: Board) -> None:
    with pytest.raises(RogerError, match="UPD-14"):
        installing.try_other(Device(board.folder))
    assert not (board.folder / "run/reboot-param").exists()
