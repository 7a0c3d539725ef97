"""What the settings models are made of: names, pins, addresses, and errors that name the key to blame."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, SecretStr, Tag, model_validator
from pydantic_core import PydanticCustomError


def text(pattern: str, words: str, examples: tuple[str, ...] = ()) -> Any:
    """A text that matches `pattern`; `words` say what it is, in Roger's errors and in editors that show JSON Schema."""
    extra: dict[str, Any] = {"patternErrorMessage": words}
    if examples:
        extra["examples"] = list(examples)
    return Field(pattern=pattern, json_schema_extra=extra)


SLOT: Final = r"\{[a-z][a-z0-9_]*\}"

Language: TypeAlias = Literal["en", "ko"]
Pin: TypeAlias = Annotated[
    str,
    text(
        r"^GPIO([0-9]|1[0-9]|2[0-7])$",
        "a pin from GPIO0 to GPIO27",
        tuple(f"GPIO{number}" for number in range(28)),
    ),
]
Name: TypeAlias = Annotated[
    str, text(r"^[a-z][a-z0-9_]*$", "a name of small letters, digits and _ that begins with a letter")
]
RuleName: TypeAlias = Annotated[str, text(r"^\w+$", "a name of letters, digits and _ in any language")]
Url: TypeAlias = Annotated[str, text(r"^https?://", "an address that begins with http:// or https://")]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=86_400)]


class Settings(BaseModel):
    """A mapping in the YAML: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, written: Any) -> Any:
        """A key with nothing behind it counts as not written: all lines of a section may be commented out."""
        if not isinstance(written, dict) or None not in written.values():
            return written
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: value for key, value in written.items() if value is not None or key not in known}


def wrong(code: str, message: str, key: str = "", hint: str = "", options: tuple[str, ...] = ()) -> PydanticCustomError:
    """An error of a whole mapping.

    Args:
        code: One of the CFG codes of controller/errors.py.
        key: The key in the mapping that is to blame, or the way down to it, "screens.idle.0.icon"; empty: the mapping.
        options: What could have been written instead; the closest one is suggested.
    """
    context = {"note": message, "key": key, "hint": hint, "options": list(options)}
    return PydanticCustomError(code, "{note}", context)


def text_or_mapping(written: Any) -> str:
    """The branch of a union of a text and a mapping.

    Tags are in brackets, so that no key of the user's is taken for one in the path of an error.
    """
    return "(object)" if isinstance(written, dict | BaseModel) else "(string)"


def text_or_list(written: Any) -> str:
    return "(array)" if isinstance(written, list) else "(string)"


def text_or_secret(written: Any) -> str:
    return "(secret)" if isinstance(written, SecretStr) else "(string)"


LocalText: TypeAlias = Annotated[
    Annotated[str, Tag("(string)")] | Annotated[dict[Language, str], Tag("(object)")], Discriminator(text_or_mapping)
]
"""One text for all languages, or one for each. {slot} is its value, {slot.text} the words it was said in."""


def switch_or_text(written: Any) -> str:
    return "(boolean)" if isinstance(written, bool) else text_or_mapping(written)


Question: TypeAlias = Annotated[
    Annotated[bool, Tag("(boolean)")]
    | Annotated[str, Tag("(string)")]
    | Annotated[dict[Language, str], Tag("(object)")],
    Discriminator(switch_or_text),
]
"""Whether to ask, or the words to ask in: as `LocalText`."""

Header: TypeAlias = Annotated[
    Annotated[str, Tag("(string)")] | Annotated[SecretStr, Tag("(secret)")], Discriminator(text_or_secret)
]

Level: TypeAlias = Annotated[
    str, text(rf"^[+-]?(100|[1-9]?[0-9]|{SLOT})%?$", "a percentage such as 50, +20, -20 or {brightness}")
]

TimerLength: TypeAlias = Annotated[
    str, text(rf"^({SLOT}|[0-9]+([.][0-9]+)?)$", "seconds such as 90, or a slot such as {duration}")
]
