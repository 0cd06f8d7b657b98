"""What can go wrong when runs are searched, tagged, queued, deleted or compared."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_ORDER = ErrorKind(
    "runs.bad_order",
    text("不能按“{order}”排序。", "Runs cannot be sorted by '{order}'."),
    text(
        "可用：created、name、state、seconds、figure:指标名、param:节点.参数；前面加 - 为降序。",
        "Use created, name, state, seconds, figure:NAME or param:NODE.NAME; a leading - sorts downwards.",
    ),
)
BAD_LEVEL = ErrorKind(
    "runs.bad_level",
    text("没有名为“{level}”的日志级别。", "There is no level of the log '{level}'."),
    text("可用：{levels}。", "Use {levels}."),
)
BAD_STATE = ErrorKind(
    "runs.bad_state",
    text("没有名为“{state}”的状态。", "There is no state '{state}'."),
    text("可用：active、{states}。", "Use active, {states}."),
)
BAD_PLACE = ErrorKind(
    "runs.bad_place",
    text("队列中没有位置“{place}”。", "The queue has no place '{place}'."),
    text("可用：first、earlier、later、last。", "Use first, earlier, later or last."),
)
BAD_TAG = ErrorKind(
    "runs.bad_tag",
    text("标签“{tag}”不可用。", "The tag '{tag}' cannot be used."),
    text("请用 1 到 60 个字，不含逗号和换行。", "Use 1 to 60 characters without commas and line breaks."),
)
NOTE_TOO_LONG = ErrorKind(
    "runs.note_too_long",
    text("备注太长（{length} 个字）。", "The note is too long ({length} characters)."),
    text("最多 {limit} 个字。", "At most {limit} characters."),
)
NO_SUCH_VIEW = ErrorKind(
    "runs.no_such_view",
    text("没有名为“{name}”的视图。", "There is no saved view '{name}'."),
    text("请查看已保存的视图。", "See the list of saved views."),
    status=404,
)
NOT_QUEUED = ErrorKind(
    "runs.not_queued",
    text("运行 {run} 不在队列中（{state}）。", "Run {run} does not wait in the queue ({state})."),
    text("只有排队中的运行可以暂停或调整顺序。", "Only queued runs can be held or moved."),
    status=409,
)
NOT_TRASHED = ErrorKind(
    "runs.not_trashed",
    text("运行 {run} 不在回收站中。", "Run {run} is not in the trash."),
    text("请先把它移到回收站。", "Move it to the trash first."),
    status=409,
)
PURGE_WAITS = ErrorKind(
    "runs.purge_waits",
    text(
        "还有运行在进行或排队（{run}），现在不能彻底删除。",
        "A run is under way or queued ({run}); nothing can be purged now.",
    ),
    text(
        "正在进行的运行可能要用到缓存的结果；请等它们结束后再试。",
        "It may be about to use a cached result; try again when all have ended.",
    ),
    status=409,
)

NOTHING_TO_COMPARE = ErrorKind(
    "compare.nothing",
    text("没有选择要比较的运行。", "No runs were given to compare."),
    text("请选择至少两个运行。", "Choose two runs or more."),
)
TOO_MANY_RUNS = ErrorKind(
    "compare.too_many",
    text(
        "一次最多比较 {limit} 个运行（选择了 {runs} 个）。",
        "At most {limit} runs are compared at a time ({runs} were chosen).",
    ),
    text("请用筛选缩小范围。", "Narrow the choice by a filter."),
)
NO_SUCH_EVALUATION = ErrorKind(
    "compare.no_evaluation",
    text("运行 {run} 没有评估结果（节点 {node}）。", "Run {run} has no evaluation (node {node})."),
    text("请选择含评估节点且已完成的运行。", "Choose a run whose evaluation has ended."),
    status=404,
)
BAD_FIGURE = ErrorKind(
    "compare.bad_figure",
    text("不能检验指标“{figure}”。", "The figure '{figure}' cannot be tested."),
    text("可用：{figures}，或 f1/类别名。", "Use {figures}, or f1/CLASS."),
)
BAD_AXIS = ErrorKind(
    "compare.bad_axis",
    text("没有横轴“{axis}”。", "There is no axis '{axis}'."),
    text("可用：step、epoch、time。", "Use step, epoch or time."),
)
NOT_CORRECTABLE = ErrorKind(
    "runs.not_correctable",
    text("运行 {run} 的测试行不是来自一个数据集。", "The test rows of run {run} did not come from one dataset."),
    text("示例数据不能更正；请先把它上传为数据集。", "Sample data cannot be corrected; upload it as a dataset first."),
)
NO_SUCH_TEST_ROW = ErrorKind(
    "runs.no_such_test_row",
    text("测试行中没有第 {row_number} 行。", "There is no row {row_number} among the test rows."),
    text("请查看这次评估的行号。", "Look the numbers up among the rows of this evaluation."),
)
NO_MODEL_THERE = ErrorKind(
    "runs.no_model_there",
    text("评估节点 {node} 没有连接模型。", "No model is connected to the evaluation {node}."),
    text("请选择连接了模型的评估节点。", "Choose an evaluation with a model."),
)
BAD_KIND = ErrorKind(
    "runs.bad_kind",
    text("没有“{kind}”这种行。", "There is no kind of rows '{kind}'."),
    text("可用：{kinds}。", "Use {kinds}."),
)
