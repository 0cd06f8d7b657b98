"""What can go wrong with reviews."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

UNKNOWN_REVIEW = ErrorKind(
    "review.unknown",
    text("没有这条复审：{review}", "There is no review {review}."),
    text("它可能已随模型删除；请刷新页面。", "It may have gone with its model; reload the page."),
    status=404,
)
UNKNOWN_LABEL = ErrorKind(
    "review.unknown_label",
    text("模型没有类别“{label}”。", "The model has no class {label}."),
    text("类别有：{labels}", "Its classes are: {labels}"),
)
ONE_CLASS = ErrorKind(
    "review.one_class",
    text("“{model}”的每条文本只有一个类别。", "A text of {model} has one class."),
    text("请只给一个类别。", "Give one class."),
)
NOTHING_REVIEWED = ErrorKind(
    "review.nothing_judged",
    text("“{model}”的复审队列里还没有人工标签。", "Nobody has judged a text in the queue of {model} yet."),
    text("请先在复审页判断几条。", "Judge some on the page Reviews first."),
)
