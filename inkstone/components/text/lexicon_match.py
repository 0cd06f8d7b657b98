"""``text.lexicon_match``: finds the words of a word list, contacts and links in texts."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, ColumnInfo, Report, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.lexicon.entries import Entry
    from inkstone.components.nlp.lexicon.matching import Hit


class LexiconMatch(Params):
    """Parameters of ``text.lexicon_match``."""

    source: str = param(
        kind="lexicon",
        impact=3,
        common=True,
        title=text("词库", "Word list"),
        help=text(
            "词库页里的词库（lexicon:名称@版本），或自带的示例词库。",
            "A word list of the page Word lists (lexicon:NAME@VERSION), or a sample.",
        ),
    )
    fuzzy: bool = param(
        True,
        impact=2,
        common=True,
        title=text("模糊匹配", "Fuzzy matching"),
        help=text(
            "还原伪装后再找，也找夹有符号的词和同音的词。",
            "Also looks after undoing disguises, for words with signs inside, and for words of the same sound.",
        ),
    )
    contacts: bool = param(
        True,
        impact=1,
        title=text("联系方式和链接", "Contacts and links"),
        help=text(
            "同时找电话、微信、QQ、网址、邮箱和银行卡号。",
            "Also finds telephones, WeChat, QQ, links, mail and card numbers.",
        ),
    )


ADDED = ("hits", "hit_categories", "hit_severity", "contacts")
SPEC = Component(
    id="text.lexicon_match",
    title=text("词库匹配", "Match word list"),
    summary=text(
        "在文本里找词库的词（含变体、拼音、同音）、联系方式和链接，并把词库交给决策策略。",
        "Finds words of a list (disguised, in pinyin, by sound), contacts and links; hands the list to the decision policy.",
    ),
    inputs=(Port(name="table", type=PortType.TABLE, title=text("表", "Table"), optional=True),),
    outputs=(
        Port(name="lexicon", type=PortType.LEXICON, title=text("词库", "Word list")),
        Port(name="table", type=PortType.TABLE, title=text("带命中的表", "Table with hits"), optional=True),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=LexiconMatch,
    keywords=("lexicon", "keywords", "敏感词", "黑名单", "关键词", "Aho-Corasick", "风控"),
)
SHOWN_WORDS = 50


def run(ctx: Context, inputs: Mapping[str, Any], params: LexiconMatch) -> Mapping[str, Artifact]:
    """Take the word list over, and match every row where a table is connected."""
    from inkstone.components.nlp.lexicon.entries import facts, write_lexicon

    ctx.check_cancelled()
    entries = _entries(ctx, params.source)
    lexicon = write_lexicon(ctx.output("lexicon"), entries)
    outputs: dict[str, Artifact] = {"lexicon": lexicon}
    found = _Found(facts(lexicon.path))
    if "table" in inputs:
        outputs["table"] = _matched(ctx, inputs["table"], ctx.output("table"), entries, params, found)
    outputs["report"] = Report.write(ctx.output("report"), found.report())
    return outputs


def _entries(ctx: Context, reference: str) -> "list[Entry]":
    from inkstone.components.artifacts import Lexicon
    from inkstone.components.nlp.lexicon.entries import parse, read_lexicon

    source = ctx.source(reference)
    if (source.path / Lexicon.FILE).is_file():
        return list(read_lexicon(source.path))
    return parse(source.path.read_bytes(), source.name)


class _Found:
    """What was found in a table."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.rows = self.with_hits = self.with_contacts = 0
        self.words: dict[tuple[str, str, str], int] = {}

    def note(self, hits: "list[Hit]", contacts: int) -> None:
        self.rows += 1
        self.with_hits += bool(hits)
        self.with_contacts += bool(contacts)
        for key in {(hit.word, hit.category, hit.severity) for hit in hits}:
            self.words[key] = self.words.get(key, 0) + 1

    def report(self) -> dict[str, Any]:
        facts = [[text("词数", "Words"), self.facts["words"]]]
        if self.rows:
            facts += [
                [text("文本数", "Texts"), self.rows],
                [text("有命中的文本", "Texts with a hit"), self.with_hits],
                [text("有联系方式的文本", "Texts with a contact"), self.with_contacts],
            ]
        by_count = sorted(self.words.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_WORDS]
        categories = sorted(self.facts["categories"].items(), key=lambda item: -item[1])
        return {
            "title": text("词库匹配", "Word list").model_dump(),
            "sections": [
                _section(text("总览", "Summary"), "facts", facts=[[name.model_dump(), value] for name, value in facts]),
                _section(
                    text("类别", "Categories"),
                    "table",
                    columns=[text("类别", "Category").model_dump(), text("词数", "Words").model_dump()],
                    rows=[list(item) for item in categories[:SHOWN_WORDS]],
                ),
                _section(
                    text("命中最多的词", "Words hit most"),
                    "table",
                    columns=[
                        item.model_dump()
                        for item in (
                            text("词", "Word"),
                            text("类别", "Category"),
                            text("级别", "Severity"),
                            text("文本数", "Texts"),
                        )
                    ],
                    rows=[[*key, count] for key, count in by_count],
                ),
            ],
        }


def _section(title: Any, kind: str, **content: Any) -> dict[str, Any]:
    return {"title": title.model_dump(), "kind": kind, **content}


def _matched(  # noqa: PLR0917 - what matching needs
    ctx: Context, table: Table, folder: Path, entries: "list[Entry]", params: LexiconMatch, found: _Found
) -> Table:
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions
    from inkstone.components.nlp.lexicon.contacts import contacts
    from inkstone.components.nlp.lexicon.matching import Matcher

    info = table.info
    column = table.column("text")
    matcher = Matcher(entries, params.fuzzy).warm()
    undo = EvasionNormaliser(EvasionOptions())
    kept = [item for item in info.columns if item.name not in ADDED]
    added = [ColumnInfo(name=name, dtype="list<string>") for name in ADDED if name != "hit_severity"]
    added.insert(2, ColumnInfo(name="hit_severity", dtype="string"))
    with TableWriter(folder, [*kept, *added]) as writer:
        for batch in table.batches():
            rows: dict[str, list[Any]] = {name: [] for name in ADDED}
            for value in batch.column(column).to_pylist():
                original = str(value or "")
                aligned = undo.undo(original)
                hits = matcher.hits(original, aligned if params.fuzzy else None)
                reached = contacts(aligned.text) if params.contacts else []
                found.note(hits, len(reached))
                rows["hits"].append([hit.word for hit in hits])
                rows["hit_categories"].append(list(dict.fromkeys(hit.category for hit in hits)))
                rows["hit_severity"].append(_worst(hits))
                rows["contacts"].append([f"{item.kind}:{item.value}" for item in reached])
                if found.rows % 500 == 0:
                    ctx.progress(found.rows, info.rows)
            names = ["_row", *(item.name for item in kept)]
            writer.write({name: batch.column(name) for name in names} | rows)
        ctx.progress(info.rows, info.rows)
        return writer.finish_like(info)


def _worst(hits: "list[Hit]") -> str | None:
    return min((hit.severity for hit in hits), key=("block", "review", "note").index, default=None)
