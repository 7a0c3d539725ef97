"""A headless Chromium that a test leads by the hand, over the DevTools protocol.

with Chromium(folder, microphone=wav) as browser:
    browser.open("http://127.0.0.1:7860/")
    browser.until("document.querySelector('.talk')")
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_S = 120.0
LOOK_AGAIN_S = 0.05


class Chromium:
    """One page.

    Args:
        folder: For its profile.
        microphone: A WAV file that it hears, once, from when the page opens the microphone.
        phone: It is as large as a phone, and touched.
        allowed: Pages may use microphone and camera.
    """

    def __init__(self, folder: Path, microphone: Path | None = None, phone: bool = False, allowed: bool = True) -> None:
        assert PROGRAM
        self._profile = folder / "chromium"
        self._phone = phone
        heard = [f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone else []
        heard += ["--use-fake-ui-for-media-stream"] if allowed else []
        self._process = subprocess.Popen(
            [
                PROGRAM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--autoplay-policy=no-user-gesture-required",
                "--use-fake-device-for-media-stream",
                "--remote-debugging-port=0",
                "--window-size=1200,900",
                f"--user-data-dir={self._profile}",
                *heard,
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._asked = 0
        self._opened = ExitStack()
        self._pause = threading.Event()

    def __enter__(self) -> Chromium:
        from websockets.sync.client import connect

        port = self._port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self._socket = self._opened.enter_context(connect(page["webSocketDebuggerUrl"], max_size=None))
        self.requested: list[str] = []
        self.do("Network.enable")
        self.do("Page.enable")
        if self._phone:
            self.do("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()
        self._process.kill()
        self._process.wait()

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol: https://chromedevtools.github.io/devtools-protocol/"""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(PATIENCE_S))
            if answer.get("method") == "Network.requestWillBeSent":
                self.requested.append(answer["params"]["request"]["url"])
            if answer.get("id") == self._asked:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def open(self, url: str) -> None:
        self.do("Page.navigate", url=url)

    def value(self, script: str) -> Any:
        """What an expression is; a promise's when it is kept."""
        result = self.do("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true, or anything but empty; what it is then."""
        for _ in range(int(PATIENCE_S / LOOK_AGAIN_S)):
            found = self.value(script)
            if found or found == {}:  # an element
                return found
            self._pause.wait(LOOK_AGAIN_S)
        raise AssertionError(f"{script} did not come true; the page says {self.value('document.body.innerText')!r}")

    def pointer(self, selector: str, kind: str) -> None:
        """Press or release the mouse over an element: mousePressed, mouseReleased."""
        x, y = self.value(
            f"(() => {{ const element = document.querySelector({selector!r});"
            " element.scrollIntoViewIfNeeded(); const box = element.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def click(self, selector: str) -> None:
        self.pointer(selector, "mousePressed")
        self.pointer(selector, "mouseReleased")

    def write(self, selector: str, text: str) -> None:
        """Type into a field, and press Enter."""
        self.click(selector)
        self.do("Input.insertText", text=text)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        self.do("Input.dispatchKeyEvent", type="keyDown", text="\r", **enter)
        self.do("Input.dispatchKeyEvent", type="keyUp", **enter)

    def choose(self, selector: str, path: Path) -> None:
        """Choose a file."""
        root = self.do("DOM.getDocument")["root"]["nodeId"]
        node = self.do("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.do("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def picture(self, path: Path) -> None:
        """Save what can be seen."""
        path.write_bytes(base64.b64decode(self.do("Page.captureScreenshot", format="png")["data"]))

    def _port(self) -> int:
        written = self._profile / "DevToolsActivePort"
        for _ in range(int(PATIENCE_S / LOOK_AGAIN_S)):
            if written.exists() and (lines := written.read_text().splitlines()):
                return int(lines[0])
            assert self._process.poll() is None, "Chromium ended"
            threading.Event().wait(LOOK_AGAIN_S)
        raise AssertionError("Chromium did not start")
