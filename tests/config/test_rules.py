from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import Issue, load

Found = Callable[..., list[str]]
Issues = Callable[..., tuple[Issue, ...]]
Only = Callable[..., tuple[str, str]]
Write = Callable[..., Path]

HEADERS = """\
actions:
  lock:
    phrases: {{en: [lock up]}}
    do:
      - http: {{url: "http://house/lock", headers: {{{header}}}}}
"""


def test_two_outputs_on_one_pin(found: Found) -> None:
    assert found("", "outputs:\n  a: GPIO5\n  b: {pin: GPIO5}") == [
        'actions.yaml:3:12 CFG-07 GPIO5 is taken by the output "a" (actions.yaml:2:6)'
    ]


def test_an_output_on_the_buttons_pin_names_the_line_of_the_button(found: Found) -> None:
    assert found("button:\n  pin: GPIO5", "outputs:\n  a: GPIO5") == [
        "actions.yaml:2:6 CFG-07 GPIO5 is taken by the button (roger.yaml:2:8)"
    ]


def test_the_pins_of_the_displays_bus_are_taken(found: Found) -> None:
    assert found("button:\n  pin: GPIO3", "outputs:\n  a: GPIO2") == [
        "roger.yaml:2:8 CFG-07 GPIO3 is taken by the display's I2C bus",
        "actions.yaml:2:6 CFG-07 GPIO2 is taken by the display's I2C bus",
    ]


@pytest.mark.parametrize("display", ["driver: terminal", "bus: 3", "{driver: none, bus: 1}"])
def test_the_pins_are_free_without_a_display_on_bus_1(display: str, found: Found) -> None:
    display = display if display.startswith("{") else f"{{{display}}}"
    assert found(f"display: {display}", "outputs: {a: GPIO2}") == []


def test_the_same_pin_again_through_an_alias_is_taken_too(found: Found) -> None:
    assert [line.split(" ")[1] for line in found("", "outputs:\n  a: &lamp {pin: GPIO5}\n  b: *lamp")] == ["CFG-07"]


def test_a_key_in_the_yaml_is_refused_and_not_repeated(issues: Issues) -> None:
    issue = issues("chat:\n  api_key: sk-very-secret-1234\n")[0]
    assert (issue.code, issue.line, issue.column) == ("CFG-11", 2, 12)
    assert issue.message == "the API key is written into the YAML"
    assert "!env NAME or !file PATH" in issue.hint
    assert issue.source == "  api_key: ***"


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "cookie", "X-Auth-Token", "X-Client-Secret"])
def test_a_header_that_signs_in_is_a_secret(name: str, only: Only) -> None:
    message, hint = only("", HEADERS.format(header=f"{name}: §abc"))
    assert message == f'CFG-11 the header "{name}" is written into the YAML'
    assert "!env NAME or !file PATH" in hint


def test_other_headers_may_be_written_out(found: Found) -> None:
    assert found("", HEADERS.format(header="Content-Type: text/plain, X-Room: kitchen")) == []


def test_a_secret_from_the_environment(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", " abc \n")
    key = load(write("chat: {api_key: !env TEST_KEY}")).roger.chat.api_key
    assert key is not None
    assert key.get_secret_value() == "abc"


def test_a_variable_that_is_not_set(issues: Issues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_KEY", raising=False)
    issue = issues("chat: {api_key: !env TEST_KEY}")[0]
    assert (issue.code, issue.column) == ("CFG-11", 17)
    assert issue.message == "the environment variable TEST_KEY is not set"
    assert issue.hint.startswith("export TEST_KEY=...")


def test_a_secret_from_a_file_next_to_the_yaml(write: Write) -> None:
    folder = write("chat: {api_key: !file openai.key}")
    (folder / "openai.key").write_text("abc\n")
    (folder / "openai.key").chmod(0o600)
    key = load(folder).roger.chat.api_key
    assert key is not None
    assert key.get_secret_value() == "abc"


def test_a_secret_from_a_file_elsewhere(write: Write, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc")
    (tmp_path / "token").chmod(0o444)  # as container runtimes mount them
    assert load(write(f"chat: {{api_key: !file {tmp_path}/token}}")).roger.chat.api_key


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (None, 0, 'the secret in "openai.key" cannot be read: No such file or directory'),
        (b"", 0o600, '"openai.key" is empty'),
        (b"\xff\xfe", 0o600, 'the secret in "openai.key" cannot be read: not UTF-8 text'),
        (b"abc", 0o644, 'everyone on this computer can read the secret in "openai.key"'),
    ],
)
def test_a_file_that_gives_no_secret(
    content: bytes | None, mode: int, message: str, write: Write, issues: Issues
) -> None:
    folder = write()
    if content is not None:
        (folder / "openai.key").write_bytes(content)
        (folder / "openai.key").chmod(mode)
    issue = issues("chat:\n  api_key: !file openai.key")[0]
    assert (issue.code, issue.line, issue.column, issue.message) == ("CFG-11", 2, 12, message)
    assert str(folder / "openai.key") in issue.hint


def test_a_tag_without_a_name(issues: Issues) -> None:
    assert [issue.message for issue in issues("chat: {api_key: !env }")] == ["!env needs a name behind it"]


def test_a_secret_where_it_would_be_shown(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "abc")
    actions = HEADERS.format(header="").replace("headers: {}", "json: {pin: [!env TEST_KEY]}")
    assert found("", actions + "      - say: !env TEST_KEY\n") == [
        "actions.yaml:5:55 CFG-11 a secret cannot be part of json",
        'actions.yaml:6:14 CFG-05 "say" must be text, not a secret',
    ]
