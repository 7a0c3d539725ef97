"""From the server's first token to what people see: on the device's screen, and on the page in a browser.

Usage: python scripts/bench/web.py [TURNS]

A chat server on loopback notes when it sends the first token of each answer. The OLED's time is when the picture with
the first word reaches the display; the page's is when a MutationObserver in Chromium sees the word in the document, and
when the browser has painted it (the second requestAnimationFrame after that). All clocks are this computer's.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from config.schema import RogerSettings
from controller.web.server import Address, Server, make_app
from controller.web.visitors import Visitors
from tests.chromium import Chromium
from tests.controller.web.pages import write
from tests.servers.chat_server import ChatServer, Talk

WATCH = """
window.painted = [];
new MutationObserver(() => {
  const answer = document.querySelector("article .answer");
  if (!answer || answer.dataset.seen) return;
  answer.dataset.seen = "yes";
  const seen = Date.now();
  requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push([seen, Date.now()])));
}).observe(document.body, { subtree: true, childList: true, characterData: true });
"""


class Marks:
    """When things happened, in seconds since 1970."""

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.drawn: list[float] = []

    def talk(self, talk: Talk) -> None:
        talk.delta(role="assistant", content="")
        threading.Event().wait(0.3)
        self.sent.append(time.time())
        talk.say("First ")
        threading.Event().wait(0.5)
        talk.say("and more.")
        talk.finish()

    def draw(self, picture: Image.Image) -> None:
        if len(self.drawn) < len(self.sent):
            self.drawn.append(time.time())


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    folder = Path(tempfile.mkdtemp())
    os.environ["STATE_DIRECTORY"] = str(folder)
    marks = Marks()
    with ChatServer(marks.talk) as chat:
        settings = {
            "understanding": {"meaning": False},
            "chat": {"enabled": True, "base_url": chat.base_url, "memory": {"turns": 0}},
        }
        config = replace(load(DEFAULT_FOLDER), roger=RogerSettings.model_validate(settings))
        visitors = Visitors(config, lambda: os.urandom(8).hex())
        server = Server("127.0.0.1", 0)
        address = Address("127.0.0.1", server.port)
        app = make_app(config, visitors, address)
        serving = threading.Thread(target=run, args=(server, app, address))
        serving.start()
        seen = ask(address.url, folder, visitors, marks, turns)
        server.stop()
        serving.join()
        visitors.close()
        server.close()
    report("picture on the OLED", [drawn - sent for sent, drawn in zip(marks.sent, marks.drawn, strict=True)])
    report("word in the page", [page[0] / 1000 - sent for sent, page in zip(marks.sent, seen, strict=True)])
    report("painted by the browser", [page[1] / 1000 - sent for sent, page in zip(marks.sent, seen, strict=True)])


def run(server: Server, app: object, address: Address) -> None:
    import uvicorn

    uvicorn.Server.install_signal_handlers = lambda self: None  # type: ignore[attr-defined,method-assign]
    uvicorn.Server.capture_signals = _no_signals  # type: ignore[method-assign,assignment]
    server.run(app, address)


def _no_signals(self: object) -> object:
    from contextlib import nullcontext

    return nullcontext()


def ask(url: str, folder: Path, visitors: Visitors, marks: Marks, turns: int) -> list[list[float]]:
    """Ask `turns` questions on the page; when each first word was seen and painted, in ms since 1970."""
    with Chromium(folder) as browser:
        browser.open(url)
        browser.until("document.querySelector('.roger')?.dataset.ready === 'yes'")
        browser.until("document.querySelector('.parts').textContent === ''")
        (visitor,) = visitors._all.values()
        shown = visitor._display.draw

        def draw(picture: Image.Image) -> None:
            shown(picture)
            marks.draw(picture)

        visitor._display.draw = draw  # type: ignore[method-assign]
        browser.value(WATCH)
        for turn in range(1, turns + 1):
            write(browser, f"why is it so, number {turn}")
            browser.until(f"window.painted.length === {turn}")
            browser.until("document.querySelector('.roger').dataset.state === 'displaying'")
            threading.Event().wait(0.3)
        return list(browser.value("window.painted"))


def report(what: str, seconds: list[float]) -> None:
    p95 = quantiles(seconds, n=20)[18]
    row = {"from the first token to": what, "n": len(seconds), "median_ms": round(median(seconds) * 1000)}
    print(json.dumps({**row, "p95_ms": round(p95 * 1000), "max_ms": round(max(seconds) * 1000)}))


if __name__ == "__main__":
    main()
