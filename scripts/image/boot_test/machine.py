"""The computers that qemu plays: `virt` dressed as a Pi 4 with button and outputs, and a Pi 3 with its own drivers.

Always emulated, also where there is KVM: the image is for another processor than this one's.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from rom import Boot

PI_4 = """\
/dts-v1/;
/plugin/;
/ {
    fragment@0 {
        target-path = "/";
        __overlay__ {
            model = "Raspberry Pi 4 Model B Rev 1.4";
            system { linux,revision = <0x00c03114>; };
            aliases { i2c1 = "/i2c"; };
            gpio-sim {
                compatible = "gpio-simulator";
                pins: bank0 {
                    gpio-controller;
                    #gpio-cells = <2>;
                    ngpios = <54>;
                    gpio-sim,label = "pinctrl-bcm2711";
                };
            };
            i2c {
                compatible = "i2c-gpio";
                sda-gpios = <&pins 2 6>;
                scl-gpios = <&pins 3 0>;
                i2c-gpio,scl-output-only;
                i2c-gpio,delay-us = <1>;
            };
        };
    };
};
"""
"""What a Pi's device tree says that `virt` does not: gpio-sim takes the place of its pins and has their chip's name,
and the display's bus is on two of them. On that bus everybody answers: its data line stays low when let go."""


OWN_CLOCK = ("-accel", "tcg,thread=single", "-icount", "shift=0")
"""Its time passes with its instructions, a billion a second, and not with this computer's: a microphone is read in time
on a busy one, too. All its processors share that billion; a Pi 4 has several for each."""


@dataclass(frozen=True)
class Machine:
    """A kind of computer.

    Args:
        console: The serial port that the kernel writes to.
        options: How qemu makes the computer, and its clock.
        serial: Which of its serial ports that is.
    """

    name: str
    console: str
    options: tuple[str, ...]
    serial: int = 0
    card_bytes: int = 4 << 30
    extra: tuple[str, ...] = field(default=())

    def command(self, card: Path, boot: Boot, log: Path, more: str, drive: Path | None, tree: Path | None) -> list[str]:
        """The command that starts it.

        Args:
            more: Is added to the kernel's command line, as a Pi's firmware adds what it knows.
            drive: A second disk, with what is tested with.
            tree: The device tree.
        """
        console = f"{boot.command_line.replace(' quiet', '')} console={self.console}"
        command = ["qemu-system-aarch64", *self.options, "-display", "none", "-no-reboot"]
        command += ["-kernel", str(boot.kernel), "-initrd", str(boot.initrd), "-append", f"{console} {more}"]
        command += ["-monitor", "none", *["-serial", "null"] * self.serial, "-serial", f"file:{log}"]
        command += ["-dtb", str(tree)] if tree else []
        return command + self._drives(card, drive) + list(self.extra)

    def _drives(self, card: Path, drive: Path | None) -> list[str]:
        kind = "sd" if self.name == "raspi3b" else "virtio"
        options = ["-drive", f"file={card},format=raw,if={kind}"]
        if drive and kind == "virtio":
            options += ["-drive", f"file={drive},format=raw,if=virtio,readonly=on"]
        elif drive:
            options += [
                "-drive",
                f"file={drive},format=raw,if=none,id=test,readonly=on",
                "-device",
                "usb-storage,drive=test",
            ]
        return options


VIRT = Machine("virt", "ttyAMA0", ("-M", "virt", "-cpu", "cortex-a72", "-smp", "2", "-m", "2G", *OWN_CLOCK))
RASPI3B = Machine("raspi3b", "ttyS1", ("-M", "raspi3b"), serial=1, extra=("-nic", "none"))


def pi_4_tree(scratch: Path) -> Path:
    """The device tree of `virt`, dressed as a Pi 4. Needs dtc."""
    plain, overlay, tree = (scratch / name for name in ("virt.dtb", "pi4.dtbo", "pi4.dtb"))
    options = ["-M", f"virt,dumpdtb={plain}", *VIRT.options[2:]]
    subprocess.run(["qemu-system-aarch64", *options, "-display", "none"], check=True, capture_output=True)
    subprocess.run(["dtc", "-@", "-I", "dts", "-O", "dtb", "-o", str(overlay), "-"], input=PI_4.encode(), check=True)
    subprocess.run(["fdtoverlay", "-i", str(plain), "-o", str(tree), str(overlay)], check=True)
    return tree
