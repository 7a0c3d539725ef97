"""How the simulator in a terminal looks: its colours, and where things are at which size."""

from __future__ import annotations

from typing import Final

from rich.color import Color
from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

from controller.simulator.timeline import COLOURS

THEME: Final = Theme(
    name="roger",
    primary="#58a6ff",
    secondary="#7d8590",
    accent="#aadcff",
    warning="#e3b341",
    error="#ff7b72",
    success="#56d364",
    foreground="#d5dbe3",
    background="#0d1117",
    surface="#0d1117",
    panel="#161b22",
    variables={"footer-key-foreground": "#aadcff", "border": "#30363d", "input-selection-background": "#264f78"},
)
BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE = (
    (110, 118, 129),
    (255, 123, 114),
    (86, 211, 100),
    (227, 179, 65),
    (121, 192, 255),
    (210, 168, 255),
    (57, 197, 207),
    (213, 219, 227),
)
_HUES: Final = [BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE]
ANSI: Final = TerminalTheme((13, 17, 23), WHITE, _HUES, _HUES)
"""What the names of colours mean here."""
SHADES: Final = {state: Color.parse(name).get_truecolor(ANSI).hex for state, name in COLOURS.items()}
"""Of the states."""

LIT: Final = "#aadcff"
DIM: Final = "#5c6570"
WARM: Final = "#f2cc60"
GOOD: Final = "#56d364"
BAD: Final = "#ff7b72"
SOON: Final = "#e3b341"

LARGE: Final = (164, 48)
"""Columns and rows from which on each pixel of the OLED has half a cell."""
WIDTHS: Final = [(0, "-tiny"), (66, "-narrow"), (80, "-compact"), (100, "-wide")]
HEIGHTS: Final = [(0, "-flat"), (20, "-short"), (24, "-normal"), (30, "-tall")]

CSS: Final = """
Screen { layout: vertical; }
#title { display: none; height: 1; background: #161b22; }
.-tall #title { display: block; }
#top, #top > Horizontal { height: auto; }
Oled {
    width: 66; height: 18; background: #06080e; color: #aadcff;
    border: outer #23272f; border-title-color: #7d8590; border-title-background: #23272f;
    border-subtitle-color: #ffa198; border-subtitle-background: #23272f; border-subtitle-align: left;
}
#side { width: 1fr; height: 18; }
#device { height: auto; }
Knob, State, Parts, Lamps { background: $background; }
Happenings { height: 1fr; min-height: 1; background: $background; scrollbar-size-vertical: 0; overflow-x: hidden; }
Happenings { scrollbar-color: #30363d; scrollbar-background: $background; }
#say { height: 1; background: #161b22; }
#prompt { width: auto; padding: 0 1; color: #7d8590; }
Words { width: 1fr; background: #161b22; border: none; height: 1; padding: 0; }
Words:focus { background-tint: #aadcff 6%; border: none; }
Spoken { display: none; }
#line { display: none; height: 1; }
Footer { background: #161b22; }

.-compact #device { layout: vertical; }
.-compact Knob { height: 3; }
.-compact State { height: 4; padding: 1 0 0 0; }
.-compact Parts { height: 1fr; padding: 1 0 0 0; }
.-compact #side Lamps { display: none; }
.-wide #strip { display: none; }
#strip { height: auto; max-height: 2; padding: 0 1; }

.-wide Knob, .-wide State, .-wide Parts, .-wide Lamps, .-tall Happenings, .-tall #say {
    border: round #30363d; border-title-color: #7d8590; border-title-style: none;
}
.-wide #device { layout: horizontal; height: 5; }
.-wide Knob { width: 16; height: 5; padding: 0 1; }
.-wide State { width: 1fr; height: 5; padding: 0 1; }
.-wide Parts { height: 5; padding: 0 1; }
.-wide #side Lamps { height: 1fr; padding: 0 1; }
.-tall Happenings { scrollbar-size-vertical: 1; }
.-tall #say { height: 3; background: $background; }
.-tall #say:focus-within { border: round #58a6ff; }
.-tall Words { background: $background; }
.-large Oled { width: 130; height: 34; }
.-large #side { height: 34; }

.-narrow #side, .-tiny #side { display: none; }
.-narrow #line, .-tiny #line { display: block; }
.-tiny #top, .-flat #top { display: none; }
.-tiny Spoken, .-flat Spoken { display: block; height: auto; max-height: 6; padding: 0 1; background: #06080e; }
.-flat #line { display: block; }
.-flat #strip { max-height: 1; }
.-short Oled { border: none; height: 16; width: 64; }
.-short #side { height: 16; }

FaultMenu { align: center middle; background: #06080e 60%; }
FaultMenu OptionList {
    width: 58; height: auto; max-height: 90%; padding: 0 1; background: #161b22;
    border: round #ff7b72; border-title-color: #ff7b72; border-subtitle-color: #7d8590;
}
"""
