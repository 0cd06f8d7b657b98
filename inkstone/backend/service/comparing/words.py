"""Words of the comparison that page, report and command line share."""

from collections.abc import Mapping

from inkstone.components.texts import Language, Text, text

FACTS = {
    "seconds": text("用时（秒）", "Seconds"),
    "train_seconds": text("训练用时（秒）", "Training seconds"),
    "evaluate_seconds": text("评估用时（秒）", "Evaluation seconds"),
    "model_bytes": text("模型大小（字节）", "Model size (bytes)"),
}
AXES = {
    "step": text("步", "Step"),
    "epoch": text("轮", "Epoch"),
    "time": text("时间（秒）", "Time (seconds)"),
}
WORDS: Mapping[str, Text] = {
    "title": text("运行比较", "Comparison of runs"),
    "subjects": text("比较对象", "What is compared"),
    "differences": text("不同之处", "What differs"),
    "significance": text("差别是否超出偶然", "Whether the difference is more than chance"),
    "baseline": text("基准", "Baseline"),
    "run": text("运行", "Run"),
    "difference": text("差", "Difference"),
    "interval": text("95% 区间", "95% interval"),
    "p": text("p（Holm 校正）", "p (Holm)"),
    "only_subject": text("仅它对", "Only it right"),
    "only_baseline": text("仅基准对", "Only baseline right"),
    "mcnemar": text("McNemar mid-p / 精确", "McNemar mid-p / exact"),
    "method": text(
        "配对自助法（{draws} 次重抽样，同一批 {rows} 条测试行）；p 值按 Berg-Kirkpatrick 等（2012），多个比较按 Holm 校正。",
        "Paired bootstrap ({draws} resamples of the same {rows} test rows); p after Berg-Kirkpatrick et al. (2012), adjusted after Holm for several comparisons.",
    ),
    "curves": text("曲线", "Curves"),
    "per_class": text("各类别 F1", "F1 of each class"),
    "confusion": text("混淆矩阵", "Confusion matrices"),
    "confusion_difference": text("混淆矩阵之差：{other} − {first}", "Difference of the matrices: {other} − {first}"),
    "roc": text("ROC 曲线", "ROC curves"),
    "pr": text("精确率-召回率曲线", "Precision-recall curves"),
    "deciding": text("起决定作用的行", "The rows that decide"),
    "deciding_count": text(
        "判断不一致的共 {n} 行，最有把握的在前。", "They disagree on {n} rows; the surest come first."
    ),
    "text": text("文本", "Text"),
    "label": text("标签", "Label"),
    "true": text("真实类别", "True class"),
    "predicted": text("预测类别", "Predicted class"),
    "made": text("由 Inkstone 于 {time} 生成", "Made by Inkstone at {time}"),
    "parallel": text("平行坐标", "Parallel coordinates"),
    "scatter": text("散点图", "Scatter"),
    "front": text("Pareto 前沿", "Pareto front"),
}


def name_of(kind: str, name: str, language: Language) -> str:
    """Return the name of a line of the table for people."""
    if kind == "fact" and name in FACTS:
        return FACTS[name].in_language(language)
    return name


def cell(value: object) -> str:
    """Return a value as it stands in a table."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    return str(value)
