"""What kind of value a parameter takes, read from its JSON schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shape:
    """The kind of value of one parameter.

    Attributes:
        type: The JSON type: ``integer``, ``number``, ``string``, ``boolean``, ``array``.
        optional: None is allowed too.
        choices: The allowed values, where they are listed.
        lowest: Lower bound.
        highest: Upper bound.
        open_below: The lower bound itself is not allowed.
    """

    type: str
    optional: bool
    choices: list[Any]
    lowest: float | None
    highest: float | None
    open_below: bool

    @classmethod
    def of(cls, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> "Shape":
        """Read the schema of one parameter."""
        options = [_resolved(item, definitions) for item in schema.get("anyOf", [schema])]
        inner = next((item for item in options if item.get("type") != "null"), options[0])
        return cls(
            type=inner.get("type", "string"),
            optional=any(item.get("type") == "null" for item in options),
            choices=list(inner.get("enum", [inner["const"]] if "const" in inner else [])),
            lowest=inner.get("minimum", inner.get("exclusiveMinimum")),
            highest=inner.get("maximum", inner.get("exclusiveMaximum")),
            open_below="exclusiveMinimum" in inner,
        )


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    return definitions.get(reference.rsplit("/", 1)[-1], schema) if reference else schema
