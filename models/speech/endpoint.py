"""A voice on any server that speaks OpenAI's protocol for speech: streamed, within limits, cancelled at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import numpy as np

from config.schema import SpeechSettings
from controller.background import Background, Cancelled
from controller.connection import Connection, explain
from controller.errors import RogerError
from controller.ports import Cancellation, Sound

RATE_HZ: Final = 24_000
"""Of `response_format: pcm`, 16-bit mono: https://platform.openai.com/docs/guides/text-to-speech"""
CONNECT_S: Final = 5.0
BEGIN_S: Final = 15.0
GO_ON_S: Final = 5.0
PIECE_BYTES: Final = 4_800


class EndpointVoice:
    """Asks for one sentence at a time. What is said leaves the device, so it is used only where the YAML says so."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._voices: Mapping[str, str] = {str(language): voice for language, voice in settings.voices.items()}
        self._trusted = httpx2.create_ssl_context()

    def say(self, text: str, language: str, cancellation: Cancellation) -> Iterator[Sound]:
        """Raises `RogerError` SPK-03 where it takes too long, SPK-04 where the server fails."""
        connection = Connection()
        coming = Background[bytes]("voice", partial(self._read, text, language, connection), cancellation)
        try:
            yield from _sounds(coming, self._host)
        except Cancelled:
            return
        finally:
            connection.cut()

    def close(self) -> None:
        """Nothing is kept open."""

    @property
    def _host(self) -> str:
        return urlsplit(self._settings.endpoint.base_url).netloc

    def _read(self, text: str, language: str, connection: Connection, emit: Callable[[bytes], None]) -> None:
        endpoint = self._settings.endpoint
        try:
            with httpx2.Client(verify=self._trusted, timeout=httpx2.Timeout(60.0, connect=CONNECT_S)) as client:
                request = client.build_request(
                    "POST",
                    endpoint.base_url.rstrip("/") + "/audio/speech",
                    json=self._body(text, language),
                    headers=self._headers(),
                    extensions={"trace": connection.trace},
                )
                response = client.send(request, stream=True)
                if response.status_code != 200:
                    raise _refused(self._host, response.status_code)
                for piece in response.iter_bytes(PIECE_BYTES):
                    emit(piece)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            message, hint = explain(error, self._host)
            raise RogerError("SPK-04", message, hint) from None  # the packages' own words may quote the key

    def _body(self, text: str, language: str) -> dict[str, Any]:
        settings = self._settings
        return {
            "model": settings.endpoint.model,
            "voice": self._voices.get(language, self._voices.get("en", "alloy")),
            "input": text,
            "response_format": "pcm",
            "speed": settings.rate,
        }

    def _headers(self) -> dict[str, str]:
        key = self._settings.endpoint.api_key
        return {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}


def _sounds(coming: Background[bytes], host: str) -> Iterator[Sound]:
    rest, limit_s = b"", CONNECT_S + BEGIN_S
    while True:
        try:
            piece = coming.next(limit_s)
        except TimeoutError:
            message = f"{host} took longer than {limit_s:g} s to speak"
            raise RogerError("SPK-03", message, "ask again; is the server busy?") from None
        if piece is None:
            return
        limit_s, rest = GO_ON_S, rest + piece
        whole = len(rest) // 2 * 2
        if whole:
            yield Sound(np.frombuffer(rest[:whole], np.int16), RATE_HZ)
        rest = rest[whole:]


def _refused(host: str, status: int) -> RogerError:
    hint = "check speech.endpoint.api_key" if status in (401, 403) else "check speech.endpoint in roger.yaml"
    return RogerError("SPK-04", f"{host} refused to speak ({status})", hint)
