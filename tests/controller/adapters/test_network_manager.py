"""The conversation with NetworkManager, on a real message bus of our own with a stand-in that answers as it does."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.adapters.network_manager import NAME, ROOT, NetworkManager
from controller.network import Device

jeepney = pytest.importorskip("jeepney")

from jeepney.bus_messages import message_bus  # noqa: E402
from jeepney.io.blocking import Proxy, open_dbus_connection  # noqa: E402

RADIO, CABLE = f"{ROOT}/Devices/2", f"{ROOT}/Devices/1"
CONFIG = """\
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("dbus-daemon") is None:
        pytest.skip("there is no dbus-daemon: apt install dbus")
    folder = tmp_path_factory.mktemp("bus")
    socket = folder / "socket"
    (folder / "bus.conf").write_text(CONFIG.format(socket=socket))
    command = ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--print-address"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    daemon.stdout.readline()
    yield f"unix:path={socket}"
    daemon.terminate()
    daemon.wait()


class StandIn:
    """Owns NetworkManager's name, answers GetAll with `objects`, and sends StateChanged."""

    def __init__(self, address: str) -> None:
        self.objects: dict[str, dict[str, tuple[str, Any]]] = {}
        self._bus = open_dbus_connection(address)
        Proxy(message_bus, self._bus).RequestName(NAME)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def changed(self, path: str, new: int, reason: int) -> None:
        emitter = jeepney.DBusAddress(path, interface=f"{NAME}.Device")
        self._bus.send(jeepney.new_signal(emitter, "StateChanged", "uuu", (new, 50, reason)))

    def close(self) -> None:
        self._ends.set()
        self._thread.join(10)
        self._bus.close()

    def _serve(self) -> None:
        while not self._ends.is_set():
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type == jeepney.MessageType.method_call:
                self._answer(message)

    def _answer(self, message: Any) -> None:
        found = self.objects.get(message.header.fields[1])
        if found is None:
            self._bus.send(jeepney.new_error(message, "org.freedesktop.DBus.Error.UnknownObject"))
        else:
            self._bus.send(jeepney.new_method_return(message, "a{sv}", (found,)))


@pytest.fixture
def stand_in(bus: str) -> Iterator[StandIn]:
    stand_in = StandIn(bus)
    stand_in.objects = {
        ROOT: {"Devices": ("ao", [CABLE, RADIO, f"{ROOT}/Devices/3", f"{ROOT}/Devices/9"])},
        CABLE: {"DeviceType": ("u", 1), "State": ("u", 20), "Ip4Config": ("o", "/"), "Ip6Config": ("o", "/")},
        RADIO: {
            "DeviceType": ("u", 2),
            "State": ("u", 30),
            "Ip4Config": ("o", f"{ROOT}/IP4Config/1"),
            "Ip6Config": ("o", f"{ROOT}/IP6Config/1"),
            "AccessPoints": ("ao", [f"{ROOT}/AccessPoint/1", f"{ROOT}/AccessPoint/2", f"{ROOT}/AccessPoint/3"]),
        },
        f"{ROOT}/Devices/3": {"DeviceType": ("u", 32), "State": ("u", 10)},
        f"{ROOT}/AccessPoint/1": {"Ssid": ("ay", "우리집".encode())},
        f"{ROOT}/AccessPoint/2": {"Ssid": ("ay", b"")},
        f"{ROOT}/IP4Config/1": {"AddressData": ("aa{sv}", [{"address": ("s", "192.168.1.9"), "prefix": ("u", 24)}])},
        f"{ROOT}/IP6Config/1": {
            "AddressData": ("aa{sv}", [{"address": ("s", "fe80::1")}, {"address": ("s", "fd00::2")}])
        },
    }
    yield stand_in
    stand_in.close()


@pytest.fixture
def manager(bus: str, stand_in: StandIn) -> Iterator[NetworkManager]:
    manager = NetworkManager(bus)
    yield manager
    manager.close()


def test_cables_and_radios_are_found_and_what_the_radio_sees(manager: NetworkManager) -> None:
    assert manager.devices(in_reach=True) == [Device("cable", 20), Device("wifi", 30, in_reach=("우리집",))]
    assert manager.devices(in_reach=False) == [Device("cable", 20), Device("wifi", 30)]


def test_a_failure_is_remembered_until_it_works(manager: NetworkManager, stand_in: StandIn) -> None:
    stand_in.changed(RADIO, 120, 7)
    stand_in.changed(RADIO, 30, 0)
    manager.wait(10)
    assert manager.devices(in_reach=False)[1] == Device("wifi", 30, failed=7)
    stand_in.objects[RADIO]["State"] = ("u", 100)
    stand_in.changed(RADIO, 100, 0)
    manager.wait(10)
    assert manager.devices(in_reach=False)[1] == Device("wifi", 100, address="192.168.1.9")


def test_without_an_older_address_the_newer_kind_counts(manager: NetworkManager, stand_in: StandIn) -> None:
    stand_in.objects[RADIO] |= {"State": ("u", 100), "Ip4Config": ("o", "/")}
    assert manager.devices(in_reach=False)[1].address == "fd00::2"


def test_a_manager_that_is_not_there_is_an_error_of_the_system(bus: str) -> None:
    manager = NetworkManager(bus)
    with pytest.raises(OSError, match="NetworkManager is not there"):
        manager.devices(in_reach=False)
    manager.close()


def test_so_is_a_bus_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        NetworkManager(f"unix:path={tmp_path / 'nothing'}")


def test_who_waits_can_be_sent_home(manager: NetworkManager) -> None:
    threading.Timer(0.05, manager.close).start()
    with pytest.raises(OSError):
        manager.wait(30)
