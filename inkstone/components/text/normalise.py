"""``text.normalise``: undoes the disguises by which texts slip past filters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import Artifact, Report, Table
from inkstone.components.nlp.evasion.titles import RULES
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


def _rule(name: str, zh: str, en: str) -> Any:
    return param(True, title=RULES[name], help=text(zh, en), impact=2)


class Normalise(Params):
    """Parameters of ``text.normalise``: which disguises are undone."""

    invisible: bool = _rule("invisible", "去掉看不见的字符。", "Removes characters that nobody sees.")
    width: bool = _rule(
        "width",
        "全角、带圈、花体字母和数字变为普通写法。",
        "Full-width, circled and styled letters and digits become plain.",
    )
    look_alikes: bool = _rule(
        "look_alikes",
        "把混在中英文里的西里尔、希腊等形近字母换回拉丁字母；整段俄文或希腊文不动。",
        "Cyrillic, Greek and other look-alikes within Latin or Chinese texts become Latin; Russian and Greek texts stay.",
    )
    emoji_letters: bool = _rule(
        "emoji_letters",
        "🅰、🇻、➕、🈚 等变为字母或汉字；国旗不动。",
        "🅰, 🇻, ➕, 🈚 become letters or characters; flags stay.",
    )
    traditional: bool = _rule("traditional", "繁体字变为简体字。", "Traditional characters become simplified ones.")
    inserted: bool = _rule(
        "inserted",
        "去掉夹在词里的符号和空格，如 加*微*信。",
        "Removes signs and spaces set inside words, as in f-r-e-e.",
    )
    split_characters: bool = _rule(
        "split_characters", "弓长 变为 张，讠乍 变为 诈。", "弓长 becomes 张, 讠乍 becomes 诈."
    )
    variants: bool = _rule("variants", "薇信、vx 变为 微信，等等。", "薇信 and vx become 微信, and so on.")
    pinyin: bool = _rule(
        "pinyin", "汉字旁的拼音变为词，如 dai款。", "Pinyin beside Chinese becomes the word, as in dai款."
    )
    homophones: bool = _rule(
        "homophones",
        "只是读音相同、本身不成词的字变为常被隐藏的词。",
        "Characters that only sound like a word that texts hide, and make no word themselves, become it.",
    )
    number_words: bool = _rule(
        "number_words",
        "六位及以上的中文数字串变为阿拉伯数字。",
        "Six and more Chinese digits in a row become Arabic digits.",
    )
    leet: bool = _rule(
        "leet", "fr33 变为 free（限垃圾信息常用词）。", "fr33 becomes free (words that filters look for)."
    )


_SETS = (
    ("table", text("表", "Table"), False),
    ("dev", text("开发集", "Dev"), True),
    ("test", text("测试集", "Test"), True),
)
SPEC = Component(
    id="text.normalise",
    title=text("还原伪装文本", "Undo disguises"),
    summary=text(
        "还原全角、形近字、繁体、零宽、插入符号、拼音、谐音、拆字、表情字母等规避手法；在此之后训练的模型上线时会做同样的还原。",
        "Undoes full width, look-alikes, inserted signs, pinyin, homophones and more; models trained after it do the same in use.",
    ),
    inputs=tuple(
        Port(name=name, type=PortType.TABLE, title=title, optional=optional) for name, title, optional in _SETS
    ),
    outputs=(
        *(Port(name=name, type=PortType.TABLE, title=title, optional=optional) for name, title, optional in _SETS),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Normalise,
    keywords=("evasion", "规避", "变体", "谐音", "拆字", "leet", "unicode", "风控"),
)
EXAMPLES = 5


def run(ctx: Context, inputs: Mapping[str, Any], params: Normalise) -> Mapping[str, Artifact]:
    """Rewrite the text columns; every row stays."""
    outputs: dict[str, Artifact] = {}
    found: dict[str, _Changes] = {}
    for name, _, _ in _SETS:
        if name in inputs:
            found[name] = _Changes()
            outputs[name] = _rewrite(ctx, inputs[name], ctx.output(name), params, found[name])
    outputs["report"] = Report.write(ctx.output("report"), _report(found))
    return outputs


class _Changes:
    """What was changed in one table."""

    def __init__(self) -> None:
        self.rows = self.changed = 0
        self.rules: dict[str, int] = {}
        self.examples: dict[str, list[tuple[str, str]]] = {}

    def note(self, before: str, after: str, applied: set[str]) -> None:
        self.changed += before != after
        for rule in applied:
            self.rules[rule] = self.rules.get(rule, 0) + 1
            examples = self.examples.setdefault(rule, [])
            if len(examples) < EXAMPLES:
                examples.append((before[:120], after[:120]))


def _rewrite(ctx: Context, table: Table, folder: Path, params: Normalise, changes: _Changes) -> Table:
    from inkstone.components.data.normalise import ORIGIN_KEY, with_evasion
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions

    info = table.info
    columns = {table.column("text")} | {info.roles[role] for role in ("text_pair",) if role in info.roles}
    undo = EvasionNormaliser(EvasionOptions(**params.model_dump()))
    with TableWriter(folder, info.columns) as writer:
        for batch in table.batches():
            data: dict[str, Any] = dict(zip(batch.schema.names, batch.columns, strict=True))
            for name in columns:
                data[name] = [_undone(undo, value, changes) for value in data[name].to_pylist()]
            writer.write(data)
            changes.rows += batch.num_rows
            ctx.progress(min(changes.rows, info.rows), info.rows)
        done = with_evasion(info.origin.get(ORIGIN_KEY), params.model_dump())
        return writer.finish_like(info, origin=info.origin | {ORIGIN_KEY: done})


def _undone(undo: Any, value: Any, changes: _Changes) -> str | None:
    if value is None:
        return None
    applied: set[str] = set()
    plain: str = undo.undo(str(value), applied).text
    changes.note(str(value), plain, applied)
    return plain


def _report(found: Mapping[str, _Changes]) -> dict[str, Any]:
    titles = {name: title for name, title, _ in _SETS}
    columns = [text("规则", "Rule"), text("文本数", "Texts"), text("之前", "Before"), text("之后", "After")]
    sections: list[dict[str, Any]] = []
    for name, changes in found.items():
        rows = []
        for rule, count in sorted(changes.rules.items(), key=lambda item: -item[1]):
            for before, after in changes.examples[rule]:
                rows.append([RULES[rule].model_dump(), count, before, after])
        share = text(
            f"{changes.rows} 条中有 {changes.changed} 条被还原",
            f"{changes.changed} of {changes.rows} texts were changed",
        )
        title = text(f"{titles[name].zh}：{share.zh}", f"{titles[name].en}: {share.en}")
        sections.append(
            {
                "title": title.model_dump(),
                "kind": "table",
                "columns": [item.model_dump() for item in columns],
                "rows": rows,
            }
        )
    return {"title": text("还原伪装文本", "Undo disguises").model_dump(), "sections": sections}
