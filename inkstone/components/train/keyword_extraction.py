"""``train.keyword_extraction``: learns from human keywords which keywords a text has."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.nlp.parameters import training_seed
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.tag.keyword_parameters import as_words, keyword_count, user_words
from inkstone.components.texts import text
from inkstone.components.train.training_parameters import EncoderParams

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.keyword_rows import KeywordRows


class _Choices(Params):
    """What either method is told; a base of its own so that it stands above the encoder on the page."""

    method: Literal["ranking", "spans"] = param(
        "ranking",
        impact=3,
        common=True,
        title=text("方法", "Method"),
        help=text(
            "候选排序：不用编码器，一两分钟内训练完，也能给出不在原文中的关键词；以下编码器和训练参数对它不起作用。"
            "片段识别：微调编码器，只能给原文中的词。",
            "Ranking: no encoder, trained within a minute or two, may give keywords that do not stand in the text; the encoder and "
            "its training parameters below do not apply. Spans: fine-tunes an encoder and gives words of the text alone.",
        ),
        choices={"ranking": text("候选排序", "Ranking"), "spans": text("片段识别（编码器）", "Spans (encoder)")},
    )
    count: int = keyword_count()
    absent: bool = param(
        True,
        impact=2,
        common=True,
        title=text("也给原文之外的关键词", "Keywords beyond the text"),
        help=text(
            "用于“候选排序”：也给出训练数据里常随这类文本出现、但不在原文中的关键词。关闭后只给原文中的词。",
            "For Ranking: also give keywords that people gave to similar texts but that do not stand in this one. Off: words of "
            "the text alone.",
        ),
    )
    user_words: str = user_words()


class KeywordExtraction(EncoderParams, _Choices):
    """Parameters of ``train.keyword_extraction``."""

    seed: int | None = training_seed()


SPEC = Component(
    id="train.keyword_extraction",
    title=text("关键词模型", "Keyword model"),
    summary=text(
        "从人工关键词学习：给候选词排序，或把关键词当作片段来识别。",
        "Learns from keywords given by people: ranks candidates, or recognises keywords as spans.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=KeywordExtraction,
    trains=True,
    keywords=("keyword extraction", "关键词", "关键词抽取", "KEA", "keyphrase"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: KeywordExtraction) -> Mapping[str, Artifact]:
    """Learn by the chosen method, and measure keywords on the dev rows."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.keyword_figures import keyword_figures
    from inkstone.components.nlp.tagging.keyword_models import load_extractor
    from inkstone.components.nlp.tagging.keyword_rows import read_keyword_rows, share_in_texts

    dev: Table | None = inputs.get("dev")
    rows = read_keyword_rows(inputs["train"])
    dev_rows = read_keyword_rows(dev) if dev is not None and dev.info.rows else None
    share = share_in_texts(rows)
    ctx.log(text(f"{share:.0%} 的人工关键词出现在原文中", f"{share:.0%} of the given keywords stand in their texts"))
    model = ctx.output("model")
    if params.method == "ranking":
        facts, document = _by_ranking(ctx, params, model, rows)
    else:
        facts, document = _by_spans(ctx, params, model, rows, dev_rows)
    values: dict[str, float] = document.pop("values")
    if dev_rows is not None:
        ctx.check_cancelled()
        answers = load_extractor(model, model_io.read_card(model)).answers(dev_rows.texts)
        figures = keyword_figures(dev_rows.keywords, [[item.word for item in row.keywords or []] for row in answers])
        values |= figures
        for name, value in figures.items():
            ctx.metric(f"dev/{name}", value)
    card = model_io.amend(model, component=SPEC.key, metrics=values, **facts)
    document |= {"model": card.digest, "values": values}
    return {"model": Model(model), "metrics": Metrics.write(ctx.output("metrics"), document)}


def _by_ranking(
    ctx: Context, params: KeywordExtraction, model: Path, rows: "KeywordRows"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rank candidates; nothing of it is a network, so dev rows choose nothing."""
    import random

    from inkstone.components.nlp.tagging.keyword_candidates import read_text
    from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, save_extractor
    from inkstone.components.nlp.tagging.keyword_training import MOST_ROWS, fit_ranking, folded
    from inkstone.components.nlp.tagging.words import Segmenter

    seed = ctx.seed if params.seed is None else params.seed
    words = as_words(params.user_words)
    segmenter = Segmenter(words)
    chosen: Sequence[int] = range(len(rows.texts))
    if len(chosen) > MOST_ROWS:
        chosen = sorted(random.Random(seed).sample(chosen, MOST_ROWS))  # noqa: S311 - a repeatable choice
        ctx.log(text(f"从中抽取 {MOST_ROWS:,} 行来学习", f"Learns from {MOST_ROWS:,} rows drawn from them"))
    texts, keywords = [], []
    for number, row in enumerate(chosen):
        if number % 200 == 0:
            ctx.progress(0.2 * number / len(chosen), 1, text("正在切分文本", "Cutting texts into words"))
        texts.append(read_text(rows.texts[row], segmenter))
        keywords.append(folded(rows.keywords[row]))
    ranking = fit_ranking(
        texts,
        keywords,
        params.count,
        seed,
        absent=params.absent,
        progress=lambda share: ctx.progress(0.2 + 0.8 * share, 1, text("正在学习排序", "Learning to rank")),
    )
    save_extractor(model, KeywordSettings(method="ranking", count=params.count, user_words=words), ranking=ranking)
    chance = ranking.ranker.threshold
    ctx.log(text(f"概率不到 {chance:.0%} 的词不给", f"Words less likely than {chance:.0%} are not given"))
    return {}, {"split": "dev", "metric": "f1_at_5", "values": {}}


def _by_spans(
    ctx: Context, params: KeywordExtraction, model: Path, rows: "KeywordRows", dev: "KeywordRows | None"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Mark the keywords in the texts and fine-tune a recogniser."""
    from inkstone.components.nlp.encoders import SCRATCH, longest_input
    from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, save_extractor
    from inkstone.components.nlp.tagging.keyword_rows import LABEL, as_entities
    from inkstone.components.nlp.tagging.recipes import tagging_recipe
    from inkstone.components.nlp.tagging.sequence_labelling import SequenceLabelling, Settings
    from inkstone.components.nlp.training_settings import dev_metrics, fit_settings, starting_encoder

    table = as_entities(rows, ctx.scratch() / "train")
    dev_table = as_entities(dev, ctx.scratch() / "dev") if dev is not None else None
    folder = starting_encoder(ctx, params.encoder, rows.texts)
    recipe = tagging_recipe(params.encoder, folder, len(rows.texts))
    task = SequenceLabelling(
        Settings(
            encoder=str(folder),
            labels=(LABEL,),
            max_length=min(params.max_length or recipe.max_length, longest_input(folder)),
            dropout=recipe.dropout if params.dropout is None else params.dropout,
            random_weights=params.encoder == SCRATCH,
            frozen=params.frozen,
        )
    )
    result = ctx.fit(task, table, dev_table, fit_settings(ctx, params, recipe, "micro_f1"))
    save_extractor(model, KeywordSettings(method="supervised", count=params.count), encoder=result.folder)
    return {"encoder": params.encoder}, dev_metrics("", "micro_f1", result) | {"values": dict(result.best)}
