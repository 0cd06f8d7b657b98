"""What can go wrong with webhooks."""

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_URL = ErrorKind(
    "webhooks.bad_url",
    text("这个地址不能用作 webhook：{zh}", "This address cannot be a webhook: {en}."),
    text(
        "请写 http:// 或 https:// 开头、不含用户名和密码的地址。",
        "Give an address that begins with http:// or https:// and holds no user name or password.",
    ),
)
PRIVATE_ADDRESS = ErrorKind(
    "webhooks.private_address",
    text(
        "{host} 指向内部地址（{address}），已拒绝。",
        "{host} leads to an internal address ({address}), which is refused.",
    ),
    text(
        "若确有需要，请管理员在 INKSTONE_WEBHOOK_NETWORKS 中写明允许的网段，例如 10.1.0.0/16。",
        "If that is meant, an administrator allows the network by INKSTONE_WEBHOOK_NETWORKS, such as 10.1.0.0/16.",
    ),
)
NO_ADDRESS = ErrorKind(
    "webhooks.no_address",
    text("找不到主机 {host}。", "The host {host} is not known."),
    text("请检查地址的写法和网络。", "Check how it is written, and the network."),
    status=502,
)
NOT_REACHED = ErrorKind(
    "webhooks.not_reached",
    text("没有送到：{reason}", "It was not delivered: {reason}."),
    text("请检查对方的服务；会自动重试。", "Check the receiver; it is tried again by itself."),
    status=502,
)
NOT_TAKEN = ErrorKind(
    "webhooks.not_taken",
    text("对方回答 HTTP {status}。", "The receiver answered HTTP {status}."),
    text(
        "请检查对方的服务（不会跟随重定向）；会自动重试。",
        "Check the receiver (redirects are not followed); it is tried again by itself.",
    ),
    status=502,
)
BAD_NETWORKS = ErrorKind(
    "webhooks.bad_networks",
    text("环境变量 INKSTONE_WEBHOOK_NETWORKS 不正确：{value}", "INKSTONE_WEBHOOK_NETWORKS is wrong: {value}."),
    text(
        "请写网段，以逗号分隔，例如 10.1.0.0/16,127.0.0.1/32。",
        "List networks with commas, such as 10.1.0.0/16,127.0.0.1/32.",
    ),
    status=500,
)
