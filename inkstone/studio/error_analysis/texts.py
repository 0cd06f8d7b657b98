"""The words of the error analysis: cells, rows."""

from collections.abc import Mapping

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

_ROWS = {
    "rows_none": text("没有逐行的评分", "No scored rows"),
    "rows_none_next": text(
        "含分类评估的运行会在这里列出测试行。", "Runs that evaluate a classifier list their test rows here."
    ),
    "evaluation": text("评估", "Evaluation"),
    "kind": text("看哪些行", "Which rows"),
    "kind_all": text("全部", "All"),
    "kind_wrong": text("判错的", "Wrong"),
    "language": text("语言", "Language"),
    "language_zh": text("中文", "Chinese"),
    "language_latin": text("拉丁字母", "Latin letters"),
    "language_mixed": text("混合", "Mixed"),
    "language_ja": text("日文", "Japanese"),
    "language_ko": text("韩文", "Korean"),
    "language_other": text("其他", "Other"),
    "language_none": text("没有文字", "No letters"),
    "domain": text("数据列", "Column of the data"),
    "domain_value": text("取值", "Its value"),
    "more_filters": text("更多筛选", "More filters"),
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
    "rows_in_cell": text("行数", "Rows"),
    "cell_title": text("真实“{true}”，预测“{predicted}”", "True '{true}', taken for '{predicted}'"),
    "cell_help": text(
        "这一格里的全部行，可以直接更正标签。", "All rows of this cell; their labels can be corrected here."
    ),
    "cell_hint": text("点击一格，查看这一格的行。", "Click a cell to see its rows."),
    "confident_title": text("最自信的错误", "The most confident mistakes"),
    "confident_help": text(
        "判错的行，模型最有把握的排在最前；标错的数据常在其中。",
        "Rows that the model got wrong, its surest mistakes first; wrong labels often show up here.",
    ),
}
_SAVING = {
    "made_selection": text(
        "{by} 由评估 {evaluation} 的 {n} 行生成", "Made by {by} of {n} rows of the evaluation {evaluation}"
    ),
    "made_suite": text(
        "{by} 由评估 {evaluation} 的 {n} 行生成的测试集",
        "Test suite made by {by} of {n} rows of the evaluation {evaluation}",
    ),
    "save_rows": text("保存这 {n} 行", "Save these {n} rows"),
    "save_name": text("数据集名称", "Name of the dataset"),
    "save_as": text("存为", "Save as"),
    "save_dataset": text("数据集", "Dataset"),
    "save_suite": text("测试集", "Test suite"),
    "save_help": text(
        "测试集里的标签就是正确答案；请先更正标错的行，且不要用它训练。",
        "The labels of a test suite are the right answers: correct wrong ones first, and never train on it.",
    ),
    "save_go": text("保存", "Save"),
    "saved_rows": text("已保存为 {reference}。", "Saved as {reference}."),
}
_SLICES = {
    "kind_slices": text("薄弱切片", "Weak slices"),
    "slices_help": text(
        "按长度、语言、类别、数据列和词语自动找出的切片，错误率显著高于其余行（Fisher 精确检验，单侧；Benjamini–Hochberg 校正）。点一行查看它的文本。",
        "Slices by length, language, class, column and word whose errors are significantly more frequent than in the rest "
        "(Fisher's exact test, one-sided; Benjamini-Hochberg). Click one to see its rows.",
    ),
    "slices_support": text("切片最少行数", "Fewest rows of a slice"),
    "slices_none": text(
        "在 {rows} 行（{errors} 处错误）里没有找到明显较弱的切片。",
        "No slice of these {rows} rows ({errors} errors) is significantly weaker than the rest.",
    ),
    "slice": text("切片", "Slice"),
    "slice_wrong": text("只看判错的行", "Only wrong rows"),
    "slice_rows": text("行数", "Rows"),
    "slice_share": text("错误率", "Errors"),
    "slice_rest": text("其余行", "Elsewhere"),
    "slice_p": text("校正后的 p", "Adjusted p"),
    "slice_length": text("{low}–{high} 字", "{low}–{high} characters"),
    "slice_language": text("语言 {value}", "language {value}"),
    "slice_label": text("真实类别 {value}", "true class {value}"),
    "slice_column": text("{name} = {value}", "{name} = {value}"),
    "slice_word": text("包含“{value}”", "holds '{value}'"),
}
TEXTS: Mapping[str, Text] = {**_ROWS, **_SAVING, **_SLICES}


def e(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
