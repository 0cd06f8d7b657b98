"""Errors of corpora, tokenizers and pre-training."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

EMPTY_CORPUS = ErrorKind(
    "pretrain.empty_corpus",
    text("语料中没有可用的文本：{corpus}", "The corpus holds no usable text: {corpus}."),
    text(
        "请选择每行一段文字的文件，至少几千行。", "Choose files with one passage a line, a few thousand lines at least."
    ),
)
SMALL_CORPUS = ErrorKind(
    "pretrain.small_corpus",
    text(
        "语料太少：只能装满 {rows} 段，每段 {length} 个词元；至少需要 {needed} 段。",
        "The corpus is too small: it fills {rows} sequences of {length} tokens; at least {needed} are needed.",
    ),
    text("请增加语料，或缩短序列长度。", "Add text, or make the sequences shorter."),
)
NOT_UTF8 = ErrorKind(
    "pretrain.not_utf8",
    text("{file} 的第 {line} 行不是 UTF-8 编码。", "Line {line} of {file} is not UTF-8."),
    text("请先把文件转换为 UTF-8。", "Convert the file to UTF-8 first."),
)
BROKEN_FILE = ErrorKind(
    "pretrain.broken_file",
    text("{file} 无法读取：{reason}", "{file} cannot be read: {reason}."),
    text("请检查文件是否完整，内容是否与扩展名相符。", "Check that the file is complete and matches its ending."),
)
UNKNOWN_FORMAT = ErrorKind(
    "pretrain.unknown_format",
    text("不支持的语料格式：{file}", "This corpus format is not supported: {file}."),
    text(
        "支持 .txt .csv .tsv .jsonl .parquet，可再以 xz、gz、bz2、zst 压缩。",
        "Use .txt, .csv, .tsv, .jsonl or .parquet; all but the last may be compressed with xz, gz, bz2 or zst.",
    ),
)
MISSING_FIELD = ErrorKind(
    "pretrain.missing_field",
    text("{file} 的第 {line} 行没有字段 {field}。", "Line {line} of {file} has no field {field}."),
    text("请检查字段名，或换一个字段。", "Check the name of the field, or choose another."),
)
VOCABULARY_TOO_LARGE = ErrorKind(
    "pretrain.vocabulary_too_large",
    text(
        "语料只够学出 {learned} 个词元，少于要求的 {wanted} 个。",
        "The corpus supports a vocabulary of {learned} pieces only, fewer than the {wanted} asked for.",
    ),
    text("请把词表大小设为 {learned} 以下，或增加语料。", "Ask for at most {learned}, or add text."),
)
VOCABULARY_TOO_SMALL = ErrorKind(
    "pretrain.vocabulary_too_small",
    text(
        "词表大小 {wanted} 放不下语料中的 {characters} 个单字。",
        "A vocabulary of {wanted} has no room for the {characters} single characters of the corpus.",
    ),
    text("请增大词表，或减少保留的单字数。", "Make the vocabulary larger, or keep fewer characters."),
)
BROKEN_PACK = ErrorKind(
    "pretrain.broken_pack",
    text("打包的语料不完整：{file}", "The packed corpus is damaged: {file}."),
    text("请重新打包语料。", "Pack the corpus again."),
)
OTHER_TOKENIZER = ErrorKind(
    "pretrain.other_tokenizer",
    text(
        "语料是用另一个分词器打包的，与所选编码器的词表不一致。",
        "The corpus was packed with another tokenizer than that of the chosen encoder.",
    ),
    text("请用该编码器的分词器重新打包。", "Pack it again with the encoder's own tokenizer."),
)
OTHER_CORPUS = ErrorKind(
    "pretrain.other_corpus",
    text(
        "检查点来自另一份语料，不能在这份语料上继续。",
        "The checkpoint was made on another corpus; training cannot resume on this one.",
    ),
    text(
        "请换回原来的语料，或用“继续预训练”从它的权重重新开始。",
        "Use the first corpus, or start anew from its weights.",
    ),
)
OTHER_SETTINGS = ErrorKind(
    "pretrain.other_settings",
    text("检查点的设置不同：{names}。", "The checkpoint was made with other settings: {names}."),
    text("请用相同的设置继续，或换一个文件夹重新开始。", "Resume with the same settings, or start in another folder."),
)
OTHER_ARCHITECTURE = ErrorKind(
    "pretrain.other_architecture",
    text(
        "{architecture} 结构没有掩码语言模型头，或与检查点不符：{reason}",
        "The architecture {architecture} has no masked-language-model head or does not match the checkpoint: {reason}.",
    ),
    text(
        "请选择 BERT、RoBERTa、ALBERT、ELECTRA 等编码器。",
        "Choose an encoder such as BERT, RoBERTa, ALBERT or ELECTRA.",
    ),
)
NO_SOURCE = ErrorKind(
    "pretrain.no_source",
    text("没有连接数据表，也没有选择文本来源。", "No table is connected and no text source is chosen."),
    text("请连接一张有文本列的表，或选择一个数据集。", "Connect a table with a text column, or choose a dataset."),
)
NO_TOKENIZER = ErrorKind(
    "pretrain.no_tokenizer",
    text("没有连接分词器，也没有选择编码器。", "No tokenizer is connected and no encoder is chosen."),
    text(
        "请连接“学习词表”，或选择要继续预训练的编码器。",
        "Connect Learn a vocabulary, or choose the encoder to continue.",
    ),
)
OTHER_TEACHER = ErrorKind(
    "pretrain.other_teacher",
    text(
        "教师编码器的词表与学生的不同。",
        "The teacher has another vocabulary than the encoder that learns from it.",
    ),
    text(
        "请选择用同一个分词器训练的编码器作教师。",
        "Choose a teacher that was trained with the same tokenizer.",
    ),
)
NO_RELATIONS = ErrorKind(
    "pretrain.no_relations",
    text(
        "{architecture} 结构的注意力不能拿来比较。",
        "The attention of the architecture {architecture} cannot be compared.",
    ),
    text(
        "请把“注意力权重”设为 0，只学习教师的猜测；或使用 BERT 结构。",
        "Set the weight of the attention to 0 to learn the teacher's guesses alone, or use encoders in BERT's layout.",
    ),
)
SHORT_TEACHER = ErrorKind(
    "pretrain.short_teacher",
    text("教师只有 {layers} 层，没有第 {wanted} 层。", "The teacher has {layers} layers; there is no layer {wanted}."),
    text("请填写较小的层号，或留空使用最后一层。", "Choose a smaller number, or leave it empty for the last layer."),
)
NO_TEACHER_OF_RTD = ErrorKind(
    "pretrain.no_teacher_of_rtd",
    text("“判断被替换的词”不能与教师一起使用。", "Telling replaced words takes no teacher."),
    text(
        "请把目标改为“猜被遮盖的词”，或去掉教师。",
        "Choose the objective of guessing masked words, or take the teacher away.",
    ),
)
NO_SHARDED_RELATIONS = ErrorKind(
    "pretrain.no_sharded_relations",
    text(
        "分片训练时不能学习教师的注意力。", "The teacher's attention cannot be learned while the weights are sharded."
    ),
    text("请把“注意力权重”设为 0，或关闭分片。", "Set the weight of its attention to 0, or train without sharding."),
)
