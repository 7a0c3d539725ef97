"""What the doctor says of memory, disk, clock, power, service and versions."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from controller.doctor import configuration, disk, memory, power, service, time_of_day, versions
from controller.doctor.holders import holder_of, running_roger
from controller.doctor.host import Host, run_program
from controller.doctor.installed import Installed, installed
from tests.controller.doctor.patient import Patient


def meminfo(available_mb: int) -> str:
    return f"MemTotal:        949116 kB\nMemFree:   1 kB\nMemAvailable:   {available_mb * 1024} kB\n"


@pytest.mark.parametrize(("free", "status"), [(600, "ok"), (200, "warning"), (50, "fault")])
def test_memory_is_judged_by_what_can_be_had(patient: Patient, free: int, status: str) -> None:
    patient.write("/proc/meminfo", meminfo(free))
    [finding] = patient.examined(memory.check)
    assert (finding.status, finding.code) == (status, "" if status == "ok" else "SYS-02")
    assert finding.figures == {"total_mb": 926, "available_mb": free}


def test_little_memory_beside_a_running_roger_is_as_it_should_be(patient: Patient) -> None:
    patient.roger()
    patient.write("/proc/meminfo", meminfo(200))
    assert [finding.status for finding in patient.examined(memory.check)] == ["ok"]


def test_what_the_kernel_had_to_end_is_told(patient: Patient) -> None:
    patient.write("/proc/meminfo", meminfo(600))
    patient.write("/proc/vmstat", "nr_free_pages 1\noom_kill 2\n")
    assert patient.examined(memory.check)[1].code == "SYS-02"


@pytest.fixture
def state(patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


def test_the_folder_that_roger_writes_to_is_written_to_and_left_as_it_was(patient: Patient, state: Path) -> None:
    [finding] = patient.examined(disk.check)
    assert (finding.status, finding.figures["folder"]) == ("ok", str(state))
    assert not state.exists()


def test_a_disk_without_room_is_a_fault(
    patient: Patient, state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = type("Usage", (), {"free": 5_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda place: usage)
    [finding] = patient.examined(disk.check)
    assert (finding.status, finding.code) == ("fault", "SYS-03")


def test_a_folder_that_cannot_be_written_to_is_a_fault(
    patient: Patient, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/proc/1")
    [finding] = patient.examined(disk.check)
    assert (finding.status, finding.code) == ("fault", "SYS-03")
    assert "cannot be written to" in finding.text


def test_a_card_that_fails_is_found_by_what_the_kernel_says(patient: Patient, state: Path) -> None:
    patient.write("/sys/fs/ext4/mmcblk0p7/errors_count", "3\n")
    patient.write("/sys/block/mmcblk0/device/life_time", "0x01 0x0a\n")
    patient.programs["dmesg"] = (
        "[    1.2] mmc0: new SDXC card\n[ 99.9] blk_update_request: I/O error, dev mmcblk0, sector 7\n"
    )
    texts = [finding.text for finding in patient.examined(disk.check) if finding.code == "SYS-04"]
    assert texts == [
        "the file system on mmcblk0p7 has had 3 errors",
        "mmcblk0 is worn: 90 % of its life or more",
        "the kernel complains of the card, 1 times, at last: blk_update_request: I/O error, dev mmcblk0, sector 7",
    ]


@pytest.mark.parametrize(
    ("at", "told", "status"),
    [
        ("2026-11-27T10:00+00:00", "yes\n", "ok"),
        ("2026-11-27T10:00+00:00", "no\n", "warning"),
        ("2026-11-27T10:00+00:00", "", "ok"),
        ("1970-01-01T00:02+00:00", "no\n", "fault"),
    ],
)
def test_the_clock(patient: Patient, at: str, told: str, status: str) -> None:
    class At:
        def wall(self) -> datetime:
            return datetime.fromisoformat(at)

    patient.programs["timedatectl"] = told
    case = patient.case()
    object.__setattr__(case, "clock", At())
    [finding] = time_of_day.check(case)
    assert (finding.status, finding.code) == (status, "" if status == "ok" else "SYS-05")


def power_of(patient: Patient, throttled: str, degrees: int = 52_300) -> list[tuple[str, str]]:
    patient.write("/sys/class/thermal/thermal_zone0/temp", f"{degrees}\n")
    patient.programs["vcgencmd"] = f"throttled={throttled}\n"
    return [(finding.status, finding.text) for finding in patient.examined(power.check)]


def test_heat_and_voltage(patient: Patient) -> None:
    assert power_of(patient, "0x0") == [("ok", "52 °C, voltage told")]
    assert power_of(patient, "0x50005")[-1] == ("fault", "the voltage is too low now")
    assert power_of(patient, "0x10000")[-1] == ("warning", "the voltage was too low since power-on")
    assert power_of(patient, "0x40000")[0][0] == "warning"
    assert power_of(patient, "0x0", 83_000)[0] == ("warning", "the processor has 83 °C and slows itself down")


def test_the_voltage_alarm_of_any_kernel_counts(patient: Patient) -> None:
    patient.write("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    patient.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
    found = patient.examined(power.check)
    assert (found[-1].status, found[-1].code) == ("fault", "SYS-06")


def unit(**changes: Any) -> str:
    told = {"LoadState": "loaded", "ActiveState": "active", "SubState": "running", "MainPID": 412, "NRestarts": 0}
    return "".join(f"{name}={value}\n" for name, value in (told | changes).items())


def test_the_service(patient: Patient) -> None:
    assert [finding.status for finding in patient.examined(service.check)] == ["skipped"]
    patient.programs["systemctl"] = unit(LoadState="not-found")
    assert [finding.status for finding in patient.examined(service.check)] == ["skipped"]
    patient.programs["systemctl"] = unit(StatusText="idle; no microphone (MIC-01)")
    [finding] = patient.examined(service.check)
    assert finding.text == "active (412): idle; no microphone (MIC-01)"
    patient.programs["systemctl"] = unit(ActiveState="failed", Result="watchdog", NRestarts=2, UnitFileState="disabled")
    found = patient.examined(service.check)
    assert [finding.code for finding in found] == ["SRV-05"] * 3
    assert "its last run ended with: watchdog" in found[0].text
    assert found[2].remedy == "sudo systemctl enable roger"


def test_packages_are_held_against_those_that_were_tested() -> None:
    wanted = versions.pins(["gpiozero==2.0.1.post3", "vosk==0.3.45", 'lgpio==0.2.2.0; extra == "device"'])
    assert wanted["lgpio"] == ("0.2.2.0", "device")
    found = versions.packages(wanted, {"gpiozero": "2.0.1.post1", "lgpio": "0.1.0.1"}, frozenset())
    assert [(finding.status, finding.code, finding.text) for finding in found] == [
        ("fault", "SYS-07", "gpiozero 2.0.1.post1: it cannot drive the pins of a Pi 5"),
        ("fault", "SYS-07", "vosk is not installed"),
        ("fault", "SYS-07", "lgpio 0.1.0.1 is an empty stub or untested"),
    ]


def test_an_extra_is_missed_only_by_those_who_need_it(patient: Patient) -> None:
    wanted = {"PyAudio": ("0.2.14", "device"), "gradio": ("6.31.0", "web")}
    found = versions.packages(wanted, {}, versions._needed(patient.case()))
    assert [(finding.text, finding.remedy) for finding in found] == [
        ("PyAudio is not installed", "sh scripts/setup.sh device")
    ]


def test_the_system_is_named(patient: Patient) -> None:
    patient.write("/etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n')
    first = patient.examined(versions.check)[0]
    assert "Raspberry Pi 5 Model B Rev 1.0, Debian GNU/Linux 13 (trixie)" in first.text


def test_a_configuration_without_mistakes_is_well(patient: Patient) -> None:
    [finding] = patient.examined(configuration.check)
    assert finding.status == "ok"


def test_what_is_wrong_on_the_card_is_told(patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"code": "SET-03", "message": 'settings.txt:3: there is no "wifi_contry"', "hint": "", "detail": ""}
    (tmp_path / "status.json").write_text(json.dumps({"wifi_name": "", "problems": [told]}))
    monkeypatch.setenv("ROGER_SETTINGS", str(tmp_path))
    [finding] = patient.examined(configuration.check)
    assert (finding.status, finding.code, finding.remedy) == ("fault", "SET-03", "correct it on the memory card")


def test_a_running_roger_is_found_whoever_runs_it(patient: Patient) -> None:
    patient.process(7, "/usr/bin/vim", "roger", "run")
    patient.process(8, "/opt/roger/venv/bin/python", "/opt/roger/venv/bin/roger", "doctor")
    assert running_roger(patient.host) is None
    patient.process(9, "/home/pi/.venv/bin/python3", "/home/pi/.venv/bin/roger", "-v", "run", "--hold", "5")
    assert running_roger(patient.host) == 9


def test_who_really_has_a_real_file_is_found(tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.touch()
    program = "import sys; file = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(held)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        holder = holder_of(Host(), str(held.resolve()))
        other.communicate()
    assert holder is not None
    assert holder.pid == other.pid


def test_programs_that_are_not_there_or_fail_say_nothing() -> None:
    assert run_program(["echo", "hello"]) == "hello\n"
    assert run_program(["false"]) is None
    assert run_program(["there-is-no-such-program"]) is None


SHOWN = """LoadState=loaded
ExecStart={ path=/opt/roger/venv/bin/roger ; argv[]=/opt/roger/venv/bin/roger run --config /boot/roger/config ; pid=0 }
Environment=HOME=/var/lib/roger ROGER_MODELS=/opt/roger/weights PYTHONUNBUFFERED=1
EnvironmentFiles=/etc/roger/environment (ignore_errors=yes)
EnvironmentFiles=/run/roger-settings/environment (ignore_errors=yes)
StateDirectory=roger
"""


def test_the_doctor_goes_by_what_the_service_runs_with(patient: Patient) -> None:
    patient.programs["systemctl"] = SHOWN
    patient.write("/etc/roger/environment", "# keys\nOPENAI_API_KEY='abc def'\n")
    patient.write("/run/roger-settings/environment", "ROGER_SETTINGS=/run/roger-settings\n")
    found = installed(patient.host)
    assert found.config == Path("/boot/roger/config")
    assert found.environment == {
        "ROGER_MODELS": "/opt/roger/weights",
        "OPENAI_API_KEY": "abc def",
        "ROGER_SETTINGS": "/run/roger-settings",
        "STATE_DIRECTORY": "/var/lib/roger",
    }


def test_without_a_service_it_goes_by_what_comes_with_roger(patient: Patient) -> None:
    assert installed(patient.host) == Installed()
    patient.programs["systemctl"] = SHOWN.replace("loaded", "not-found")
    assert installed(patient.host) == Installed()
