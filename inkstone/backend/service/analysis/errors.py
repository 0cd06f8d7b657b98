"""What can go wrong when a model is looked into."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

NO_DEV_ROWS = ErrorKind(
    "thresholds.no_dev_rows",
    text(
        "找不到“{model}”的开发集：训练它的运行没有开发集，或已被删除。",
        "The dev rows of {model} are not there: its run had none, or it was deleted.",
    ),
    text(
        "请另选一个带标签的数据集版本；其中的行不能是训练或测试用过的。",
        "Choose a labelled dataset version instead; its rows must be neither those trained on nor those tested on.",
    ),
)
OTHER_CLASSES = ErrorKind(
    "thresholds.other_classes",
    text("“{data}”里没有一行属于模型的类别：{labels}", "No row of {data} is of a class of the model: {labels}"),
    text("请选择标签与模型一致的数据。", "Choose data labelled with the classes of the model."),
)
NOT_A_CLASSIFIER = ErrorKind(
    "thresholds.not_a_classifier",
    text("“{model}”（{task}）不是给单条文本分类的模型。", "{model} ({task}) does not give classes to single texts."),
    text("请选择文本分类模型。", "Choose a model of text classification."),
)
BAD_THRESHOLD = ErrorKind(
    "thresholds.bad_threshold",
    text("类别“{label}”的阈值 {value} 不可用。", "The threshold {value} of class {label} cannot be used."),
    text(
        "请用 0 到 1 之间的数；复审阈值不能高于拦截阈值。类别有：{labels}",
        "Use numbers from 0 to 1, review not above block. The classes are: {labels}",
    ),
)
NOTHING_SELECTED = ErrorKind(
    "analysis.nothing_selected",
    text("没有符合条件的行，没有可保存的内容。", "No row fits, so there is nothing to save."),
    text("请放宽筛选条件。", "Widen the filter."),
)
