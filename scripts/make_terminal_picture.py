"""Makes docs/pictures/terminal.svg: the simulator in a terminal, in the middle of a turn, drawn by itself.

With --check: says whether it is up to date.
"""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from config.loader import DEFAULT_FOLDER, Config, load
from controller.clock import VirtualClock
from controller.engines import make_classifier
from controller.simulator.terminal.app import Simulator
from controller.simulator.terminal.session import Session

PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"
COLUMNS, ROWS = 100, 32
STORY = (
    (1.0, 3.2, "turn on the living room light"),
    (11.0, 13.7, "dim the bedroom light to fifty percent"),
    (24.0, 27.0, "turn on the coffee machine"),
)
"""When the button is pushed and let go, and what is said."""
SHOT_S = 25.5


class Staged(Session):
    """A session in virtual time, up to the moment that the picture shows."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, make_classifier(config), clock=VirtualClock())
        for pressed_at, released_at, words in STORY:
            self.press(pressed_at, words)
            self.release(released_at)

    def start(self) -> None:
        self.assistant.run(lambda: self.clock.now() >= SHOT_S)


async def shoot(columns: int = COLUMNS, rows: int = ROWS) -> str:
    """The picture, without the font that it would fetch."""
    config = replace(load(DEFAULT_FOLDER), folder=Path("my-roger"))
    session = Staged(config)
    session.do(lose="network")
    app = Simulator(session, Staged, Path())
    try:
        async with app.run_test(size=(columns, rows)) as pilot:
            while not session.lines.empty():
                await pilot.pause(0.05)
            await pilot.pause(0.2)
            return re.sub(r"@font-face \{.*?\}\s*", "", app.export_screenshot(title="roger simulate"), flags=re.DOTALL)
    finally:
        session.close()


def main(arguments: list[str]) -> int:
    """Write it, or compare it."""
    picture = asyncio.run(shoot())
    if arguments == ["--check"]:
        return 0 if PICTURE.is_file() and PICTURE.read_text("utf-8") == picture else 1
    PICTURE.write_text(picture, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
