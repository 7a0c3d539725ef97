"""Runs in the guest: a Wi-Fi network in the air of two radios that do not exist (mac80211_hwsim), with its DHCP server.

The second radio and its router are in a network namespace of their own, where the device's NetworkManager cannot see
them. DHCP: RFC 2131, one lease, no end.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

SSID, PASSWORD = "Roger's 집 5", "correct horse battery"
ROUTER, DEVICE = "192.168.77.1", "192.168.77.23"
SPACE = "air"
CONFIGURATION = f"""\
ap_scan=2
network={{
    ssid={SSID.encode().hex()}
    mode=2
    frequency=2412
    key_mgmt=WPA-PSK
    proto=RSN
    pairwise=CCMP
    psk="{PASSWORD}"
}}
"""
MAGIC, KIND, END = b"\x63\x82\x53\x63", 53, b"\xff"
DISCOVER, OFFER, REQUEST, ACKNOWLEDGED = 1, 2, 3, 5


def main() -> None:
    """Begin, or serve addresses inside the namespace."""
    if len(sys.argv) > 1:
        serve(sys.argv[1])
        return
    run("ip", "netns", "add", SPACE)
    radio = sorted(path.name for path in Path("/sys/class/ieee80211").iterdir())[-1]
    run("iw", "phy", radio, "set", "netns", "name", SPACE)
    name = next(line.split()[1] for line in inside("iw", "dev").splitlines() if "Interface" in line)
    configuration = Path("/run/access-point.conf")
    configuration.write_text(CONFIGURATION)
    inside("wpa_supplicant", "-B", "-i", name, "-c", str(configuration))
    inside("ip", "address", "add", f"{ROUTER}/24", "dev", name)
    print(inside(sys.executable, __file__, name))


def serve(interface: str) -> None:
    """Answer whoever asks for an address, for ever."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        server.bind(("", 67))
        while True:
            asked = server.recv(2048)
            kind = {DISCOVER: OFFER, REQUEST: ACKNOWLEDGED}.get(kind_of(asked))
            if kind:
                server.sendto(answer(asked, kind), ("255.255.255.255", 68))


def kind_of(message: bytes) -> int:
    """The DHCP message type; 0 where there is none."""
    rest = message[240:]
    while len(rest) > 2 and rest[:1] != END:
        if rest[0] == KIND:
            return rest[2]
        rest = rest[2 + rest[1] :] if rest[0] else rest[1:]
    return 0


def answer(asked: bytes, kind: int) -> bytes:
    """The one lease, for whoever `asked`."""
    head = struct.pack("!4B", 2, *asked[1:3], 0) + asked[4:8] + bytes(2) + b"\x80\x00" + bytes(4)
    addresses = socket.inet_aton(DEVICE) + socket.inet_aton(ROUTER) + bytes(4)
    options = bytes((KIND, 1, kind))
    for code, value in (
        (54, socket.inet_aton(ROUTER)),
        (51, b"\xff\xff\xff\xff"),
        (1, b"\xff\xff\xff\x00"),
        (3, socket.inet_aton(ROUTER)),
    ):
        options += bytes((code, len(value))) + value
    return head + addresses + asked[28:44] + bytes(192) + MAGIC + options + END


def inside(*command: str) -> str:
    """What a program prints in the namespace."""
    return run("ip", "netns", "exec", SPACE, *command)


def run(*command: str) -> str:
    """What a program prints; a few tries, as a radio is not there at once."""
    for left in reversed(range(10)):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.returncode or not left:
            break
        time.sleep(1)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
