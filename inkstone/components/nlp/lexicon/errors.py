"""What can be wrong with a word list."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

EMPTY_LEXICON = ErrorKind(
    "lexicon.empty",
    text("词库里没有词。", "The word list holds no word."),
    text(
        "请导入每行一个词的 TXT，或有 word 列的 CSV。",
        "Import a TXT with one word a line, or a CSV with a column word.",
    ),
)
NOT_A_LEXICON = ErrorKind(
    "lexicon.damaged",
    text("这不是完整的词库：{folder}", "This is no complete word list: {folder}"),
    text("请重新导入词库。", "Import the word list again."),
)
BAD_SEVERITY = ErrorKind(
    "lexicon.bad_severity",
    text("第 {row} 行的级别“{severity}”不可用。", "Line {row} has the severity {severity}, which does not exist."),
    text(
        "级别只能是 block（拦截）、review（复审）、note（仅提示）或 allow（白名单）。",
        "A severity is block, review, note or allow.",
    ),
)
LONG_WORD = ErrorKind(
    "lexicon.long_word",
    text("第 {row} 行的词超过 {limit} 个字符。", "The word in line {row} has more than {limit} characters."),
    text("词库的每行是一个词，不是整段文本。", "A line of a word list is a word, not a whole text."),
)
TOO_MANY_WORDS = ErrorKind(
    "lexicon.too_many_words",
    text("词库超过 {limit} 个词。", "The word list has more than {limit} words."),
    text("请拆成几个词库。", "Split it into several word lists."),
)
UNREADABLE = ErrorKind(
    "lexicon.unreadable",
    text("读不出这个词库文件：{name}", "This word list cannot be read: {name}"),
    text("请用 UTF-8 或 GB18030 编码的 TXT 或 CSV。", "Use a TXT or CSV in UTF-8 or GB18030."),
)
