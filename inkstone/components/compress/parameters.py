"""Ports and parameters that the components with a teacher share."""

from typing import Literal

from inkstone.components.nlp.figures import FIGURES
from inkstone.components.nlp.parameters import training_precision, training_seed
from inkstone.components.spec import Params, Port, PortType, param
from inkstone.components.texts import text

TRAIN = Port(name="train", type=PortType.TABLE, title=text("训练集", "Train"))
DEV = Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True)
UNLABELLED = Port(name="unlabelled", type=PortType.TABLE, title=text("未标注文本", "Unlabelled texts"), optional=True)
TEACHER = Port(name="teacher", type=PortType.MODEL, title=text("老师模型", "Teacher"))
MODEL = Port(name="model", type=PortType.MODEL, title=text("模型", "Model"))
METRICS = Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics"))
REPORT = Port(name="report", type=PortType.REPORT, title=text("报告", "Report"))


class TrainingParams(Params):
    """How long and how fast a student learns; empty fields take what suits its encoder."""

    epochs: float | None = param(
        None,
        gt=0,
        le=1000,
        impact=3,
        common=True,
        unit=text("轮", "epochs"),
        title=text("训练轮数", "Epochs"),
        help=text(
            "训练数据过几遍；留空则采用适合学生编码器的值。蒸馏往往比普通微调需要更多轮。",
            "Passes over the rows; empty takes what suits the student. Distillation often gains from more than fine-tuning.",
        ),
    )
    learning_rate: float | None = param(
        None,
        gt=0,
        le=1,
        impact=3,
        title=text("学习率", "Learning rate"),
        help=text("留空则采用适合学生编码器的值。", "Empty takes what suits the student's encoder."),
    )
    batch_size: int | None = param(
        None,
        ge=1,
        le=8192,
        impact=2,
        unit=text("行", "rows"),
        title=text("批大小", "Batch size"),
        help=text("每次更新权重所用的行数；留空则自动。", "Rows of one update; empty chooses."),
    )
    metric: Literal["auto", "macro_f1", "accuracy", "weighted_f1", "micro_f1", "loss"] = param(
        "auto",
        kind="metric",
        impact=1,
        title=text("选优指标", "Metric of the best model"),
        help=text(
            "按开发集上的这个指标保留最好的一轮；自动：分类用准确率，多标签和实体识别用微平均 F1。",
            "The best checkpoint is chosen by this figure on the dev rows; auto takes accuracy for classes, micro F1 for labels "
            "and entities.",
        ),
        choices={"auto": text("自动", "Auto"), **FIGURES},
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = training_precision(text("训练精度", "Precision of training"))
    seed: int | None = training_seed()


class SoftLabelParams(TrainingParams):
    """How much the teacher's scores count."""

    alpha: float = param(
        0.8,
        ge=0,
        le=1,
        impact=3,
        common=True,
        title=text("软标签比重 α", "Share of soft labels α"),
        help=text(
            "损失中老师分数所占的比重，其余是人工标签；0 就是普通微调。",
            "Share of the teacher's scores in the loss, the rest being the hard labels'; 0 is plain fine-tuning.",
        ),
    )
    temperature: float = param(
        2.0,
        ge=0.1,
        le=100,
        impact=2,
        common=True,
        title=text("温度 T", "Temperature T"),
        help=text(
            "越高，老师对各类别的分数越平缓，学生学到的类别间关系越多；损失按 T² 放大以保持比例。",
            "Higher makes the teacher's scores flatter, so that more is learned about how classes relate; scaled by T².",
        ),
    )


class StudentParams(SoftLabelParams):
    """What the student is."""

    start: Literal["encoder", "teacher"] = param(
        "encoder",
        impact=3,
        common=True,
        title=text("学生从哪里起步", "The student starts from"),
        help=text(
            "一个（更小的）编码器，或老师自己的一部分层。",
            "A (smaller) encoder, or some of the teacher's own layers.",
        ),
        choices={"encoder": text("编码器", "An encoder"), "teacher": text("老师的部分层", "Layers of the teacher")},
    )
    encoder: str = param(
        "inkstone-zh-tiny",
        kind="encoder",
        impact=3,
        common=True,
        min_length=1,
        max_length=500,
        title=text("学生编码器", "Student encoder"),
        help=text(
            "大小、结构、词表都可以与老师不同；scratch 从你的文本学一个新词表。",
            "Its size, shape and vocabulary may differ from the teacher's; scratch learns a vocabulary from your texts.",
        ),
    )
    layers: int | None = param(
        None,
        ge=1,
        le=100,
        impact=2,
        unit=text("层", "layers"),
        title=text("保留层数", "Layers kept"),
        help=text(
            "只保留起步模型中均匀分布的这么多层；留空：编码器保留全部，老师保留一半。",
            "Keeps so many layers, evenly spread; empty keeps all of an encoder, half of a teacher.",
        ),
    )
    max_length: int | None = param(
        None,
        ge=4,
        le=8192,
        impact=2,
        unit=text("词元", "tokens"),
        title=text("最大长度", "Maximum length"),
        help=text("每条文本读多少个词元；留空则自动。", "Tokens read of each text; empty chooses."),
    )
