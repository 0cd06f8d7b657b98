"""Errors of distillation, augmentation, pruning and quantisation."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

OTHER_LABELS = ErrorKind(
    "compress.other_labels",
    text(
        "老师和学生的类别不同。只有老师有：{teacher}；只有训练数据有：{student}。",
        "Teacher and student have other classes. Only the teacher knows: {teacher}; only the training rows have: {student}.",
    ),
    text(
        "请让两者使用同一套标签：用同一份数据训练老师，或在“列映射”中统一标签。",
        "Give both the same labels: train the teacher on the same data, or unite the labels in Map columns.",
    ),
)
CHANGED_TEACHER = ErrorKind(
    "compress.changed_teacher",
    text(
        "老师模型在打分之后改变了：缓存的分数属于 {cached}，现在的老师是 {now}。",
        "The teacher has changed since it scored the rows: the kept scores belong to {cached}, the teacher is now {now}.",
    ),
    text("请重新运行这个节点（不使用缓存）。", "Run this node again, ignoring the cache."),
)
SCORES_MISSING = ErrorKind(
    "compress.scores_missing",
    text("有 {count} 行训练文本没有老师的分数。", "The teacher has not scored {count} of the training texts."),
    text("请重新运行这个节点，让老师给全部文本打分。", "Run this node again, so that the teacher scores every text."),
)
OTHER_PAIRS = ErrorKind(
    "compress.other_pairs",
    text("老师判断的是{teacher}，训练数据却是{student}。", "The teacher judges {teacher}, but the rows are {student}."),
    text("请选用同一种任务的老师和数据。", "Choose teacher and rows of the same kind."),
)
OTHER_METRIC = ErrorKind(
    "compress.other_metric",
    text("这种任务没有指标“{metric}”。", "This task has no figure '{metric}'."),
    text("可选：{known}；或选“自动”。", "Choose one of {known}, or auto."),
)
SEVERAL_TAGGERS = ErrorKind(
    "compress.several_taggers",
    text("实体识别目前只能由一个老师来教。", "Entity recognition can be taught by one teacher alone."),
    text("请改用“蒸馏”，只连接一个老师。", "Use Distil with a single teacher."),
)
NO_HIDDEN_STATES = ErrorKind(
    "compress.no_hidden_states",
    text(
        "这种老师（{task}）没有可以对齐的隐藏层。",
        "A teacher of this kind ({task}) has no hidden states to learn from.",
    ),
    text(
        "请把隐藏层权重和注意力权重设为 0，只学习分数；或选用微调的文本分类模型作老师。",
        "Set the weights of hidden states and attention to 0 to learn from scores alone, or take a fine-tuned classifier.",
    ),
)
OTHER_VOCABULARY = ErrorKind(
    "compress.other_vocabulary",
    text(
        "老师和学生的词表不同，注意力无法逐词元对齐。",
        "Teacher and student have different vocabularies, so attention cannot be compared token by token.",
    ),
    text(
        "请把注意力权重设为 0；隐藏层可以按字符位置对齐。",
        "Set the weight of attention to 0; hidden states can be aligned by character positions.",
    ),
)
OTHER_WINDOWS = ErrorKind(
    "compress.other_windows",
    text(
        "实体识别只有在词表相同、学生的最大长度不超过老师时才能学习隐藏层：否则两者把文本切成的窗口不同。",
        "Entity recognition learns from hidden states only with one vocabulary and a student that reads no longer windows than "
        "its teacher: else the two cut texts differently.",
    ),
    text(
        "请把隐藏层权重设为 0，只学习标签的概率；或选用词表相同的学生编码器。",
        "Set the weight of hidden states to 0 to learn from the tags alone, or choose a student with the same vocabulary.",
    ),
)
UNSUPPORTED = ErrorKind(
    "compress.unsupported_model",
    text("这种模型（{kind}）不能这样压缩。", "A model of this kind ({kind}) cannot be compressed this way."),
    text("支持：{supported}。", "Supported: {supported}."),
)
NO_DOMAIN = ErrorKind(
    "compress.no_domain",
    text("表中没有领域列“{column}”。", "The table has no column '{column}' that names the domain."),
    text("现有的列：{columns}。", "The columns are: {columns}."),
)
ONE_DOMAIN = ErrorKind(
    "compress.one_domain",
    text("只有一个领域：{domain}", "There is one domain only: {domain}."),
    text("元蒸馏需要至少两个领域的数据。", "Meta-distillation needs rows of at least two domains."),
)
NOTHING_LEFT = ErrorKind(
    "compress.nothing_left",
    text(
        "剪得太多：{what} 至少要留 {least}，而设置只留 {left}。",
        "Too much is cut: {what} keeps {left}, at least {least} must stay.",
    ),
    text("请调大保留比例。", "Keep a larger share."),
)
QUANTISED_WRONG = ErrorKind(
    "compress.parity_failed",
    text(
        "量化后的模型与原模型差别太大：标签一致率 {agreement}，要求 {wanted}。",
        "The quantised model differs too much: labels agree on {agreement} of the rows, {wanted} was asked for.",
    ),
    text(
        "请改用 fp16，或降低要求的一致率，或用更多行校准。",
        "Choose fp16, ask for less agreement, or calibrate on more rows.",
    ),
)
NO_CALIBRATION_ROWS = ErrorKind(
    "compress.no_calibration_rows",
    text("静态量化需要一些真实文本来校准。", "Static quantisation needs real texts to calibrate on."),
    text("请把训练集或开发集连到“校准用的表”。", "Connect training or dev rows to 'Rows for calibration'."),
)
NOTHING_TO_AUGMENT = ErrorKind(
    "augment.no_text",
    text("没有可以改写的文本。", "There is no text to rewrite."),
    text("请检查文本列。", "Check the text column."),
)
