"""What can go wrong when webhooks are set up."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_EVENT = ErrorKind(
    "webhooks.bad_event",
    text("没有名为“{event}”的事件。", "There is no event '{event}'."),
    text("请至少选一个：{events}。", "Choose one or more of: {events}."),
)
NO_SUCH_WEBHOOK = ErrorKind(
    "webhooks.unknown",
    text("没有 webhook {webhook}。", "There is no webhook {webhook}."),
    text("请查看 webhook 列表。", "See the list of webhooks."),
    status=404,
)
NO_SUCH_DELIVERY = ErrorKind(
    "webhooks.no_such_delivery",
    text("没有发送记录 {delivery}。", "There is no delivery {delivery}."),
    text("记录保留三十天；请查看发送记录。", "They are kept for thirty days; see the log of the webhook."),
    status=404,
)
TOO_MANY_WEBHOOKS = ErrorKind(
    "webhooks.too_many",
    text("每人最多 {limit} 个 webhook。", "One person may have at most {limit} webhooks."),
    text("请先删除不用的。", "Remove one first."),
    status=409,
)
