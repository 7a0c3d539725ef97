"""JSON Schema of the three files, for editors that complete and check YAML while it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from config.schema import ActionsFile, RogerSettings
from config.screens import ScreensFile

FOLDER: Final = "json_schema"
"""Of the schemas, next to the YAML."""

MODELS: Final[dict[str, type[BaseModel]]] = {
    "roger.yaml": RogerSettings,
    "actions.yaml": ActionsFile,
    "screens.yaml": ScreensFile,
}


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of what the loader accepts."""
    schema: dict[str, Any] = _as_loaded(model.model_json_schema())
    return schema


def write_schemas(folder: Path) -> dict[str, str]:
    """Write the schemas into `folder`/json_schema.

    Returns:
        For each file of the configuration the comment that ties it to its schema, as its first line. The YAML extension
        of VS Code, and every other editor with yaml-language-server, takes the path from the folder of the YAML file.
    """
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    comments: dict[str, str] = {}
    for name, model in MODELS.items():
        path = Path(FOLDER) / Path(name).with_suffix(".json")
        (folder / path).write_text(json.dumps(json_schema(model), indent=1, ensure_ascii=False) + "\n", "utf-8")
        comments[name] = f"# yaml-language-server: $schema={path.as_posix()}"
    return comments


def _as_loaded(schema: Any) -> Any:
    """What the models leave to the loader: keys have a form, and 50 without quotes can be text."""
    if isinstance(schema, list):
        return [_as_loaded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    loaded = {key: _as_loaded(part) for key, part in schema.items()}
    if "patternProperties" in loaded:
        loaded.setdefault("additionalProperties", False)
    if loaded.get("type") == "string" and "enum" not in loaded and "const" not in loaded:
        loaded["type"] = ["string", "number", "boolean"]
    return loaded
