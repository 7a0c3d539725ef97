"""What every button on a pin does, on gpiozero's mock chip and on a kernel's."""

from __future__ import annotations

from typing import Protocol

import pytest

from controller.adapters.button_gpiozero import GpioButton
from controller.events import ButtonPressed, ButtonReleased, Event


class Contact(Protocol):
    """A contact that the test closes and opens, with a button on it."""

    button: GpioButton
    events: list[Event]

    def down(self) -> None: ...

    def up(self) -> None: ...

    def rest(self) -> None:
        """Let the contact settle, and everything be handled."""


class ButtonContract:
    """Subclass it with a fixture `contact`."""

    def test_a_press_and_a_release_are_told_with_their_times(self, contact: Contact) -> None:
        contact.down()
        contact.rest()
        contact.up()
        contact.rest()
        pressed, released = contact.events
        assert isinstance(pressed, ButtonPressed)
        assert isinstance(released, ButtonReleased)
        assert 0 < pressed.at < released.at

    def test_a_contact_that_bounces_is_one_press(self, contact: Contact) -> None:
        for _ in range(4):
            contact.down()
            contact.up()
        contact.down()
        contact.rest()
        contact.up()
        contact.rest()
        assert [event.trigger for event in contact.events] == ["press", "release"]

    def test_a_very_short_press_is_not_lost(self, contact: Contact) -> None:
        contact.down()
        contact.up()
        contact.rest()
        assert [event.trigger for event in contact.events] == ["press", "release"]

    @pytest.mark.parametrize("held", [True, False])
    def test_closing_lets_go_of_a_button_that_is_held(self, contact: Contact, held: bool) -> None:
        if held:
            contact.down()
            contact.rest()
        contact.button.close()
        contact.rest()
        assert [event.trigger for event in contact.events] == (["press", "release"] if held else [])
        contact.up()
        contact.down()
        contact.rest()
        assert len(contact.events) == (2 if held else 0), "what is closed reports nothing"
