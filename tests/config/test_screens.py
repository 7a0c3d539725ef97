"""What is wrong in screens.yaml is said in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from config.screens import ScreensFile

SHIPPED = yaml.safe_load((Path(__file__).parent.parent.parent / "config" / "screens.yaml").read_text(encoding="utf-8"))


def errors(element: dict[str, object]) -> str:
    with pytest.raises(ValidationError) as caught:
        ScreensFile.model_validate({**SHIPPED, "screens": {**SHIPPED["screens"], "idle": [element]}})
    return str(caught.value)


def test_the_shipped_screens_are_right() -> None:
    assert ScreensFile.model_validate(SHIPPED).icons["rabbit"]


@pytest.mark.parametrize(
    ("element", "says"),
    [
        ({"text": "hi", "icon": "tick"}, "exactly one of"),
        ({"at": [0, 0]}, "exactly one of"),
        ({"text": "{captoin}"}, "there is no field {captoin}"),
        ({"icon": "rabit"}, 'there is no icon "rabit"'),
        ({"text": "hi", "at": [100, 0], "size": [40, 10]}, "does not lie inside 128 x 64"),
        ({"text": "hi", "at": [0, 64]}, "less than 64"),
        ({"text": "hi", "colour": "red"}, "Extra inputs"),
        ({"bar": "loudness"}, "level"),
    ],
)
def test_a_slip_is_named(element: dict[str, object], says: str) -> None:
    assert says in errors(element)


def test_a_screen_that_is_missing_is_named() -> None:
    screens = {name: elements for name, elements in SHIPPED["screens"].items() if name != "timer"}
    with pytest.raises(ValidationError, match="there is no screen timer"):
        ScreensFile.model_validate({**SHIPPED, "screens": screens})
