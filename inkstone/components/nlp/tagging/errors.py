"""Errors of tagging."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_ENTITIES = ErrorKind(
    "entities.unreadable",
    text(
        "第 {row} 行的实体列不是实体列表：{found}",
        "The entities of row {row} are no list of entities: {found}",
    ),
    text(
        '每个单元格要是 JSON 列表，例如 [{{"start": 0, "end": 2, "label": "人名"}}]；没有实体时写 []。',
        'Each cell must be a JSON list such as [{{"start": 0, "end": 2, "label": "person"}}]; [] where there are none.',
    ),
)
OUT_OF_RANGE = ErrorKind(
    "entities.out_of_range",
    text(
        "第 {row} 行的实体 {start}–{end} 超出了文本（长 {length} 个字符）或是空的。",
        "The entity {start} to {end} of row {row} is empty or lies outside its text of {length} characters.",
    ),
    text(
        "位置从 0 开始按字符计，end 不含在内；请更正这一行，或选择跳过有问题的实体。",
        "Positions count characters from 0, the end not included; correct the row, or choose to skip bad entities.",
    ),
)
UNTAGGED_LINE = ErrorKind(
    "entities.untagged_line",
    text("文件 {file} 第 {row} 行没有标签：{line}", "Line {row} of {file} has no tag: {line}"),
    text(
        "每行一个字（或词）和它的标签，句子之间空一行。",
        "One token and its tag a line, a blank line between sentences.",
    ),
)
NO_ENTITIES = ErrorKind(
    "entities.none",
    text("训练数据里一个实体也没有。", "The training rows hold no entity at all."),
    text("请确认选对了实体列，或先标注一些实体。", "Check the entity column, or label some entities first."),
)
TOO_MANY_TYPES = ErrorKind(
    "entities.too_many_types",
    text("实体类型有 {count} 种，太多了。", "There are {count} types of entities, which is too many."),
    text(
        "上限是 {limit}；请确认 label 里是类型而不是实体本身。",
        "The limit is {limit}; the label must hold types, not the entities themselves.",
    ),
)
NO_LABEL_LISTS = ErrorKind(
    "tags.none",
    text("训练数据里没有任何标签。", "No training row has a label."),
    text("请确认选对了多标签列和分隔符。", "Check the label list column and its separator."),
)
NO_KEYWORDS = ErrorKind(
    "keywords.none",
    text("没有一行给出了关键词。", "No row has keywords."),
    text("请在“列映射”中指定关键词列。", "Choose the keyword column in Map columns."),
)
KEYWORDS_ABSENT = ErrorKind(
    "keywords.not_in_texts",
    text(
        "人工关键词几乎都不在文本里出现，无法学会抽取。",
        "Hardly any given keyword occurs in its text, so extraction cannot be learned.",
    ),
    text(
        "片段识别只能给出原文中的词；这样的关键词请用“候选排序”，或用多标签分类。",
        "Spans can only be words of the text; use the method Ranking for such keywords, or multi-label classification.",
    ),
)
TOO_FEW_KEYWORD_ROWS = ErrorKind(
    "keywords.too_few_rows",
    text("只有一行给出了关键词，无法学习。", "Only one row has keywords, which is too few to learn from."),
    text(
        "请再标注一些文本（几百条起效果明显），或用“关键词提取”，它不需要标注。",
        "Give keywords to more texts (a few hundred make a difference), or use Keywords, which needs none.",
    ),
)
NOTHING_TO_RANK = ErrorKind(
    "keywords.nothing_to_rank",
    text(
        "人工关键词既不在各自的文本里，也不随相似的文本再次出现，没有可学的规律。",
        "The given keywords neither stand in their texts nor come again with similar texts: there is nothing to learn.",
    ),
    text(
        "请确认选对了文本列和关键词列，或标注更多文本。",
        "Check the columns of texts and keywords, or give keywords to more texts.",
    ),
)
OTHER_LABELS = ErrorKind(
    "tags.other_labels",
    text("这些模型学的标签不同：{labels}。", "These models have learned other labels: {labels}."),
    text(
        "请用同样的训练数据、同样的“最少行数”和层级分隔符训练它们。",
        "Train them on the same rows, with the same least rows a label and the same separator of levels.",
    ),
)
OTHER_ANSWER = ErrorKind(
    "model.other_answer",
    text("这个模型（{task}）给出的不是{wanted}。", "This model ({task}) does not give {wanted_en}."),
    text("请换用合适的模型或评估组件；服务接口请用 /tag。", "Use a fitting model or evaluation; ask it through /tag."),
)
NOTHING_TO_COMPOSE = ErrorKind(
    "tags.nothing_to_compose",
    text("没有连接任何模型。", "No model is connected."),
    text(
        "请连接类别、多标签、关键词、实体模型中的至少一个。",
        "Connect at least one of category, labels, keywords or entities.",
    ),
)
