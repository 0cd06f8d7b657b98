"""What can go wrong while a model answers."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BUSY = ErrorKind(
    "serving.busy",
    text("模型正忙：已有 {waiting} 条文本在排队。", "The model is busy: {waiting} texts are waiting."),
    text("请过 {seconds} 秒再试，或每次少发一些。", "Try again in {seconds} seconds, or send fewer at a time."),
    status=429,
)
CLOSED = ErrorKind(
    "serving.closed",
    text("这个模型版本已停止服务。", "This model version no longer answers."),
    text("请重新发送请求。", "Send the request again."),
    status=503,
)
FAILED = ErrorKind(
    "serving.failed",
    text("模型没有算出结果（{kind}）。", "The model gave no result ({kind})."),
    text("请缩短文本后再试；详情见服务日志。", "Try shorter texts; the log of the service has the details."),
    status=500,
)
UNKNOWN = ErrorKind(
    "deployment.unknown",
    text("没有名为“{name}”的服务。", "There is no deployment called '{name}'."),
    text("请在“服务”页查看，或运行：inkstone deployments。", "See the page Deployments, or run: inkstone deployments."),
    status=404,
)
STOPPED = ErrorKind(
    "deployment.stopped",
    text("服务“{name}”已停止。", "The deployment '{name}' is stopped."),
    text("请在“服务”页启动它，或运行：inkstone deployments {name} --start。", "Start it on the page Deployments, or run: inkstone deployments {name} --start."),
    status=503,
)  # fmt: skip
