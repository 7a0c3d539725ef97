"""Scenarios as YAML that a person likes to read: a line a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from controller.simulator.scenario import Scenario

WIDTH: Final = 10_000
"""Steps are not broken into lines."""
DECIMALS: Final = 3


def to_yaml(scenario: Scenario, comment: str = "") -> str:
    """The file of `scenario`; only what differs from the defaults is written."""
    written = _plain(scenario.model_dump(exclude_defaults=True))
    lines = [f"# {line}" for line in comment.splitlines()]
    for key, value in written.items():
        lines += _entry(key, value)
    return "\n".join(lines) + "\n"


def save(scenario: Scenario, path: Path, comment: str = "") -> None:
    """Write the file, and its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_yaml(scenario, comment), encoding="utf-8")


def _entry(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        yield f"{key}:"
        yield from (f"  - {_flow(item)}" for item in value)
    elif isinstance(value, Mapping):
        yield f"{key}:"
        yield from (f"  {name}: {_flow(inner)}" for name, inner in value.items())
    else:
        yield f"{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    dumped = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=WIDTH)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _plain(value: Any) -> Any:
    """Times as people write them."""
    if isinstance(value, float):
        rounded = round(value, DECIMALS)
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
