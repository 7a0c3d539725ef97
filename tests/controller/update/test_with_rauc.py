"""Real RAUC on real bundles: what it takes, what it refuses, and that a killed install leaves the old release."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.commands import update
from controller.errors import RogerError
from controller.update import installing
from controller.update.device import Device
from controller.update.release import check, read
from controller.update.status import FLASHED, status
from tests.updates import Board, make_bundle, make_image, make_key, make_release, missing_rauc

WHY = missing_rauc()
pytestmark = [pytest.mark.skipif(bool(WHY), reason=WHY), pytest.mark.slow]

FILLER = random.Random(7).randbytes(16 << 20)
"""So that there is something to write."""


@dataclass(frozen=True)
class Made:
    """Releases as `make release` makes them, by a key of ours."""

    key: Path
    old: tuple[Path, Path]
    bundles: dict[str, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    key = make_key(folder / "keys")
    bundles: dict[str, Path] = {}
    releases: dict[str, tuple[Path, Path]] = {}
    for version in ("1.0.0", "1.1.0", "0.9.0"):
        (folder / version).mkdir()
        releases[version] = make_release(folder / version, version, FILLER)
        make_image(folder / f"{version}.img", *releases[version])
        bundles[version] = make_bundle(folder / f"{version}.img", folder / f"{version}.raucb", key)
    image = folder / "1.1.0.img"
    bundles["of others"] = make_bundle(image, folder / "others.raucb", make_key(folder / "other keys"))
    bundles["for others"] = make_bundle(image, folder / "for-others.raucb", key, COMPATIBLE="toaster")
    return Made(key, releases["1.0.0"], bundles)


class Running:
    """A board whose RAUC answers, on a bus of its own."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.device = Device(board.folder)
        self._service: subprocess.Popen[bytes] | None = None

    @contextmanager
    def bus(self) -> Iterator[None]:
        """For as long as it lasts, programs find each other."""
        command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as bus:
            assert bus.stdout is not None
            address = bus.stdout.readline().strip()
            self.board.environment |= {"DBUS_SESSION_BUS_ADDRESS": address, "DBUS_STARTER_BUS_TYPE": "session"}
            try:
                yield
            finally:
                self.kill()
                bus.terminate()

    def start(self, version: str, pull_plug: bool = False) -> None:
        """Restart the board, and see what runs."""
        self.kill()
        assert (self.board.pull_plug() if pull_plug else self.board.start()) == version
        # in a mount namespace of its own, as under systemd: whatever it mounted ends with it
        command = ["unshare", "--mount", "rauc", f"--conf={self.board.system_conf}", "service"]
        self._service = subprocess.Popen(
            [*command, f"--override-boot-slot={self.board.slot}"],
            env=self.board.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        answers = ["gdbus", "wait", "--session", "--timeout", "60", "de.pengutronix.rauc"]
        subprocess.run(answers, env=self.board.environment, check=True)

    def kill(self) -> None:
        """RAUC and its hooks end as if the plug had been pulled."""
        if self._service:
            os.killpg(self._service.pid, signal.SIGKILL)
            self._service.wait()
            self._service = None


@pytest.fixture
def pi(tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Runs 1.0.0 as it was flashed, and trusts our key."""
    running = Running(board := Board(tmp_path / "pi"))
    shutil.copy(made.key / "release.cert.pem", board.folder / "etc/rauc/keyring.pem")
    board.flash(*made.old)
    board.program("systemctl", f'echo "$@" >>"{board.folder}/systemctl"')
    with running.bus():
        for name, value in board.environment.items():
            monkeypatch.setenv(name, value)
        running.start("1.0.0")
        yield running


def _update(*words: str) -> int:
    parser = argparse.ArgumentParser()
    update.add(parser.add_subparsers())
    args = parser.parse_args(["update", *words])
    return int(args.run(args))


def _refused(pi: Running, bundle: Path, code: str) -> str:
    """`roger update` refuses a bundle, and nothing has changed."""
    card = {path.name: path.stat().st_mtime_ns for path in pi.board.card.iterdir()}
    with pytest.raises(RogerError, match=code) as refused:
        _update(str(bundle))
    assert {path.name: path.stat().st_mtime_ns for path in pi.board.card.iterdir()} == card
    pi.start("1.0.0")
    return str(refused.value)


def test_a_good_release_is_tried_kept_and_left_again(
    pi: Running, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _update(str(made.bundles["1.1.0"])) == 0
    said = capsys.readouterr().out
    assert "100% Installing done." in said
    assert "restarting to try 1.1.0" in said
    assert (pi.board.folder / "systemctl").read_text("utf-8") == "reboot --reboot-argument=0 tryboot\n"
    assert status(pi.device).next == "1.1.0"

    pi.start("1.1.0")
    assert status(pi.device).on_trial
    with pytest.raises(RogerError, match="UPD-11"):  # nothing may be written over 1.0.0 now
        _update(str(made.bundles["1.1.0"]))
    subprocess.run(["rauc", "status", "mark-good"], env=pi.board.environment, check=True, capture_output=True)
    now = status(pi.device)
    assert (now.version, now.slot, now.on_trial, now.other) == ("1.1.0", "B", False, FLASHED)
    pi.start("1.1.0", pull_plug=True)

    assert _update("--rollback") == 0
    assert "restarting to try as flashed" in capsys.readouterr().out
    pi.start("1.0.0")
    pi.start("1.1.0", pull_plug=True)  # one start is no promise
    assert _update("--rollback", "--no-restart") == 0
    pi.start("1.0.0")
    subprocess.run(["rauc", "status", "mark-good"], env=pi.board.environment, check=True, capture_output=True)
    pi.start("1.0.0", pull_plug=True)
    assert status(pi.device).other == "1.1.0"


def test_one_that_is_not_kept_is_gone_with_the_power_and_can_be_installed_again(pi: Running, made: Made) -> None:
    for _ in range(2):
        assert _update(str(made.bundles["1.1.0"])) == 0
        pi.start("1.1.0")
        pi.start("1.0.0", pull_plug=True)
        assert pi.board.trial("booted").returncode == 0
        news = status(pi.device).news
        assert news is not None
        assert (news.code, "1.1.0" in news.message) == ("UPD-13", True)
        with pytest.raises(RogerError, match="UPD-14"):
            _update("--rollback")


def test_one_of_somebody_else_is_refused(pi: Running, made: Made) -> None:
    assert "was not signed with the key of this image" in _refused(pi, made.bundles["of others"], "UPD-03")


@pytest.mark.parametrize("where", [100, 0.3, 0.9, -3000], ids=["head", "root", "boot", "signature"])
def test_one_that_was_tampered_with_is_refused(pi: Running, made: Made, tmp_path: Path, where: float) -> None:
    content = bytearray(made.bundles["1.1.0"].read_bytes())
    at = int(where * len(content)) if 0 < where < 1 else int(where)
    content[at] ^= 1
    (tmp_path / "bad.raucb").write_bytes(content)
    _refused(pi, tmp_path / "bad.raucb", "UPD-0[23]")


@pytest.mark.parametrize("part", [0, 0.01, 0.5, 0.999])
def test_one_that_is_cut_off_is_refused(pi: Running, made: Made, tmp_path: Path, part: float) -> None:
    content = made.bundles["1.1.0"].read_bytes()
    (tmp_path / "cut.raucb").write_bytes(content[: int(part * len(content))])
    assert "cut off" in _refused(pi, tmp_path / "cut.raucb", "UPD-02")


def test_one_for_another_device_is_refused(pi: Running, made: Made) -> None:
    assert "is for toaster, and this is roger-rpi64" in _refused(pi, made.bundles["for others"], "UPD-04")


def test_an_older_one_only_if_it_is_asked_for(pi: Running, made: Made) -> None:
    assert "0.9.0, older than 1.0.0" in _refused(pi, made.bundles["0.9.0"], "UPD-05")
    assert _update("--allow-older", str(made.bundles["0.9.0"])) == 0
    pi.start("0.9.0")


def test_the_one_that_runs_is_not_written_again(pi: Running, made: Made) -> None:
    _refused(pi, made.bundles["1.0.0"], "UPD-06")


def test_one_that_does_not_fit_is_refused(pi: Running, made: Made) -> None:
    with (pi.board.card / "root1").open("r+b") as file:
        file.truncate(1 << 12)
    _refused(pi, made.bundles["1.1.0"], "UPD-07")


def test_a_weak_power_supply_is_not_trusted(pi: Running, made: Made) -> None:
    throttled = pi.board.folder / "sys/module/roger_firmware/parameters/throttled"
    throttled.parent.mkdir(parents=True)
    throttled.write_text("0x50005\n", "ascii")
    with pytest.raises(RogerError, match="UPD-08"):
        _update(str(made.bundles["1.1.0"]))
    throttled.write_text("0x50000\n", "ascii")  # it was too weak once, and is not now
    check(pi.device, read(pi.device, made.bundles["1.1.0"]))


MOMENTS = ("Verifying signature", "Checking slot rootfs.1", "Copying image to rootfs.1", "Copying image to boot.1")


@pytest.mark.parametrize("moment", [*MOMENTS, "Copying image to boot.1 done", "Installing done"])
def test_a_plug_that_is_pulled_while_it_is_written_leaves_the_old_one(pi: Running, made: Made, moment: str) -> None:
    release = read(pi.device, made.bundles["1.1.0"])
    seen = []

    def at(percent: int, text: str) -> None:
        seen.append(text)
        if text.startswith(moment):
            pi.kill()

    try:
        installing.install(pi.device, release, at)
    except RogerError as error:
        assert error.problem.code == "UPD-12"
    assert any(text.startswith(moment) for text in seen)
    pi.start("1.0.0", pull_plug=True)
    assert pi.board.backend("committed") == "A"
    assert _update(str(made.bundles["1.1.0"])) == 0
    pi.start("1.1.0")


def test_a_plug_that_is_pulled_in_the_middle_of_a_partition_leaves_the_old_one(pi: Running, made: Made) -> None:
    half = f"dd if=$RAUC_IMAGE_NAME of=$RAUC_SLOT_DEVICE bs=1M count=4 conv=notrunc; touch {pi.board.folder}/half"
    pi.board.program("dd", f'PATH=/usr/bin:/bin\n[ -n "$RAUC_SLOT_NAME" ] || exec dd "$@"\n{half}\nsleep 600')
    pi.start("1.0.0")

    def pull() -> None:
        while not (pi.board.folder / "half").exists():
            threading.Event().wait(0.01)
        pi.kill()

    puller = threading.Thread(target=pull)
    puller.start()
    with pytest.raises(RogerError, match="UPD-12"):
        _update(str(made.bundles["1.1.0"]))
    puller.join()
    (pi.board.folder / "programs/dd").unlink()
    pi.start("1.0.0", pull_plug=True)
    with pytest.raises(RogerError, match="UPD-14"):
        _update("--rollback")  # half a release is none to go back to
    assert _update(str(made.bundles["1.1.0"])) == 0
    pi.start("1.1.0")


def test_a_plug_that_is_pulled_at_any_time_leaves_the_old_one(pi: Running, made: Made) -> None:
    dice = random.Random(2)
    release = read(pi.device, made.bundles["1.1.0"])
    halves = 0
    for _ in range(12):
        killing = threading.Timer(dice.uniform(0, 0.5), pi.kill)
        killing.start()
        try:
            installing.install(pi.device, release, lambda percent, text: None)
        except RogerError as error:
            halves += error.problem.code == "UPD-12"
        killing.join()
        pi.start("1.0.0", pull_plug=True)
        assert pi.board.backend("committed") == "A"
    assert halves > 0
    assert _update(str(made.bundles["1.1.0"])) == 0
    pi.start("1.1.0")


def test_whoever_brought_the_file_cannot_change_it_any_more_once_it_is_being_installed(
    pi: Running, made: Made, tmp_path: Path
) -> None:
    brought = tmp_path / "brought.raucb"
    shutil.copy(made.bundles["1.1.0"], brought)
    os.chown(brought, 1000, 1000)
    assert _update(str(brought)) == 0
    assert (brought.stat().st_uid, brought.stat().st_mode & 0o022) == (0, 0)
