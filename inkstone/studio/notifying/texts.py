"""The words of notices and webhooks."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: dict[str, Text] = {
    "notices": text("通知", "Notices"),
    "none": text("没有通知。运行结束、模型升级或服务异常时会出现在这里。", "No notices. Ended runs, promotions and unhealthy deployments appear here."),
    "all_read": text("全部标为已读", "Mark all as read"),
    "open": text("打开", "Open"),
    "webhooks": text("Webhook", "Webhooks"),
    "webhooks_help": text(
        "事件发生时向你的系统发送签名的 HTTP 消息。内部地址默认拒绝，由管理员用 INKSTONE_WEBHOOK_NETWORKS 放行。",
        "Sends signed HTTP messages to your systems. Internal addresses are refused unless an administrator allows them by INKSTONE_WEBHOOK_NETWORKS.",
    ),
    "no_webhooks": text("还没有 webhook。", "No webhooks yet."),
    "url": text("地址", "Address"),
    "name": text("名称", "Name"),
    "events": text("事件", "Events"),
    "team": text("所有人的事件（管理员）", "Everybody's events (administrators)"),
    "team_mark": text("团队", "team"),
    "off_mark": text("已停用", "off"),
    "add": text("添加 webhook", "Add a webhook"),
    "secret": text(
        "签名密钥，只显示这一次。对方用它核对 X-Inkstone-Signature：",
        "The signing secret, shown this once. The receiver checks X-Inkstone-Signature with it:",
    ),
    "test": text("发送测试", "Send a test"),
    "test_ok": text("已送达（HTTP {status}）。", "Delivered (HTTP {status})."),
    "renew": text("换新密钥", "New secret"),
    "switch_off": text("停用", "Switch off"),
    "switch_on": text("启用", "Switch on"),
    "remove": text("删除", "Remove"),
    "log": text("发送记录", "Log"),
    "no_log": text("还没有发送过。", "Nothing was sent yet."),
    "again": text("再发最近一条失败的", "Send the last failed one again"),
    "event": text("事件", "Event"),
    "state": text("状态", "State"),
    "tries": text("次数", "Tries"),
    "when": text("时间", "When"),
    "problem": text("问题", "Problem"),
    "waiting": text("等待重试", "waiting"),
    "delivered": text("已送达", "delivered"),
    "failed": text("已放弃", "given up"),
    "run.succeeded": text("运行完成", "Run finished"),
    "run.failed": text("运行失败", "Run failed"),
    "run.stopped": text("运行已停止", "Run stopped"),
    "model.promoted": text("模型升为生产版本", "Model promoted"),
    "deployment.unhealthy": text("服务异常", "Deployment unhealthy"),
    "test_event": text("测试", "Test"),
}  # fmt: skip


def n(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)


def event_name(event: str) -> str:
    """Return an event in the visitor's language."""
    return n("test_event") if event == "test" else n(event)
