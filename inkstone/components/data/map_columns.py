"""Component ``data.map_columns``: says which column is the text, the label and so on, and settles the class names."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal

from inkstone.components.artifacts import Artifact, Role, Table, TableInfo
from inkstone.components.data.errors import COLUMN_TWICE, NO_SUCH_COLUMN, NOTHING_LEFT
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text as words  # "text" is a parameter here


def _column(title_zh: str, title_en: str, help_zh: str, help_en: str, **more: Any) -> Any:
    default = more.pop("default", None)
    return param(
        default, title=words(title_zh, title_en), help=words(help_zh, help_en), kind="column", max_length=200, **more
    )


class MapColumnsParams(Params):
    """Parameters of ``data.map_columns``."""

    text: str = _column(
        "文本列",
        "Text",
        "模型要读的文本。",
        "The text that the model reads.",
        default=...,
        impact=3,
        common=True,
        min_length=1,
    )
    label: str | None = _column(
        "标签列",
        "Label",
        "每行一个类别；只做预测时可以空着。",
        "One class a row; empty when rows are only to be predicted.",
        impact=3,
        common=True,
    )
    text_pair: str | None = _column(
        "第二文本列",
        "Second text",
        "两段文本的任务（如匹配）才需要。",
        "Only for tasks on two texts, such as matching.",
        impact=2,
    )
    labels: str | None = _column(
        "多标签列", "Label list", "每行可以有多个标签的列。", "A column that may hold several labels a row.", impact=3
    )
    separator: str | None = param(
        None,
        title=words("多标签分隔符", "Label separator"),
        help=words(
            "多标签列是文本时，标签之间的符号；留空时认逗号、分号、顿号和竖线；JSON 列表照原样。",
            "What stands between labels where the label list is text; empty takes commas, semicolons and bars; a JSON list is taken as it is.",
        ),
        min_length=1,
        max_length=5,
        impact=1,
    )
    entities: str | None = _column(
        "实体列",
        "Entities",
        "每行的实体：JSON 列表，每项有 start、end、label（按原文字符计）。",
        "The entities of a row: a JSON list of start, end and label, in characters of the text.",
        impact=3,
    )
    keywords: str | None = _column(
        "关键词列",
        "Keywords",
        "人工给出的关键词列表，用于训练和评估关键词抽取。",
        "Keywords given by people, for training and evaluating keyword extraction.",
        impact=2,
    )
    id: str | None = _column(
        "编号列",
        "Id",
        "行的编号，只用于对照，不参与训练。",
        "Identifies a row; kept for reference, never learned from.",
        impact=0,
    )
    group: str | None = _column(
        "分组列",
        "Group",
        "同一组（如同一用户、同一会话）的行不会被分到训练和测试两边。",
        "Rows of one group (a user, a conversation) never stand in both train and test.",
        impact=2,
    )
    merge_labels: bool | None = param(
        None,
        title=words("合并写法不同的标签", "Merge labels"),
        help=words(
            "只差大小写、空格或全半角的标签：合并到最常见的写法，或保持不同；空着则报错并列出它们。",
            "Labels that differ only by case, spaces or width: merge them into the commonest spelling, or keep them apart; empty stops and lists them.",
        ),
        impact=2,
    )
    missing_labels: Literal["refuse", "drop", "keep"] = param(
        "refuse",
        title=words("缺失的标签", "Missing labels"),
        help=words(
            "标签为空或 NaN 的行：报错，丢弃，或保留（其他列还有标注时）。",
            "Rows whose label is empty or NaN: stop, drop them, or keep them (where other columns are labelled).",
        ),
        choices={
            "refuse": words("报错", "Stop"),
            "drop": words("丢弃这些行", "Drop these rows"),
            "keep": words("保留这些行", "Keep these rows"),
        },
        impact=1,
    )
    max_labels: int = param(
        2000,
        title=words("最多类别数", "Most classes"),
        help=words("超过时视为选错了列。", "More are taken for a wrongly chosen column."),
        ge=2,
        le=100_000,
        impact=0,
    )


SPEC = Component(
    id="data.map_columns",
    title=words("列映射", "Map columns"),
    summary=words(
        "指定文本、标签等列，检查并统一标签。", "Says which columns are text and label; checks and unifies the labels."
    ),
    inputs=(
        Port(name="table", type=PortType.TABLE, title=words("表", "Table")),
        Port(name="dev", type=PortType.TABLE, title=words("开发集", "Dev"), optional=True),
        Port(name="test", type=PortType.TABLE, title=words("测试集", "Test"), optional=True),
    ),
    outputs=(
        Port(name="table", type=PortType.TABLE, title=words("表", "Table")),
        Port(name="dev", type=PortType.TABLE, title=words("开发集", "Dev"), optional=True),
        Port(name="test", type=PortType.TABLE, title=words("测试集", "Test"), optional=True),
    ),
    params=MapColumnsParams,
    keywords=("列", "角色", "标签", "roles", "columns", "schema", "label"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: MapColumnsParams) -> Mapping[str, Artifact]:
    """Check the columns and labels of all parts, then write each part with its roles."""
    from inkstone.components.data.label_mapping import LabelPlan, chosen_roles, count_labels, plan_labels, write_mapped

    parts: dict[str, Table] = {name: inputs[name] for name in ("table", "dev", "test") if name in inputs}
    roles = chosen_roles(params)
    _require_distinct(roles)
    for table in parts.values():
        _require_columns(table.info, roles)
    label_role: Role | None = "label" if params.label else "labels" if params.labels else None
    plan = LabelPlan()
    if label_role:
        counts = {name: count_labels(ctx, table, roles[label_role], params) for name, table in parts.items()}
        plan = plan_labels(ctx, counts, roles[label_role], params)
    outputs: dict[str, Artifact] = {}
    for name, table in parts.items():
        outputs[name] = write_mapped(ctx, table, ctx.output(name), plan, params)
        if name == "table" and Table(outputs[name].path).info.rows == 0:
            raise NOTHING_LEFT()
    return outputs


def _require_distinct(roles: Mapping[Role, str]) -> None:
    for column in roles.values():
        sharing = [role for role, name in roles.items() if name == column]
        if len(sharing) > 1:
            raise COLUMN_TWICE(column=column, roles=", ".join(sharing), at=sharing[1])


def _require_columns(info: TableInfo, roles: Mapping[Role, str]) -> None:
    names = [column.name for column in info.columns]
    for role, column in roles.items():
        if column not in names:
            near = get_close_matches(column, names, n=1)
            hint = f"→ {near[0]}" if near else ""
            raise NO_SUCH_COLUMN(column=column, columns=", ".join(names[:30]), hint=hint, at=role)
