"""Errors of predicting files."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

COLUMN_NEEDED = ErrorKind(
    "predict.column_needed",
    text(
        "猜不出哪一列是文本。现有的列：{columns}。",
        "Cannot tell which column holds the texts. The columns are: {columns}.",
    ),
    text("请指定文本列（命令行 --column，接口 column）。", "Name it: --column, or column in REST."),
)
UNKNOWN_PREDICTION = ErrorKind(
    "predict.unknown",
    text("没有这个批量预测：{key}", "There is no such prediction of a file: {key}."),
    text("请检查编号；它可能已被删除。", "Check its key; it may have been deleted."),
    status=404,
)
NOT_FINISHED = ErrorKind(
    "predict.not_finished",
    text("这个批量预测还没有结果（{state}）。", "This prediction of a file has no result yet ({state})."),
    text("请等它完成，或查看它为什么失败。", "Wait until it is done, or see why it failed."),
    status=409,
)
BAD_ENDING = ErrorKind(
    "predict.bad_format",
    text("不支持的结果格式：{format}", "There is no such format: {format}."),
    text("可选：{formats}。", "The formats are: {formats}."),
)
