# mypy: ignore-errors
# ruff: noqa: E402
"""Run by the system's own Python: reads keyfiles with libnm, the parser that NetworkManager itself uses.

Standard input: a list of keyfiles as JSON. Standard output: for each what it says, or the error.
"""

import json
import sys

import gi

gi.require_version("NM", "1.0")
from gi.repository import NM, GLib


def read(text):
    keyfile = GLib.KeyFile()
    keyfile.load_from_bytes(GLib.Bytes.new(text.encode()), GLib.KeyFileFlags.NONE)
    warnings = []
    connection = NM.keyfile_read(
        keyfile,
        "/run/NetworkManager/system-connections",
        NM.KeyfileHandlerFlags.NONE,
        lambda *_: warnings.append(1) or False,
    )
    connection.normalize()
    connection.verify()
    connection.verify_secrets()
    said = {"type": connection.get_connection_type(), "warnings": len(warnings)}
    ipv4 = connection.get_setting_ip4_config()
    said["dhcp_hostname"] = ipv4.get_dhcp_hostname()
    settings = connection.get_setting_connection()
    said["retries"] = settings.get_autoconnect_retries()
    said["mdns"] = settings.get_mdns()
    said["llmnr"] = settings.get_llmnr()
    wireless = connection.get_setting_wireless()
    if wireless:
        said["ssid"] = bytes(wireless.get_ssid().get_data()).decode()
        said["hidden"] = wireless.get_hidden()
    security = connection.get_setting_wireless_security()
    if security:
        said["key_mgmt"] = security.get_key_mgmt()
        said["psk"] = security.get_psk()
    return said


answers = []
for text in json.load(sys.stdin):
    try:
        answers.append(read(text))
    except GLib.Error as error:
        answers.append({"error": error.message})
json.dump(answers, sys.stdout)
