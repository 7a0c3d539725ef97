"""The chip that drives the header, the button's pin, and those of the outputs."""

from __future__ import annotations

from collections.abc import Iterator

from config.schema import Output
from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, in_use, ok, skipped, warning
from controller.doctor.holders import holder_of

STUB = "only lgpio 0.2.2.0 has all its parts: .venv/bin/pip install lgpio==0.2.2.0"


def check(case: Case) -> Iterator[Finding]:
    """Chip by label, the button's pin free and released, no output taken."""
    devices = case.host.find("/dev/gpiochip*")
    if not devices and not case.host.is_pi:
        yield skipped("this computer has no GPIO pins: the space bar is the button")
        return
    if closed := [device for device in devices if not case.host.may_use(device)]:
        remedy = "sudo usermod -aG gpio $USER, then log in again; or: sudo roger doctor"
        yield fault("BTN-01", f"this user may not use {', '.join(closed)}", remedy)
        return
    try:
        from controller.adapters.button_gpiozero import header_chip  # where gpiozero is missing, that is a finding

        labels = case.ports.chip_labels()
    except (ImportError, AttributeError) as error:
        yield fault("SYS-07", f"lgpio cannot be used: {error}", STUB)
        return
    chip = header_chip(labels)
    yield ok(f"{labels[chip]} drives the header, /dev/gpiochip{chip}", chip=chip, label=labels[chip])
    yield _button(case, chip)
    yield from _outputs(case, chip)


def _button(case: Case, chip: int) -> Finding:
    settings = case.config.roger.button
    if user := case.ports.line_user(chip, _number(settings.pin)):
        return _taken(case, chip, f"the button's {settings.pin}", user, "BTN-01", "button.pin")
    line = case.ports.button(settings)
    try:
        pressed = line.pressed
    finally:
        line.close()
    if not pressed:
        return ok(f"the button's {settings.pin} is free, and not pressed", pressed=False)
    rest, other = ("GND", "false") if settings.pull_up else ("3V3", "true")
    remedy = (
        f"let it go; if nobody holds it, {settings.pin} touches {rest}: see to the wires, or button.pull_up: {other}"
    )
    return warning("BTN-02", f"the button on {settings.pin} is pressed", remedy, pressed=True)


def _outputs(case: Case, chip: int) -> Iterator[Finding]:
    """Only what is wrong: an output that is free needs no line."""
    for name, output in case.config.actions.outputs.items():
        pin = output.pin if isinstance(output, Output) else output
        user = case.ports.line_user(chip, _number(pin))
        if user and case.roger is None:
            yield _taken(case, chip, f'the output "{name}" on {pin}', user, "ACT-01", f"outputs.{name}")


def _taken(case: Case, chip: int, what: str, user: str, code: str, key: str) -> Finding:
    device = f"/dev/gpiochip{chip}"
    holder = holder_of(case.host, device)
    if case.roger is not None and (holder is None or holder.roger):
        return in_use(case.roger, what)
    if holder:
        return fault(code, f"{what} is in use by {holder}", f"end it: sudo kill {holder.pid}")
    remedy = f"`sudo lsof {device}` names the program; if none, a dtoverlay= of config.txt has it; or another {key}"
    return fault(code, f'{what} is in use as "{user}"', remedy)


def _number(pin: str) -> int:
    return int(pin.removeprefix("GPIO"))
