"""The words of the search page."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: dict[str, Text] = {
    "title": text("搜索", "Search"),
    "lead": text(
        "在限定时间内找出最好的模型，或为一个流程搜索更好的参数。每次试验都是一次普通的运行，只按开发集选优。",
        "The best model within some minutes, or better settings for a pipeline. Each trial is an ordinary run, judged on the dev rows alone.",
    ),
    "auto": text("限时找最好的模型", "Best model in some minutes"),
    "tune": text("搜索参数", "Search settings"),
    "auto_help": text(
        "依次尝试 n-gram 基线、随附的编码器；样例很少时改为比较小样本方法。时间不够的会略过，并说明原因。",
        "Tries the n-gram baseline and the shipped encoders in that order; with few examples, few-shot methods instead. "
        "What does not fit into the time is left out, and the table says so.",
    ),
    "minutes": text("分钟", "Minutes"),
    "model_name": text("模型名称", "Name of the model"),
    "start": text("开始", "Start"),
    "source": text("搜索哪个流程", "What to search"),
    "no_source": text("还没有可搜索的流程", "Nothing to search yet"),
    "no_source_next": text(
        "先用模板开始一次运行，或在模板的设置里点“搜索更好的参数”。",
        "Start a run of a template first, or press Search for better settings among a template's settings.",
    ),
    "params": text("搜索的参数", "Parameters"),
    "params_help": text(
        "范围写成 1e-5..5e-4:log、2..10，或用逗号列出取值。",
        "Ranges are written 1e-5..5e-4:log, 2..10, or as values with commas.",
    ),
    "trials": text("试验次数", "Trials"),
    "minutes_most": text("最多几分钟（0 为不限）", "Minutes at most (0: no limit)"),
    "parallel": text("同时进行", "Side by side"),
    "metric": text("按哪个指标", "Figure to go by"),
    "early_stopping": text("及早停止落后的试验（ASHA）", "End trials early that fall behind (ASHA)"),
    "promote_at_end": text("最后把最好的登记为模型", "Register the best at the end"),
    "from_run": text("运行 {name}", "Run {name}"),
    "from_settings": text("刚才的设置：{name}", "The settings just made: {name}"),
    "searches": text("做过的搜索", "Searches so far"),
    "none": text("还没有搜索", "No searches yet"),
    "none_next": text("从上面开始一个。", "Start one above."),
    "open": text("打开", "Open"),
    "back": text("所有搜索", "All searches"),
    "best": text("最好", "best"),
    "of_trials": text("{n} / {wanted} 次试验", "{n} of {wanted} trials"),
    "n_trials": text("{n} 次试验", "{n} trials"),
    "time": text("用时", "time"),
    "left": text("约剩", "left, about"),
    "stop": text("停止", "Stop"),
    "stopping": text("正在停止", "Stopping"),
    "resume": text("继续", "Resume"),
    "resume_help": text("已完成的试验不会重做。", "Trials that have ended are not repeated."),
    "more_trials": text("总共几次试验", "Trials in all"),
    "more_minutes": text("总共几分钟", "Minutes in all"),
    "promote": text("登记最好的", "Make a model of the best"),
    "winner_run": text("优胜者的运行", "The winner's run"),
    "model": text("模型 {model}", "Model {model}"),
    "compare": text("比较这些运行", "Compare these runs"),
    "progress": text("每次试验的结果", "Result of each trial"),
    "best_so_far": text("至今最好", "Best so far"),
    "trial": text("试验", "Trial"),
    "courses": text("每次试验的过程", "Course of each trial"),
    "dev_pass": text("开发集评估次数", "Dev pass"),
    "parallel_axes": text("平行坐标", "Parallel coordinates"),
    "importance": text("参数重要性", "Parameter importance"),
    "table": text("试验表", "Trials"),
    "number": text("编号", "No."),
    "state": text("状态", "State"),
    "value": text("指标", "Figure"),
    "seconds": text("秒", "Seconds"),
    "method": text("方法", "Method"),
    "reason": text("为什么", "Why"),
    "run": text("运行", "Run"),
    "search_better": text("搜索更好的参数", "Search for better settings"),
    "RUNNING": text("进行中", "running"),
    "DONE": text("完成", "done"),
    "PRUNED": text("落后，已停", "fell behind"),
    "STOPPED": text("已停止", "stopped"),
    "FAILED": text("失败", "failed"),
    "nothing_yet": text("第一次试验还没有结果。", "No trial has a figure yet."),
}


def s(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
