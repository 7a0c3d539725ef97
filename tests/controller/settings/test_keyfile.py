"""NetworkManager's own parser reads from each profile exactly what was set."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.card.card import Card
from config.card.settings_txt import Said
from controller.settings import keyfile

READER = Path(__file__).parent / "network_manager_reads.py"
SYSTEM_PYTHON = "/usr/bin/python3"


def card(**said: str) -> Card:
    return Card({key: [Said(value, "settings.txt, line 1")] for key, value in said.items()})


def read_by_network_manager(profiles: list[str]) -> list[dict[str, Any]]:
    if not Path(SYSTEM_PYTHON).exists():
        pytest.skip("there is no system Python for libnm")
    done = subprocess.run([SYSTEM_PYTHON, READER], input=json.dumps(profiles), capture_output=True, text=True)
    if "No module named 'gi'" in done.stderr or "Namespace NM not available" in done.stderr:
        pytest.skip("libnm is not installed: apt install python3-gi gir1.2-nm-1.0")
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


NAME = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=32)
PASSWORD = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=63),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=8, max_size=15),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
NETWORKS = st.lists(
    st.tuples(NAME.filter(lambda text: len(text.encode()) <= 32), PASSWORD, st.sampled_from(["auto", "wpa3"])),
    min_size=60,
    max_size=60,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(NETWORKS)
def test_any_name_and_any_password(networks: list[tuple[str, str, str]]) -> None:
    cards = [card(wifi_name=name, wifi_password=password, wifi_security=kind) for name, password, kind in networks]
    answers = read_by_network_manager([keyfile.wifi(one) for one in cards])
    seen = [(answer.get("error"), answer.get("ssid"), answer.get("psk"), answer.get("warnings")) for answer in answers]
    assert seen == [(None, name, password, 0) for name, password, _ in networks]


def test_each_kind_of_security() -> None:
    cards = [
        card(wifi_name="Home", wifi_password="long enough"),
        card(wifi_name="Home", wifi_password="long enough", wifi_security="wpa3", wifi_hidden="yes"),
        card(wifi_name="Cafe"),
        card(wifi_name="Cafe", wifi_password="long enough", wifi_security="open"),
    ]
    answers = read_by_network_manager([*map(keyfile.wifi, cards), keyfile.wired(card(hostname="kitchen"))])
    assert [answer.get("key_mgmt") for answer in answers] == ["wpa-psk", "sae", None, None, None]
    assert [answer.get("hidden") for answer in answers] == [False, True, False, False, None]
    assert [answer["dhcp_hostname"] for answer in answers] == ["roger"] * 4 + ["kitchen"]
    assert {(answer["mdns"], answer["llmnr"], answer["warnings"]) for answer in answers} == {(0, 0, 0)}
    assert [answer["retries"] for answer in answers[:4]] == [0] * 4


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(NAME.filter(lambda text: len(text.encode()) <= 32), PASSWORD)
def test_nmcli_takes_it_too(name: str, password: str) -> None:
    if shutil.which("nmcli") is None:
        pytest.skip("nmcli is not installed: apt install network-manager")
    profile = keyfile.wifi(card(wifi_name=name, wifi_password=password))
    done = subprocess.run(
        ["nmcli", "--offline", "connection", "modify", "connection.id", "again"],
        input=profile.encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    (again,) = read_by_network_manager([done.stdout.decode()])
    assert (again["ssid"], again["psk"]) == (name, password)


def test_without_a_name_there_is_no_profile() -> None:
    assert keyfile.wifi(card(wifi_password="long enough")) == ""
