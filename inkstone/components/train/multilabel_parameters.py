"""Parameters that the trainers of several labels share."""

from typing import Any

from inkstone.components.spec import param
from inkstone.components.texts import text


def hierarchy_separator() -> Any:
    """Declare what stands between the levels of a label."""
    return param(
        None,
        max_length=5,
        impact=2,
        title=text("层级分隔符", "Level separator"),
        help=text(
            "标签有上下级时（如 体育/足球）填分隔符：上级会自动补上，预测时不会只有下级没有上级。空着表示没有层级。",
            "What parts the levels of a label such as sport/football: parents are added, and no label comes without its "
            "parents. Empty where labels have no levels.",
        ),
    )


def least_rows() -> Any:
    """Declare how often a label must occur."""
    return param(
        1,
        ge=1,
        le=10_000,
        impact=2,
        common=True,
        unit=text("行", "rows"),
        title=text("最少行数", "Fewest rows"),
        help=text("出现次数少于此的标签不学习。", "Labels that fewer rows have are not learned."),
    )
