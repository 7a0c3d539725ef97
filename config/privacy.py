"""What may be reached where nothing is to leave the device."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def may_reach(url: str, private: bool) -> bool:
    """Whether the server at `url` may be sent anything: with `private`, only one on this device."""
    if not private:
        return True
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name, which may mean any computer
        return False
