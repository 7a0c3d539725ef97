"""What docs/flashing.md and its Korean twin show is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.card.settings_txt import read_settings
from config.loader import DEFAULT_FOLDER, load
from controller.errors import CODES

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {
    language: (DOCS / name).read_text("utf-8") for language, name in (("en", "flashing.md"), ("ko", "flashing-ko.md"))
}


def block(page: str, kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("language", PAGES)
def test_the_settings_are_right(language: str) -> None:
    said, issues = read_settings(Path("settings.txt"), block(PAGES[language], "ini").encode())
    assert issues == []
    assert (len(said), said["language"][0].value) == (5, language)


@pytest.mark.parametrize("language", PAGES)
def test_the_command_is_right_beside_those_that_come_with_roger(language: str, tmp_path: Path) -> None:
    shipped = (DEFAULT_FOLDER / "actions.yaml").read_text("utf-8")
    command = block(PAGES[language], "yaml").removeprefix("actions:\n")
    (tmp_path / "actions.yaml").write_text(shipped.replace("\nactions:\n", f"\nactions:\n{command}\n", 1), "utf-8")
    for name in ("roger.yaml", "screens.yaml"):
        (tmp_path / name).write_bytes((DEFAULT_FOLDER / name).read_bytes())
    assert "movie_time" in load(tmp_path).actions.actions


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_code_of_card_and_network_is_explained(page: str) -> None:
    explained = set(re.findall(r"(?:SET|NET)-\d\d", page))
    assert {code for code in CODES if code[:4] in ("SET-", "NET-")} == explained


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_what_it_points_at_is_there(page: str) -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", page) if "://" not in link]
    assert [link for link in links if not (DOCS / link).is_file()] == []


def test_both_have_the_same_steps_and_pictures() -> None:
    def shape(page: str) -> list[str]:
        return re.findall(r"(?m)^## \d|pictures/[a-z-]+?(?=-ko\.|\.)", page)

    assert shape(PAGES["en"]) == shape(PAGES["ko"])
