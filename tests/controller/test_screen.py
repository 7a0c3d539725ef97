"""Only what changed is drawn, at most ten times a second, and again by itself while something moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from controller.clock import VirtualClock
from controller.events import Event, ScreenDue
from controller.loop import VirtualLoop
from controller.screen import Screen
from controller.turn import Scene


class Bench:
    """A screen whose picture is the scene's level, with a spinner that changes every `moves_s` if that is set."""

    def __init__(self, moves_s: float | None = None) -> None:
        self.moves_s = moves_s
        self.drawn: list[float] = []
        self.pictures: list[Image.Image] = []
        self.clock = VirtualClock()
        self.loop = VirtualLoop(self.clock, self.handle)
        self.screen = Screen(self, self.clock, self.loop.post, self.draw)

    def handle(self, event: Event) -> None:
        assert isinstance(event, ScreenDue)
        self.screen.tick(event)

    def picture(self, scene: Scene, at: float) -> tuple[Image.Image, float | None]:
        picture = Image.new("1", (128, 64))
        turn = int(at / self.moves_s + 1e-6) if self.moves_s else 0
        picture.putpixel((round(scene.level * 100), turn % 64), 1)
        return picture, at + self.moves_s if self.moves_s else None

    def draw(self, picture: Image.Image, at: float) -> None:
        self.drawn.append(at)
        self.pictures.append(picture)

    def show(self, level: float) -> None:
        self.screen.show(Scene(level=level), self.clock.now())


def test_the_first_scene_is_drawn_at_once() -> None:
    bench = Bench()
    bench.show(0.5)
    assert bench.drawn == [0.0]


def test_a_scene_that_looks_the_same_is_not_drawn_again() -> None:
    bench = Bench()
    bench.show(0.5)
    bench.clock.advance_to(1.0)
    bench.show(0.5)
    bench.loop.run()
    assert bench.drawn == [0.0]


def test_of_many_scenes_at_once_the_last_is_drawn() -> None:
    bench = Bench()
    for level in (0.1, 0.2, 0.3):
        bench.show(level)
    bench.loop.run()
    assert bench.drawn == [0.0, 0.1]
    assert bench.pictures[-1].getpixel((30, 0))


def test_what_moves_is_drawn_again_by_itself() -> None:
    bench = Bench(moves_s=0.25)
    bench.show(0.5)
    bench.loop.run(lambda: len(bench.drawn) == 4)
    assert bench.drawn == [0.0, 0.25, 0.5, 0.75]


@given(st.lists(st.floats(0.0, 0.3), min_size=1, max_size=40))
def test_never_more_than_ten_pictures_a_second(pauses: list[float]) -> None:
    bench = Bench()
    when = 0.0
    for number, pause in enumerate(pauses):
        when += pause
        bench.clock.call_at(when, lambda number=number: bench.show(number % 100 / 100))  # type: ignore[misc]
    bench.loop.run()
    assert all(later - earlier >= 0.1 - 1e-9 for earlier, later in zip(bench.drawn, bench.drawn[1:], strict=False))
    assert bench.pictures[-1].getpixel(((len(pauses) - 1) % 100, 0))


def test_another_view_of_the_same_scene_is_drawn_at_once() -> None:
    bench = Bench()
    bench.show(0.5)
    bench.clock.advance_to(1.0)
    bench.moves_s = 0.1
    bench.screen.redraw(1.0)
    assert bench.drawn == [0.0, 1.0]
