"""``compare.few_shot``: several few-shot methods and both baselines on the same folds; the best becomes the model."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, Report
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, REPORT, TRAIN, UNLABELLED, PromptParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work
    from inkstone.components.nlp.rows import TextRows


def _choice(on: bool, title: Text, help_text: Text) -> Any:
    return param(on, impact=2, common=True, title=title, help=help_text)


class FewShot(PromptParams):
    """Parameters of ``compare.few_shot``."""

    pet: bool = _choice(
        True,
        text("模板填空（PET）", "Prompting (PET)"),
        text("需要带掩码语言模型输出层的编码器。", "Needs a masked-language-model head."),
    )
    contrastive: bool = _choice(
        True, text("对比学习（SetFit）", "Contrastive (SetFit)"), text("任何编码器都可用。", "Works with any encoder.")
    )
    ptuning: bool = _choice(
        True,
        text("可训练提示（P-Tuning）", "Trainable prompts (P-Tuning)"),
        text("需要带掩码语言模型输出层的编码器。", "Needs a masked-language-model head."),
    )
    auto_prompt: bool = _choice(
        False,
        text("自动提示", "Automatic prompts"),
        text(
            "在训练行内部为模板和标签词排名，再学习；较慢。",
            "Ranks patterns and label words inside the training rows, then learns; slower.",
        ),
    )
    cptuning: bool = _choice(
        False,
        text("对比提示（CP-Tuning）", "Contrastive prompts (CP-Tuning)"),
        text("需要带掩码语言模型输出层的编码器。", "Needs a masked-language-model head."),
    )
    zero_shot: bool = _choice(
        False, text("零样本", "Zero-shot"), text("只用标签词，不训练。", "Label words alone, no training.")
    )
    ngram_words: bool = _choice(
        True,
        text("n-gram + 标签词", "n-gram + label words"),
        text("把标签词也当作样例，几秒完成。", "Label words count as examples too; a matter of seconds."),
    )
    combined: bool = _choice(
        True,
        text("组合（提示 + n-gram）", "Combined (prompts + n-grams)"),
        text(
            "可训练提示（或对比学习）与带标签词的 n-gram 合成一个模型。",
            "Trainable prompts (or contrastive learning) and n-grams with label words as one model.",
        ),
    )
    ngram_self_training: bool = _choice(
        True,
        text("自训练（n-gram）", "Self-training (n-gram)"),
        text(
            "n-gram 模型给未标注文本打标签后再学习，几秒完成；没有未标注文本时跳过。",
            "An n-gram model labels unlabelled texts and learns from them, in seconds; skipped without such texts.",
        ),
    )
    self_training: bool = _choice(
        False,
        text("自训练（iPET）", "Self-training (iPET)"),
        text(
            "几个填空模型一起给未标注文本打标签；较慢，需要好的编码器。",
            "Several prompted models label unlabelled texts; slow, and only as good as the encoder.",
        ),
    )


SPEC = Component(
    id="compare.few_shot",
    title=text("小样本方法比较", "Compare few-shot methods"),
    summary=text(
        "所选方法和两个基线在相同的折和种子上比较，给出均值与标准差，最好的成为模型。",
        "The chosen methods and two baselines on the same folds and seeds: mean and spread, and the best becomes the model.",
    ),
    inputs=(TRAIN, DEV, UNLABELLED.model_copy(update={"optional": True})),
    outputs=(MODEL, METRICS, REPORT),
    params=FewShot,
    trains=True,
    keywords=("few-shot", "PET", "SetFit", "CP-Tuning", "比较", "小样本", "选优"),
)


FILLING = ("pet", "auto_prompt", "ptuning", "cptuning", "zero_shot", "self_training")
"""Methods that fill a blank."""


def run(ctx: Context, inputs: Mapping[str, Any], params: FewShot) -> Mapping[str, Artifact]:
    """Cross-validate every method, train the best on all rows."""
    from inkstone.components.nlp.fewshot.component import dev_rows, finish, work_of

    work = work_of(ctx, inputs, params)
    names = with_mask_head(work, chosen_methods(work, params))
    sentences = proposed_sentences(work, params, names)
    lines = [line | {"method": name} for name, line in zip(names, judge(work, params, names), strict=True)]
    best = max(lines, key=lambda line: line["accuracy"])
    ctx.log(
        text(
            f"最好的方法：{best['method']}，在全部样例上重新训练",
            f"Best method: {best['method']}; training it on all rows",
        )
    )
    model = ctx.output("model")
    parts = sum(len(line["folds"]) for line in lines)
    train(work.on(work.rows, work.seed, (parts, parts + 1)), params, best["method"], model)
    facts = {
        "split": "cross_validation",
        "values": {name: best[name] for name in ("accuracy", "macro_f1")},
        "spread": {"accuracy": best["accuracy_spread"], "macro_f1": best["macro_f1_spread"]},
        "method": best["method"],
        "methods": lines,
    }
    report = Report.write(ctx.output("report"), explain(work, lines, best, sentences))
    dev = dev_rows(inputs.get("dev"))
    return {**finish(work, SPEC, model, dev, facts), "report": report}


def chosen_methods(work: "Work", params: FewShot) -> list[str]:
    """Return the baselines and the methods that the user chose and the inputs allow.

    Raises:
        InkstoneError: ``compare.no_method``.
    """
    from inkstone.components.fewshot.methods import BASELINES, METHODS
    from inkstone.components.nlp.fewshot.errors import NO_METHOD

    chosen = [name for name in METHODS if getattr(params, name, False)]
    hungry = [name for name in chosen if name.endswith("self_training")]
    if hungry and (work.pairs or not work.unlabelled):
        chosen = [name for name in chosen if name not in hungry]
        work.ctx.log(text("没有未标注文本，跳过自训练", "Self-training is skipped: no unlabelled texts"))
    if not chosen:
        raise NO_METHOD()
    return [*BASELINES, *chosen]


def with_mask_head(work: "Work", names: list[str]) -> list[str]:
    """Leave out methods that fill a blank, with a warning, when the encoder has no masked-language-model head."""
    from inkstone.components.errors import InkstoneError
    from inkstone.components.nlp.fewshot.errors import NO_MASK_HEAD
    from inkstone.components.nlp.fewshot.language_model import load_language_model

    try:
        load_language_model(work.encoder)
    except InkstoneError as error:
        if error.code != NO_MASK_HEAD.code:
            raise
        work.ctx.log(error.what, "warning")
        return [name for name in names if name not in FILLING]
    return names


def proposed_sentences(work: "Work", params: FewShot, names: list[str]) -> list[list[str]]:
    """Settle patterns and label words before anything is trained; return them with the user's own text filled in."""
    from inkstone.components.nlp.fewshot.prompts import settle
    from inkstone.components.nlp.fewshot.template import parse

    if not {"pet", "ptuning", "zero_shot", "self_training"} & set(names):
        return []
    prompts = settle(work, params.patterns, params.label_words)
    first, pair = work.rows.texts[0][:80], work.rows.pairs[0][:80] if work.rows.pairs else ""
    words = "；".join("/".join(own) for own in prompts.words[:20])
    return [[parse(item).fill(first, pair, f"[{prompts.words[0][0]}]"), item, words] for item in prompts.templates]


