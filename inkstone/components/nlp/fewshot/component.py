"""What every few-shot component does around its method: rows, cross-validation or dev figures, outputs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY, Normaliser
from inkstone.components.nlp import model_io
from inkstone.components.nlp.fewshot.errors import NO_UNLABELLED, TOO_FEW_ROWS
from inkstone.components.nlp.fewshot.fold_memory import FoldMemory
from inkstone.components.nlp.fewshot.folds import FIGURES, cross_validate, mean_and_spread, score
from inkstone.components.nlp.fewshot.training import Method, Work, read_few
from inkstone.components.nlp.profile import profile_of
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.spec import Component, Context
from inkstone.components.texts import text


def work_of(ctx: Context, inputs: Mapping[str, Any], params: Any) -> Work:
    """Return the work that a component's inputs and parameters describe."""
    rows, labels = read_few(ctx, inputs["train"])
    normalised = inputs["train"].info.origin.get(ORIGIN_KEY)
    unlabelled: Table | None = inputs.get("unlabelled")
    texts = texts_of(unlabelled, inputs["train"].column("text")) if unlabelled is not None else []
    clean = Normaliser.from_json(normalised)
    return Work(
        ctx=ctx,
        labels=labels,
        rows=rows,
        normalised=normalised,
        columns=inputs["train"].info.roles,
        unlabelled=[clean(item) for item in texts] if clean else texts,
        **settings_of(ctx, params),
    )


def settings_of(ctx: Context, params: Any) -> dict[str, Any]:
    """Return what the parameters alone decide about a ``Work``."""
    return {
        "encoder": ctx.encoder(params.encoder),
        "reference": params.encoder,
        "seed": ctx.seed if params.seed is None else params.seed,
        "max_length": params.max_length,
        "batch_size": params.batch_size,
        "epochs": params.epochs,
        "learning_rate": params.learning_rate,
        "precision": params.precision,
    }


def texts_of(table: Table, name: str) -> list[str]:
    """Return the texts of an unlabelled table, empty ones and repetitions left out.

    They stand in the column with the role ``text``, else in the one called ``name``, else in that with the longest texts.
    """
    column = table.info.roles.get("text") or text_column(table, name)
    values = [item for batch in table.batches([column]) for item in batch.column(0).to_pylist()]
    return list(dict.fromkeys(item for item in values if item and item.strip()))


def text_column(table: Table, name: str) -> str:
    """Return ``name`` where the table has such a column of text, else the column with the longest texts.

    Raises:
        InkstoneError: ``fewshot.no_unlabelled`` when no column holds text.
    """
    strings = [column.name for column in table.info.columns if column.dtype == "string"]
    if not strings:
        raise NO_UNLABELLED(at="unlabelled")
    if name in strings:
        return name
    sizes = dict.fromkeys(strings, 0)
    for batch in table.batches(strings):
        for column in strings:
            sizes[column] += sum(len(item) for item in batch.column(column).to_pylist() if item)
    return max(strings, key=lambda column: sizes[column])


def run_method(
    ctx: Context, inputs: Mapping[str, Any], params: Any, spec: Component, method: Method
) -> Mapping[str, Artifact]:
    """Train a method, and tell how good it is: on the dev rows, or by cross-validation inside the training rows."""
    work = work_of(ctx, inputs, params)
    dev = dev_rows(inputs.get("dev"))
    facts = {"split": "dev"} if dev is not None else cross_validated(work, params, method)
    model = ctx.output("model")
    before = params.folds * params.repeats if dev is None and params.folds > 1 else 0
    method(work.on(work.rows, work.seed, (before, before + 1)), params, model)
    return finish(work, spec, model, dev, facts)


def dev_rows(table: Table | None) -> TextRows | None:
    """Return the labelled rows of a dev table, None when there are none."""
    if table is None or not table.info.rows:
        return None
    rows = read_rows(table).labelled()
    return rows if rows.texts else None


def cross_validated(work: Work, params: Any, method: Method) -> dict[str, Any]:
    """Return mean, spread and single figures of a method over the folds; nothing for less than two folds."""
    if params.folds < 2:
        return {"split": "none", "values": {}}
    ctx = work.ctx
    parts = params.folds * params.repeats + 1

    def train(rows: TextRows, seed: int, folder: Path, number: int) -> None:
        ctx.check_cancelled()
        method(work.on(rows, seed, (number, parts)), params, folder)

    def after(done: int, total: int, figures: dict[str, float]) -> None:
        ctx.log(
            text(
                f"交叉验证 {done}/{total}：准确率 {figures['accuracy']:.3f}",
                f"cross-validation {done}/{total}: accuracy {figures['accuracy']:.3f}",
            )
        )

    found = cross_validate(
        train,
        work.rows,
        work.labels,
        count=params.folds,
        repeats=params.repeats,
        seed=work.seed,
        scratch=ctx.scratch() / "folds",
        memory=memory_of(work, method.__module__, params),
        after=after,
    )
    return summary_of(found, work)


def memory_of(work: Work, method: str, params: Any) -> FoldMemory:
    """Return the figures of folds that an earlier attempt at the node finished with the same method, parameters and texts."""
    about = {"method": method, "parameters": params.model_dump(mode="json"), "labels": work.labels,
             "normalised": work.normalised, "unlabelled": list(work.unlabelled)}  # fmt: skip
    return FoldMemory(work.ctx.kept() / "folds.jsonl", about)


def summary_of(found: list[dict[str, float]], work: Work) -> dict[str, Any]:
    """Return what a metrics artifact says about folds.

    Raises:
        InkstoneError: ``fewshot.too_few_rows`` when no row could be held out.
    """
    if not found:
        label, count = min(work.rows.counts().items(), key=lambda item: item[1])
        raise TOO_FEW_ROWS(label=label, count=count, at="folds")
    return {
        "split": "cross_validation",
        "values": {name: mean_and_spread(found, name)[0] for name in found[0]},
        "spread": {name: mean_and_spread(found, name)[1] for name in FIGURES},
        "folds": found,
    }


def finish(
    work: Work, spec: Component, model: Path, dev: TextRows | None, facts: dict[str, Any]
) -> Mapping[str, Artifact]:
    """Write the figures beside a finished model folder and report them."""
    if dev is not None:
        facts = {**facts, "values": score(model, dev, work.labels)}
    values: dict[str, float] = facts["values"]
    for name, value in values.items():
        work.ctx.metric(f"dev/{name}", value)
    card = model_io.amend(
        model,
        component=spec.key,
        encoder=work.reference,
        metrics=values,
        normalised=work.normalised,
        profile=profile_of(work.rows),
    )
    written = {"model": card.digest, "metric": "accuracy", **facts}
    return {"model": Model(model), "metrics": Metrics.write(work.ctx.output("metrics"), written)}
