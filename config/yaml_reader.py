"""Reads YAML on PyYAML's node graph, which is composed but never constructed: no tag can run code.

Scalars follow the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), where only true and false are
booleans: `on`, `off`, `yes` and `no` are the words that they look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml
from pydantic import SecretStr

from config.issues import Issue
from config.yaml_nodes import Document, Node, Place
from config.yaml_syntax import MAX_DEPTH, SyntaxProblem, check_text, in_plain_words, lines_of

MAX_VALUES: Final = 1_000_000
"""Values in one file, those that aliases repeat included: a few lines of aliases can stand for billions."""

SecretReader: TypeAlias = Callable[[str, str], SecretStr]
"""Called with "!env" or "!file" and what follows. Raises `SecretError`."""

_TAG: Final = "tag:yaml.org,2002:"
_PLAIN: Final = "plain"
_SECRET_TAGS: Final = ("!env", "!file")
_KINDS: Final = re.compile(
    r"""(?P<true>true|True|TRUE)|(?P<false>false|False|FALSE)|(?P<null>~|null|Null|NULL|)
    |(?P<int>[-+]?(?:0|[1-9][0-9]{0,30})|0x[0-9a-fA-F]{1,30}|0o[0-7]{1,30})
    |(?P<float>[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?)""",
    re.VERBOSE,
)


class SecretError(ValueError):
    """A secret that is not there.

    Attributes:
        hint: How to provide it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """libyaml where it is there: the same nodes, many times faster."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is not yaml.ScalarNode:
            return _TAG + ("map" if kind is yaml.MappingNode else "seq")
        return _PLAIN if implicit[0] else _TAG + "str"


def read_document(path: Path, content: bytes, secret: SecretReader) -> tuple[Document, list[Issue]]:
    """Read the contents of the file `path`. With a syntax error the document is not readable and that is the issue."""
    text = content.decode("utf-8-sig", errors="replace")
    document = Document(path, lines_of(text))
    builder = _Builder(document, secret)
    try:
        check_text(content, text)
        raw = _compose(text, document.lines)
        root = builder.build(raw, 0) if raw else Node({})
    except SyntaxProblem as problem:
        return document, [document.issue("CFG-02", problem.place, str(problem), problem.hint)]
    return replace(document, root=root, readable=True), builder.issues


def _compose(text: str, lines: tuple[str, ...]) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise in_plain_words(error, lines) from None


class _Builder:
    """Turns PyYAML's nodes into ours, each once, so what aliases share stays shared."""

    def __init__(self, document: Document, secret: SecretReader) -> None:
        self.issues: list[Issue] = []
        self._document = document
        self._secret = secret
        self._built: dict[int, Node | None] = {}

    def build(self, raw: yaml.Node, depth: int) -> Node:
        place = _place(raw)
        if id(raw) in self._built:
            return self._again(id(raw), place)
        if depth > MAX_DEPTH:
            raise SyntaxProblem(place, f"more than {MAX_DEPTH} blocks inside one another")
        self._built[id(raw)] = None
        node = self._scalar(raw, place) if isinstance(raw, yaml.ScalarNode) else self._collection(raw, place, depth)
        if node.size > MAX_VALUES:
            raise SyntaxProblem(place, f"more than {MAX_VALUES:,} values", "aliases repeat all that they stand for")
        self._built[id(raw)] = node
        return node

    def _again(self, key: int, place: Place) -> Node:
        node = self._built[key]
        if node is None:
            raise SyntaxProblem(place, "an anchor that contains itself")
        return node

    def _collection(self, raw: yaml.Node, place: Place, depth: int) -> Node:
        if raw.tag not in (_TAG + "map", _TAG + "seq"):
            hint = "!env NAME and !file PATH are the only tags"
            self._add("CFG-02", place, f"the tag {_short(raw.tag)} cannot be here", hint)
        if isinstance(raw, yaml.MappingNode):
            return self._mapping(raw, place, depth)
        items = [self.build(item, depth + 1) for item in raw.value]
        size = 1 + sum(item.size for item in items)
        return Node([item.value for item in items], place, size=size, items=items)

    def _mapping(self, raw: yaml.MappingNode, place: Place, depth: int) -> Node:
        node = Node({}, place)
        merged: list[Node] = []
        for key, value in raw.value:
            child = self.build(value, depth + 1)
            node.size += child.size
            if key.tag == _PLAIN and key.value == "<<":
                merged += self._to_merge(child)
            elif isinstance(key, yaml.ScalarNode):
                self._put(node, key.value, _place(key), child)
            else:
                self._add("CFG-05", _place(key), "a key must be one word or text", "put quotes around it")
        for other in merged:
            _fill_up(node, other)
        return node

    def _put(self, node: Node, name: str, place: Place, child: Node) -> None:
        if name in node.keys:
            first = node.keys[name]
            message = f'"{name}" is written twice, first at {self._document.path.name}:{first.line}:{first.column}'
            self._add("CFG-03", place, message, "delete one of the two")
            return
        node.fields[name], node.keys[name], node.value[name] = child, place, child.value

    def _to_merge(self, child: Node) -> list[Node]:
        others = child.items or [child]
        if not all(isinstance(other.value, dict) for other in others):
            self._add("CFG-02", child.place, "<< needs a mapping", "write <<: *name, where &name stands at a mapping")
            return []
        return others

    def _scalar(self, raw: yaml.ScalarNode, place: Place) -> Node:
        one_line = raw.start_mark.line == raw.end_mark.line
        return Node(self._value(raw, place), place, raw.value, raw.style or "", one_line)

    def _value(self, raw: yaml.ScalarNode, place: Place) -> Any:
        if raw.tag == _PLAIN:
            return plain_value(raw.value)
        if raw.tag in _SECRET_TAGS:
            return self._secret_value(raw, place)
        if raw.tag == _TAG + "str":
            return raw.value
        hint = "!env NAME and !file PATH are the only tags; a text that begins with ! needs quotes"
        self._add("CFG-02", place, f"unknown tag {_short(raw.tag)}", hint)
        return raw.value

    def _secret_value(self, raw: yaml.ScalarNode, place: Place) -> SecretStr:
        try:
            return self._secret(raw.tag, raw.value.strip())
        except SecretError as error:
            self._add("CFG-11", place, str(error), error.hint)
            return SecretStr("")

    def _add(self, code: str, place: Place, message: str, hint: str) -> None:
        self.issues.append(self._document.issue(code, place, message, hint))


@lru_cache(maxsize=1024)
def plain_value(written: str) -> Any:
    """What a scalar without quotes stands for."""
    match = _KINDS.fullmatch(written)
    kind = match.lastgroup if match else ""
    if kind in ("true", "false"):
        return kind == "true"
    if kind == "int":
        return int(written, 0)
    if kind == "float":
        return float(written)
    return None if kind == "null" else written


def _fill_up(node: Node, other: Node) -> None:
    """Merge: what `node` has itself stays."""
    for name, child in other.fields.items():
        if name not in node.fields:
            node.fields[name], node.keys[name], node.value[name] = child, other.keys[name], child.value


def _place(raw: yaml.Node) -> Place:
    return Place(raw.start_mark.line + 1, raw.start_mark.column + 1)


def _short(tag: str) -> str:
    return tag.replace(_TAG, "!!")
