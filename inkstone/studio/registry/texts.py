"""The words of the model registry."""

from inkstone.components.texts import Text, text
from inkstone.studio.language import language

TEXTS: dict[str, Text] = {
    "use": text("使用", "Use"),
    "files": text("预测文件", "Predict files"),
    "card": text("模型卡片", "Model card"),
    "compare": text("比较版本", "Compare versions"),
    "govern": text("阶段与别名", "Stages and aliases"),
    "view": text("查看", "View"),
    "to_stage": text("阶段：{stage}", "Stage: {stage}"),
    "new_stage": text("移到", "Move to"),
    "reason": text("理由（保留在历史中）", "Why (kept in the history)"),
    "override": text("越过升级规则（管理员，需要理由）", "Override the rule (administrators, with a reason)"),
    "move": text("移动", "Move"),
    "check": text("先看能否升级", "See whether it may"),
    "may": text("可以升为生产版本。", "It may become the production version."),
    "may_not": text("现在不能升为生产版本。", "It may not become the production version now."),
    "history": text("阶段历史", "History of stages"),
    "when": text("时间", "When"),
    "version": text("版本", "Version"),
    "from": text("从", "From"),
    "to": text("到", "To"),
    "by": text("由", "By"),
    "why": text("理由", "Why"),
    "registered": text("登记", "registered"),
    "overridden": text("越过规则：", "rule overridden: "),
    "checked": text("规则通过（p = {p}）", "rule passed (p = {p})"),
    "aliases": text("别名", "Aliases"),
    "aliases_help": text(
        "凡是写模型的地方都能写“名称@别名”，例如预测、部署、比较；别名可以随时移到别的版本。",
        "NAME@alias stands wherever a model is named: predict, deploy, compare. An alias can be moved to another version at any time.",
    ),
    "no_aliases": text("还没有别名。", "No aliases yet."),
    "alias": text("别名，例如 champion", "Alias, such as champion"),
    "set_alias": text("指向版本 {version}", "Let it mean version {version}"),
    "remove_alias": text("去掉 {alias}", "Remove {alias}"),
    "rule": text("升级规则", "Rule of promotion"),
    "rule_help": text(
        "设置后，新版本必须在相同的测试行上显著胜过生产版本，才能升为生产版本。",
        "Once set, a version becomes production only if it beats the production version on the same test rows beyond chance.",
    ),
    "no_rule": text("没有设置：每个版本都可以升为生产版本。", "None: every version may become production."),
    "rule_is": text("必须在{place}上以 {figure} 显著胜过生产版本。由 {by} 设置。", "Must beat production in {figure} on {place}, beyond chance. Set by {by}."),
    "own_rows": text("各自运行的测试行", "the test rows of their runs"),
    "figure": text("指标", "Figure"),
    "test_set": text("测试集", "Test set"),
    "save_rule": text("保存规则", "Save the rule"),
    "remove_rule": text("去掉规则", "Remove the rule"),
    "description": text("用途与说明", "What it is for"),
    "description_help": text("写明适用与不适用的场合；显示在卡片最前面。", "What it is for and what it is not for; stands first on the card."),
    "save": text("保存", "Save"),
    "saved": text("已保存", "Saved"),
    "download_card": text("下载卡片（Markdown）", "Download the card (Markdown)"),
    "others": text("与哪些版本比较", "Compare with"),
    "only_differences": text("只看不同", "Only differences"),
    "no_differences": text("没有差别。", "No differences."),
    "to_rows": text("逐行比较", "Compare row by row"),
    "pick_another": text("选择另一个版本来比较。", "Choose another version to compare with."),
    "import": text("导入模型", "Import a model"),
    "import_help": text(
        "“下载 safetensors”或 inkstone export 得到的 zip。每个文件都会核对摘要；能携带代码的格式会被拒绝。",
        "A zip from Download or inkstone export. Every file is compared with its digest; formats that can carry code are refused.",
    ),
    "file": text("zip 文件", "Zip file"),
    "name": text("模型名称", "Name of the model"),
    "sha256": text("SHA-256（可选）", "SHA-256 (optional)"),
    "import_go": text("导入", "Import"),
}  # fmt: skip


def g(key: str, /, **slots: object) -> str:
    """Return a text in the visitor's language, its slots filled."""
    return TEXTS[key].in_language(language()).format(**slots)
