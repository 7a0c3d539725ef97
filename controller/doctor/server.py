"""Who is talked to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """Whom something in the YAML talks to.

    Attributes:
        key: Where it stands in the YAML.
        code: What Roger says where it cannot be reached.
    """

    key: str
    host: str
    port: int
    tls: bool
    code: str
