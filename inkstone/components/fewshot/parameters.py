"""Parameters and ports that the few-shot components share."""

from typing import Literal

from inkstone.components.nlp.parameters import training_precision, training_seed
from inkstone.components.spec import Params, Port, PortType, among, between, param
from inkstone.components.texts import text

DEFAULT_ENCODER = "inkstone-zh-tiny"

TRAIN = Port(name="train", type=PortType.TABLE, title=text("训练集", "Train"))
DEV = Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True)
UNLABELLED = Port(name="unlabelled", type=PortType.TABLE, title=text("未标注文本", "Unlabelled texts"))
MODEL = Port(name="model", type=PortType.MODEL, title=text("模型", "Model"))
METRICS = Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics"))
REPORT = Port(name="report", type=PortType.REPORT, title=text("报告", "Report"))


class FewShotParams(Params):
    """What every few-shot method lets a user choose."""

    encoder: str = param(
        DEFAULT_ENCODER,
        kind="encoder",
        impact=3,
        common=True,
        min_length=1,
        max_length=500,
        title=text("编码器", "Encoder"),
        help=text(
            "预训练编码器，小样本的效果主要取决于它。填空类方法需要带掩码语言模型输出层的编码器。",
            "The pre-trained encoder; with few examples it decides most. Methods that fill a blank need a masked-language-model head.",
        ),
    )
    epochs: float | None = param(
        None,
        gt=0,
        le=1000,
        search=between(5, 40),
        impact=2,
        unit=text("轮", "epochs"),
        title=text("训练轮数", "Epochs"),
        help=text(
            "训练数据过几遍；留空约为 200 步。",
            "Passes over the training rows; empty gives about 200 steps.",
        ),
    )
    learning_rate: float | None = param(
        None,
        gt=0,
        le=1,
        search=between(1e-5, 1e-3, log=True, chosen=True),
        impact=2,
        title=text("学习率", "Learning rate"),
        help=text(
            "每一步改变权重的幅度；留空按方法和编码器的宽度选取。",
            "How far a step moves the weights; empty takes what suits the method and the encoder's width.",
        ),
    )
    batch_size: int | None = param(
        None,
        ge=2,
        le=1024,
        search=among(8, 16, 32, chosen=True),
        impact=1,
        unit=text("行", "rows"),
        title=text("批大小", "Batch size"),
        help=text("每一步的行数；留空取 8 或 16。", "Rows of a step; empty takes 8 or 16."),
    )
    max_length: int | None = param(
        None,
        ge=8,
        le=8192,
        impact=2,
        unit=text("词元", "tokens"),
        title=text("最大长度", "Maximum length"),
        help=text(
            "模板和文本合计读多少个词元，超出时截短文本、保留模板；留空取 128。",
            "Tokens of pattern and text together; longer texts are cut, the pattern never; empty takes 128.",
        ),
    )
    folds: int = param(
        4,
        ge=0,
        le=20,
        impact=1,
        common=True,
        unit=text("折", "folds"),
        title=text("交叉验证折数", "Cross-validation folds"),
        help=text(
            "没有开发集时，用训练行内部的交叉验证估计效果；0 或 1 不做，更快但没有指标。",
            "Without dev rows the quality is estimated by cross-validation inside the training rows; 0 or 1 skips it: faster, no figures.",
        ),
    )
    repeats: int = param(
        1,
        ge=1,
        le=20,
        impact=1,
        title=text("重复次数", "Repeats"),
        help=text(
            "换随机种子重做几次交叉验证；数据越少波动越大，重复越有用。",
            "How often cross-validation is repeated with another seed; the less data, the more the figures vary.",
        ),
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = training_precision()
    seed: int | None = training_seed()


PATTERNS = param(
    "",
    kind="multiline",
    impact=3,
    common=True,
    max_length=20_000,
    title=text("模板", "Patterns"),
    help=text(
        "每行一个模板：{text} 是文本，{text_pair} 是第二段文本，{label} 是标签词的位置。多个模板一起学习、取平均。留空自动选择。",
        "One pattern a line: {text} is the text, {text_pair} the second text, {label} the place of the label word. "
        "Several are learned together and averaged. Empty chooses some.",
    ),
)
LABEL_WORDS = param(
    "",
    kind="multiline",
    impact=3,
    common=True,
    max_length=200_000,
    title=text("标签词", "Label words"),
    help=text(
        "每行一个类别，写作“类别 = 词1, 词2”；留空由类别名称得出。",
        "A line a class, written 'class = word, word'; empty takes them from the class names.",
    ),
)


class PromptParams(FewShotParams):
    """What every method with patterns and label words lets a user choose."""

    patterns: str = PATTERNS
    label_words: str = LABEL_WORDS
