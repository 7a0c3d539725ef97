"""Whatever is done to the YAML, it loads or it is refused with places in the files; nothing else is ever raised."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.issues import Issue
from config.loader import DEFAULT_FOLDER, FILES, ConfigError, load, render

KEY = re.compile(r"[\w]+(?=:)")
SCALAR = re.compile(r"(?<=: )[^\s{\[#][^,}\]#\n]*")
STRANGE = st.one_of(
    st.sampled_from(
        ["on", "~", "", "0", "-1", "1e999", "0x3C", "true", "GPIO99", "GPIO21", "한글", "- x", "a: b", "<<", "\t"]
    ),
    st.sampled_from(
        ["[]", "{}", "[a]", "{a: b}", "'", '"', "{room}", "[the", "<x>", "[[[", "(((", "|", ">", "?", "#", "\\"]
    ),
    st.sampled_from(
        ["*a", "&x", "&a b", "!env", "!env X", "!file y", "!!int z", "!x", "'{room.txt}'", "'{a}_{b}_{c}'"]
    ),
    st.sampled_from(["{type: list}", "{type: integer, min: -999999999999}", "{{room}}"]),
    st.text(max_size=12),
)

ENDLESS = b"slots: {a: {type: integer, min: -1000000000000}}\nactions: {a: {do: [gpio: {output: '{a}{a}{a}'}]}}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("config")
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, folder)
    return folder


def loads_or_explains(folder: Path, name: str, content: bytes) -> bool:
    """Whether the folder with that file loads, or every issue points into the file and says something."""
    (folder / name).write_bytes(content)
    try:
        load(folder)
    except ConfigError as error:
        return all(map(points_into_its_file, error.issues))
    finally:
        shutil.copy(DEFAULT_FOLDER / name, folder)
    return True


def points_into_its_file(issue: Issue) -> bool:
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", issue.file.read_text("utf-8-sig", errors="replace"))
    return (
        1 <= issue.line <= len(lines)
        and 1 <= issue.column <= len(lines[issue.line - 1]) + 1
        and bool(issue.message)
        and render(issue).startswith(f"{issue.file.name}:{issue.line}:{issue.column} {issue.code} ")
    )


def mutated(text: str, data: st.DataObject) -> str:
    """`text` with a key deleted, doubled or renamed, a value changed, or a line deleted, doubled, moved or cut."""
    kind = data.draw(st.sampled_from(["key", "key twice", "value", "line", "line twice", "indent", "cut", "insert"]))
    if kind in ("key", "key twice", "value"):
        found = data.draw(st.sampled_from(list((SCALAR if kind == "value" else KEY).finditer(text))))
        start, end, new = found.start(), found.end(), data.draw(STRANGE)
        return text[:start] + (f"{found[0]}: 1\n{found[0]}" if kind == "key twice" else new) + text[end:]
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    new_lines = {
        "line": [],
        "line twice": [lines[at]] * 2,
        "indent": [" " * data.draw(st.integers(0, 12)) + lines[at].lstrip()],
        "cut": [lines[at][: data.draw(st.integers(0, len(lines[at])))]],
        "insert": [lines[at] + data.draw(STRANGE)],
    }[kind]
    return "\n".join(lines[:at] + new_lines + lines[at + 1 :])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(FILES), times=st.integers(1, 3), data=st.data())
def test_a_changed_file_loads_or_is_explained(folder: Path, name: str, times: int, data: st.DataObject) -> None:
    text = (DEFAULT_FOLDER / name).read_text("utf-8")
    for _ in range(times):
        text = mutated(text, data)
    assert loads_or_explains(folder, name, text.encode("utf-8", errors="surrogatepass"))


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(FILES), content=st.binary(max_size=60))
@example(name="roger.yaml", content=b"\xff")
@example(name="actions.yaml", content=b"actions: {a: {phrases: {en: [" + b"(" * 5000 + b"]}}}")
@example(name="actions.yaml", content=b"slots: {a: {type: {}}}")
@example(
    name="actions.yaml",
    content=b"slots: {a: {type: integer, min: -1000000000000}}\nactions: {a: {do: [gpio: {output: '{a}'}]}}",
)
@example(name="actions.yaml", content=b"actions: {a: &a {b: *a}}")
@example(name="screens.yaml", content=b"[]")
def test_any_bytes_load_or_are_explained(folder: Path, name: str, content: bytes) -> None:
    assert loads_or_explains(folder, name, content)
