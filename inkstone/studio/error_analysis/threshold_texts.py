"""The words of the page of thresholds."""

from collections.abc import Mapping

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: Mapping[str, Text] = {
    "title": text("阈值", "Thresholds"),
    "open": text("设置阈值", "Thresholds"),
    "open_help": text("在开发集上为每个类别选阈值，存为模型的策略。", "Choose a threshold for each class on dev rows, kept as the model's policy."),
    "lead": text(
        "得分到多少才算数：在开发集上逐类选定，存为模型的新版本。",
        "From which score on a class counts: chosen class by class on dev rows, kept as a new version of the model.",
    ),
    "back": text("回到模型", "Back to the model"),
    "none_chosen": text("没有选择模型", "No model chosen"),
    "none_next": text("请从“模型”页打开一个分类模型，再点“设置阈值”。", "Open a classifier on the Models page, then press Thresholds."),
    "scoring": text("模型正在给这些行打分……", "The model is scoring these rows…"),
    "rows": text("用来选阈值的行", "Rows to choose on"),
    "dev": text("训练它的运行的开发集", "Dev rows of its run"),
    "safe": text("表示正常文本的类别", "Class of harmless texts"),
    "safe_none": text("没有：每个类别都要达到阈值", "None: every class needs its score"),
    "safe_help": text(
        "有正常类别时，其余类别达到阈值就复审或拦截；没有时，最高分的类别达不到阈值就交给人看。",
        "With one, the other classes are reviewed or blocked from their thresholds on; without, a person looks when the best class stays below its threshold.",
    ),
    "safe_help_several": text(
        "没有任何类别的文本属于这一类；其余类别达到各自的阈值就复审或拦截。",
        "Texts of none of the classes are of this one; each of the others is reviewed or blocked from its own thresholds on.",
    ),
    "missed": text("漏过的代价", "Cost of a miss"),
    "wronged": text("判错的代价", "Cost of a wrong decision"),
    "reviewed": text("人工看一条的代价", "Cost of a review"),
    "propose": text("按目标给出建议", "Propose by a goal"),
    "goal": text("目标", "Goal"),
    "goal_precision": text("精确率", "Precision"),
    "goal_recall": text("召回率", "Recall"),
    "goal_cost": text("成本最小", "Least cost"),
    "wished": text("希望达到", "Wished value"),
    "propose_go": text("采用建议", "Take the proposal"),
    "class": text("类别", "Class"),
    "review_block": text("复审阈值和拦截阈值", "Review from, block from"),
    "accept": text("达到这个得分才算数", "Counts from this score on"),
    "never": text("1.01 表示从不。", "1.01 means never."),
    "curve": text("精确率–召回率曲线", "Precision-recall curve"),
    "curve_help": text("圆点是拦截阈值，圆圈是复审阈值。", "The dot is the block threshold, the ring the review threshold."),
    "curve_help_accept": text("圆点是现在的阈值。", "The dot is the threshold."),
    "recall": text("召回率", "Recall"),
    "precision": text("精确率", "Precision"),
    "threshold": text("阈值", "Threshold"),
    "tp": text("判对（TP）", "Rightly decided (TP)"),
    "fp": text("误判（FP）", "Wrongly decided (FP)"),
    "fn": text("没判出（FN）", "Not decided (FN)"),
    "tn": text("其余（TN）", "The rest (TN)"),
    "rows_counted": text("行数", "Rows"),
    "passed": text("放行", "Pass"),
    "accepted": text("算数", "Stand"),
    "to_review": text("交给人看", "To review"),
    "blocked": text("拦截", "Block"),
    "cost": text("每行成本", "Cost of a row"),
    "right": text("自动判定的正确率", "Right without a person"),
    "counted": text(
        "{rows} 行，来自 {data}，没有用测试集。",
        "{rows} rows of {data}; no test row is used.",
    ),
    "counted_data": text(
        "{rows} 行，来自 {data}。请确认其中没有训练或测试用过的行。",
        "{rows} rows of {data}. Make sure that none of them was trained or tested on.",
    ),
    "counted_best": text("一条文本只计入它得分最高的类别。", "A text counts for its best class alone."),
    "counted_several": text(
        "一条文本可以属于几个类别：每个类别按自己的阈值单独计数，最严重的决定整条文本。",
        "A text may be of several classes: each counts for itself by its own thresholds, and the worst decides on the text.",
    ),
    "left_out": text("另有 {n} 行没有计入（最多 {most} 行）。", "{n} more rows are left out (at most {most} count)."),
    "words": text("模型的词库不计在内。", "The word list of the model is not counted here."),
    "all": text("全部类别", "All classes"),
    "save": text("存为模型的新版本", "Save as a new version"),
    "save_help": text("旧版本不变。预测、REST、演示和服务用到新版本时都按这些阈值回答。", "The old version stays. Predictions, REST, demo and deployments of the new version obey these thresholds."),
    "saved": text("已保存为 {model}。", "Saved as {model}."),
    "see": text("查看 {model}", "See {model}"),
    "deploy": text("让服务“{name}”改用 {model}", "Let the deployment '{name}' answer with {model}"),
    "deployed": text("服务“{name}”现在用 {model} 回答。", "The deployment '{name}' answers with {model} now."),
}  # fmt: skip


def h(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
