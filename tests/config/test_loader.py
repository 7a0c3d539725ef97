from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, FILES, ConfigError, load
from config.schema import ListSlot, Output
from controller.errors import CODES

Found = Callable[..., list[str]]
Only = Callable[..., tuple[str, str]]
Write = Callable[..., Path]

LIGHTS = """\
outputs:
  kitchen_light: {pin: GPIO17, pwm: true}
  bed_light: GPIO4
slots:
  room:
    values:
      kitchen: {en: [kitchen], ko: [부엌]}
      bed: {en: [bedroom], ko: [침실]}
actions:
  lights:
    phrases:
      en: ["turn on [the] {room} light"]
      ko: ["{room} 불 켜"]
    do:
      - gpio: {output: "{room}_light", set: on}
"""


def test_the_configuration_that_comes_with_roger_has_no_faults() -> None:
    config = load(DEFAULT_FOLDER)
    assert config.folder == DEFAULT_FOLDER
    assert config.actions.actions
    assert config.roger.recognizer.model == "whisper-tiny.en"
    assert not config.roger.chat.enabled


def test_the_shipped_roger_yaml_says_what_the_defaults_are(write: Write) -> None:
    shipped = load(write((DEFAULT_FOLDER / "roger.yaml").read_text("utf-8")))
    assert shipped.roger == load(write("")).roger


def test_the_korean_variant_in_the_shipped_roger_yaml_works_when_uncommented(write: Write) -> None:
    text = (DEFAULT_FOLDER / "roger.yaml").read_text("utf-8")
    start = text.index("recognizer:\n")
    variant = text.index("# recognizer:")
    korean = text[variant : text.index("\n\n", variant)].replace("# ", "").replace("hears", "# hears")
    without = text[:start] + text[text.index("# Korean:") : variant] + text[text.index("\n\n", variant) :]
    config = load(write(without.replace("language: en", "language: ko") + "\n" + korean))
    assert (config.roger.recognizer.model, config.roger.recognizer.language) == ("whisper-base", "ko")


def test_a_good_configuration_is_loaded_with_its_digest(write: Write) -> None:
    folder = write("button: {pin: GPIO5}", LIGHTS)
    config = load(folder)
    assert config.roger.button.pin == "GPIO5"
    assert config.actions.outputs["kitchen_light"] == Output(pin="GPIO17", pwm=True)
    assert isinstance(config.actions.slots["room"], ListSlot)
    content = b"".join((folder / name).read_bytes() for name in FILES)
    assert config.digest == hashlib.sha256(content).hexdigest()


def test_the_digest_changes_with_a_comment(write: Write) -> None:
    assert load(write("# one")).digest != load(write("# two")).digest


def test_sections_whose_lines_are_all_commented_out_are_the_defaults(write: Write) -> None:
    assert load(write("chat:\n  # enabled: true\nbutton:\n")).roger == load(write("")).roger


CASES = {
    "CFG-02": ("button: §{pin: GPIO5", "", "a bracket that is never closed, or a comma is missing inside"),
    "CFG-03": ("button:\n  tap: on\n  §tap: off", "", '"tap" is written twice, first at roger.yaml:2:3'),
    "CFG-04": ("button:\n  §pinn: GPIO5", "", 'unknown key "pinn"'),
    "CFG-05": ("button:\n  hold_s: §9", "", '"hold_s" must be a number from 0.05 to 2, not 9'),
    "CFG-06": ("", "outputs:\n  §lamp: {pwm: true}", '"pin" is missing in "lamp"'),
    "CFG-07": ("", "outputs:\n  lamp: §GPIO21", "GPIO21 is taken by the button (the default)"),
    "CFG-08": ("", LIGHTS.replace("} light", "} §(light"), "'(' is not closed"),
    "CFG-09": ("", LIGHTS.replace("{room} light", "§{rom} light"), 'the slot "rom" is not declared'),
    "CFG-10": ("", LIGHTS.replace('"{room}_l', '§"kitchn_l'), 'there is no output "kitchn_light"'),
    "CFG-11": ("chat:\n  api_key: §abc", "", "the API key is written into the YAML"),
}


@pytest.mark.parametrize("code", CASES)
def test_every_code_is_met_at_its_place(code: str, only: Only) -> None:
    roger, actions, message = CASES[code]
    assert only(roger, actions)[0] == f"{code} {message}"


def test_the_cases_are_all_codes_of_the_configuration() -> None:
    assert {code for code in CODES if code.startswith("CFG-")} == {*CASES, "CFG-01", "CFG-12"}


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named_and_the_default_offered(name: str, write: Write) -> None:
    folder = write("button: {pinn: 1}" if name != "roger.yaml" else "")
    (folder / name).unlink()
    with pytest.raises(ConfigError) as caught:
        load(folder)
    missing = next(issue for issue in caught.value.issues if issue.code == "CFG-01")
    assert missing.message == f"{folder / name} cannot be read: No such file or directory"
    assert missing.hint == f"copy the default: cp {DEFAULT_FOLDER / name} {folder / name}"
    assert (missing.file, missing.line, missing.column) == (folder / name, 1, 1)


def test_the_other_files_are_checked_although_one_is_missing(write: Write) -> None:
    folder = write("button: {pinn: 1}")
    (folder / "actions.yaml").unlink()
    with pytest.raises(ConfigError) as caught:
        load(folder)
    assert [issue.code for issue in caught.value.issues] == ["CFG-04", "CFG-01"]


def test_a_folder_in_place_of_a_file_cannot_be_read(write: Write) -> None:
    folder = write()
    (folder / "roger.yaml").unlink()
    (folder / "roger.yaml").mkdir()
    with pytest.raises(ConfigError) as caught:
        load(folder)
    assert caught.value.problem.code == "CFG-01"
    assert "Is a directory" in caught.value.problem.message


def test_everything_is_reported_at_once_in_the_order_of_the_files(found: Found) -> None:
    roger = "button:\n  hold_s: 9\n  pinn: GPIO5\nlanguage: de\n"
    actions = LIGHTS.replace("GPIO4", "GPIO17").replace("set: on", "set: onn").replace("불 켜", "불 [켜")
    assert found(roger, actions, "nonsense: [") == [
        'roger.yaml:2:11 CFG-05 "hold_s" must be a number from 0.05 to 2, not 9',
        'roger.yaml:3:3 CFG-04 unknown key "pinn"',
        'roger.yaml:4:11 CFG-05 "language" must be one of en, ko, not "de"',
        'actions.yaml:3:14 CFG-07 GPIO17 is taken by the output "kitchen_light" (actions.yaml:2:24)',
        "actions.yaml:13:22 CFG-08 '[' is not closed",
        'actions.yaml:15:45 CFG-05 "set" must be one of on, off, toggle, pulse, not "onn"',
        "screens.yaml:1:12 CFG-02 a value is missing here, or a bracket is one too many",
    ]


def test_the_first_issue_is_the_errors_own_problem(write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write("button:\n  pinn: 1\n  tapp: 1"))
    assert caught.value.problem.code == "CFG-04"
    assert caught.value.problem.message == 'roger.yaml:2 unknown key "pinn" (and 1 more)'
    assert caught.value.problem.hint == 'did you mean "pin"?'


def test_an_error_in_something_that_an_alias_repeats_is_told_once(found: Found) -> None:
    actions = "outputs:\n  a: &lamp {pin: GPIO5, pmw: true}\n  b: {<<: *lamp, pin: GPIO6}\n"
    assert found("", actions) == ['actions.yaml:2:25 CFG-04 unknown key "pmw"']
