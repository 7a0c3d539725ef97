"""What no file can tell alone: pins that are taken, secrets in the open, and the rules of every action."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from config.issues import Issue
from config.rules_actions import check_actions
from config.schema import ButtonSettings, DisplaySettings
from config.yaml_nodes import Document, Node

I2C_PINS: Final = {"0": ("GPIO0", "GPIO1"), "1": ("GPIO2", "GPIO3")}
"""Of the Raspberry Pi's header, by bus."""

_OLED: Final = ("ssd1306", "sh1106", "ssd1309")
_SIGNS_IN: Final = re.compile(
    r"authorization|cookie|.*(api|access|auth|private)[-_]?(key|token)|.*(secret|password)", re.I
)
_SECRET_HINT: Final = "write !env NAME or !file PATH: the file with the key is then never shown, copied or shared"


def cross_check(roger: Document, actions: Document) -> Iterator[Issue]:
    """Everything that the models cannot see. Works on whatever could be read of the files."""
    yield from _pins(roger, actions)
    yield from _secrets(roger, actions)
    yield from check_actions(actions)


def _pins(roger: Document, actions: Document) -> Iterator[Issue]:
    """Each pin has one owner: the display's bus, then the button, then the outputs in their order."""
    owners = dict.fromkeys(_display_pins(roger), "the display's I2C bus")
    for document, owner, node in _pin_users(roger, actions):
        pin = node.text or ButtonSettings().pin
        if pin in owners:
            message = f"{pin} is taken by {owners[pin]}"
            yield document.issue("CFG-07", node.place, message, "use another pin for one of the two")
        else:
            where = f"{document.path.name}:{node.place.line}:{node.place.column}" if node.text else "the default"
            owners[pin] = f"{owner} ({where})"


def _pin_users(roger: Document, actions: Document) -> Iterator[tuple[Document, str, Node]]:
    if roger.readable:
        yield roger, "the button", roger.root.get("button", "pin")
    for name, output in actions.root.get("outputs").fields.items():
        node = output.get("pin") if output.fields else output
        if node.text:
            yield actions, f'the output "{name}"', node


def _display_pins(roger: Document) -> tuple[str, ...]:
    display, default = roger.root.get("display"), DisplaySettings()
    driver, bus = display.get("driver").text or default.driver, display.get("bus").text or str(default.bus)
    return I2C_PINS.get(bus, ()) if roger.readable and driver in _OLED else ()


def _secrets(roger: Document, actions: Document) -> Iterator[Issue]:
    """Keys that are written where they would be copied, shown and committed."""
    key = roger.root.get("chat", "api_key")
    if key.text:
        yield roger.issue("CFG-11", key.place, "the API key is written into the YAML", _SECRET_HINT)
    for action in actions.root.get("actions").fields.values():
        for step in action.get("do").items:
            for name, value in step.get("http", "headers").fields.items():
                if value.text and _SIGNS_IN.fullmatch(name):
                    message = f'the header "{name}" is written into the YAML'
                    yield actions.issue("CFG-11", value.place, message, _SECRET_HINT)
