"""The menu of faults."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from controller.simulator.terminal.faults import Fault, groups
from controller.simulator.terminal.session import Session


class FaultMenu(ModalScreen[Fault | None]):
    """Ends with the fault that was chosen."""

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [("escape,f,q", "dismiss", "close")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._groups = list(groups(session))
        self._faults = {fault.key: fault for group in self._groups for fault in group}

    def compose(self) -> ComposeResult:
        rows: list[Option | None] = []
        for group in self._groups:
            rows += [Option(f"{fault.about:<14}{fault.what}", id=fault.key) for fault in group]
            rows.append(None)
        options = OptionList(*rows[:-1])
        options.border_title = "what goes wrong"
        options.border_subtitle = "enter: let it happen   esc: close"
        yield options

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._faults[event.option_id or ""])
