from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.json_schema import MODELS, json_schema, write_schemas
from config.loader import DEFAULT_FOLDER, FILES


class _WithTags(yaml.SafeLoader):
    """Reads the files as an editor does, where !env and !file stand for a text."""


_WithTags.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


def branches(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that a value may be meant to fit."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    yield schema
    for option in [*schema.get("oneOf", ()), *schema.get("anyOf", ())]:
        yield from branches(option, root)


def unknown_keys(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "") -> Iterator[str]:
    """Paths in `value` that the schema does not know."""
    options = list(branches(schema, root))
    if isinstance(value, list):
        for index, item in enumerate(value):
            items: dict[str, Any] = next((option["items"] for option in options if "items" in option), {})
            yield from unknown_keys(item, items, root, f"{path}[{index}]")
    if isinstance(value, dict):
        for key, child in value.items():
            known = [
                found
                for option in options
                for found in (
                    option.get("properties", {}).get(key),
                    *option.get("patternProperties", {}).values(),
                    option.get("additionalProperties"),
                )
                if found
            ]
            if not known:
                yield f"{path}.{key}"
            elif known[0] is not True:
                yield from unknown_keys(child, known[0], root, f"{path}.{key}")


@pytest.mark.parametrize("name", FILES)
def test_every_key_of_the_shipped_files_is_in_the_schema(name: str) -> None:
    schema = json_schema(MODELS[name])
    value = yaml.load((DEFAULT_FOLDER / name).read_text("utf-8"), _WithTags)
    assert value
    assert list(unknown_keys(value, schema, schema)) == []


def test_a_key_that_is_not_in_the_schema_is_found_by_that_test() -> None:
    schema = json_schema(MODELS["roger.yaml"])
    assert list(unknown_keys({"button": {"pinn": 1}}, schema, schema)) == [".button.pinn"]


def test_the_schema_says_what_the_loader_says() -> None:
    schema = json_schema(MODELS["actions.yaml"])
    assert schema["additionalProperties"] is False
    assert schema["properties"]["actions"]["additionalProperties"] is False
    pin = schema["$defs"]["Output"]["properties"]["pin"]
    assert pin["patternErrorMessage"] == "a pin from GPIO0 to GPIO27"
    assert "GPIO17" in pin["examples"]


def test_a_text_may_be_written_as_a_number() -> None:
    level = json_schema(MODELS["actions.yaml"])["$defs"]["Gpio"]["properties"]["level"]
    assert level["anyOf"][0]["type"] == ["string", "number", "boolean"]


def test_the_files_are_written_next_to_the_yaml_and_the_comments_lead_to_them(tmp_path: Path) -> None:
    comments = write_schemas(tmp_path)
    assert comments["roger.yaml"] == "# yaml-language-server: $schema=json_schema/roger.json"
    for name in FILES:
        path = comments[name].partition("$schema=")[2]
        assert json.loads((tmp_path / path).read_text("utf-8")) == json_schema(MODELS[name])


def test_the_sentences_of_home_assistant_are_in_the_schema() -> None:
    schema = json_schema(MODELS["actions.yaml"])
    binding = {"intent": "HassTurnOn", "domain": "cover", "slots": {"area": "room"}, "only": {"device_class": "gate"}}
    for use, bound in (("home-assistant", "HassGetCurrentTime"), (["home-assistant"], binding)):
        file = {"use": use, "actions": {"a": {"home_assistant": bound}}}
        assert list(unknown_keys(file, schema, schema)) == []
    assert schema["properties"]["use"]["oneOf"][0] == {"const": "home-assistant", "type": "string"}
