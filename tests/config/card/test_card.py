"""The whole card: settings.txt, and what Raspberry Pi Imager wrote where it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.card.card import Card, read_card, read_file
from config.card.cloud_init import read_cloud_init
from config.card.values import CHECKS

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHbAzBQVLuSg6wJMG4pwNnVEZ2pxAnwfCJcWcE1WjqDe me@laptop"
USER_DATA = f"""\
#cloud-config
hostname: kitchen
manage_etc_hosts: true
packages:
- avahi-daemon
apt:
  conf: |
    Acquire {{
      Check-Date "false";
    }};
timezone: Asia/Seoul
keyboard:
  model: pc105
  layout: "kr"
enable_ssh: true
users:
- name: me
  groups: users,adm,sudo
  shell: /bin/bash
  lock_passwd: false
  passwd: $5$abc$hash
  ssh_authorized_keys:
    - {KEY}
  sudo: ALL=(ALL) NOPASSWD:ALL
ssh_pwauth: true
"""
"""As version 2 of Raspberry Pi Imager writes it."""
NETWORK = """\
network:
  version: 2
  wifis:
    wlan0:
      dhcp4: true
      regulatory-domain: "KR"
      access-points:
        "우리집 \\"5G\\"":
          hidden: true
          password: "2f2d6a9b9d2ab0a3d8e4a0f5dd0b6df2a0b5d4b1a5b8f5b3c3c4d5e6f7a8b9c0"
      optional: true
"""


def card(folder: Path, **files: str) -> Card:
    for name, text in files.items():
        (folder / {"settings": "settings.txt", "cmdline": "cmdline.txt"}.get(name, name.replace("_", "-"))).write_text(
            text, "utf-8"
        )
    return read_card(folder)


def test_what_imager_writes_is_understood(tmp_path: Path) -> None:
    found = card(tmp_path, settings="", user_data=USER_DATA, network_config=NETWORK)
    assert found.issues == ()
    assert {key: found.get(key) for key in found.said} == {
        "hostname": "kitchen",
        "time_zone": "Asia/Seoul",
        "ssh_key": KEY,
        "wifi_name": '우리집 "5G"',
        "wifi_password": "2f2d6a9b9d2ab0a3d8e4a0f5dd0b6df2a0b5d4b1a5b8f5b3c3c4d5e6f7a8b9c0",
        "wifi_hidden": "yes",
        "wifi_country": "KR",
    }
    assert found.where("wifi_name") == "network-config"
    assert [note.partition(" is left out")[0] for note in found.notes] == ["user-data: users", "user-data: ssh_pwauth"]


def test_settings_txt_goes_first(tmp_path: Path) -> None:
    found = card(tmp_path, settings="hostname = bath\nwifi_name = Mine\n", user_data=USER_DATA, network_config=NETWORK)
    assert found.get("hostname") == "bath"
    assert found.get("time_zone") == "Asia/Seoul"


def test_a_network_is_taken_whole(tmp_path: Path) -> None:
    found = card(tmp_path, settings="wifi_name = Mine\n", network_config=NETWORK)
    assert (found.get("wifi_name"), found.get("wifi_password"), found.get("wifi_hidden")) == ("Mine", "", "no")
    assert found.get("wifi_country") == "KR"


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("wifis: {wlan0: {access-points: {Cafe: {}}}}", {"wifi_name": "Cafe"}),
        (
            "network: {wifis: {wlan0: {access-points: {Home: {auth: {key-management: sae, password: long enough}}}}}}",
            {"wifi_name": "Home", "wifi_password": "long enough", "wifi_security": "wpa3"},
        ),
        ("network: {version: 2, ethernets: {eth0: {dhcp4: true}}}", {}),
        (
            "network: {wifis: {wlan0: {access-points: {12345: {password: 12345678}}}}}",
            {"wifi_name": "12345", "wifi_password": "12345678"},
        ),
        ("", {}),
    ],
)
def test_other_files_of_netplans_kind(tmp_path: Path, network: str, expected: dict[str, str]) -> None:
    found = card(tmp_path, settings="", network_config=network)
    assert {key: found.get(key) for key in found.said} == expected
    assert found.issues == ()


def test_the_country_stands_on_the_command_line_where_there_is_no_network(tmp_path: Path) -> None:
    found = card(tmp_path, settings="", cmdline="console=tty1 cfg80211.ieee80211_regdom=de ds=nocloud\n")
    assert found.get("wifi_country") == "DE"


@pytest.mark.parametrize("text", ["a: [", "- list", "just words", "\t", "a: !!python/object:os.system {}"])
def test_a_file_that_is_no_yaml_is_reported_and_the_rest_is_used(tmp_path: Path, text: str) -> None:
    found = card(tmp_path, settings="hostname = bath", user_data=text)
    assert [issue.code for issue in found.issues] == ["SET-08"]
    assert found.get("hostname") == "bath"


def test_values_that_cannot_be_are_reported(tmp_path: Path) -> None:
    found = card(tmp_path, settings="", user_data="hostname: My Pi\ntimezone: 7\n")
    assert [(issue.code, issue.file.name) for issue in found.issues] == [("SET-05", "user-data")] * 2
    assert found.get("hostname") == "roger"


def test_a_card_without_settings_says_so_and_has_defaults(tmp_path: Path) -> None:
    found = read_card(tmp_path)
    assert [issue.code for issue in found.issues] == ["SET-01"]
    assert (found.get("hostname"), found.get("wifi_name"), found.all("ssh_key")) == ("roger", "", [])


@pytest.mark.parametrize("text", ["wifi_password = long enough", "chat_model = gpt-4o"])
def test_a_setting_alone_that_needs_another_is_reported(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.txt").write_text(f"\n{text}\n")
    (issue,) = read_file(tmp_path / "s.txt").issues
    assert (issue.code, issue.line) == ("SET-07", 2)


YAML = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["network", "wifis", "wlan0", "access-points", "auth", "password", "users", "hostname", "x"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(st.sampled_from(["user-data", "network-config", "cmdline.txt"]), st.one_of(st.binary(max_size=200), YAML))
def test_nothing_that_imager_could_write_stops_it(name: str, content: object) -> None:
    import yaml

    written = content if isinstance(content, bytes) else yaml.safe_dump(content).encode()
    said, issues, _ = read_cloud_init(Path(name), written)
    assert set(said) <= set(CHECKS)
    assert all(issue.code.startswith("SET-") for issue in issues)
