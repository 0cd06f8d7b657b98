"""``train.keyword_extraction``: learns from human keywords which words of a text are its keywords."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.nlp.parameters import training_seed
from inkstone.components.spec import Component, Context, Port, PortType
from inkstone.components.tag.keyword_parameters import keyword_count
from inkstone.components.texts import text
from inkstone.components.train.training_parameters import EncoderParams


class KeywordExtraction(EncoderParams):
    """Parameters of ``train.keyword_extraction``."""

    count: int = keyword_count()
    seed: int | None = training_seed()


SPEC = Component(
    id="train.keyword_extraction",
    title=text("关键词模型", "Keyword model"),
    summary=text(
        "从人工关键词学习：把关键词当作片段来识别。", "Learns from keywords given by people, as spans to recognise."
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
    keywords=("keyword extraction", "关键词", "关键词抽取"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: KeywordExtraction) -> Mapping[str, Artifact]:
    """Mark the keywords in the texts, train a recogniser, and measure keywords on the dev rows."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.encoders import SCRATCH, longest_input
    from inkstone.components.nlp.tagging.keyword_figures import keyword_figures
    from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, load_extractor, save_extractor
    from inkstone.components.nlp.tagging.keyword_rows import LABEL, as_entities, read_keyword_rows
    from inkstone.components.nlp.tagging.recipes import tagging_recipe
    from inkstone.components.nlp.tagging.sequence_labelling import SequenceLabelling, Settings
    from inkstone.components.nlp.training_settings import dev_metrics, fit_settings, starting_encoder

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    rows = read_keyword_rows(train)
    table, share = as_entities(rows, ctx.scratch() / "train")
    ctx.log(text(f"{share:.0%} 的人工关键词出现在原文中", f"{share:.0%} of the given keywords stand in their texts"))
    dev_rows = read_keyword_rows(dev) if dev is not None and dev.info.rows else None
    dev_table = as_entities(dev_rows, ctx.scratch() / "dev")[0] if dev_rows is not None else None
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
    model = ctx.output("model")
    save_extractor(model, KeywordSettings(method="supervised", count=params.count), encoder=result.folder)
    values = dict(result.best)
    if dev_rows is not None:
        ctx.check_cancelled()
        answers = load_extractor(model, model_io.read_card(model)).answers(dev_rows.texts)
        values |= keyword_figures(dev_rows.keywords, [[item.word for item in row.keywords or []] for row in answers])
    card = model_io.amend(model, component=SPEC.key, encoder=params.encoder, metrics=values)
    document = dev_metrics(card.digest, "micro_f1", result) | {"values": values}
    return {"model": Model(model), "metrics": Metrics.write(ctx.output("metrics"), document)}
