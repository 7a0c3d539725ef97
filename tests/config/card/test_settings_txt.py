"""settings.txt as people write it: with any editor, and with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.card.settings_txt import read_settings
from config.card.values import CHECKS
from config.issues import Issue, render

PATH = Path("settings.txt")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHbAzBQVLuSg6wJMG4pwNnVEZ2pxAnwfCJcWcE1WjqDe me@laptop"
TEMPLATE = Path(__file__).parents[3] / "scripts" / "image" / "card" / "settings.txt"


def said(text: str | bytes) -> dict[str, str]:
    """What is said, without its places; nothing may be wrong."""
    content = text.encode() if isinstance(text, str) else text
    values, issues = read_settings(PATH, content)
    assert issues == []
    return {key: found[0].value for key, found in values.items()}


def wrong(text: str) -> list[Issue]:
    return read_settings(PATH, text.encode())[1]


def only(text: str) -> tuple[str, int, str, str]:
    """The one fault: code, line, message, hint."""
    (issue,) = wrong(text)
    return issue.code, issue.line, issue.message, issue.hint


LINES = "# 설정\nwifi_name = 우리집\nwifi_password = pass word\n"


@pytest.mark.parametrize(
    "content",
    [
        LINES.encode(),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r").encode(),
        LINES.encode("utf-8-sig"),
        b"\xff\xfe" + LINES.replace("\n", "\r\n").encode("utf-16-le"),
        b"\xfe\xff" + LINES.encode("utf-16-be"),
        LINES.encode("cp949"),
        LINES.replace("\n", "  \t\n").encode(),
        LINES.replace("pass word\n", "pass word").encode(),
        LINES.replace("wifi_name = ", "\ufeffwifi_name\u00a0=\u200b").encode(),
        b"\0" * 7 + LINES.encode(),
    ],
)
def test_any_editor_will_do(content: bytes) -> None:
    assert said(content) == {"wifi_name": "우리집", "wifi_password": "pass word"}


def test_utf_16_without_a_mark_is_recognised() -> None:
    assert said("wifi_name = Home\r\nwifi_country = KR\r\n".encode("utf-16-le"))["wifi_name"] == "Home"
    assert said("wifi_name = Home\nwifi_country = KR\n".encode("utf-16-be"))["wifi_country"] == "KR"


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("WIFI NAME = Home", "wifi_name", "Home"),
        ("Wi-Fi name: Home", "wifi_name", "Home"),
        ("ssid=Home", "wifi_name", "Home"),
        ("wifi_name = John’s iPhone", "wifi_name", "John’s iPhone"),
        ("wifi_name = Net #5 = best", "wifi_name", "Net #5 = best"),
        ('wifi_name = "  with blanks "', "wifi_name", "  with blanks "),
        ("wifi_password = “pass;word#1”", "wifi_password", "pass;word#1"),
        ("wifi_password = it’s–a…secret", "wifi_password", "it's-a...secret"),
        ('wifi_password = ""quoted""', "wifi_password", '"quoted"'),
        ("wifi_password = " + "AB" * 32, "wifi_password", "ab" * 32),
        ("wifi_password = 비밀번호", "wifi_password", "비밀번호"),
        ("wifi_country = kr   # Korea", "wifi_country", "KR"),
        ("wifi_hidden = 예", "wifi_hidden", "yes"),
        ("wifi_security = WPA2-Personal", "wifi_security", "wpa2"),
        ("wifi_security = WPA2/WPA3", "wifi_security", "auto"),
        ("hostname = Kitchen.local", "hostname", "kitchen"),
        ("language = 한국어", "language", "ko"),
        ("language = ko_KR.UTF-8", "language", "ko"),
        ("timezone = asia/seoul", "time_zone", "Asia/Seoul"),
        ("time_zone = America/New York // here", "time_zone", "America/New_York"),
        ("api_key = sk-abc_DEF-123", "api_key", "sk-abc_DEF-123"),
        ("chat_server = http://192.168.1.20:8080/v1 # mine", "chat_server", "http://192.168.1.20:8080/v1"),
        ("chat_model = llama-3.2:3b", "chat_model", "llama-3.2:3b"),
        (f"ssh_key = {KEY}", "ssh_key", KEY),
    ],
)
def test_what_is_meant_is_understood(line: str, key: str, value: str) -> None:
    assert said(line) == {key: value}


def test_an_empty_value_says_nothing() -> None:
    assert said("wifi_name =\nwifi_hidden = # no\nhostname =   \n") == {}


def test_the_file_on_the_card_says_nothing_but_the_defaults() -> None:
    assert said(TEMPLATE.read_bytes()) == {"wifi_hidden": "no", "wifi_security": "auto", "hostname": "roger"}
    assert all(f"\n{key} =" in TEMPLATE.read_text("utf-8") for key in CHECKS)


def test_the_file_on_the_card_takes_a_value_behind_each_key() -> None:
    text = (
        TEMPLATE.read_text("utf-8").replace("wifi_name =", "wifi_name = Home").replace("ssh_key =", f"ssh_key = {KEY}")
    )
    assert said(text)["wifi_name"] == "Home"
    assert said(text)["ssh_key"] == KEY


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("wifi_nmae = Home", "SET-03", 'did you mean "wifi_name"?'),
        ("colour = blue", "SET-03", "keys: wifi_name"),
        ("wifi_name Home", "SET-02", "write wifi_name = ..."),
        ("hello", "SET-02", "write key = value"),
        ("https://example.org", "SET-02", "write key = value"),
        ("wifi_country = UK", "SET-05", 'did you mean "GB"?'),
        ("wifi_country = 대한민국", "SET-05", 'did you mean "KR"?'),
        ("wifi_country = Kr.", "SET-05", "for example KR"),
        ("wifi_hidden = perhaps", "SET-05", ""),
        ("wifi_security = WPA2-Enterprise", "SET-05", "use another network"),
        ("wifi_security = wep", "SET-05", ""),
        ("wifi_name = " + "가" * 11, "SET-05", ""),
        ("wifi_password = short", "SET-06", "everything behind = belongs to it"),
        ("wifi_password = " + "x" * 64, "SET-06", "everything behind"),
        ("hostname = My Roger!", "SET-05", 'did you mean "my-roger"?'),
        ("language = french", "SET-05", ""),
        ("time_zone = Seoul", "SET-05", 'did you mean "Asia/Seoul"?'),
        ("time_zone = ../../etc/passwd", "SET-05", "for example Asia/Seoul"),
        ("api_key = sk-abc def", "SET-05", "copy it again"),
        ("chat_server = 192.168.1.20:8080/v1", "SET-05", 'did you mean "http://192.168.1.20:8080/v1"?'),
        ("chat_server = http://me:hunter2@host/v1", "SET-05", "write the key into api_key"),
        ("chat_model = two words", "SET-05", "for example"),
        ("ssh_key = -----BEGIN OPENSSH PRIVATE KEY-----", "SET-05", "use the line of the file ending in .pub"),
        ("ssh_key = ssh-ed25519 AAAAC3Nza", "SET-05", "copy the whole line"),
        ("ssh_key = ssh-rsa " + KEY.split()[1], "SET-05", "copy the whole line"),
        (f'ssh_key = command="sh" {KEY}', "SET-05", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(line: str, code: str, hint: str) -> None:
    found = only(f"# remark\n\n{line}\nlanguage = en\n")
    assert found[:2] == (code, 3)
    assert hint in found[3]


def test_the_rest_is_used() -> None:
    values, issues = read_settings(PATH, b"wifi_name = Home\nnonsense\nwifi_contry = KR\nlanguage = ko\n")
    assert {key: found[0].value for key, found in values.items()} == {"wifi_name": "Home", "language": "ko"}
    assert [issue.line for issue in issues] == [2, 3]


def test_of_a_setting_that_is_written_twice_the_last_counts() -> None:
    values, (issue,) = read_settings(PATH, b"hostname = a\nhostname = b\n")
    assert [found.value for found in values["hostname"]] == ["b"]
    assert (issue.code, issue.line) == ("SET-04", 2)


def test_several_ssh_keys_are_several_keys() -> None:
    values, issues = read_settings(PATH, f"ssh_key = {KEY}\nssh_key = {KEY} 2\n".encode())
    assert len(values["ssh_key"]) == 2
    assert issues == []


def test_a_fault_is_shown_in_the_users_own_line() -> None:
    assert render(wrong("\nhostname = My Roger\n")[0]) == (
        'settings.txt:2:12 SET-05 hostname: "My Roger" must be letters a to z, digits and -, 63 at most\n'
        "  | hostname = My Roger\n"
        "  |            ^\n"
        '  = did you mean "my-roger"?'
    )


@given(st.binary(max_size=400))
def test_nothing_that_can_be_on_a_card_stops_it(content: bytes) -> None:
    said, issues = read_settings(PATH, content)
    assert set(said) <= set(CHECKS)
    assert all(issue.code.startswith("SET-") and issue.line >= 1 for issue in issues)


LINE = st.text(st.characters(exclude_characters="\r\n"), max_size=40)


@given(st.lists(st.one_of(LINE, st.builds(lambda key, value: f"{key} = {value}", st.sampled_from(list(CHECKS)), LINE))))
def test_every_fault_is_in_a_line_that_is_there(lines: list[str]) -> None:
    _, issues = read_settings(PATH, "\n".join(lines).encode("utf-8", "replace"))
    assert all(1 <= issue.line <= max(1, len(lines)) for issue in issues)


PASSWORD = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=63)


@given(PASSWORD.filter(lambda text: text[0] + text[-1] not in ('""', "''")))
def test_a_password_is_taken_as_it_is_written(password: str) -> None:
    assert said(f"wifi_password = {password}\n") == {"wifi_password": password}
    assert said(f'wifi_password = "{password}"\r\n') == {"wifi_password": password}


NAME = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=8)


@given(
    NAME.filter(
        lambda text: len(text.encode()) <= 32 and text[0] + text[-1] not in ('""', "''", "“”", "‘’", "„“", "””")
    )
)
def test_so_is_a_networks_name(name: str) -> None:
    assert said(f"wifi_name = {name}") == {"wifi_name": name}


SECRET = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=10, max_size=78).map("x{}9".format)
"""No word of Roger's own, such as "settings.txt", which its messages are full of."""


@given(
    SECRET,
    st.sampled_from(
        [
            "wifi_password = {}",
            "wifi_pasword = {}",
            "wifi_password {}",
            "wifi_password: {}",
            "Password={}",
            "api_key = {} x",
            "apikey = {}",
            "ssh_key = {}",
            "ssh_key = ssh-ed25519 {}",
            "wifi_password = \x07{}",
            "chat_server = http://me:{}@host",
        ]
    ),
)
def test_a_secret_is_never_repeated(secret: str, line: str) -> None:
    values, issues = read_settings(PATH, line.format(secret).encode())
    shown = "\n".join([repr(values), *map(repr, issues), *map(render, issues)])
    assert secret not in shown
