"""Downloads one file over HTTP: continues what an earlier run began, retries, and checks the sha256."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx2

from controller.errors import RogerError
from models.store.package_index import Remote
from models.store.partial import Partial
from models.store.progress import Progress

PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0)
"""Before each new try; the count starts anew whenever a try brought something."""

TRANSIENT: Final = {408, 425, 429, 500, 502, 503, 504}
"""HTTP status codes that may be gone at the next try."""

CHECK_NETWORK: Final = "check the network and run it again: it goes on where it stopped"


class _TryAgain(Exception):
    """The server's answer is of no use now."""


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def download(remote: Remote, folder: Path, progress: Progress, wait: Callable[[float], None] = pause) -> Path:
    """Download `remote` into `folder`, which may hold the beginning of it from an earlier run.

    Args:
        wait: Lets the seconds between two tries pass.

    Raises:
        RogerError: MDL-03 where the server cannot be reached or refuses, MDL-04 where the checksum differs.
    """
    target = folder / remote.filename
    if target.exists():
        return target
    partial = Partial(folder, remote)
    continued = partial.size > 0
    with _client() as client:
        _complete(client, partial, remote, progress, wait)
        if continued and not _matches(partial, remote):
            partial.discard()
            _complete(client, partial, remote, progress, wait)
    if not _matches(partial, remote):
        found = partial.sha256
        partial.discard()
        message = f"{remote.filename} has the sha256 {found[:16]}... instead of {str(remote.sha256)[:16]}..."
        raise RogerError("MDL-04", message, "what came was deleted; run it again, perhaps from another network")
    return partial.keep_as(target)


def _matches(partial: Partial, remote: Remote) -> bool:
    return remote.sha256 in (None, partial.sha256)


def _client() -> httpx2.Client:
    """Believes the certificates of the system, and uses its proxy."""
    return httpx2.Client(
        verify=ssl.create_default_context(),
        timeout=httpx2.Timeout(30, connect=15),
        follow_redirects=True,
        headers={"Accept-Encoding": "identity", "User-Agent": "roger"},
    )


def _complete(
    client: httpx2.Client, partial: Partial, remote: Remote, progress: Progress, wait: Callable[[float], None]
) -> None:
    """Try until the file is whole; give up when nothing new comes for as many tries as there are pauses."""
    failures, furthest = 0, partial.size
    while not partial.whole:
        try:
            _request(client, partial, remote, progress)
        except (httpx2.TransportError, _TryAgain) as error:
            failures = 0 if partial.size > furthest else failures + 1
            furthest = max(furthest, partial.size)
            if failures > len(PAUSES_S):
                reason = str(error) or type(error).__name__
                raise RogerError("MDL-03", f"{remote.filename} did not come: {reason}", CHECK_NETWORK) from error
            wait(PAUSES_S[max(failures - 1, 0)])
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise RogerError("MDL-03", f"{remote.url} cannot be downloaded: {error}", CHECK_NETWORK) from error


def _request(client: httpx2.Client, partial: Partial, remote: Remote, progress: Progress) -> None:
    """Ask for what is missing and take what comes."""
    with client.stream("GET", remote.url, headers=_headers(partial)) as response:
        _check_status(response, partial, remote)
        if response.status_code == 200:
            partial.begin(_validator(response), _length(response))
        _show(partial, remote, progress)
        for chunk in response.iter_raw():
            partial.append(chunk)
            _show(partial, remote, progress)
    if partial.origin.total is None:
        partial.ended()
    elif not partial.whole:
        raise _TryAgain(f"{partial.size} bytes came instead of {partial.origin.total}")


def _show(partial: Partial, remote: Remote, progress: Progress) -> None:
    if partial.origin.total:
        progress.update(remote.filename, partial.size, partial.origin.total)


def _headers(partial: Partial) -> dict[str, str]:
    """Ask for the rest only (RFC 9110, 14.2), and for all if the file has changed since (13.1.5)."""
    if not partial.can_continue:
        return {}
    headers = {"Range": f"bytes={partial.size}-"}
    return headers | ({"If-Range": partial.origin.validator} if partial.origin.validator else {})


def _check_status(response: httpx2.Response, partial: Partial, remote: Remote) -> None:
    status = response.status_code
    if status == 416 or (status == 206 and not _is_the_rest(response, partial)):
        partial.discard()
        raise _TryAgain("the file on the server has changed")
    if status in TRANSIENT:
        raise _TryAgain(f"the server says {status} {response.reason_phrase}")
    if status not in (200, 206):
        message = f"{remote.url} cannot be downloaded: the server says {status} {response.reason_phrase}"
        raise RogerError("MDL-03", message, "run it again later; if it stays so, the file is no longer there")


def _is_the_rest(response: httpx2.Response, partial: Partial) -> bool:
    """Whether a 206 begins where the partial ends and is of a file as long as before."""
    match = re.match(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
    if match is None or int(match[1]) != partial.size:
        return False
    return match[2] == "*" or partial.origin.total in (None, int(match[2]))


def _validator(response: httpx2.Response) -> str | None:
    """Weak ETags do not promise the same bytes and are of no use here (RFC 9110, 8.8.1)."""
    etag: str | None = response.headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")


def _length(response: httpx2.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None
