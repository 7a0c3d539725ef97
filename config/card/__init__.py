"""What is written on the memory card before it goes into the device: settings.txt, or Raspberry Pi Imager's files."""

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "ROGER_SETTINGS"
ON_THE_DEVICE: Final = Path("/run/roger-settings")


def settings_folder() -> Path | None:
    """The folder with what `roger settings apply` made of the card; None on a computer that has no card."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    return ON_THE_DEVICE if ON_THE_DEVICE.is_dir() else None