def judge(work: "Work", params: FewShot, names: list[str]) -> list[dict[str, Any]]:
    """Return mean and spread of each method over the same folds and seeds."""
    import time

    from inkstone.components.fewshot.methods import METHODS
    from inkstone.components.nlp.fewshot.component import memory_of, summary_of
    from inkstone.components.nlp.fewshot.folds import cross_validate, mean_and_spread

    folds = max(2, params.folds)
    parts = len(names) * folds * params.repeats + 1
    lines = []
    for place, name in enumerate(names):
        began = time.monotonic()

        before = place * folds * params.repeats

        def one(
            rows: "TextRows", seed: int, folder: Path, number: int, start: tuple[str, int] = (name, before)
        ) -> None:
            work.ctx.check_cancelled()
            train(work.on(rows, seed, (start[1] + number, parts)), params, start[0], folder)

        memory = memory_of(work, name, parameters_of(params, name))
        found = cross_validate(
            one,
            work.rows,
            work.labels,
            count=folds,
            repeats=params.repeats,
            seed=work.seed,
            scratch=work.ctx.scratch() / "folds",
            memory=memory,
        )
        summary_of(found, work)
        line: dict[str, Any] = {
            "title": METHODS[name].title.model_dump(),
            "folds": [item["accuracy"] for item in found],
        }
        for figure in ("accuracy", "macro_f1"):
            line[figure], line[f"{figure}_spread"] = mean_and_spread(found, figure)
        seconds, remembered = time.monotonic() - began, memory.recalled
        lines.append(line)
        work.ctx.metric(f"dev/{name}/accuracy", line["accuracy"])
        shown = f"{line['accuracy']:.3f} ± {line['accuracy_spread']:.3f}"
        work.ctx.log(
            text(
                f"{METHODS[name].title.zh}：准确率 {shown}（{seconds:.0f} 秒"
                + (f"，其中 {remembered} 次训练来自上一次运行）" if remembered else "）"),
                f"{METHODS[name].title.en}: accuracy {shown} ({seconds:.0f} s"
                + (f", {remembered} trainings were done before)" if remembered else ")"),
            )
        )
    return lines


