"""What can be wrong with a decision policy."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

UNKNOWN_SAFE_CLASS = ErrorKind(
    "risk.unknown_safe_class",
    text(
        "模型没有“{label}”这个类别，它的类别是：{labels}", "The model has no class {label}; its classes are: {labels}"
    ),
    text("请在“正常类别”里填写表示正常文本的类别。", "Set the normal class to the one that stands for harmless texts."),
)
NO_SAFE_CLASS = ErrorKind(
    "risk.no_safe_class",
    text("看不出哪个类别表示正常文本，类别有：{labels}", "None of the classes looks like the normal one: {labels}"),
    text("请在“正常类别”里写明。", "Name it in the parameter Normal class."),
)
BAD_CLASS_GOAL = ErrorKind(
    "risk.bad_class_goal",
    text("无法理解类别目标“{goal}”。", "This goal of a class cannot be read: {goal}"),
    text("请写成 类别=0.95，其中类别是模型的类别：{labels}", "Write CLASS=0.95 with a class of the model: {labels}"),
)
NOT_A_RISK_MODEL = ErrorKind(
    "risk.not_a_risk_model",
    text("模型“{model}”没有决策策略。", "The model {model} has no decision policy."),
    text(
        "请在流水线里加上“决策策略”组件后重新登记模型。",
        "Add the component Decision policy to the pipeline and register its model.",
    ),
)
NO_DEV_ROWS = ErrorKind(
    "risk.no_dev_rows",
    text("没有带标签的行可用来选阈值。", "There are no labelled rows to choose thresholds on."),
    text(
        "请连接开发集，或组合分类的折外分数。", "Connect dev rows, or the unseen scores of the combined classification."
    ),
)
