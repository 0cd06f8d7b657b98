"""The options of a run, checked before its row is written."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inkstone.backend.pipeline.document import NODE_ID
from inkstone.backend.service.errors import BAD_OPTION, UNKNOWN_OPTION
from inkstone.components.texts import text


class RunOptions(BaseModel):
    """What a run may be asked for.

    Attributes:
        executor: Where nodes run.
        fresh: Use nothing from the cache.
        to: Run this node and what it needs.
        from_: Run this node and what follows again.
        only: Run this node again.
        seed: Instead of the document's.
        template: The solution template it was started from.
        continue_epochs: Train that many epochs more.
        reproduces: The run that this one repeats.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    executor: Literal["local", "ray"] | None = None
    fresh: bool = False
    to: str | None = Field(None, pattern=NODE_ID)
    from_: str | None = Field(None, alias="from", pattern=NODE_ID)
    only: str | None = Field(None, pattern=NODE_ID)
    seed: int | None = Field(None, ge=0, lt=1 << 31)
    template: str | None = Field(None, max_length=100)
    continue_epochs: float | None = Field(None, gt=0, le=10_000)
    reproduces: str | None = Field(None, pattern=r"^[0-9a-f]{16}$")


_EXPECTED = {
    "executor": text("local 或 ray", "local or ray"),
    "fresh": text("true 或 false", "true or false"),
    "seed": text("0 到 2147483647 的整数", "a whole number from 0 to 2147483647"),
    "continue_epochs": text("大于 0、不超过 10000 的数", "a number above 0, at most 10000"),
    "reproduces": text("运行的编号", "the id of a run"),
    "template": text("模板名称", "the name of a template"),
}
_NODE = text("节点编号", "the id of a node")


def checked_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as they are kept, without those that were not given.

    Raises:
        InkstoneError: ``runs.unknown_option`` or ``runs.bad_option``.
    """
    try:
        made = RunOptions.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            known = ", ".join(field.alias or key for key, field in RunOptions.model_fields.items())
            raise UNKNOWN_OPTION(at=name, known=known) from error
        expected = _EXPECTED.get(name, _NODE)
        raise BAD_OPTION(at=name, value=first["input"], expected_zh=expected.zh, expected_en=expected.en) from error
    return made.model_dump(by_alias=True, exclude_none=True)
