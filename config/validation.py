"""Checks a document against its model; pydantic's errors become issues at the user's place, in the user's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config.expectation import Expectation, expected_by
from config.issues import Issue, did_you_mean, nearest
from config.yaml_nodes import Document, Node, Place

Model = TypeVar("Model", bound=BaseModel)

SHOWN_KEYS: Final = 12
_SWITCHES: Final = {"true": "on", "yes": "on", "false": "off", "no": "off"}


def validate(model: type[Model], document: Document) -> tuple[Model | None, list[Issue]]:
    """The checked settings; or None, and everything that is wrong with them."""
    checked = _check(model, document)
    if isinstance(checked, list) and _take_as_written(document.root, checked):
        checked = _check(model, document)
    if not isinstance(checked, list):
        return checked, []
    cases = [_Case(document, expected_by(model), error) for error in checked]
    typos = {case.meant for case in cases if case.error["type"] == "extra_forbidden"}
    return None, [case.issue() for case in cases if case.error["type"] != "missing" or case.path not in typos]


def _check(model: type[Model], document: Document) -> Model | list[ErrorDetails]:
    try:
        return model.model_validate(document.root.value)
    except ValidationError as error:
        return error.errors(include_url=False)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the path of an error leads in the document, as far as it can be followed.

    Attributes:
        key: Where the key of `node` is; where `node` begins if it has none.
        name: What to call it; empty for the whole file.
        parent: The node that `node` is in, under `step`.
    """

    node: Node
    key: Place
    name: str = ""
    parent: Node | None = None
    step: str | int = ""


def _follow(root: Node, path: Sequence[str | int]) -> _Spot:
    spot = _Spot(root, root.place)
    for step in path:
        node = spot.node
        if isinstance(step, int) and step < len(node.items):
            child = node.items[step]
            spot = _Spot(child, child.place, f"item {step + 1} of {spot.name}", node, step)
        elif isinstance(step, str) and step in node.fields:
            spot = _Spot(node.fields[step], node.keys[step], f'"{step}"', node, step)
    return spot


def _take_as_written(root: Node, errors: Sequence[ErrorDetails]) -> bool:
    """Where a text is wanted and 50 or true stands without quotes, take it as it is written. True if there was one."""
    taken = False
    for error in errors:
        spot = _follow(root, error["loc"])
        if error["type"] == "string_type" and spot.parent and isinstance(spot.node.value, int | float):
            spot.node.value = spot.parent.value[spot.step] = spot.node.written
            taken = True
    return taken


@dataclass(frozen=True, slots=True)
class _Case:
    """One of pydantic's errors, and what it is about."""

    document: Document
    expected: Expectation
    error: ErrorDetails

    @property
    def path(self) -> tuple[int | str, ...]:
        return self.error["loc"]

    @property
    def meant(self) -> tuple[int | str, ...]:
        """Where an unknown key would belong, if it is a slip of the pen."""
        return (*self.path[:-1], nearest(str(self.path[-1]), self._expected(self.path[:-1]).keys))

    def issue(self) -> Issue:
        kind = self.error["type"]
        if kind.startswith("CFG-"):
            return self._custom(kind, **self.error["ctx"])
        if self.path[-1:] == ("[key]",):
            return self._bad_key()
        known = {"extra_forbidden": self._unknown_key, "missing": self._missing, "union_tag_not_found": self._bad_kind}
        return known[kind]() if kind in known else self._wrong_value(self.path)

    def _spot(self, path: Sequence[int | str]) -> _Spot:
        return _follow(self.document.root, path)

    def _expected(self, path: Sequence[int | str]) -> Expectation:
        expected = self.expected
        for step in path:
            expected = expected.at(step)
        return expected

    def _unknown_key(self) -> Issue:
        key, known = str(self.path[-1]), self._expected(self.path[:-1]).keys
        hint = did_you_mean(key, known) or _choice("keys here", known)
        return self.document.issue("CFG-04", self._spot(self.path).key, f'unknown key "{key}"', hint)

    def _bad_key(self) -> Issue:
        key, place = str(self.path[-2]), self._spot(self.path[:-1]).key
        options, words = self._expected(self.path[:-2]).key_words
        if options:
            hint = did_you_mean(key, options) or _choice("keys here", options)
            return self.document.issue("CFG-04", place, f'unknown key "{key}"', hint)
        return self.document.issue("CFG-05", place, f'"{key}" must be {words}', did_you_mean(key, [_as_name(key)]))

    def _missing(self) -> Issue:
        if isinstance(self.path[-1], int):
            return self._wrong_value(self.path[:-1])
        spot, name = self._spot(self.path[:-1]), self.path[-1]
        where = f" in {spot.name}" if spot.name else ""
        hint = f"add {name}: {self._expected(self.path).words}"
        return self.document.issue("CFG-06", spot.node.keys.get(name, spot.key), f'"{name}" is missing{where}', hint)

    def _custom(self, code: str, note: str, key: str, hint: str, options: Sequence[str]) -> Issue:
        steps = [int(step) if step.isdigit() else step for step in key.split(".")]
        spot = self._spot((*self.path, *steps))
        hint = hint or did_you_mean(spot.node.written, options)
        return self.document.issue(code, spot.key, note, hint)

    def _bad_kind(self) -> Issue:
        spot, kinds = self._spot(self.path), self._expected(self.path).kinds
        node = spot.node.get("type")
        message = f'"type" must be one of {", ".join(kinds)}, not {_seen(node)}'
        return self.document.issue("CFG-05", node.place, message, did_you_mean(node.written, kinds))

    def _wrong_value(self, path: Sequence[int | str]) -> Issue:
        spot, expected = self._spot(path), self._expected(path)
        subject = spot.name or self.document.path.name
        seen = _seen(spot.node)
        if seen == "a list" and expected.words.startswith(seen):
            seen = f"a list of {len(spot.node.items)}"
        message = f"{subject} must be {expected.words}, not {seen}"
        if self.error["type"] in ("value_error", "assertion_error"):
            message = f"{subject}: {self.error['ctx']['error']}"
        return self.document.issue("CFG-05", spot.node.place, message, self._remedy(spot.node, expected))

    def _remedy(self, node: Node, expected: Expectation) -> str:
        if isinstance(node.value, SecretStr):
            return "!env and !file are for api_key and for the headers of http"
        start = self.document.lines[node.place.line - 1][node.place.column - 1 :]
        if start[:1] in ("[", "{") and "text" in expected.words:
            return f'a text that begins with "{start[0]}" needs quotes'
        if expected.words.startswith("a list") and node.written:
            return 'put "- " before it, in a line of its own'
        if not isinstance(node.value, str | bool):
            return ""
        return did_you_mean(_SWITCHES.get(node.written.lower(), node.written), expected.options)


def _choice(title: str, options: Sequence[str]) -> str:
    more = ", ..." if len(options) > SHOWN_KEYS else ""
    return f"{title}: {', '.join(options[:SHOWN_KEYS])}{more}" if options else ""


def _seen(node: Node) -> str:
    """What stands there, in words."""
    if isinstance(node.value, SecretStr):
        return "a secret"
    if isinstance(node.value, dict | list):
        kind = "list" if isinstance(node.value, list) else "block of keys"
        return f"a {kind}" if node.value else f"an empty {kind}"
    if node.value is None:
        return "empty"
    return f'"{node.written}"' if isinstance(node.value, str) else node.written


def _as_name(key: str) -> str:
    """ "Living Room" -> "living_room"; empty where no letters are left."""
    return re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_0123456789")
