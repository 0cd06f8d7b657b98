"""The words of the record of a run, of running it again, and of the rows of its test."""

from collections.abc import Mapping

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

_RECORD = {
    "record": text("记录", "Record"),
    "rows": text("逐行分析", "Rows"),
    "timeline": text("节点时间线", "Nodes in time"),
    "timeline_help": text(
        "来自缓存的节点不占时间，以菱形表示。", "Nodes from the cache took no time; a diamond marks them."
    ),
    "from_cache": text("来自缓存", "from the cache"),
    "time": text("开始后的秒数", "Seconds since the start"),
    "resources": text("占用的资源", "What it used"),
    "cpus": text("处理器", "Processors"),
    "memory": text("内存（GB）", "Memory (GB)"),
    "no_samples": text(
        "这个运行没有资源记录（由旧版本产生，或还没有开始）。", "No samples: made by an older version, or not begun."
    ),
    "lineage": text("来龙去脉", "Lineage"),
    "link_registered": text("登记", "registered"),
    "link_reproduced": text("复现", "reproduced"),
    "link_continued": text("继续训练", "continued"),
    "environment": text("环境", "Environment"),
    "no_environment": text(
        "没有环境记录（由旧版本产生，或还没有开始）。", "Not recorded: made by an older version, or not begun."
    ),
    "data": text("数据", "Data"),
    "given": text("写法", "As written"),
    "means": text("所指版本", "Version meant"),
    "digest": text("摘要", "Digest"),
    "package": text("软件包", "Package"),
    "version": text("版本", "Version"),
    "fact": text("项目", "Fact"),
    "value": text("值", "Value"),
}
_AGAIN = {
    "reproduce": text("复现", "Reproduce"),
    "reproduce_help": text(
        "用同样的数据版本、参数和种子、不用缓存，重新运行一次，并核对指标。",
        "Runs it once more with the same versions of the data, parameters and seed, without the cache, and compares the figures.",
    ),
    "reproduced_same": text(
        "复现成功：{n} 个指标与原运行 {run} 完全相同。", "Reproduced: {n} figures are exactly those of run {run}."
    ),
    "reproduced_different": text(
        "与原运行 {run} 相比，{n} 个指标不同：{names}。", "{n} figures differ from those of run {run}: {names}."
    ),
    "environment_changed": text("环境有变化：{names}。", "The environment has changed: {names}."),
    "clone": text("修改后运行", "Clone with changes"),
    "clone_help": text(
        "改动的参数会重新计算，其余来自缓存。", "What you change is computed anew, the rest comes from the cache."
    ),
    "parameter": text("参数", "Parameter"),
    "seed": text("种子", "Seed"),
    "clone_go": text("开始运行", "Start"),
    "open_designer": text("在设计器中打开副本", "Open a copy in the Designer"),
}
_ROWS = {
    "rows_none": text("没有逐行的评分", "No scored rows"),
    "rows_none_next": text(
        "含分类评估的运行会在这里列出测试行。", "Runs that evaluate a classifier list their test rows here."
    ),
    "evaluation": text("评估", "Evaluation"),
    "kind": text("看哪些行", "Which rows"),
    "kind_all": text("全部", "All"),
    "kind_wrong": text("判错的", "Wrong"),
    "kind_confident": text("自信的错误", "Confident mistakes"),
    "kind_hardest": text("最难的", "Hardest"),
    "kind_unsure": text("临界的", "Near the threshold"),
    "true": text("真实类别", "True class"),
    "predicted": text("预测类别", "Predicted class"),
    "contains": text("包含文字", "Contains"),
    "score": text("得分", "Score"),
    "length": text("长度（字）", "Length (characters)"),
    "any": text("不限", "Any"),
    "row": text("行", "Row"),
    "text": text("文本", "Text"),
    "text_pair": text("第二文本", "Second text"),
    "true_score": text("真实类得分", "Score of the true class"),
    "correct": text("更正为", "Correct to"),
    "found": text("{total} 行", "Rows: {total}"),
    "correct_help": text(
        "在“更正为”一列选择正确的类别，再保存：会生成数据集的新版本，旧版本不变。",
        "Choose the right class in the column 'Correct to', then save: that makes a new version of the dataset; the old one stays.",
    ),
    "save_corrections": text("保存 {n} 处更正为新版本", "Save {n} corrections as a new version"),
    "corrected": text("已生成 {reference}。", "Made {reference}."),
    "rerun": text("用新版本重新运行", "Run again on the new version"),
    "not_correctable": text(
        "这些行来自示例数据或单独的测试文件，不能在这里更正。",
        "These rows come from sample data, so they cannot be corrected here.",
    ),
    "why": text("为什么是这个类别", "Why this class"),
    "why_help": text(
        "逐段遮住文字，看预测类别的得分下降多少（遮挡法）。红色支持预测，蓝色反对。",
        "Parts of the text are hidden one by one; the colour is how far the score of the predicted class falls (occlusion). Red speaks for the class, blue against it.",
    ),
    "why_row": text("行号", "Number of the row"),
    "why_go": text("解释", "Explain"),
}
TEXTS: Mapping[str, Text] = {**_RECORD, **_AGAIN, **_ROWS}


def p(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
