"""The words of the record of a run, and of running it again."""

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
_LOG = {
    "log_search": text("在日志中查找（文字或步骤名）", "Search the log (words or a node)"),
    "log_found": text("找到 {total} 行，显示最后 {shown} 行。", "Lines found: {total}; the last {shown} are shown."),
    "log_nothing": text("没有这样的行。", "No such line."),
    "imported": text("从 {tool} 导入，不能在这里重新运行。", "Imported from {tool}; it cannot be run again here."),
    "last_values": text("最后的值", "Last values"),
    "figure": text("指标", "Figure"),
}
TEXTS: Mapping[str, Text] = {**_RECORD, **_AGAIN, **_LOG}


def p(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
