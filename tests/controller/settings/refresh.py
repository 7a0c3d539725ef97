"""Write the golden files again: python tests/controller/settings/refresh.py"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from config.card.card import read_card
from controller.settings.apply import apply

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


def main() -> None:
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for card in sorted((HERE / "cards").iterdir()):
        apply(read_card(card), GOLDEN / card.name, HERE / "models", kernel=False, owner="")


if __name__ == "__main__":
    main()
