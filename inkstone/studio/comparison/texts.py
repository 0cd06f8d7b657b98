"""The words of the comparison page."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: dict[str, Text] = {
    "title": text("比较运行", "Compare runs"),
    "lead": text(
        "参数、曲线、类别和逐行结果并排；差别是否超出偶然，用同一批测试行检验。",
        "Parameters, curves, classes and rows side by side; whether a difference is more than chance is tested on the same rows.",
    ),
    "nothing": text("还没有选择运行", "No runs chosen yet"),
    "nothing_next": text(
        "在“运行”页勾选两个以上的运行，再点“比较”。", "Tick two runs or more on the Runs page, then press Compare."
    ),
    "runs": text("比较对象（第一个为基准）", "What is compared (the first is the baseline)"),
    "add": text("加入评估", "Add an evaluation"),
    "add_help": text(
        "一次运行里若有多个评估（如基线），可以分别比较。",
        "A run may hold several evaluations, such as that of a baseline; compare them one by one.",
    ),
    "only_differences": text("只看不同之处", "Only differences"),
    "filter": text("按名称筛选", "Filter by name"),
    "same": text("没有不同之处。", "Nothing differs."),
    "line": text("项目", "Item"),
    "view_significance": text("显著性", "Significance"),
    "view_rows": text("决定性的行", "Deciding rows"),
    "view_disagreements": text("两模型分歧", "Disagreements"),
    "first": text("模型 A", "Model A"),
    "second": text("模型 B", "Model B"),
    "first_says": text("A 的预测", "A says"),
    "second_says": text("B 的预测", "B says"),
    "contains": text("包含文字", "Contains"),
    "any": text("不限", "Any"),
    "disagree_kind": text("哪些分歧", "Which disagreements"),
    "disagree_any": text("全部分歧", "All"),
    "disagree_only_first": text("只有 A 对", "Only A right"),
    "disagree_only_second": text("只有 B 对", "Only B right"),
    "disagree_both_wrong": text("都错但不同", "Both wrong"),
    "disagree_count": text("{rows} 行测试中有 {n} 行。", "{n} of {rows} test rows."),
    "disagree_work": text(
        "更正这些行的标签，或把它们存为数据集", "Correct the labels of these rows, or keep them as a dataset"
    ),
    "view_curves": text("曲线", "Curves"),
    "view_classes": text("类别", "Classes"),
    "view_plots": text("参数与指标", "Parameters and figures"),
    "figure": text("检验的指标", "Figure to test"),
    "verdict_better": text("更好", "better"),
    "verdict_worse": text("更差", "worse"),
    "verdict_noise": text("偶然范围内", "within chance"),
    "need_two": text("至少要两个比较对象。", "Two things to compare are needed at least."),
    "too_many_tested": text(
        "逐行检验最多 {n} 个；这里检验前 {n} 个。", "Rows are tested for {n} at most; the first {n} are tested here."
    ),
    "interval_title": text("与基准之差（百分点，95% 区间）", "Difference from the baseline (points, 95% interval)"),
    "curve": text("曲线", "Curve"),
    "axis": text("横轴", "Axis"),
    "smoothing": text("平滑", "Smoothing"),
    "no_curves": text("这些运行没有曲线。", "These runs have no curves."),
    "thinned": text("共 {n} 个点，在服务器上精简后显示。", "Points: {n}, thinned on the server."),
    "not_numbers": text(
        "其中 {n} 个点不是数字（NaN 或无穷），没有画出。",
        "{n} of them are not numbers (NaN or infinite) and are not drawn.",
    ),
    "no_classes": text("这些运行没有逐类结果。", "These runs have no figures of classes."),
    "class": text("类别", "Class"),
    "matrices": text("混淆矩阵", "Confusion matrices"),
    "x": text("横轴", "Across"),
    "y": text("纵轴", "Up"),
    "pareto": text("标出 Pareto 前沿", "Mark the Pareto front"),
    "colour": text("颜色", "Colour"),
    "dimensions": text("坐标轴", "Axes"),
    "parallel": text("平行坐标", "Parallel coordinates"),
    "importance": text("参数重要性", "Parameter importance"),
    "importance_help": text(
        "把一个参数的值在各运行间打乱，随机森林对纵轴指标的预测变差多少；运行少时不可靠。",
        "How much a random forest's prediction of the figure on the vertical axis suffers when the values of one parameter are "
        "shuffled among the runs; unreliable with few runs.",
    ),
    "scatter": text("散点", "Scatter"),
    "share": text("分享与导出", "Share and export"),
    "link": text("链接（登录后可打开）", "Link (opens after login)"),
    "csv": text("表格 CSV", "Table as CSV"),
    "parquet": text("表格 Parquet", "Table as Parquet"),
    "make_report": text("生成 HTML 报告", "Make an HTML report"),
    "report": text("下载 HTML 报告", "Download the report"),
    "back": text("运行列表", "List of runs"),
    "row": text("行", "Row"),
    "text": text("文本", "Text"),
    "label": text("标签", "Label"),
    "all_right": text("没有判断不一致的行。", "They agree on every row."),
}


def c(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
