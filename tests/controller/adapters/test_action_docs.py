"""Everything that docs/actions.md shows can be written, and shows every kind of step."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, FILES, load
from config.schema import Step

PAGE = Path(__file__).parents[3] / "docs" / "actions.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
EXAMPLES = [block for block in BLOCKS if block.startswith("outputs:")]
NAMES = (["light_on", "tea"], ["brighter"], ["unlock", "blinds"])
STEPS = [block for block in BLOCKS if block not in EXAMPLES]
AROUND_STEPS = """
  everything:
    phrases: { en: ["all {room} {amount} {duration}"] }
    patterns: ['say (?P<words>.+)']
    slots: { amount: { type: percent }, words: { type: text } }
    do:
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME_ASSISTANT_AUTHORIZATION", "Bearer abc")
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize("steps", STEPS, ids=lambda block: block.split(":")[0][2:])
def test_the_steps_can_be_written(steps: str, folder: Path) -> None:
    indented = "".join(f"      {line}\n" for line in steps.splitlines())
    (folder / "actions.yaml").write_text(EXAMPLES[0] + AROUND_STEPS + indented, encoding="utf-8")
    assert load(folder).actions.actions["everything"].do


@pytest.mark.parametrize(("example", "names"), [*zip(EXAMPLES, NAMES, strict=True)])
def test_the_whole_example_can_be_written(folder: Path, example: str, names: list[str]) -> None:
    (folder / "actions.yaml").write_text(example, encoding="utf-8")
    assert list(load(folder).actions.actions) == names


def test_every_kind_of_step_is_shown() -> None:
    shown = set(re.findall(r"^- (\w+):", "".join(STEPS), re.MULTILINE))
    assert shown == set(Step.model_fields)
