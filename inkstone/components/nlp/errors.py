"""Errors of the shared NLP parts."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

MISSING_ROLE = ErrorKind(
    "data.missing_role",
    text("没有指定“{at}”列。现有的列：{columns}。", "No column has the role '{at}'. The columns are: {columns}."),
    text("请在“列映射”中指定这一列。", "Choose that column in Map columns."),
)
