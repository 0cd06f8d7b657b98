"""What can go wrong with searches."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

UNKNOWN_SEARCH = ErrorKind(
    "search.unknown",
    text("没有编号为 {search} 的搜索。", "There is no search {search}."),
    text("请查看搜索列表。", "See the list of searches."),
    status=404,
)
BAD_RANGE = ErrorKind(
    "search.bad_range",
    text("看不懂搜索范围“{value}”（{at}）。", "The range '{value}' of {at} cannot be read."),
    text(
        "写成 1e-5..5e-4:log（对数）、2..10，或用逗号列出取值：16,32,64。",
        "Write 1e-5..5e-4:log, 2..10, or values with commas: 16,32,64.",
    ),
)
NOT_SEARCHABLE = ErrorKind(
    "search.not_searchable",
    text("参数 {at} 没有自带的搜索范围。", "The parameter {at} brings no range of its own."),
    text("请给出范围，如 {at}=1..10 或 {at}=甲,乙。", "Give one, such as {at}=1..10 or {at}=A,B."),
)
NOTHING_TO_SEARCH = ErrorKind(
    "search.nothing",
    text("这个流程没有可搜索的训练参数。", "This pipeline has no training parameter to search."),
    text("请用 --param 节点.参数=范围 指定。", "Name one: --param node.parameter=range."),
)
NO_TARGET = ErrorKind(
    "search.no_target",
    text("没有节点在训练时给出“{metric}”。", "No node reports '{metric}' when it trains."),
    text(
        "请选择含训练节点的流程，或用 节点:{metric} 指明节点。",
        "Choose a pipeline with a training node, or name the node: NODE:{metric}.",
    ),
)
NOT_ON_TEST = ErrorKind(
    "search.not_on_test",
    text("不能按测试集指标“{metric}”搜索。", "A search cannot go by the test figure '{metric}'."),
    text(
        "请用开发集指标，如 dev/macro_f1；测试集只给最后的模型打分。",
        "Use a figure of the dev rows, such as dev/macro_f1; the test rows judge the final model alone.",
    ),
)
NO_BUDGET = ErrorKind(
    "search.no_budget",
    text("没有给出试验次数或分钟数。", "Neither a number of trials nor minutes were given."),
    text("请至少给出其中之一。", "Give at least one of them."),
)
BUSY = ErrorKind(
    "search.busy",
    text("另一个搜索正在进行（{search}）。", "Another search is under way ({search})."),
    text("请等它结束，或先停止它。", "Wait until it has ended, or stop it."),
    status=409,
)
NOT_ACTIVE = ErrorKind(
    "search.not_active",
    text("搜索 {search} 已经结束（{state}）。", "Search {search} has ended ({state})."),
    text("只有进行中的搜索可以停止。", "Only a search under way can be stopped."),
    status=409,
)
STILL_ACTIVE = ErrorKind(
    "search.still_active",
    text("搜索 {search} 还在进行（{state}）。", "Search {search} is still under way ({state})."),
    text("请先停止它。", "Stop it first."),
    status=409,
)
NOTHING_LEFT = ErrorKind(
    "search.nothing_left",
    text("搜索 {search} 的预算已用完。", "Search {search} has used its budget up."),
    text("请给出更多试验次数或分钟数。", "Give more trials or more minutes."),
    status=409,
)
NO_WINNER = ErrorKind(
    "search.no_winner",
    text("搜索 {search} 没有一次完整的试验。", "Search {search} has no trial that ended well."),
    text("请继续搜索，或增加时间。", "Let it go on, or give it more time."),
    status=409,
)
NO_SUCH_TRIAL = ErrorKind(
    "search.no_such_trial",
    text("搜索 {search} 没有完成的第 {number} 次试验。", "Search {search} has no trial {number} that ended well."),
    text("请查看试验表。", "See the table of trials."),
    status=404,
)
NO_MODEL_NODE = ErrorKind(
    "search.no_model_node",
    text(
        "这个流程不登记模型，无法把最好的试验变成模型。",
        "This pipeline registers no model, so the best trial cannot become one.",
    ),
    text("请在流程中加入“登记模型”节点。", "Add a node that registers the model."),
)
LOST = ErrorKind(
    "search.lost",
    text("搜索进程意外结束。", "The process of the search ended unexpectedly."),
    text("请继续搜索：已完成的试验不会重做。", "Resume it: trials that have ended are not repeated."),
    status=500,
)
ALL_FAILED = ErrorKind(
    "search.all_failed",
    text(
        "试验接连失败，搜索已停止。最后的原因：{cause_zh}",
        "Trial after trial failed, so the search has ended. The last cause: {cause_en}",
    ),
    text("请按原因修正流程或范围。", "Mend the pipeline or the ranges accordingly."),
)
NO_FIGURE = ErrorKind(
    "search.no_figure",
    text("节点 {node} 没有给出指标“{metric}”。", "The node {node} gave no figure '{metric}'."),
    text("它给出的有：{known}。", "It gives: {known}."),
)
ROLE_UNKNOWN = ErrorKind(
    "search.role_unknown",
    text(
        "不知道哪一列是“{role}”。现有的列：{columns}。",
        "Which column is the {role} is not known. The columns are: {columns}.",
    ),
    text("请指明这一列。", "Name the column."),
)
NO_TIME = ErrorKind(
    "search.no_time",
    text("时间太短，没有一种方法做完。", "The time was too short: no method ended."),
    text("请给更多分钟，然后继续。", "Give more minutes and resume."),
)
RUN_STOPPED = ErrorKind(
    "search.run_stopped",
    text("运行 {run} 没有完成（{state}）。", "Run {run} did not end well ({state})."),
    text("请打开这个运行查看原因。", "Open the run to see why."),
)
TOO_FEW_RUNS = ErrorKind(
    "search.too_few_runs",
    text(
        "参数重要性至少需要 {least} 个有指标的运行，现在有 {runs} 个。",
        "Parameter importance needs at least {least} runs with the figure; there are {runs}.",
    ),
    text("请多做几次试验，或多选几个运行。", "Run more trials, or choose more runs."),
)
