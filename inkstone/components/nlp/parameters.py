"""Parameters that several components share."""

from typing import Any

from inkstone.components.spec import param
from inkstone.components.texts import text


def prediction_batch_size() -> Any:
    """Declare how many rows are predicted at once."""
    return param(
        32,
        ge=1,
        le=4096,
        impact=0,
        unit=text("行", "rows"),
        title=text("批大小", "Batch size"),
        help=text("一次预测多少行；不影响结果，只影响速度和内存。", "Rows predicted at once; speed and memory only."),
        fingerprint=False,
    )


def training_seed() -> Any:
    """Declare the seed of a training; empty takes the run's."""
    return param(
        None,
        kind="seed",
        ge=0,
        le=2**31 - 1,
        impact=0,
        title=text("随机种子", "Seed"),
        help=text(
            "相同的种子得到相同的结果；留空则用整个运行的种子。",
            "The same seed gives the same result; empty takes the run's.",
        ),
    )
