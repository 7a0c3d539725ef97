"""What is written on the memory card before it goes into the device: settings.txt, or Raspberry Pi Imager's files."""

from typing import Final

VARIABLE: Final = "ROGER_SETTINGS"
"""The folder with what `roger settings apply` made of the card; not set on a PC."""
