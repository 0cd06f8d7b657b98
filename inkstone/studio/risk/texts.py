"""The words of the pages of risk control."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: dict[str, Text] = {
    "lexicons": text("词库", "Word lists"),
    "lexicons_lead": text(
        "敏感词、白名单和它们的级别；每次修改成为一个新版本，流水线按版本引用。",
        "Words to find, words to allow, and what a hit does; every change is a new version, and pipelines name versions.",
    ),
    "lexicons_none": text("还没有词库", "No word lists yet"),
    "lexicons_none_next": text("在下面导入一个 TXT 或 CSV。", "Import a TXT or CSV below."),
    "words": text("{n} 个词", "{n} words"),
    "versions": text("{n} 个版本", "{n} versions"),
    "open": text("打开", "Open"),
    "back": text("全部词库", "All word lists"),
    "import": text("导入词库", "Import a word list"),
    "import_help": text(
        "TXT：每行一个词。CSV：列 word（词）、category（类别）、severity（级别：block 拦截、review 复审、note 提示、allow 白名单）。词按字面匹配，不是正则。",
        "TXT: one word a line. CSV: columns word, category, severity (block, review, note, allow). Words are taken letter by letter, not as patterns.",
    ),
    "file": text("文件", "File"),
    "name": text("名称", "Name"),
    "name_help": text("留空用文件名。", "Empty takes the file's name."),
    "category": text("类别", "Category"),
    "severity": text("级别", "Severity"),
    "keep": text("保留已有的词", "Keep the words that are there"),
    "do_import": text("导入", "Import"),
    "block": text("拦截", "Block"),
    "review": text("复审", "Review"),
    "note": text("提示", "Note"),
    "allow": text("白名单", "Allow"),
    "pass": text("放行", "Pass"),
    "search": text("查找", "Search"),
    "all": text("全部", "All"),
    "word": text("词", "Word"),
    "hits": text("命中", "Hits"),
    "shown": text("显示 {shown} / {total}", "{shown} of {total} shown"),
    "edit_help": text(
        "在表中修改、添加或删除（选中行后按删除键），然后保存为新版本。",
        "Change, add or delete rows here, then save a new version.",
    ),
    "save": text("保存为新版本", "Save a new version"),
    "saved": text("已保存：{reference}，{n} 个词", "Saved: {reference}, {n} words"),
    "same": text("没有改动。", "Nothing changed."),
    "download": text("下载", "Download"),
    "trash": text("移到回收站", "Move to the trash"),
    "top": text("命中最多的词", "Words found most"),
    "top_help": text("风控模型上线以来的命中次数。", "Hits by risk-control models in use."),
    "reference": text("在流水线中写作 {reference}", "In pipelines write {reference}"),
    "trial": text("试一段文本", "Try a text"),
    "trial_help": text(
        "含变体、拼音、同音、夹有符号的词和联系方式。", "Disguises, pinyin, homophones, signs inside words, contacts."
    ),
    "nothing_found": text("没有命中。", "Nothing found."),
    "reviews": text("复审", "Reviews"),
    "reviews_lead": text(
        "模型拿不准的文本在这里等人判断；判断结果可以成为新的数据集版本。",
        "Texts that the model leaves to people; what people say becomes a new dataset version.",
    ),
    "reviews_none": text("队列是空的", "The queue is empty"),
    "reviews_none_next": text(
        "在风控模型的试用页批量判断，或用接口的 queue 参数、命令行的 --queue，把需要复审的文本送进来。",
        "Send texts here from the demo's file tab, by REST with queue, or with --queue on the command line.",
    ),
    "model": text("模型", "Model"),
    "waiting": text("等待 {waiting}，已判断 {judged}", "{waiting} waiting, {judged} judged"),
    "decided": text("模型：{label} {score}", "The model: {label} {score}"),
    "which": text("这条文本是：", "This text is:"),
    "which_several": text(
        "这条文本属于哪些类别（可多选，都不属于就不选）：",
        "Which classes this text has (any number; none is harmless):",
    ),
    "say": text("确定：{labels}", "Confirm: {labels}"),
    "aside": text("搁置", "Put aside"),
    "undo": text("撤销上一条", "Undo the last"),
    "finished": text("全部判断完了", "All judged"),
    "finished_next": text("现在可以把判断结果生成数据集版本。", "The judgements can now become a dataset version."),
    "make": text("生成数据集版本", "Make a dataset version"),
    "make_help": text(
        "把人工判断做成数据集，或加到训练用的数据集后面。", "As a dataset of its own, or added to the one you train on."
    ),
    "into": text("放到哪里", "Where to"),
    "own": text("单独的数据集 {name}", "A dataset of its own: {name}"),
    "made": text("已生成 {reference}，{rows} 行。", "Made {reference}, {rows} rows."),
    "to_data": text("查看数据集", "Look at the dataset"),
    "history": text("最近的判断", "Latest judgements"),
    "by": text("谁", "By"),
    "label": text("类别", "Class"),
    "text": text("文本", "Text"),
    "one": text("一条文本", "One text"),
    "decide": text("判断", "Decide"),
    "decision": text("决定", "Decision"),
    "highlighted": text("标出的文本", "Text with marks"),
    "reasons": text("理由", "Reasons"),
    "queue": text("需要复审的送入复审队列", "Put what needs a person into the review queue"),
    "result": text("结果", "Result"),
    "undisguised": text("还原后：{text}", "Undisguised: {text}"),
    "by_model": text(
        "模型认为 {label}，{score}（阈值 {threshold}）", "The model says {label}, {score} (threshold {threshold})"
    ),
    "asks": text("{reason} → {action}", "{reason} → {action}"),
    "by_word": text(
        "词库：{word}（{category}，{severity}，{how}）", "Word list: {word} ({category}, {severity}, {how})"
    ),
    "by_contact": text("{contact}：{value}", "{contact}: {value}"),
    "contact_phone": text("电话", "Telephone"),
    "contact_wechat": text("微信号", "WeChat"),
    "contact_qq": text("QQ", "QQ"),
    "contact_url": text("链接", "Link"),
    "contact_email": text("邮箱", "Mail"),
    "contact_bank_card": text("银行卡", "Bank card"),
    "telling": text("依据：{tokens}", "Because of: {tokens}"),
    "no_reason": text("没有触发任何规则。", "Nothing was triggered."),
    "how_exact": text("原样", "as it stands"),
    "how_undisguised": text("还原伪装后", "disguised"),
    "how_spaced": text("夹有符号", "signs inside"),
    "how_sound": text("同音", "by its sound"),
}


def r(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
