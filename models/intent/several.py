"""Several orders in one sentence: all of them, in their order, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import Final

from config.schema import ActionsFile
from controller.turn import Decision, Transcript
from models.intent.answering import Stage
from models.intent.joints import each_value, joints, list_values, parts, resolved

MOST_JOINTS: Final = 5
"""A text with more of them is no order."""
LONGEST: Final = 300
"""Characters; more is no order."""
MOST_ORDERS: Final = 4

Decide = Callable[[str], Decision]


class Several:
    """A `Stage` that takes a sentence apart where another one does not know it as a whole.

    Args:
        whole: Decides what is one order; its rules go first, for "play rock and roll".
        part: Decides each of several orders; has to be quick.
        actions: Their lists say what "the kitchen and the bedroom" is.
    """

    def __init__(self, whole: Stage, part: Stage, actions: ActionsFile) -> None:
        self._whole = whole
        self._part = part
        self._values = list_values(actions)

    def classify(self, transcript: Transcript) -> Decision:
        """One decision with what else is to be done; unknown where only a part of the sentence is understood."""
        text = transcript.text
        if len(text) > LONGEST:
            return self._whole.classify(transcript)
        at = joints(text)
        variants = each_value(text, self._values) if len(at) <= MOST_JOINTS else [text]
        if not at and len(variants) == 1:
            return self._whole.classify(transcript)

        @cache
        def decide(said: str) -> Decision:
            return self._part.classify(replace(transcript, text=said, command=""))

        whole = decide(text)
        if whole.stage == "rules":
            return self._whole.classify(transcript)
        if len(at) > MOST_JOINTS:
            return Decision(reason=f"more than {MOST_ORDERS} orders")
        if len(variants) > 1 and (orders := _all([*map(decide, variants)])):
            return _joined(orders)
        return _taken_apart(text, decide) or self._whole.classify(transcript)


def _taken_apart(text: str, decide: Decide) -> Decision | None:
    """The fewest orders that the whole text consists of; unknown where an "and" leads from one to something else; None
    where there is neither.
    """
    at, some = joints(text), ""
    for number in range(1, min(len(at), MOST_ORDERS - 1) + 1):
        for chosen in combinations(at, number):
            said = list(parts(text, chosen))
            decisions = [decide(said[0]), *(_referring(one, before, decide) for before, one in pairwise(said))]
            if orders := _all(decisions):
                return _joined(orders)
            if all(joint.is_said for joint in chosen):
                some = some or next((one for one, found in zip(said, decisions, strict=True) if found.action), "")
    return Decision(reason=f'only "{some}" of it is understood') if some else None


def _referring(part: str, before: str, decide: Decide) -> Decision:
    """What `part` means after `before`. "Set it to half" alone may be another thing; a phrase is taken as it is."""
    meant = resolved(part, before)
    found, alone = decide(meant), decide(part)
    return found if found.action or meant == part or alone.stage != "rules" else alone


def _all(decisions: Sequence[Decision]) -> Sequence[Decision]:
    """The decisions, or nothing where one of them is none."""
    return decisions if all(decision.action and not decision.missing for decision in decisions) else ()


def _joined(orders: Sequence[Decision]) -> Decision:
    first, *others = (replace(order, stages=()) for order in _without_repetition(orders))
    reason = " | ".join(order.reason for order in (first, *others))
    score = min(order.score for order in orders)
    stages = tuple(answer for order in orders for answer in order.stages)
    return replace(first, reason=reason, score=score, then=tuple(others), stages=stages)


def _without_repetition(orders: Sequence[Decision]) -> Iterator[Decision]:
    done: set[tuple[object, ...]] = set()
    for order in orders:
        what = (order.action, *((slot.name, slot.value) for slot in order.slots))
        if what not in done:
            yield order
        done.add(what)
