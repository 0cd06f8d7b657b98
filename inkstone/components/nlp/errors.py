"""Errors of the shared NLP parts."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

MISSING_ROLE = ErrorKind(
    "data.missing_role",
    text("没有指定“{at}”列。现有的列：{columns}。", "No column has the role '{at}'. The columns are: {columns}."),
    text("请在“列映射”中指定这一列。", "Choose that column in Map columns."),
)
NOT_A_MODEL = ErrorKind(
    "model.not_a_model",
    text("这个文件夹不是 Inkstone 模型：{folder}", "This folder holds no Inkstone model: {folder}."),
    text("请选择由 Inkstone 训练并保存的模型。", "Choose a model that Inkstone trained and saved."),
)
TAMPERED = ErrorKind(
    "model.tampered",
    text("模型文件被改动过或不完整：{file}", "A file of the model was changed or is missing: {file}."),
    text("请重新训练，或重新复制原来的模型文件夹。", "Train it again, or copy the original model folder again."),
)
UNSAFE_WEIGHTS = ErrorKind(
    "model.unsafe_weights",
    text(
        "权重文件 {file} 可能含有可执行代码，不能加载。",
        "The weights file {file} can carry executable code and is not loaded.",
    ),
    text(
        "请提供 safetensors 格式的权重（model.safetensors）。",
        "Provide the weights as safetensors (model.safetensors).",
    ),
)
NEWER_MODEL = ErrorKind(
    "model.newer_format",
    text("模型由更新版本的 Inkstone 保存（格式 {format}）。", "A newer Inkstone saved this model (format {format})."),
    text("请升级 Inkstone。", "Upgrade Inkstone."),
)
ENCODER_NOT_FOUND = ErrorKind(
    "encoder.not_found",
    text(
        "找不到编码器 {encoder}，也无法联网下载。",
        "The encoder {encoder} is not on this machine and could not be fetched.",
    ),
    text(
        "请把 Hugging Face 格式的文件夹（config.json、分词器、model.safetensors）放到 {folder}，或选择 scratch。",
        "Put its folder in Hugging Face format (config.json, tokenizer, model.safetensors) at {folder}, or choose scratch.",
    ),
    status=404,
)
BAD_ENCODER = ErrorKind(
    "encoder.bad_folder",
    text("编码器文件夹 {folder} 缺少 {missing}。", "The encoder folder {folder} lacks {missing}."),
    text(
        "文件夹中要有 config.json、分词器文件和 model.safetensors。",
        "It needs config.json, the tokenizer files and model.safetensors.",
    ),
)
NO_ROWS = ErrorKind(
    "train.no_rows",
    text("没有可用的带标签文本。", "There is no labelled text to learn from."),
    text("请检查“列映射”中的文本列和标签列。", "Check the text and label columns in Map columns."),
)
ONE_CLASS = ErrorKind(
    "train.one_class",
    text("训练数据只有一个类别：{label}", "The training rows have one class only: {label}."),
    text("请提供至少两个类别的数据。", "Provide rows of at least two classes."),
)
PAIRS_NEEDED = ErrorKind(
    "predict.pairs_needed",
    text("这个模型判断的是文本对，需要第二段文本。", "This model judges pairs of texts and needs the second text."),
    text("请指定第二段文本（text_pair）。", "Give the second text (text_pair)."),
)
TOO_MANY_CLASSES = ErrorKind(
    "train.too_many_classes",
    text("标签列有 {count} 个不同的值，太多了。", "The label column has {count} different values, which is too many."),
    text(
        "上限是 {limit}。请确认选对了标签列，或合并少见的类别。",
        "The limit is {limit}. Check that it is the right column, or merge rare classes.",
    ),
)
OUT_OF_MEMORY = ErrorKind(
    "train.out_of_memory",
    text("内存或显存不足，每次 {rows} 行也放不下。", "Memory ran out, even with {rows} rows at once."),
    text(
        "请减小最大长度、减小每步的行数，或换更小的编码器。",
        "Lower the maximum length or the micro batch size, or choose a smaller encoder.",
    ),
)
DIVERGED = ErrorKind(
    "train.diverged",
    text("损失变成了无穷或非数，训练已停止。", "The loss became infinite or not a number; training stopped."),
    text("请降低学习率，或把精度设为 fp32。", "Lower the learning rate, or set the precision to fp32."),
)
PARITY_FAILED = ErrorKind(
    "export.parity_failed",
    text(
        "导出的 ONNX 模型与原模型不一致：标签一致率 {agreement}，最大分数差 {difference}。",
        "The exported ONNX model disagrees with the original: labels agree on {agreement}, largest score difference {difference}.",
    ),
    text("请改用 safetensors 格式导出，并报告这个问题。", "Export as safetensors instead, and report this."),
)
NO_NEURAL_MODEL = ErrorKind(
    "export.no_onnx",
    text("这种模型（{task}）不能导出为 ONNX。", "A model of this kind ({task}) cannot be exported as ONNX."),
    text("请改用 safetensors 格式。", "Choose the safetensors format."),
)
NO_STANDALONE = ErrorKind(
    "export.no_standalone",
    text(
        "这个模型（{task}）离开 Inkstone 无法运行：只有用快速分词器、不含“还原伪装文本”的文本分类模型可以。",
        "This model ({task}) cannot run without Inkstone: only text classifiers with a fast tokenizer can, and none that undoes disguises.",
    ),
    text(
        "请改用 safetensors 或 ONNX 格式，并用 inkstone serve 部署。",
        "Choose safetensors or ONNX and serve it by inkstone serve.",
    ),
)
UNPAIRED_METRICS = ErrorKind(
    "deliver.unpaired_metrics",
    text("模型 {model} 没有对应的开发集指标。", "The model {model} has no dev figures."),
    text(
        "请把同一训练节点的“模型”和“指标”都连到“登记模型”。",
        "Connect both the model and the metrics of the same training node to Register model.",
    ),
)
UNKNOWN_METRIC = ErrorKind(
    "train.unknown_metric",
    text("没有名为 {metric} 的指标。", "There is no figure called {metric}."),
    text("可用的指标：{known}。", "The figures are: {known}."),
)
FOREIGN_CHECKPOINT = ErrorKind(
    "train.foreign_checkpoint",
    text("检查点 {folder} 不是本机保存的，或已被改动。", "The checkpoint {folder} was not saved here, or was changed."),
    text("请从头开始训练（不使用缓存）。", "Start the training afresh (ignore the cache)."),
)
PAIRS_UNSUITED = ErrorKind(
    "train.pairs_unsuited",
    text("这个组件只处理单条文本，不处理文本对。", "This component judges single texts, not pairs."),
    text("请改用“文本分类”，或去掉第二文本列。", "Use text classification, or leave the second text column out."),
)
