"""The words of the page of behavioural tests."""

from collections.abc import Mapping

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: Mapping[str, Text] = {
    "title": text("行为测试", "Behavioural tests"),
    "open": text("行为测试", "Behaviour"),
    "lead": text(
        "改动文本，看模型是否仍按应有的方式回答（CheckList，Ribeiro 等 2020）。",
        "Texts are changed to see whether the model still answers as it should (CheckList, Ribeiro et al. 2020).",
    ),
    "none_chosen": text("没有选择模型", "No model chosen"),
    "none_next": text("请从“模型”页打开一个分类模型，再点“行为测试”。", "Open a classifier on the Models page, then press Behaviour."),
    "back": text("回到模型", "Back to the model"),
    "data": text("要改动的文本", "Texts to change"),
    "dev": text("训练它的运行的开发集", "Dev rows of its run"),
    "data_help": text("留空用模型的开发集；也可以选一个带标签的数据集。", "Empty takes the dev rows of the model; or choose a labelled dataset."),
    "suite": text("自建测试集", "Test suite"),
    "none": text("没有", "none"),
    "suite_help": text(
        "标签就是正确答案的数据集；可在运行的“逐行分析”里把选中的行存为测试集。",
        "A dataset whose labels are the right answers; rows chosen on a run's page Rows can be saved as one.",
    ),
    "rows": text("最多行数", "Most rows"),
    "polar": text("情感类别（做否定测试）", "Classes of feeling (negation)"),
    "polar_help": text("只有类别表达情感时，否定测试才有意义。", "Negation makes sense only where classes tell a feeling."),
    "added": text("添加的短语，每行一条：类别=短语", "Phrases to add, one a line: CLASS=PHRASE"),
    "added_hint": text("广告=加微信领红包", "spam=click to win"),
    "go": text("开始测试", "Test"),
    "running": text("正在测试……", "Testing ..."),
    "nothing": text("还没有测试结果", "No results yet"),
    "nothing_next": text("选好文本后点“开始测试”，结果会保存在这个版本下。", "Choose texts and press Test; the result is kept with this version."),
    "result": text("结果", "Result"),
    "test": text("测试", "Test"),
    "kind": text("种类", "Kind"),
    "kind_invariance": text("类别应不变", "class must stay"),
    "kind_direction": text("得分有方向", "score has a direction"),
    "kind_suite": text("答案已写定", "answer is given"),
    "tested": text("适用行数", "Rows"),
    "rate": text("通过率", "Pass rate"),
    "interval": text("95% 区间", "95% interval"),
    "assumes": text("前提", "What it assumes"),
    "failures": text("没有通过的文本", "Texts that failed"),
    "failures_help": text("得分变动最大的排在最前，最多 20 条。", "Those whose score moved most come first, twenty at most."),
    "row": text("行", "Row"),
    "before": text("改动前", "Before"),
    "after": text("改动后", "After"),
    "said": text("预测", "Predicted"),
    "score": text("得分", "Score"),
}  # fmt: skip


def b(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
