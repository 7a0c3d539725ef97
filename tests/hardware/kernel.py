"""Plugs and unplugs what the kernel simulates: GPIO chips (gpio-sim), an I2C bus (i2c-stub), a sound card (aloop)."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIMULATED = Path("/sys/kernel/config/gpio-sim")
PLATFORM = Path("/sys/devices/platform")
TRACING = Path("/sys/kernel/tracing")
ALOOP = Path("/sys/bus/platform/drivers/snd_aloop")


def until(true: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Wait, for long: the guest is emulated on a computer that may be busy."""
    for _ in range(round(seconds / 0.1)):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def modprobe(*arguments: str) -> None:
    subprocess.run(["modprobe", "-d", os.environ["ROGER_HIL"], *arguments], check=True)


class Chip:
    """A GPIO chip; its contacts are pulled by the test, and its levels read."""

    def __init__(self, name: str, label: str, lines: int) -> None:
        self.pins: Any = None
        """gpiozero's factory, where a test has one made."""
        self._config = SIMULATED / name
        (self._config / "bank0").mkdir(parents=True, exist_ok=True)
        (self._config / "bank0" / "num_lines").write_text(str(lines))
        (self._config / "bank0" / "label").write_text(label)

    def plug(self) -> None:
        self._be(live="1")

    def unplug(self) -> None:
        self._be(live="0")

    def _be(self, live: str) -> None:
        if (self._config / "live").read_text().strip() != live:  # the kernel refuses what is so already
            (self._config / "live").write_text(live)

    @property
    def node(self) -> str:
        """Such as gpiochip1."""
        return (self._config / "bank0" / "chip_name").read_text().strip()

    def pull(self, pin: int, down: bool) -> None:
        """Close the contact to ground, or open it."""
        (self._line(pin) / "pull").write_text("pull-down" if down else "pull-up")

    def value(self, pin: int) -> int:
        return int((self._line(pin) / "value").read_text())

    def level(self, pin: int, samples: int = 300) -> float:
        """The mean of the value over some cycles of a dimmed light (100 Hz)."""
        total = 0
        time.sleep(0.05)  # the cycle that has begun goes on first
        for _ in range(samples):
            total += self.value(pin)
            time.sleep(0.0013)
        return total / samples

    def _line(self, pin: int) -> Path:
        device = (self._config / "dev_name").read_text().strip()
        return PLATFORM / device / self.node / f"sim_gpio{pin}"


class Bus:
    """An I2C bus on which one address answers; the kernel's trace shows what was written to it."""

    def __init__(self, address: int = 0x3C) -> None:
        self.address = address

    def plug(self) -> None:
        modprobe("i2c-stub", f"chip_addr={self.address}")

    def unplug(self) -> None:
        modprobe("-r", "i2c-stub")

    @property
    def number(self) -> int:
        for name in Path("/sys/class/i2c-dev").glob("i2c-*/name"):
            if "stub" in name.read_text():
                return int(name.parent.name.removeprefix("i2c-"))
        raise AssertionError("there is no simulated bus")

    @contextmanager
    def watched(self) -> Iterator[Path]:
        """The kernel's record of what is written meanwhile, a line each."""
        (TRACING / "buffer_size_kb").write_text("8192")
        (TRACING / "trace").write_text("")
        for event in ("smbus/smbus_write", "i2c/i2c_write"):
            (TRACING / "events" / event / "enable").write_text("1")
        try:
            yield TRACING / "trace"
        finally:
            (TRACING / "events" / "smbus" / "enable").write_text("0")
            (TRACING / "events" / "i2c" / "enable").write_text("0")

    @contextmanager
    def silent(self, pid: int) -> Iterator[None]:
        """Nothing answers this process on the bus meanwhile, as if a wire were loose (errno 121)."""
        command = ["strace", "-f", "-q", "-p", str(pid), "-P", f"/dev/i2c-{self.number}"]
        tracer = subprocess.Popen(
            [*command, "-e", "trace=ioctl", "-e", "inject=ioctl:error=EREMOTEIO", "-o", "/tmp/strace.log"],
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            tracer.terminate()
            tracer.wait()


class Card:
    """A sound card: what is played on its device 1 is recorded on its device 0, and the other way round."""

    def __init__(self) -> None:
        self._unbinding: subprocess.Popen[bytes] | None = None

    def plug(self) -> None:
        if ALOOP.exists():
            (ALOOP / "bind").write_text("snd_aloop.0")
        else:
            modprobe("snd-aloop", "pcm_substreams=1")

    def unplug(self) -> None:
        """As pulling a USB plug: at once, whoever uses it. The driver waits for them to let go."""
        self._unbinding = subprocess.Popen(["sh", "-c", f"echo snd_aloop.0 > {ALOOP}/unbind"])

    def released(self) -> bool:
        """Whether everybody let go of it after it was unplugged."""
        return self._unbinding is None or self._unbinding.poll() is not None


def rates_of(device: str) -> str:
    """The rate at which a device runs now, in Hz; empty while it is closed."""
    found = re.search(r"rate: (\d+)", Path(f"/proc/asound/Loopback/{device}/sub0/hw_params").read_text())
    return found[1] if found else ""
