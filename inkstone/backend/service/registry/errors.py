"""What can go wrong in the model registry."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_ALIAS = ErrorKind(
    "models.bad_alias",
    text("别名“{alias}”不可用。", "The alias '{alias}' cannot be used."),
    text(
        "请用字母开头的 1 到 60 个字母、数字、- 或 _；{reserved} 已有含义。",
        "Use 1 to 60 letters, digits, - or _, beginning with a letter; {reserved} have a meaning already.",
    ),
)
NO_SUCH_ALIAS = ErrorKind(
    "models.no_such_alias",
    text("模型 {model} 没有别名“{alias}”。", "The model {model} has no alias '{alias}'."),
    text("请查看模型页上的别名。", "See the aliases on the model's page."),
    status=404,
)
NOT_BETTER = ErrorKind(
    "models.not_better",
    text("不能升为生产版本：{reason_zh}", "It was not promoted to production: {reason_en}"),
    text(
        "请改进模型后再试，或请管理员写明理由后越过规则。",
        "Improve the model and try again; an administrator may override the rule and must say why.",
    ),
    status=409,
)
REASON_NEEDED = ErrorKind(
    "models.reason_needed",
    text("越过升级规则必须写明理由。", "Overriding the rule of promotion needs a reason."),
    text("请写一句为什么；它会保留在历史中。", "Write a sentence; it is kept in the history."),
)
BAD_RULE = ErrorKind(
    "models.bad_rule",
    text("升级规则不能用指标“{figure}”。", "A rule of promotion cannot use the figure '{figure}'."),
    text("可用：{figures}，或 f1/类别。", "Use {figures}, or f1/CLASS."),
)
TOO_MANY_TEST_ROWS = ErrorKind(
    "models.too_many_test_rows",
    text(
        "测试集有 {rows} 行带标签的文本，超过上限 {limit}。",
        "The test set has {rows} labelled rows; the limit is {limit}.",
    ),
    text("请选一个较小的测试集。", "Choose a smaller test set."),
)
NO_EVALUATION = ErrorKind(
    "models.no_evaluation",
    text("模型 {model} 没有保存测试结果，无法比较。", "The model {model} has no kept evaluation to compare."),
    text(
        "导入的模型没有运行记录；请在升级规则中指定一个测试集。",
        "An imported model has no run; name a test set in the rule of promotion, or compare two models that were trained here.",
    ),
)
UNKNOWN_TASK = ErrorKind(
    "models.unknown_task",
    text("模型包的任务“{task}”在这里不存在。", "The bundle is of the task '{task}', which is not known here."),
    text("请更新 Inkstone，或安装提供它的插件。", "Update Inkstone, or install the plug-in that brings it."),
)
