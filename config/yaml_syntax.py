"""What is no YAML, said in plain words and at the place where the mistake was made."""

from __future__ import annotations

import re
from typing import Final

import yaml

from config.yaml_nodes import Place

MAX_DEPTH: Final = 100
"""Mappings and lists inside one another. libyaml itself recurses until the process dies."""

_LINE_BREAK: Final = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_NOT_YAML: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_FALSE_SPACE: Final = re.compile(r"^[ ]*(?:- +)*([\xa0\u2000-\u200a\u3000])", re.MULTILINE)
_BRACKET: Final = re.compile(r"[\[{]|[\]}]")
_BLOCK_START: Final = re.compile(r"^[\s?:-]*", re.MULTILINE)
_BEGINS_WITH_BRACKET: Final = re.compile(r"\s*(?:-\s+|[^\s:]+:\s+)*([\[{])")

_IN_PLAIN_WORDS: Final = (
    (
        "mapping values",
        'a ":" that fits nowhere',
        'is this line indented as it should be? a text with ": " needs quotes',
    ),
    ("block sequence entries", 'a "- " that fits nowhere', "begin the list in a line of its own"),
    ("undefined alias", "an alias without an anchor above it", "a text that begins with * needs quotes"),
    ("duplicate anchor", "an anchor of a name that is taken", "rename one of them"),
    ("another document", "a second document begins here", 'delete the line with "---"'),
    ("escape", "a \\ in double quotes", "use single quotes, where \\ is a character like others"),
    ("expected ':'", 'a key without ":"', 'write "key: value"'),
    ("block scalar", 'text behind "|" or ">"', "begin the text in the next line"),
    ("incompatible YAML", "a %YAML line", "delete it"),
)
"""Part of PyYAML's message, what Roger says instead, and what can be done about it."""


class SyntaxProblem(Exception):
    """Text that is no YAML, or that stands for too much.

    Attributes:
        hint: What to write instead; may be empty.
    """

    def __init__(self, place: Place, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


def lines_of(text: str) -> tuple[str, ...]:
    """The lines as YAML counts them."""
    return tuple(_LINE_BREAK.split(text))


def check_text(content: bytes, text: str) -> None:
    """Find in `text`, decoded from `content`, what libyaml reports without a place, or not at all.

    Raises:
        SyntaxProblem: With the first such place.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        at = len(content[: error.start].decode("utf-8-sig", errors="replace"))
        raise SyntaxProblem(_place_of(text, at), "this is not UTF-8", "save the file as UTF-8") from None
    if strange := _NOT_YAML.search(text):
        message = f"the character U+{ord(strange[0]):04X} cannot be in YAML"
        raise SyntaxProblem(_place_of(text, strange.start()), message, "delete it; the file has to be UTF-8 text")
    if space := _FALSE_SPACE.search(text):
        message = f"U+{ord(space[1]):04X} looks like a space and is none"
        raise SyntaxProblem(_place_of(text, space.start(1)), message, "type the spaces at the start of the line again")
    _check_depth(text)


def _check_depth(text: str) -> None:
    """Refuse what could exhaust libyaml's stack: far deeper than `MAX_DEPTH`, which is held exactly later."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > 10 * MAX_DEPTH:
            raise SyntaxProblem(_place_of(text, bracket.start()), "too many brackets inside one another")
    for start in _BLOCK_START.finditer(text):
        if len(start[0]) > 10 * MAX_DEPTH:
            raise SyntaxProblem(_place_of(text, start.end()), "indented too far")


def _place_of(text: str, offset: int) -> Place:
    before = lines_of(text[:offset])
    return Place(len(before), len(before[-1]) + 1)


def in_plain_words(error: yaml.YAMLError, lines: tuple[str, ...]) -> SyntaxProblem:
    """PyYAML's error as Roger says it."""
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    at = _place(getattr(error, "problem_mark", None))
    start = _place(getattr(error, "context_mark", None))
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    bracket = _BEGINS_WITH_BRACKET.match(line)
    if bracket and bracket.end() < at.column and "block" in context and "did not find expected" in problem:
        begins = line[bracket.start(1) :].strip()
        hint = f"write '{begins}'" if not set("'\"#") & set(begins) else ""
        return SyntaxProblem(
            Place(at.line, bracket.end()), f'a text that begins with "{bracket[1]}" needs quotes', hint
        )
    if "cannot start any token" in problem:
        return _bad_start(at, line[at.column - 1 : at.column])
    if "quoted scalar" in context and "end of stream" in problem:
        return SyntaxProblem(start, "a quote that is never closed")
    if "node content" in problem:
        return SyntaxProblem(at, "a value is missing here, or a bracket is one too many")
    if "flow" in context:
        return SyntaxProblem(start, "a bracket that is never closed, or a comma is missing inside")
    if "expected key" in problem or "'-' indicator" in problem or "block end" in problem:
        hint = f"keys and items of one block begin in the same column, as in line {start.line}"
        return SyntaxProblem(at, "this does not fit with the lines above", hint)
    for part, message, hint in _IN_PLAIN_WORDS:
        if part in f"{context} {problem}":
            return SyntaxProblem(at, message, hint)
    return SyntaxProblem(at, problem, context)


def _bad_start(at: Place, character: str) -> SyntaxProblem:
    if character == "\t":
        return SyntaxProblem(at, "a tab", "YAML wants spaces")
    return SyntaxProblem(at, f'a text that begins with "{character}" needs quotes')


def _place(mark: yaml.Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place()
