"""Component ``data.split``: divides rows into train, dev and test so that nothing is known beforehand."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class SplitParams(Params):
    """Parameters of ``data.split``."""

    dev_share: float = param(
        0.1,
        title=text("开发集比例", "Dev share"),
        help=text(
            "用来选择最好的检查点和模型的行；已连接开发集时不起作用。",
            "Rows that choose the best checkpoint and model; unused where a dev set is given.",
        ),
        ge=0.01,
        le=0.5,
        impact=1,
        common=True,
    )
    test_share: float = param(
        0.2,
        title=text("测试集比例", "Test share"),
        help=text(
            "只用来报告成绩的行；已连接测试集时不起作用。",
            "Rows that only report the figures; unused where a test set is given.",
        ),
        ge=0.01,
        le=0.5,
        impact=1,
        common=True,
    )
    stratify: bool = param(
        True,
        title=text("按类别分层", "Stratify"),
        help=text("让每个类别在各部分中的比例一致。", "Keeps the share of each class alike in all parts."),
        impact=1,
    )
    seed: int | None = param(
        None,
        title=text("随机种子", "Seed"),
        help=text(
            "空着则用运行的种子；同一种子总是得到同样的划分。",
            "Empty takes the run's seed; the same seed always gives the same split.",
        ),
        kind="seed",
        impact=0,
        ge=0,
        le=2**31 - 1,
    )


SPEC = Component(
    id="data.split",
    title=text("划分数据", "Split"),
    summary=text(
        "分层划分训练、开发、测试集；重复的文本和同组的行不会分到两边。",
        "Stratified train, dev and test; duplicates and groups never stand on two sides.",
    ),
    inputs=(
        Port(name="table", type=PortType.TABLE, title=text("表", "Table")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
        Port(name="test", type=PortType.TABLE, title=text("测试集", "Test"), optional=True),
    ),
    outputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev")),
        Port(name="test", type=PortType.TABLE, title=text("测试集", "Test")),
    ),
    params=SplitParams,
    keywords=("划分", "训练集", "测试集", "stratified", "group", "train", "test", "dev"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: SplitParams) -> Mapping[str, Artifact]:
    """Split the table; dev and test sets that are given stay as they are, and rows of the table equal to one of theirs go."""
    from inkstone.components.data.splitting import split_table

    seed = ctx.seed if params.seed is None else params.seed
    given: dict[str, Table] = {name: inputs[name] for name in ("dev", "test") if name in inputs}
    shares = {name: getattr(params, f"{name}_share") for name in ("dev", "test") if name not in given}
    return split_table(ctx, inputs["table"], given, shares, stratify=params.stratify, seed=seed)
