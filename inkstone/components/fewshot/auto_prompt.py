"""``fewshot.auto_prompt``: proposes patterns and label words, ranks them, explains the choice and trains on the best."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, Report
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, REPORT, TRAIN, PromptParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.ranking import Candidate
    from inkstone.components.nlp.fewshot.training import Work


class AutoPrompt(PromptParams):
    """Parameters of ``fewshot.auto_prompt``."""

    keep: int = param(
        3,
        ge=1,
        le=20,
        impact=2,
        common=True,
        unit=text("个", "patterns"),
        title=text("保留模板数", "Patterns to keep"),
        help=text("排名最前的几个模板一起训练。", "The best so many patterns are trained together."),
    )
    rounds: int = param(
        5,
        ge=1,
        le=50,
        impact=1,
        title=text("排名轮数", "Rounds of ranking"),
        help=text(
            "排名时交叉验证重复几次，每次重新划分；不训练，所以很快。",
            "Cross-validations behind the ranking, each split anew; nothing is trained, so they are quick.",
        ),
    )


SPEC = Component(
    id="fewshot.auto_prompt",
    title=text("自动提示", "Automatic prompts"),
    summary=text(
        "根据类别名称和样例提出模板与标签词，用交叉验证排名，说明为什么这样选，并训练出模型。",
        "Proposes patterns and label words from class names and examples, ranks them, explains the choice and trains.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(MODEL, METRICS, REPORT),
    params=AutoPrompt,
    trains=True,
    keywords=("auto prompt", "verbalizer", "自动模板", "标签词", "提示搜索", "小样本"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: AutoPrompt) -> Mapping[str, Artifact]:
    """Rank, explain, train."""
    from inkstone.components.nlp.fewshot.component import run_method, work_of

    work = work_of(ctx, inputs, params)
    ranked = ranking(work, params)
    chosen = choose(ranked, params.keep)
    report = Report.write(ctx.output("report"), explain(work, ranked, chosen))
    outputs = run_method(ctx, inputs, params, SPEC, train)
    return {**outputs, "report": report}


def train(work: "Work", params: Any, target: Path) -> None:
    """Choose prompts on the rows of ``work`` alone, so that held-out rows stay unseen, and train on them."""
    from inkstone.components.fewshot.pet import Pet
    from inkstone.components.fewshot.pet import train as train_pet
    from inkstone.components.nlp.fewshot.prompt_words import write_label_words

    chosen = choose(ranking(work, params), params.keep)
    words = dict(zip(work.labels, chosen[0].words, strict=True))
    fields = {name: getattr(params, name) for name in Pet.model_fields}
    given = Pet(
        **{**fields, "patterns": "\n".join(item.template for item in chosen), "label_words": write_label_words(words)}
    )
    train_pet(work, given, target)


def ranking(work: "Work", params: Any) -> "list[Candidate]":
    """Return all candidates, best first."""
    from inkstone.components.nlp.fewshot.prompt_words import read_patterns
    from inkstone.components.nlp.fewshot.prompts import settle
    from inkstone.components.nlp.fewshot.proposals import all_patterns, language_of
    from inkstone.components.nlp.fewshot.ranking import rank

    language = language_of([*work.rows.texts[:200], *work.labels])
    written = read_patterns(params.patterns)
    tried = list(dict.fromkeys([*written, *all_patterns(work.labels, language, work.pairs)]))
    prompts = settle(work, "\n".join(tried), params.label_words)
    return rank(work, prompts.templates, prompts.words, max(2, params.folds), params.rounds)


def choose(ranked: "Sequence[Candidate]", count: int) -> "list[Candidate]":
    """Return the best candidates that share the label words of the very best one."""
    best = ranked[0]
    same = [item for item in ranked if item.found == best.found]
    return [best, *[item for item in same if item is not best]][:count]


def explain(work: "Work", ranked: "Sequence[Candidate]", chosen: "Sequence[Candidate]") -> dict[str, Any]:
    """Return the report: what was tried, how it ranked, what was chosen and why, with the user's own text filled in."""
    from inkstone.components.nlp.fewshot.template import parse

    first = work.rows.texts[0][:80]
    pair = work.rows.pairs[0][:80] if work.rows.pairs else ""
    origin = {
        True: text("样例中找到的标签词", "label words found in the examples"),
        False: text("类别名称的标签词", "label words from the class names"),
    }
    why = text(
        f"选择了“{chosen[0].template}”等 {len(chosen)} 个模板和{origin[chosen[0].found].zh}：在训练行内部的交叉验证中，"
        f"不训练时准确率为 {chosen[0].accuracy:.3f} ± {chosen[0].spread:.3f}，在 {len(ranked)} 个候选中最高。",
        f"Chosen: '{chosen[0].template}' and {len(chosen) - 1} more, with {origin[chosen[0].found].en}. In cross-validation "
        f"inside the training rows the best reaches {chosen[0].accuracy:.3f} ± {chosen[0].spread:.3f} before any training, "
        f"the highest of {len(ranked)} candidates.",
    )
    table = [
        [
            parse(item.template).fill(first, pair, f"[{item.words[0][0]}]"),
            item.template,
            "；".join("/".join(words) for words in item.words[:8]),
            origin[item.found].model_dump(),
            round(item.accuracy, 4),
            round(item.spread, 4),
            "✓" if item in chosen else "",
        ]
        for item in ranked
    ]
    columns = [
        text("填好的句子", "Sentence"), text("模板", "Pattern"), text("标签词", "Label words"), text("来源", "Origin"),
        text("准确率", "Accuracy"), text("标准差", "Spread"), text("选用", "Chosen"),
    ]  # fmt: skip
    sections = [
        {"title": text("选择", "Choice").model_dump(), "kind": "text", "text": why.model_dump()},
        {
            "title": text("候选排名", "Candidates").model_dump(),
            "kind": "table",
            "columns": [item.model_dump() for item in columns],
            "rows": table,
        },
    ]
    return {"title": text("自动提示", "Automatic prompts").model_dump(), "sections": sections}
