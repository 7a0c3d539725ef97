"""What is wrong in screens.yaml is said in plain words, at its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from config.loader import FILES, ConfigError, load, render
from config.screens import KINDS, Element, FieldName, NumberName, ScreenName, ScreensFile, message_names

ROOT = Path(__file__).parent.parent.parent
SHIPPED = yaml.safe_load((ROOT / "config" / "screens.yaml").read_text(encoding="utf-8"))
DOCS = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")


def errors(element: dict[str, object], **icons: list[str]) -> str:
    with pytest.raises(ValidationError) as caught:
        ScreensFile.model_validate(
            {"icons": {**SHIPPED["icons"], **icons}, "screens": {**SHIPPED["screens"], "idle": [element]}}
        )
    return str(caught.value)


def test_the_shipped_screens_are_right() -> None:
    assert ScreensFile.model_validate(SHIPPED).icons["rabbit"]


@pytest.mark.parametrize(
    ("element", "says"),
    [
        ({"text": "hi", "icon": "tick"}, "exactly one of"),
        ({"at": [0, 0]}, "exactly one of"),
        ({"text": "{captoin}"}, "there is no field {captoin}"),
        ({"text": "{ caption}"}, "there is no field { caption}"),
        ({"text": "{level}"}, "there is no field {level}"),
        ({"text": "{t.hello}"}, "there is no message {t.hello}"),
        ({"text": "hi", "when": "captoin"}, "caption"),
        ({"picture": False}, "Input should be True"),
        ({"icon": "rabit"}, 'there is no icon "rabit"'),
        ({"icon": "rabbit", "at": [100, 0]}, "the icon (36 x 50) does not lie inside 128 x 64"),
        ({"icon": ["##", "#"]}, "rows of different lengths: 2, 1"),
        ({"icon": ["#x"]}, "match pattern"),
        ({"icon": []}, "at least 1 item"),
        ({"text": "hi", "at": [100, 0], "size": [40, 10]}, "does not lie inside 128 x 64"),
        ({"text": "hi", "at": [0, 64]}, "less than 64"),
        ({"text": "hi", "colour": "red"}, "Extra inputs"),
        ({"bar": "loudness"}, "level"),
    ],
)
def test_a_slip_is_named(element: dict[str, object], says: str) -> None:
    assert says in errors(element)


def test_an_icon_with_uneven_rows_is_named() -> None:
    assert 'the icon "heart" has rows of different lengths: 3, 2' in errors({"text": "hi"}, heart=[".#.", "##"])


def test_a_screen_that_is_missing_is_named() -> None:
    screens = {name: elements for name, elements in SHIPPED["screens"].items() if name != "timer"}
    with pytest.raises(ValidationError, match="there is no screen timer"):
        ScreensFile.model_validate({**SHIPPED, "screens": screens})


@pytest.mark.parametrize(
    ("slip", "code", "line"),
    [
        (lambda text: text.replace("{t.press_to_stop}", "{t.press_too_stop}"), "CFG-10", "{t.press_too_stop}"),
        (lambda text: text.replace("{icon: bell, ", "{icon: bel, "), "CFG-10", "{icon: bel, "),
        (
            lambda text: text.replace("{icon: bell, at: [3, 3]", '{icon: ["##", "#"], at: [3, 3]'),
            "CFG-05",
            '{icon: ["##"',
        ),
        (lambda text: text.replace("{icon: bell, at: [3, 3]", "{icon: bell, at: [120, 3]"), "CFG-05", "[120, 3]"),
    ],
)
def test_the_loader_points_at_it(slip: Callable[[str], str], code: str, line: str, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text((ROOT / "config" / name).read_text(encoding="utf-8"), encoding="utf-8")
    file = tmp_path / "screens.yaml"
    file.write_text(slip(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert line in file.read_text(encoding="utf-8").splitlines()[issue.line - 1], render(issue)


@pytest.mark.parametrize(
    "names",
    [get_args(FieldName), get_args(NumberName), get_args(ScreenName), KINDS, tuple(Element.model_fields)],
    ids=["fields", "numbers", "screens", "kinds", "keys"],
)
def test_the_page_on_screens_explains_every_name(names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in DOCS and f"`{name}:" not in DOCS] == []


def test_the_example_of_the_page_is_what_is_shipped() -> None:
    ((name, elements),) = yaml.safe_load(DOCS.split("```yaml\n")[1].split("```")[0]).items()
    assert elements == SHIPPED["screens"][name]


def test_messages_are_those_of_the_locale() -> None:
    file = ROOT / "config" / "locale" / "ko" / "messages.yaml"
    korean: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["messages"]
    assert set(message_names()) == {f"t.{name}" for name in korean}
