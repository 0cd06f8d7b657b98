"""Errors of few-shot learning."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_PATTERN = ErrorKind(
    "fewshot.bad_pattern",
    text("模板写法有误：{pattern}", "This pattern cannot be read: {pattern}"),
    text(
        "花括号要成对：{{text}} 是文本，{{label}} 是标签词的位置；要写花括号本身，请写两遍。",
        "Braces come in pairs: {{text}} stands for the text, {{label}} for the label word; double a brace to write it.",
    ),
)
NO_SLOT = ErrorKind(
    "fewshot.no_slot",
    text(
        "模板里要有且只有一个标签词的位置，这个模板有 {count} 个：{pattern}",
        "A pattern needs exactly one place for the label word; this one has {count}: {pattern}",
    ),
    text(
        "请在标签词应出现的地方写一次 {{label}}，例如：{{text}} 总之很{{label}}。",
        "Write {{label}} once where the label word belongs, such as: {{text}} It was {{label}}.",
    ),
)
NO_TEXT_COLUMN = ErrorKind(
    "fewshot.no_text",
    text("模板里没有文本列：{pattern}", "The pattern leaves out the text: {pattern}"),
    text("请在文本应出现的地方写 {{text}}。", "Write {{text}} where the text belongs."),
)
UNKNOWN_COLUMN = ErrorKind(
    "fewshot.unknown_column",
    text(
        "模板里的 {{{column}}} 不是可用的列：{pattern}", "{{{column}}} in this pattern is no usable column: {pattern}"
    ),
    text("可以使用：{known}。", "You can use: {known}."),
)
PATTERN_TOO_LONG = ErrorKind(
    "fewshot.pattern_too_long",
    text(
        "模板和标签词要 {needed} 个词元，最大长度只有 {limit}，放不下文本：{pattern}",
        "Pattern and label words take {needed} tokens of a window of {limit}, which leaves no room for the text: {pattern}",
    ),
    text(
        "请缩短模板或标签词，或增大最大长度。", "Shorten the pattern or the label words, or raise the maximum length."
    ),
)
MISSING_WORDS = ErrorKind(
    "fewshot.missing_words",
    text("类别“{label}”没有标签词。", "The class '{label}' has no label word."),
    text("请为每个类别至少写一个标签词。", "Give every class at least one label word."),
)
SAME_WORD = ErrorKind(
    "fewshot.same_word",
    text("“{word}”同时是“{first}”和“{second}”的标签词。", "'{word}' is a label word of both '{first}' and '{second}'."),
    text("请让每个类别的标签词各不相同。", "Give the classes different label words."),
)
UNKNOWN_WORD = ErrorKind(
    "fewshot.unknown_word",
    text(
        "编码器的词表里没有标签词“{word}”（类别“{label}”）。",
        "The encoder's vocabulary lacks the label word '{word}' of class '{label}'.",
    ),
    text("请换一个常用的词，或换一个编码器。", "Choose a more common word, or another encoder."),
)
UNKNOWN_CLASS = ErrorKind(
    "fewshot.unknown_class",
    text("标签词里的“{label}”不是数据里的类别。", "The label words name '{label}', which is no class of the data."),
    text("数据里的类别是：{known}。", "The classes of the data are: {known}."),
)
NO_MASK_HEAD = ErrorKind(
    "fewshot.no_mask_head",
    text(
        "编码器 {encoder} 没有掩码语言模型的输出层，不能填空。",
        "The encoder {encoder} has no masked-language-model head, so it cannot fill in a blank.",
    ),
    text(
        "请换一个用掩码语言模型训练的编码器（如 BERT、RoBERTa），或改用“对比学习”（fewshot.contrastive）。",
        "Choose an encoder trained as a masked language model (such as BERT or RoBERTa), or use fewshot.contrastive.",
    ),
)
CLASS_WITHOUT_EXAMPLES = ErrorKind(
    "fewshot.class_without_examples",
    text("这些类别没有样例：{labels}。", "These classes have no example: {labels}."),
    text(
        "请为每个类别标注至少一条（建议 8 条以上），或改用“零样本”（fewshot.zero_shot）。",
        "Label at least one text of each (8 or more are better), or use fewshot.zero_shot.",
    ),
)
TOO_FEW_ROWS = ErrorKind(
    "fewshot.too_few_rows",
    text(
        "带标签的文本太少：每个类别至少要两条，类别“{label}”只有 {count} 条。",
        "There are too few labelled texts: each class needs two at least, and '{label}' has {count}.",
    ),
    text(
        "请多标注几条，或改用“零样本”（fewshot.zero_shot）。",
        "Label a few more, or use fewshot.zero_shot.",
    ),
)
NO_DEEP_PROMPTS = ErrorKind(
    "fewshot.no_deep_prompts",
    text(
        "{model} 的各层共用权重，不能使用深层提示。",
        "The layers of {model} share their weights, so deep prompts do not apply.",
    ),
    text("请关闭深层提示，或换一个编码器。", "Turn deep prompts off, or choose another encoder."),
)
NO_UNLABELLED = ErrorKind(
    "fewshot.no_unlabelled",
    text("没有可用的未标注文本。", "There is no unlabelled text to learn from."),
    text("请连接一个有文本的未标注数据表。", "Connect a table of unlabelled texts."),
)
NO_METHOD = ErrorKind(
    "compare.no_method",
    text("没有选择任何方法。", "No method is chosen."),
    text("请至少选择一种方法。", "Choose one method at least."),
)
