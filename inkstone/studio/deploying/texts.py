"""The words of the page of deployments."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: dict[str, Text] = {
    "title": text("服务", "Deployments"),
    "lead": text(
        "让模型版本在固定的名称下应答请求；可换版本、小流量试用、回退，不中断应答。",
        "Model versions answer requests under fixed names; change, try on a share, go back, without a gap.",
    ),
    "nothing": text("还没有服务", "No deployments yet"),
    "nothing_next": text(
        "在“模型”页打开一个模型，点“部署”，它就能通过 REST 应答。",
        "Open a model on the Models page and press Deploy; it then answers over REST.",
    ),
    "to_models": text("去看模型", "See the models"),
    "open": text("打开", "Open"),
    "back": text("全部服务", "All deployments"),
    "deploy": text("部署", "Deploy"),
    "deployed": text("已部署为“{name}”", "Deployed as '{name}'"),
    "see": text("查看服务", "See the deployment"),
    "pick_hint": text("点击一个点，登记或部署那个模型。", "Click a point to register or deploy that model."),
    "pick_gone": text("这个模型的文件已不在。", "The files of this model are gone."),
    "pick_name": text("登记为", "Register as"),
    "pick_register": text("登记", "Register"),
    "pick_deploy": text("登记并部署", "Register and deploy"),
    "pick_registered": text("已登记为 {model}", "Registered as {model}"),
    "drift": text("漂移", "Drift"),
    "drift_help": text(
        "最近的文本和标签与训练数据相比。PSI（总体稳定性指数）低于 0.1 为相近，高于 0.25 为变化很大；在随机波动之内的不算。",
        "Recent texts and labels against the training data. A population stability index below 0.1 is alike, above 0.25 far; what lies within"
        " chance does not count.",
    ),
    "drift_hours": text("时间范围", "Period"),
    "drift_1": text("1 小时", "1 hour"),
    "drift_24": text("24 小时", "24 hours"),
    "drift_168": text("7 天", "7 days"),
    "drift_720": text("30 天", "30 days"),
    "drift_unknown": text(
        "这个模型没有记录训练数据的分布（旧版本的模型，或不含类别的标签模型），无法比较。",
        "This model keeps no record of its training data (models of earlier versions, taggers without a category), so there is no comparison.",
    ),
    "drift_few": text(
        "已有 {texts} 条文本；满 {least} 条后开始比较。", "{texts} texts so far; the comparison starts at {least}."
    ),
    "drift_lengths": text("文本长度（字符，不超过）", "Length of texts (characters, up to)"),
    "drift_labels": text("标签占比", "Share of labels"),
    "drift_before": text("训练", "Training"),
    "drift_after": text("现在", "Now"),
    "drift_longer": text("更长", "longer"),
    "drift_index": text("PSI {index}，随机波动 {noise} 以内", "PSI {index}; chance stays below {noise}"),
    "drift_is_steady": text("与训练时相近", "Like training"),
    "drift_is_some": text("有变化", "Moved"),
    "drift_is_much": text("变化很大", "Moved far"),
    "answering": text("应答中", "Answering"),
    "stopped": text("已停止", "Stopped"),
    "canary_of": text("试用 {model} · {share}", "Canary {model} · {share}"),
    "version": text("应答的版本", "Version that answers"),
    "change": text("换成这个版本", "Change to it"),
    "rollback": text("回退到 {model}", "Go back to {model}"),
    "stop": text("停止", "Stop"),
    "start": text("启动", "Start"),
    "remove": text("删除", "Remove"),
    "remove_sure": text("删除后这个地址不再应答，模型本身保留。", "The address stops answering; the model itself stays."),
    "remove_yes": text("确认删除", "Remove it"),
    "canary": text("小流量试用", "Try on a share"),
    "canary_version": text("试用的版本", "Version to try"),
    "canary_share": text("请求份额（%）", "Share of the requests (%)"),
    "canary_start": text("开始试用", "Start"),
    "canary_end": text("结束试用", "End"),
    "only_one": text("这个模型只有一个版本；再训练一次，就能在这里试用新版本。", "This model has one version; train again to try a newer one here."),
    "requests": text("请求/分钟", "Requests a minute"),
    "latency": text("延迟（毫秒）", "Latency (ms)"),
    "labels": text("各标签的文本数/分钟", "Texts a minute by label"),
    "refused": text("因过忙拒绝", "Refused (busy)"),
    "failed": text("失败", "Failed"),
    "answered": text("已应答", "Answered"),
    "hour": text("最近一小时", "The last hour"),
    "hour_requests": text("请求", "Requests"),
    "hour_texts": text("文本", "Texts"),
    "hour_refused": text("拒绝", "Refused"),
    "quiet": text("最近一小时没有请求。用下面的例子试一次，几秒后图就出现。", "No requests within the last hour. Try the example below; the charts appear some seconds later."),
    "call": text("怎样调用", "How to call it"),
    "call_help": text(
        "过忙时返回 429，请稍后重试；要求登录时，在“设置”页生成令牌。",
        "429 means busy: try again soon. Where a login is needed, make a token on the Settings page.",
    ),
    "example": text("加微信领红包，点击链接", "Click the link to claim your prize"),
    "samples": text("抽样记录（已遮蔽数字与地址）", "Sampled requests (digits and addresses masked)"),
    "no_samples": text("大约每一百条文本留一条，还没有留下记录。", "About one text in a hundred is kept; none yet."),
    "when": text("时间", "When"),
    "text": text("文本", "Text"),
    "label": text("标签", "Label"),
    "score": text("分数", "Score"),
    "model": text("模型", "Model"),
}  # fmt: skip


def d(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
