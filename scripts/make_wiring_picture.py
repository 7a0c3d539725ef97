"""Draws docs/pictures/wiring.svg and wiring-ko.svg: how a Raspberry Pi is wired. With --check: are they up to date?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from config.loader import DEFAULT_FOLDER, load
from controller.simulator.report.markup import Html, join, tag
from controller.view import load_texts, render
from scripts.wiring import board, parts
from scripts.wiring.shapes import BLACK, FAINT, FONT, PAPER, Point, box, rounded, wire, words
from tests.render.scenes import SCENES

PICTURES: Final = ROOT / "docs" / "pictures"
SIZE: Final = (1140, 930)
TAGS: Final = 640.0
"""Where the labels of the wires begin."""
TAG: Final = (112.0, 21.0)
LANES: Final = 556.0
LANE: Final = 8.6
"""From one wire that goes up or down to the next."""
LIGHTS_Y: Final = 449.0
ROW: Final = 31.0

RED, BLUE, YELLOW, TEAL = "#d3312b", "#1f6fd0", "#d39b00", "#0f8b8d"


@dataclass(frozen=True, slots=True)
class Wire:
    """From a pin of the header to a label, and on to the part.

    Attributes:
        y: Of its label.
        ways: The points after the label.
    """

    pin: int
    name: str
    colour: str
    y: float
    ways: tuple[Point, ...]


TEXTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {
        "title": ("How Roger is wired",),
        "pi": ("Raspberry Pi 4 or 5",),
        "usb": ("USB",),
        "first": ("1 is here ▸",),
        "pin": ("pin",),
        "display": ("Display", "OLED 128×64, I2C", "SSD1306, SH1106", "or SSD1309"),
        "lights": ("Lights and other outputs", "If you want any: each a LED with 330 Ω, or the input of a relay board"),
        "rooms": ("living room", "bedroom", "kitchen", "coffee", "fan", "garage"),
        "button": ("Button", "Any that closes a contact; it needs no resistor"),
        "microphone": ("Microphone", "USB, in any socket"),
        "notes": (
            "Switch the Pi off first.",
            "Displays have their pins in different orders: go by what is printed on yours.",
        ),
    },
    "ko": {
        "title": ("로저 배선도",),
        "pi": ("라즈베리 파이 4 또는 5",),
        "usb": ("USB",),
        "first": ("1번은 여기 ▸",),
        "pin": ("핀",),
        "display": ("화면", "OLED 128×64, I2C", "SSD1306, SH1106", "또는 SSD1309"),
        "lights": ("조명과 다른 출력", "원하면: 330 Ω 저항을 단 LED, 또는 릴레이 보드의 입력"),
        "rooms": ("거실", "침실", "주방", "커피", "선풍기", "차고"),
        "button": ("버튼", "누르면 붙는 것이면 됨, 저항은 필요 없음"),
        "microphone": ("마이크", "USB, 아무 소켓에나"),
        "notes": ("먼저 파이의 전원을 끄세요.", "화면마다 핀 순서가 다르니 적힌 이름을 보고 연결하세요."),
    },
}
TITLES: Final = {
    "display": (648.0, 204.0),
    "lights": (648.0, 400.0),
    "button": (648.0, 782.0),
    "microphone": (778.0, 868.0),
}
ROOMS: Final = (
    (11, "GPIO17", "#2e9e4f"),
    (12, "GPIO18", "#7a4fbf"),
    (13, "GPIO27", "#d0642a"),
    (16, "GPIO23", "#a0522d"),
    (18, "GPIO24", "#3f7fa6"),
    (22, "GPIO25", "#b0417a"),
)


def wires() -> list[Wire]:
    """In the order of the pins, which is that of the labels: no two cross before those."""
    return [*_display(), *_outputs(), *_button()]


def _display() -> list[Wire]:
    ends = ((1, "3V3", RED, "VCC"), (3, "GPIO2", BLUE, "SDA"), (5, "GPIO3", YELLOW, "SCL"), (9, "GND", BLACK, "GND"))
    found = []
    for at, (pin, name, colour, end) in enumerate(ends):
        x, y = parts.oled_pin(end)
        height = 58.0 + at * 26
        found.append(Wire(pin, name, colour, height, ((x, height), (x, y))))
    return found


def _outputs() -> list[Wire]:
    found = [
        Wire(pin, name, colour, LIGHTS_Y + at * ROW, ((parts.RESISTOR_X, LIGHTS_Y + at * ROW),))
        for at, (pin, name, colour) in enumerate(ROOMS)
    ]
    low = LIGHTS_Y + len(ROOMS) * ROW
    rail = ((parts.RAIL_X, low), (parts.RAIL_X, LIGHTS_Y))
    return [*found, Wire(25, "GND", BLACK, low, rail)]


def _button() -> list[Wire]:
    ground, signal = parts.button_pin(upper=True), parts.button_pin(upper=False)
    return [
        Wire(39, "GND", BLACK, ground[1], (ground,)),
        Wire(40, "GPIO21", TEAL, signal[1], (signal,)),
    ]


def drawn(one: Wire, lane: float) -> Html:
    """Out of the header between the pins, up or down in a lane of its own, through its label, and on to the part."""
    x, y = board.place(one.pin)
    out = y if one.pin % 2 == 0 else y - board.PITCH / 2
    way = [(x, y), (x + abs(y - out), out), (lane, out), (lane, one.y), (TAGS + TAG[0], one.y), *one.ways]
    return wire(rounded(way), one.colour)


def lanes(all_wires: Sequence[Wire]) -> list[float]:
    """Those that go up turn the later the lower their pin is, those that go down the earlier: so none cross."""
    up = [one for one in all_wires if one.y < board.place(one.pin)[1]]
    order = [*up, *reversed(all_wires[len(up) :])]
    place = {one.pin: at if one in up else at - len(up) for at, one in enumerate(order)}
    return [LANES + LANE * place[one.pin] for one in all_wires]


def label(one: Wire, pin: str) -> Html:
    """The name of the pin and its number, on the wire."""
    (width, height), y = TAG, one.y
    plate = box(TAGS, y - height / 2, width, height, one.colour, height / 2)
    name = words(TAGS + 12, y + 4.8, one.name, 13.5, fill="#fff", font_weight=700)
    count = words(TAGS + width - 10, y + 4.6, f"{pin} {one.pin}", 12, fill="#fff", text_anchor="end", opacity="0.92")
    return join([plate, name, count])


def svg(language: str) -> str:
    """The whole picture."""
    texts, all_wires = TEXTS[language], wires()
    scene, at = SCENES[language]["idle"]
    screen = render(scene, at, load(DEFAULT_FOLDER).screens, load_texts(language))
    lights = [
        parts.light(LIGHTS_Y + row * ROW, colour, name)
        for row, ((_, _, colour), name) in enumerate(zip(ROOMS, texts["rooms"], strict=True))
    ]
    content = [
        tag("title", texts["title"][0]),
        box(0, 0, *SIZE, PAPER, 14),
        board.board(texts["usb"][0], texts["pi"][0]),
        board.one(texts["first"][0]),
        board.header(one.pin for one in all_wires),
        parts.oled(screen),
        *map(drawn, all_wires, lanes(all_wires)),
        *(board.taken(one.pin, one.colour) for one in all_wires),
        *lights,
        parts.button(),
        parts.microphone((board.LEFT + 46.7 * board.MM, board.TOP + 88.1 * board.MM)),
        *(label(one, texts["pin"][0]) for one in all_wires),
        *(parts.title(x, y, *texts[part]) for part, (x, y) in TITLES.items()),
        words(board.LEFT, SIZE[1] - 16, "  ".join(texts["notes"]), 13.5, fill=FAINT),
    ]
    width, height = SIZE
    opened = tag("svg", *content, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", font_family=FONT)
    return f"{opened}\n"


def main(arguments: list[str]) -> int:
    """Write both, or compare them."""
    made = {PICTURES / "wiring.svg": svg("en"), PICTURES / "wiring-ko.svg": svg("ko")}
    if arguments == ["--check"]:
        return 0 if all(path.is_file() and path.read_text("utf-8") == text for path, text in made.items()) else 1
    for path, text in made.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