def train(work: "Work", params: FewShot, name: str, target: Path) -> None:
    """Train one method with the parameters that it shares with the comparison."""
    from inkstone.components.fewshot.methods import METHODS

    METHODS[name].function(work, parameters_of(params, name), target)


def parameters_of(params: FewShot, name: str) -> Any:
    """Return the parameters of a method that it shares with the comparison."""
    from inkstone.components.fewshot.methods import METHODS

    shared = {key: value for key, value in params.model_dump().items() if not isinstance(value, bool)}
    return METHODS[name].parameters(shared)


def within_error(best: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether the lead is smaller than its standard error: ``sqrt((s_1^2 + s_2^2) / folds)``."""
    variance = best["accuracy_spread"] ** 2 + other["accuracy_spread"] ** 2
    lead: float = best["accuracy"] - other["accuracy"]
    return bool(lead <= (variance / max(1, len(best["folds"]))) ** 0.5)


def explain(
    work: "Work", lines: list[dict[str, Any]], best: dict[str, Any], sentences: list[list[str]]
) -> dict[str, Any]:
    """Return the report: the table of methods, what was chosen, and how much to trust it."""
    rows = [
        [
            line["title"],
            *(f"{line[name]:.1%}" for name in ("accuracy", "accuracy_spread", "macro_f1", "macro_f1_spread")),
            "✓" if line is best else "",
        ]
        for line in sorted(lines, key=lambda line: -line["accuracy"])
    ]
    columns = [
        text("方法", "Method"), text("准确率", "Accuracy"), text("标准差", "Spread"), text("宏平均 F1", "Macro F1"),
        text("标准差", "Spread"), text("选用", "Chosen"),
    ]  # fmt: skip
    count, folds = len(work.rows.texts), len(best["folds"])
    near = [line for line in lines if line is not best and within_error(best, line)]
    trust = text(
        f"{count} 条样例、{folds} 次训练：选用“{best['title']['zh']}”。"
        + (
            f"另有 {len(near)} 种方法的差距在误差之内，多标注一些样例再比较会更可靠。"
            if near
            else "它与其他方法的差距超出误差。"
        ),
        f"{count} examples, {folds} trainings a method: '{best['title']['en']}' was chosen. "
        + (
            f"{len(near)} more are within the error of it; label more examples for a surer choice."
            if near
            else "Its lead exceeds the error."
        ),
    )
    sections = [
        {"title": text("结论", "Result").model_dump(), "kind": "text", "text": trust.model_dump()},
        {
            "title": text("方法比较", "Methods").model_dump(),
            "kind": "table",
            "columns": [item.model_dump() for item in columns],
            "rows": rows,
        },
    ]
    if sentences:
        heads = [text("填好的句子", "Sentence"), text("模板", "Pattern"), text("标签词", "Label words")]
        sections.append(
            {
                "title": text("使用的模板", "Patterns used").model_dump(),
                "kind": "table",
                "columns": [item.model_dump() for item in heads],
                "rows": sentences,
            }
        )
    return {"title": SPEC.title.model_dump(), "sections": sections}
