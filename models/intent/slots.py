"""The slots of actions.yaml in one language: each kind is compiled once, however many actions use it."""

from __future__ import annotations

from config.phrases import PhraseError
from config.schema import Action, ActionsFile, ListSlot, SlotKind
from models.intent.kinds import Kind, slot_kind
from models.intent.positions import Call


class Slots:
    """Finds the kind of an action's slot, compiling it when first asked for.

    Attributes:
        kinds: Of all slots and fillers that were asked for, by `Call.kind`.
    """

    def __init__(self, actions: ActionsFile, language: str) -> None:
        self.kinds: list[Kind] = []
        self._shared = actions.slots
        self._language = language
        self._numbers: dict[str, int] = {}

    def call(self, action: Action, name: str) -> tuple[Call, bool]:
        """The call for the slot `name` of `action`, and whether it is a list: its words may have an article.

        A name that the action does not declare is one under `slots:`. Raises `PhraseError` where it is in neither.
        """
        declared, settings = action.slots.get(name, name), self.settings(action, name)
        number = self._number(declared if isinstance(declared, str) else settings.model_dump_json(), settings)
        return Call(name, number), isinstance(settings, ListSlot)

    def settings(self, action: Action, name: str) -> SlotKind:
        """What actions.yaml says about the slot. Raises `PhraseError` as `call` does."""
        declared = action.slots.get(name, name)
        settings = self._shared.get(declared) if isinstance(declared, str) else declared
        if settings is None:
            raise PhraseError(f"there is no slot {declared!r}", 0, "declare it under `slots:`")
        return settings

    def kind(self, action: Action, name: str) -> Kind:
        return self.kinds[self.call(action, name)[0].kind]

    def add(self, kind: Kind) -> int:
        """Keep a kind that is no slot; gives its number."""
        self.kinds.append(kind)
        return len(self.kinds) - 1

    def _number(self, key: str, settings: SlotKind) -> int:
        if key not in self._numbers:
            self._numbers[key] = self.add(slot_kind(settings, self._language))
        return self._numbers[key]
