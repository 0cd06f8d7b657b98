"""What can go wrong with a run, in words that say what to do."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

UNKNOWN_RUN = ErrorKind(
    "runs.unknown",
    text("没有运行 {run}。", "There is no run {run}."),
    text("请在“运行”页查看编号。", "Look its id up on the Runs page."),
    status=404,
)
NOT_RESUMABLE = ErrorKind(
    "runs.not_resumable",
    text("运行 {run} 的状态是 {state}，不能继续。", "Run {run} is {state} and cannot be resumed."),
    text(
        "只有失败、已停止或丢失的运行可以继续；其他的请重新运行。",
        "Failed, cancelled and lost runs can; start the others again.",
    ),
    status=409,
)
NOT_STOPPABLE = ErrorKind(
    "runs.not_stoppable",
    text("运行 {run} 已经结束（{state}）。", "Run {run} has ended already ({state})."),
    text("无需停止。", "There is nothing to stop."),
    status=409,
)
NOTHING_TO_CONTINUE = ErrorKind(
    "runs.nothing_to_continue",
    text("运行 {run} 中没有可以接着训练的节点。", "Run {run} has no training that could go on."),
    text("请先完整地训练一次，或增大训练轮数后重新运行。", "Train once to the end, or raise the epochs and run again."),
    status=409,
)
RUN_KILLED = ErrorKind(
    "runs.killed",
    text("运行进程被系统信号 {signal} 结束。", "The run process was ended by signal {signal}."),
    text(
        "常见原因是内存不足。可减小批大小或关闭其他程序，然后点“继续”；已完成的节点不会丢失。",
        "Often the memory ran out. Use a smaller batch or close other programs, then resume; no finished node is lost.",
    ),
    status=500,
)
RUN_ENDED = ErrorKind(
    "runs.ended",
    text("运行进程意外结束（退出码 {code}）：{line}", "The run process ended unexpectedly (exit code {code}): {line}"),
    text(
        "请查看运行日志，然后点“继续”；已完成的节点不会丢失。",
        "See the log of the run, then resume; no finished node is lost.",
    ),
    status=500,
)
RUN_LOST = ErrorKind(
    "runs.lost",
    text("运行进程已不存在。日志最后一行：{line}", "The run process is gone. The last line of its log: {line}"),
    text(
        "可能是机器重启或内存不足。请点“继续”；已完成的节点不会丢失。",
        "Perhaps the machine restarted or the memory ran out. Resume; no finished node is lost.",
    ),
    status=500,
)
NODE_TIMEOUT = ErrorKind(
    "runs.node_timeout",
    text("节点 {node} 超过了 {minutes} 分钟的时限。", "Node {node} took longer than its limit of {minutes} minutes."),
    text(
        "请在“资源”中提高时限，或减少数据、训练轮数。", "Raise the limit under Resources, or use fewer rows or epochs."
    ),
    status=500,
)
OUT_OF_MEMORY = ErrorKind(
    "runs.out_of_memory",
    text("节点 {node} 的内存不足。", "Node {node} ran out of memory."),
    text(
        "请减小批大小或最大长度，或换用更小的编码器，然后点“继续”。",
        "Use a smaller batch, a shorter maximum length or a smaller encoder, then resume.",
    ),
    status=500,
)
BAD_DATA = ErrorKind(
    "runs.bad_data",
    text("节点 {node} 读不了它的数据：{summary}", "Node {node} cannot read its data: {summary}."),
    text(
        "请在“数据”页用数据体检找出并修复坏行，或重新上传文件，然后重新运行。",
        "Find and mend the bad rows with the data doctor on the Data page, or upload the file again, then run again.",
    ),
)
WORKER_LOST = ErrorKind(
    "runs.worker_lost",
    text("运行节点 {node} 的工作进程意外消失。", "The worker process of node {node} disappeared."),
    text(
        "常见原因是内存不足或机器重启。请点“继续”：训练会从最近的检查点接着进行。",
        "Often the memory ran out or the machine restarted. Resume: training goes on from its last checkpoint.",
    ),
    status=500,
)
BAD_OUTPUT = ErrorKind(
    "runs.bad_output",
    text(
        "组件 {component} 没有正确给出输出“{at}”。",
        "The component {component} did not give its output '{at}' as it should.",
    ),
    text("这是组件的错误，请告知它的作者。", "This is a fault of the component; tell its author."),
    status=500,
)
ABSENT_INPUT = ErrorKind(
    "runs.absent_input",
    text(
        "节点 {node} 的必需输入“{at}”是空的：上游没有给出它。",
        "Node {node} needs the input '{at}', and the node before it gave none.",
    ),
    text("请检查上游节点是否连接了对应的数据。", "Check that the node before it is connected to the data it needs."),
)
RAY_UNREACHABLE = ErrorKind(
    "runs.ray_unreachable",
    text("无法启动或连接 Ray：{problem}", "Ray cannot be started or reached: {problem}."),
    text(
        "请检查 INKSTONE_RAY_ADDRESS，或改用本地执行器（executor=local）。",
        "Check INKSTONE_RAY_ADDRESS, or use the local executor.",
    ),
    status=503,
)
SUPERVISOR_RUNS = ErrorKind(
    "system.supervisor_runs",
    text(
        "这个 INKSTONE_HOME 已有一个 supervisor 在运行（进程 {pid}）。",
        "A supervisor already runs on this INKSTONE_HOME (process {pid}).",
    ),
    text("请使用它，或先停止它。", "Use that one, or stop it first."),
    status=409,
)

UPSTREAM_FAILED = text("上游节点 {node} 没有完成", "The node {node} before it did not finish")
DISABLED = text("节点已停用", "The node is disabled")
NOT_IN_PLAN = text("不在本次运行的范围内", "Not part of this run")
PROBLEMS = text("流程中有错误，没有运行", "The pipeline has problems; nothing was run")
STOPPED = text("运行已停止", "The run was stopped")
STOPPING = text("正在停止……", "Stopping ...")
RETRYING = text("工作进程消失，正在重试（第 {attempt} 次）", "The worker process disappeared; trying again ({attempt})")
EXECUTOR_STARTS = text("正在启动执行环境……", "Starting the execution environment ...")
