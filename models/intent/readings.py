"""What a sentence says once values that were nearly said stand in it with their own words: "kitchin" as "kitchen"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.schema import Action, ActionsFile, Language
from controller.turn import Slot
from models.intent.alike import Alike, Taken, corrected
from models.intent.compiled import LANGUAGES, grammars_of
from models.intent.filling import nearly_filled
from models.intent.unrelated import topics

Costs = Mapping[str, float]
"""By action, how unlike that is what was said (see `models.intent.sounds.distance`)."""


class Readings:
    """Finds slots that were said exactly or nearly.

    Args:
        asked: What the actions are asked for with.
    """

    def __init__(self, actions: ActionsFile, asked: Iterable[str]) -> None:
        others = [text for topic in topics() for text in topic.texts]
        known = list(asked)
        self._actions = actions.actions
        self._grammars = grammars_of(actions)
        self._alike = {language: Alike(actions, language, known, others) for language in LANGUAGES}

    def slots(self, action: Action, text: str, language: Language) -> tuple[tuple[Slot, ...], list[Taken]]:
        """What `text` says of the slots that the action needs: exactly, and nearly."""
        return nearly_filled(action, text, self._grammars[language], self._alike[language])

    def others(self, text: str, language: Language, among: Iterable[str]) -> dict[str, Costs]:
        """The text with the words of values that were nearly said, with the actions of these that need them."""
        found: dict[str, dict[str, float]] = {}
        for name in among:
            _, taken = self.slots(self._actions[name], text, language)
            if taken:
                found.setdefault(corrected(text, taken), {})[name] = max(one.cost for one in taken)
        return dict(found)

    def phrase(self, meant: str, costs: Costs, language: Language) -> tuple[str, str] | None:
        """The action, if one of those with `costs` has a phrase for this reading, and the phrase."""
        parse = self._grammars[language].parse(meant)
        return (parse.phrase.action, str(parse.phrase)) if parse and parse.phrase.action in costs else None
