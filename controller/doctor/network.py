"""The network, if something in the YAML needs it: name, connection and certificate. Nothing of yours is sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from config.privacy import may_reach
from controller.clock import stopwatch
from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, ok, skipped, warning
from controller.doctor.server import Server

LIMIT_S: Final = 5.0
NO_NAME: Final = "is there a network? nmcli device; does the router know names? resolvectl query {host}"


class Unreachable(Exception):
    """In words, and what mends it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def check(case: Case) -> Iterator[Finding]:
    """Each server that roger.yaml and actions.yaml name, once."""
    found = servers(case)
    if not found:
        yield skipped("nothing in the configuration needs it")
        return
    for server in found:
        case.note(f"connecting to {server.host}")
        yield _reached(server, case.ports.reach)


def servers(case: Case) -> list[Server]:
    """Chat first. None that is not on this device where `private` is true."""
    from controller.engines import allowed_servers

    roger = case.config.roger
    found = [_server("chat.base_url", server.base_url, "CHAT-02") for server in allowed_servers(case.config)]
    found = found if roger.chat.enabled else []
    if roger.speech.engine == "endpoint" and may_reach(roger.speech.endpoint.base_url, roger.private):
        found.append(_server("speech.endpoint.base_url", roger.speech.endpoint.base_url, "SPK-04"))
    for name, action in case.config.actions.actions.items():
        urls = (step.http.url for step in action.do if step.http)
        found += [_server(f"actions.{name}", url, "ACT-04") for url in urls if may_reach(url, roger.private)]
    return list({(server.host, server.port): server for server in reversed(found) if "{" not in server.host}.values())[
        ::-1
    ]


def _server(key: str, url: str, code: str) -> Server:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    return Server(key, parts.hostname or "", parts.port or (443 if tls else 80), tls, code)


def _reached(server: Server, reach: Callable[[Server], Mapping[str, str]]) -> Finding:
    try:
        told = reach(server)
    except Unreachable as error:
        find = warning if server.code == "ACT-04" else fault
        return find(server.code, f"{server.host}:{server.port} {error}", error.remedy.format(**_places(server)))
    return ok(f"{server.host}:{server.port}: {', '.join(told.values())}", server=server.host, **told)


def _places(server: Server) -> Mapping[str, object]:
    return {"host": server.host, "port": server.port, "key": server.key}


def reach(server: Server, limit_s: float = LIMIT_S, trusted: ssl.SSLContext | None = None) -> dict[str, str]:
    """Look the name up, connect, and shake hands; then hang up.

    Args:
        trusted: Whose certificates are accepted; by default those that the firmware accepts.

    Raises:
        Unreachable: And what is to be done.
    """
    elapsed = stopwatch()
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Unreachable(f"cannot be found: {getattr(error, 'strerror', None) or error}", NO_NAME) from None
    address = str(found[0][4][0])
    try:
        with socket.create_connection((server.host, server.port), limit_s) as connection:
            told = {"address": address, "connected": f"connected in {elapsed() * 1000:.0f} ms"}
            return told | (_secured(server, connection, trusted) if server.tls else {"tls": "without TLS"})
    except ConnectionRefusedError:
        remedy = "start the server there, or correct the port in {key}"
        raise Unreachable("refuses the connection", remedy) from None
    except TimeoutError:
        remedy = "is it switched on? ping {host}; a firewall may drop port {port}"
        raise Unreachable(f"does not answer within {limit_s:g} s", remedy) from None
    except OSError as error:
        raise Unreachable(f"cannot be reached: {error.strerror or error}", "is there a network? nmcli device") from None


def _secured(server: Server, connection: socket.socket, trusted: ssl.SSLContext | None) -> dict[str, str]:
    try:
        with (trusted or _trusted()).wrap_socket(connection, server_hostname=server.host) as secured:
            return {"tls": secured.version() or "TLS"}
    except ssl.SSLCertVerificationError as error:
        remedy = "is the clock right? roger doctor --only clock; else the server needs a certificate that is trusted"
        raise Unreachable(f"has a certificate that is not trusted: {error.verify_message}", remedy) from None
    except ssl.SSLError as error:
        remedy = "write http:// into {key} if the server speaks no TLS"
        raise Unreachable(f"cannot agree on TLS: {error.reason or error}", remedy) from None


def _trusted() -> ssl.SSLContext:
    import httpx2

    return httpx2.create_ssl_context()
