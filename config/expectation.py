"""What may stand at a place of a file, in plain words: read from the models' JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel

Schema: TypeAlias = Mapping[str, Any]

_KINDS = {"string": "text", "array": "a list", "object": "a block of keys", "boolean": "on or off", "null": "empty"}


class Expectation:
    """What may stand at one place.

    Args:
        schema: The part of the JSON Schema for this place.
        definitions: Its `$defs`.
    """

    def __init__(self, schema: Schema, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._branches = list(self._flat(schema, ""))

    def _flat(self, schema: Schema, name: str) -> Iterator[tuple[str, Schema]]:
        """The kinds of value that may stand here, each with the name of its model or JSON type."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield from self._flat(self._definitions[name], name)
            return
        options = [option for key in ("anyOf", "oneOf", "allOf") for option in schema.get(key, ())]
        for option in options:
            yield from self._flat(option, name)
        if not options:
            yield name or schema.get("type", ""), schema

    def at(self, step: str | int) -> Expectation:
        """What may stand one step further down an error's path: a key, an index, or a branch such as "(ListSlot)"."""
        for _, branch in self._branches:
            found = _item(branch, step) if isinstance(step, int) else _child(branch, step)
            if found:
                return Expectation(found, self._definitions)
        if isinstance(step, str) and (chosen := [schema for name, schema in self._branches if f"({name})" == step]):
            return Expectation(chosen[0], self._definitions)
        return self

    @property
    def keys(self) -> list[str]:
        """The keys that may be written here; empty where the user chooses them."""
        names = [key for _, branch in self._branches for key in branch.get("properties", ())]
        return list(dict.fromkeys(names))

    @property
    def key_words(self) -> tuple[list[str], str]:
        """Where the user chooses the keys: which ones there are to choose from, and what a key looks like."""
        for _, branch in self._branches:
            names = branch.get("propertyNames", {})
            if names:
                return list(names.get("enum", ())), names.get("patternErrorMessage", "")
        return [], ""

    @property
    def options(self) -> list[str]:
        """The values to choose from, or examples of them."""
        found: list[Any] = []
        for _, branch in self._branches:
            found += branch.get("enum", ()) or branch.get("examples", ())
            found += [branch["const"]] if "const" in branch else []
        return [_written(option) for option in found]

    @property
    def kinds(self) -> list[str]:
        """What may be written behind `type:`, where that decides what the other keys are."""
        types = [branch.get("properties", {}).get("type", {}) for _, branch in self._branches]
        return [kind["const"] for kind in types if "const" in kind]

    @property
    def words(self) -> str:
        """ "a whole number from 0 to 200", "one of on, off, toggle", "text or a list"."""
        words = dict.fromkeys(_words(branch) for _, branch in self._branches if branch.get("type") != "null")
        return " or ".join(words)


def _item(branch: Schema, index: int) -> Schema | None:
    first = branch.get("prefixItems", ())
    return first[index] if index < len(first) else branch.get("items") or None


def _child(branch: Schema, key: str) -> Schema | None:
    if key in branch.get("properties", ()):
        return branch["properties"][key]  # type: ignore[no-any-return]
    free = (*branch.get("patternProperties", {}).values(), branch.get("additionalProperties"))
    return next((schema for schema in free if schema and schema is not True), None) if not _is_tag(key) else None


def _is_tag(key: str) -> bool:
    return key.startswith("(") and key.endswith(")")


def _words(branch: Schema) -> str:
    if "enum" in branch or "const" in branch:
        values = [_written(value) for value in branch.get("enum", ()) or (branch["const"],)]
        return f"one of {', '.join(values)}" if len(values) > 1 else values[0]
    if "patternErrorMessage" in branch:
        return str(branch["patternErrorMessage"])
    if "pattern" in branch:
        return f"text like {branch['pattern']}"
    kind = branch.get("type", "")
    if kind in ("integer", "number"):
        return f"a {'whole ' if kind == 'integer' else ''}number{_range(branch)}"
    return _KINDS.get(kind, "something else") + _length(branch)


def _length(branch: Schema) -> str:
    low = branch.get("minItems", branch.get("minProperties"))
    high = branch.get("maxItems", branch.get("maxProperties"))
    if low == high:
        return f" with {low} entries" if low else ""
    return f" with {low or 0} to {high} entries" if high else " with at least one entry"


def _range(branch: Schema) -> str:
    low, high = branch.get("minimum"), branch.get("maximum")
    if "exclusiveMaximum" in branch:  # of whole numbers
        high = branch["exclusiveMaximum"] - 1
    if low is not None and high is not None:
        return f" from {_number(low)} to {_number(high)}"
    bounds = {"of at least": low, "above": branch.get("exclusiveMinimum"), "up to": high}
    return " and".join(f" {words} {_number(bound)}" for words, bound in bounds.items() if bound is not None)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


@cache
def expected_by(model: type[BaseModel]) -> Expectation:
    """What may stand in the file that `model` describes."""
    schema = model.model_json_schema()
    return Expectation(schema, schema.get("$defs", {}))
