"""The states of the machine."""

from typing import Final

IDLE: Final = "idle"
RECORDING: Final = "recording"
TRANSCRIBING: Final = "transcribing"
CLASSIFYING: Final = "classifying"
ACTING: Final = "acting"
QUERYING: Final = "querying"
DISPLAYING: Final = "displaying"

ALL: Final = (IDLE, RECORDING, TRANSCRIBING, CLASSIFYING, ACTING, QUERYING, DISPLAYING)
