"""The example of docs/home-assistant.md can be written, and understands what the page says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from config.home_assistant.actions import vocabularies
from config.loader import DEFAULT_FOLDER, FILES, load
from controller.turn import Transcript
from models.intent.rules import RulesClassifier

PAGE = (Path(__file__).parents[3] / "docs" / "home-assistant.md").read_text(encoding="utf-8")
SAID = re.findall(r"^\| (.+?) \| (\w+) \| ((?:\w+=\w+(?:, )?)*) ?\|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RulesClassifier:
    folder = tmp_path_factory.mktemp("config")
    for name in ("roger.yaml", "screens.yaml"):
        shutil.copy(DEFAULT_FOLDER / name, folder)
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    (folder / "actions.yaml").write_text(found[1], encoding="utf-8")
    return RulesClassifier(load(folder).actions, "en")


@pytest.mark.parametrize(("text", "action", "slots"), SAID)
def test_what_the_page_says_is_understood(rules: RulesClassifier, text: str, action: str, slots: str) -> None:
    decision = rules.classify(Transcript(text, "ko" if text > "가" else "en"))
    assert decision.action == action
    assert ", ".join(f"{slot.name}={slot.value}" for slot in decision.slots) == slots


def test_the_table_is_read() -> None:
    assert len(SAID) == 12


def test_the_lines_of_the_shipped_actions_work_when_uncommented(tmp_path: Path) -> None:
    for name in FILES:
        text = (DEFAULT_FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"# (use:|home_assistant:)", r"\1", text), encoding="utf-8")
    with_sentences, without = load(tmp_path).actions, load(DEFAULT_FOLDER).actions
    assert with_sentences.use == "home-assistant"
    assert len(with_sentences.actions["light_on"].phrases["en"]) > len(without.actions["light_on"].phrases["en"])


def test_the_intents_of_the_page_are_there() -> None:
    named = set(re.findall(r"`(Hass\w+)`", PAGE))
    assert named <= {intent for known in vocabularies().values() for intent in known.intents}
    assert len(named) > 30
