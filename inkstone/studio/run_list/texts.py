"""The words of the list of runs."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

_LIST = {
    "list": text("运行", "Runs"),
    "queue": text("队列", "Queue"),
    "trash": text("回收站", "Trash"),
    "search": text("搜索名称、备注、标签、数据、编号", "Search names, notes, tags, data, ids"),
    "filters": text("筛选", "Filters"),
    "columns": text("列", "Columns"),
    "views": text("视图", "Views"),
    "order": text("排序", "Order"),
    "down": text("降序", "Downwards"),
    "state": text("状态", "State"),
    "template": text("模板", "Template"),
    "dataset": text("数据集", "Dataset"),
    "tags": text("标签", "Tags"),
    "owner": text("由谁", "By whom"),
    "starred": text("只看加星的", "Starred only"),
    "after": text("从", "From"),
    "before": text("到", "Until"),
    "figure": text("指标", "Figure"),
    "low": text("至少", "At least"),
    "high": text("至多", "At most"),
    "any": text("不限", "Any"),
    "clear": text("清除筛选", "Clear filters"),
    "active_filters": text("筛选 · {n}", "Filters · {n}"),
    "found": text("{total} 个运行", "Runs: {total}"),
    "name": text("名称", "Name"),
    "created": text("开始", "Started"),
    "seconds": text("用时（秒）", "Seconds"),
    "note": text("备注", "Note"),
    "none_found": text("没有符合条件的运行", "No run fits"),
    "none_found_next": text("请放宽筛选，或换一个词。", "Loosen the filters, or try another word."),
    "select_hint": text(
        "勾选左侧的行：打开、比较、打标签、移到回收站。", "Tick rows at the left to open, compare, tag or trash them."
    ),
}
_ACTIONS = {
    "selected": text("已选 {n} 个", "{n} chosen"),
    "open": text("打开", "Open"),
    "compare": text("比较", "Compare"),
    "star": text("加星", "Star"),
    "unstar": text("去星", "Unstar"),
    "tag": text("标签", "Tags"),
    "add_tags": text("加上", "Add"),
    "remove_tags": text("去掉", "Remove"),
    "tags_help": text("多个标签用逗号分开", "Several tags: separate them by commas"),
    "apply": text("应用", "Apply"),
    "edit": text("名称与备注", "Name and note"),
    "save": text("保存", "Save"),
    "to_trash": text("移到回收站", "To the trash"),
    "restore": text("恢复", "Restore"),
    "purge": text("彻底删除", "Delete for good"),
    "purge_all": text("清空回收站", "Empty the trash"),
    "purge_sure": text(
        "连同文件一起删除，不能恢复。其他运行也用到的结果和已登记的模型会保留。",
        "Rows and files go together and cannot be brought back. Artifacts that other runs use, and registered models, stay.",
    ),
    "purged": text("已删除 {runs} 个运行，释放 {size}。", "Deleted {runs} runs; {size} freed."),
    "trash_empty": text("回收站是空的", "The trash is empty"),
    "trash_empty_next": text(
        "移到回收站的运行会在这里，直到彻底删除。", "Runs moved to the trash stay here until they are deleted for good."
    ),
    "view_name": text("视图名称", "Name of the view"),
    "save_view": text("保存当前视图", "Keep this view"),
    "no_views": text("还没有保存的视图。", "No saved views yet."),
    "delete": text("删除", "Delete"),
    "export": text("导出", "Export"),
    "export_help": text(
        "参数、全部曲线和标签，供 MLflow 或 TensorBoard 打开。",
        "Parameters, whole curves and tags, for MLflow or TensorBoard to open.",
    ),
    "import": text("导入 MLflow 运行", "Import MLflow runs"),
    "import_help": text(
        "mlruns 文件夹的 zip，或 mlflow.db。读取参数、指标历史和标签；不打开任何产物。",
        "A zip of the folder mlruns, or mlflow.db. Parameters, histories and tags are read; no artifact is opened.",
    ),
    "import_file": text("文件", "File"),
    "import_go": text("导入", "Import"),
    "imported": text("导入 {n} 个运行，{known} 个早已导入。", "Imported {n} runs; {known} were here already."),
}
_QUEUE = {
    "paused": text("队列已暂停：新的运行不会开始。", "The queue is paused: nothing new is started."),
    "pause": text("暂停队列", "Pause the queue"),
    "go": text("恢复队列", "Let it go on"),
    "running": text("进行中", "Under way"),
    "waiting": text("排队中", "Waiting"),
    "queue_empty": text("队列是空的", "The queue is empty"),
    "queue_empty_next": text("新开始的运行会按顺序在这里等待。", "New runs wait here for their turn."),
    "held": text("暂缓", "held"),
    "hold": text("暂缓", "Hold"),
    "release": text("放行", "Let go"),
    "first": text("移到最前", "To the front"),
    "earlier": text("提前", "Earlier"),
    "later": text("推后", "Later"),
    "machine": text("本机", "This machine"),
    "cpus": text("CPU", "CPUs"),
    "load": text("负载 {load}", "load {load}"),
    "memory": text("内存", "Memory"),
    "free_of": text("剩余 {free} / 共 {total}", "{free} free of {total}"),
    "disk": text("磁盘", "Disk"),
    "uses": text(
        "CPU {cpu} · 内存 {memory} · 磁盘 {disk} · {n} 个进程",
        "CPU {cpu} · memory {memory} · disk {disk} · processes: {n}",
    ),
}
TEXTS: dict[str, Text] = {**_LIST, **_ACTIONS, **_QUEUE}


def r(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
