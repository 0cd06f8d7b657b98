"""The words of the Designer and of the templates page."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

_OPENING = {
    "title": text("设计器", "Designer"),
    "lead": text(
        "把组件拖到画布上，连线、设参数、运行。",
        "Drag components onto a canvas, connect them, set their parameters, run.",
    ),
    "new": text("新建", "New"),
    "blank": text("空白流程", "Blank pipeline"),
    "blank_name": text("未命名流程", "untitled pipeline"),
    "create": text("新建", "Create"),
    "from_template": text("从模板新建", "From a template"),
    "import": text("导入 YAML", "Import YAML"),
    "import_words": text("拖入流程的 YAML 文件。", "Drop the YAML file of a pipeline."),
    "mine": text("我的流程", "Pipelines"),
    "none": text("还没有流程", "No pipelines yet"),
    "none_next": text("新建一个空白流程，或从模板开始。", "Create a blank one, or begin with a template."),
    "open": text("打开", "Open"),
    "search": text("搜索", "Search"),
    "nodes_count": text("{n} 个组件", "Components: {n}"),
    "versions_count": text("{n} 个版本", "Versions: {n}"),
    "all": text("全部流程", "All pipelines"),
    "delete": text("删除", "Delete"),
    "delete_sure": text("移到回收站？它的运行记录会保留。", "Move it to the trash? Its runs stay."),
}
_SAVING = {
    "saved": text("已保存 {time}", "Saved {time}"),
    "draft": text("草稿", "Draft"),
    "not_saved": text("未保存", "Not saved"),
    "read_only": text("只读", "Read only"),
    "conflict": text("另一个窗口改动了这个流程。", "Someone else, or another tab, has changed this pipeline."),
    "conflict_words": text(
        "你的改动还没有保存，请选择保留哪一份。", "Your changes are not saved yet. Which of the two shall stay?"
    ),
    "take_theirs": text("载入对方的版本", "Load theirs"),
    "keep_mine": text("用我的覆盖", "Overwrite with mine"),
    "copy_mine": text("把我的另存为副本", "Keep mine as a copy"),
    "copy_name": text("{name} 副本", "{name} copy"),
}
_VERSIONS = {
    "versions": text("版本", "Versions"),
    "version_name": text("版本名称", "Name of the version"),
    "version_description": text("说明", "Description"),
    "save_version": text("保存为版本", "Keep as a version"),
    "no_versions": text(
        "还没有版本。每次运行和保存都会留下一个。", "No versions yet. Each run and each save leaves one."
    ),
    "run_version": text("运行时自动保存", "kept by a run"),
    "version_n": text("版本 {n}", "Version {n}"),
    "compare_with": text("与……比较", "Compare with"),
    "restore": text("恢复", "Restore"),
    "restored": text("已恢复版本 {n}；按 Ctrl+Z 可撤销。", "Version {n} is back; Ctrl+Z undoes it."),
    "same": text("没有差别。", "No difference."),
    "diff_added": text("新增组件", "Components added"),
    "diff_removed": text("删除组件", "Components removed"),
    "diff_document": text("整个流程", "The pipeline"),
    "diff_component": text("组件版本", "Component"),
    "diff_title": text("名称", "Name"),
    "diff_name": text("名称", "Name"),
    "diff_enabled": text("启用", "Enabled"),
    "diff_ignore_cache": text("忽略缓存", "Ignore the cache"),
    "diff_note": text("备注", "Remark"),
    "diff_resources": text("资源", "Resources"),
    "diff_seed": text("随机种子", "Seed"),
    "diff_variables": text("全局变量", "Variables"),
    "diff_input": text("输入：{name}", "Input: {name}"),
    "before": text("之前", "Before"),
    "after": text("之后", "After"),
    "node": text("组件", "Component"),
    "field": text("字段", "Field"),
}
_EXCHANGE = {
    "export": text("导出 YAML", "Export YAML"),
    "replace": text("替换当前流程", "Replace this pipeline"),
    "share": text("存为模板", "Share as a template"),
    "share_words": text(
        "存为模板后，团队可以在“模板”页用向导或画布使用它。",
        "The team then finds it on the templates page, and uses it by wizard or canvas.",
    ),
    "template_name": text("模板名称", "Name of the template"),
    "template_title": text("标题", "Title"),
    "template_summary": text("一句话说明", "One sentence about it"),
    "template_category": text("分类", "Category"),
    "shared": text("已存为模板“{name}”。", "Kept as the template “{name}”."),
    "more": text("更多", "More"),
    "duplicate": text("创建副本", "Duplicate"),
}
_PANEL = {
    "pipeline": text("流程", "Pipeline"),
    "name": text("名称", "Name"),
    "description": text("描述", "Description"),
    "seed": text("随机种子", "Seed"),
    "seed_help": text("同样的种子得到同样的结果。", "The same seed gives the same result."),
    "variables": text("全局变量", "Variables"),
    "variables_help": text(
        "参数可以引用变量；运行前可以统一修改。", "Parameters may refer to them; set them once before a run."
    ),
    "variable": text("变量", "Variable"),
    "add_variable": text("添加", "Add"),
    "remove_variable": text("删除", "Remove"),
    "bad_variable": text(
        "变量名要以字母开头，只含字母、数字和下划线，不能重复；值不能为空。",
        "A new name of letters, digits and underscores is needed, and a value.",
    ),
    "figure": text("指标", "Figure"),
    "value": text("值", "Value"),
    "pick": text(
        "点击组件查看参数，双击查看输出。", "Click a component for its parameters, double click for its output."
    ),
    "fields": text("字段", "Fields"),
    "params": text("参数", "Parameters"),
    "resources": text("资源", "Resources"),
    "no_fields": text("这个组件不需要指定字段。", "This component asks for no columns."),
    "no_params": text("这个组件没有参数。", "This component has no parameters."),
    "upstream": text("上游数据：{rows} 行，{columns} 列", "Arriving: {rows} rows, {columns} columns"),
    "no_upstream": text(
        "还不知道上游有哪些列：请先连接数据。", "The columns that will arrive are not known yet: connect data first."
    ),
    "changed": text("已修改（点击恢复默认）", "Changed (click to reset)"),
    "use_variable": text("引用变量", "Use a variable"),
    "use_variable_for": text("参数", "Parameter"),
    "apply": text("应用", "Apply"),
    "workers": text("训练进程数", "Workers"),
    "workers_help": text(
        "数据并行的训练进程，只对训练组件有效。", "Data-parallel processes; training alone uses more than one."
    ),
    "cpus": text("CPU 数（0 为自动）", "CPUs (0: whatever is free)"),
    "gpus": text("GPU 数", "GPUs"),
    "memory": text("内存上限（GiB）", "Memory limit (GiB)"),
    "timeout": text("时间上限（分钟）", "Time limit (minutes)"),
    "retries": text("失败重试次数", "Retries"),
    "unlimited": text("不限", "none"),
    "remark": text("备注", "Remark"),
    "outputs": text("输出", "Output"),
    "unknown_component": text("没有安装这个组件：{key}", "This component is not installed: {key}"),
}
_RUNNING = {
    "run": text("运行", "Run"),
    "run_options": text("运行设置", "Run with options"),
    "run_name": text("运行名称", "Name of the run"),
    "fresh": text("不使用缓存", "Use no cache"),
    "executor": text("执行位置", "Where"),
    "executor_default": text("默认", "default"),
    "variables_of_run": text("变量（只对这次运行生效）", "Variables (for this run alone)"),
    "no_run": text("还没有运行记录。请先运行一次。", "Nothing has run yet. Run the pipeline first."),
    "no_run_to_resume": text("没有可以继续的运行。", "There is no run to resume."),
    "open_run": text("打开运行页", "Open the run"),
    "output_of": text("{title} 的输出", "Output of {title}"),
    "log_of": text("{title} 的日志", "Log of {title}"),
    "no_output": text("这个组件还没有输出。", "This component has given nothing yet."),
    "no_log": text("还没有日志。", "The log is empty."),
    "rows_total": text("共 {n} 行", "{n} rows"),
    "page": text("页", "Page"),
    "yaml_of": text("{title} 的 YAML", "{title} as YAML"),
    "command": text("等价命令", "The command that does the same"),
    "command_words": text(
        "先把流程导出为 {file}，再在终端执行：", "Export the pipeline as {file}, then run in a terminal:"
    ),
    "registered": text("已登记为 {reference}", "Registered as {reference}"),
}
_TEMPLATES = {
    "templates": text("模板", "Templates"),
    "templates_lead": text(
        "选一个解决方案：向导一步步来，或在画布上自由修改。",
        "Choose a solution: the wizard leads step by step, the canvas leaves you free.",
    ),
    "category_all": text("全部", "All"),
    "category_safety": text("内容安全", "Safety"),
    "category_classification": text("文本分类", "Classification"),
    "category_tagging": text("文本标签", "Tagging"),
    "category_fewshot": text("小样本", "Few-shot"),
    "category_pretraining": text("预训练", "Pre-training"),
    "category_custom": text("自定义", "Own"),
    "wizard": text("用向导开始", "Start with the wizard"),
    "on_canvas": text("在画布中打开", "Open on the canvas"),
    "preview": text("预览", "Preview"),
    "needs": text("需要的列", "Columns needed"),
    "gives": text("产出", "What comes out"),
    "time": text("预计用时", "Expected time"),
    "minutes": text("示例数据约 {n} 分钟（2 核）", "about {n} min for the sample data on two cores"),
    "own": text("自定义", "own"),
    "no_match": text("没有匹配的模板", "No template matches"),
    "no_match_next": text("换个词试试。", "Try another word."),
    "back": text("返回", "Back"),
}
TEXTS: dict[str, Text] = {**_OPENING, **_SAVING, **_VERSIONS, **_EXCHANGE, **_PANEL, **_RUNNING, **_TEMPLATES}


def w(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)


def plain(words: str) -> str:
    """Return a user's words so that Markdown shows them as they stand."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-!:$~|<>" else sign for sign in words)
