"""The words of model cards."""

from inkstone.components.texts import text

PARTS = {
    "identity": text("是什么", "What it is"),
    "learned": text("从什么学来", "What it learned from"),
    "figures": text("指标", "Figures"),
    "classes": text("各类别", "By class"),
    "lengths": text("按文本长度", "By length of the text"),
    "limits": text("局限", "Limits"),
    "licences": text("许可", "Licences"),
}
FACTS = {
    "reference": text("版本", "Version"),
    "stage": text("阶段", "Stage"),
    "aliases": text("别名", "Aliases"),
    "task": text("任务", "Task"),
    "component": text("训练组件", "Trained by"),
    "registered": text("登记时间", "Registered"),
    "run": text("运行", "Run"),
    "size": text("大小", "Size"),
    "digest": text("SHA-256", "SHA-256"),
    "versions": text("软件版本", "Software"),
    "encoder": text("编码器", "Encoder"),
    "labels": text("类别", "Classes"),
    "normalised": text("文本清洗", "Texts are cleaned of or folded by"),
}
COLUMNS = {
    "target": text("节点", "Node"),
    "data": text("数据版本", "Version of the data"),
    "rows": text("行数", "Rows"),
    "digest": text("SHA-256", "SHA-256"),
    "figure": text("指标", "Figure"),
    "value": text("值", "Value"),
    "class": text("类别", "Class"),
    "precision": text("精确率", "Precision"),
    "recall": text("召回率", "Recall"),
    "f1": text("F1", "F1"),
    "support": text("测试行", "Test rows"),
    "characters": text("字数", "Characters"),
    "accuracy": text("准确率", "Accuracy"),
    "what": text("对象", "What"),
    "licence": text("许可", "Licence"),
}
SLICES = {
    "interval": text(
        "在 {rows} 行测试数据上，准确率的 95% 区间是 {low} 到 {high}（Wilson）。",
        "On {rows} test rows the accuracy has a 95% interval of {low} to {high} (Wilson).",
    ),
}
LIMITS = {
    "max_length": text(
        "最多读 {tokens} 个词元，更长的文本会被截断。", "It reads at most {tokens} tokens; longer texts are cut."
    ),
    "labels": text(
        "只会给出上面的 {count} 个类别之一；别的内容也会被归入其中。",
        "It always answers with one of its {count} classes, also for texts that belong to none of them.",
    ),
    "weak": text("这些类别的 F1 低于 {limit}：{classes}。", "The F1 of these classes is below {limit}: {classes}."),
    "few": text(
        "这些类别的测试行少于 {limit}，其指标不可靠：{classes}。",
        "These classes have fewer than {limit} test rows, so their figures are rough: {classes}.",
    ),
    "ece": text(
        "分数与正确率相差较大（ECE {ece}），不宜直接当作概率。",
        "Its scores are far from how often it is right (ECE {ece}): do not read them as probabilities.",
    ),
    "unmeasured": text(
        "没有保存测试结果：指标来自模型文件，未在这里核实。",
        "No evaluation is kept here: the figures come from the model's own files and were not checked.",
    ),
}
NOT_STATED = text(
    "空白处没有说明许可；使用前请向数据或编码器的所有者核实。",
    "Where nothing stands the licence was not stated: ask the owner of the data or the encoder before use.",
)
