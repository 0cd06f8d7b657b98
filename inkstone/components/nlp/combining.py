"""The work of ``train.combined_classification``: members trained fold by fold, and weighed on rows they have not seen."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp import metrics
from inkstone.components.nlp.combined import Group, fit_weights, pool
from inkstone.components.nlp.errors import PAIRS_UNSUITED
from inkstone.components.nlp.fewshot.folds import as_table, pick, split_folds
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.training_rows import read_training_rows
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.train.combined_classification import CombinedClassification


@dataclass
class Combining:
    """A combination on its way.

    Attributes:
        ctx: Where it runs.
        params: What the user asked for.
        folder: The model folder; members lie below ``members``.
        rows: Training rows.
        labels: Class names.
        normalised: What was done to the texts.
        folds: Training and held-out places of each fold.
        targets: Class numbers of the rows.
        seed: Of everything random.
        members: Name of a group to its folders.
        unseen: Name of a group to its scores of rows that the scoring model had not seen.
    """

    ctx: Context
    params: "CombinedClassification"
    folder: Path
    rows: TextRows
    labels: list[str]
    normalised: str | None
    folds: "list[tuple[np.ndarray, np.ndarray]]"
    targets: "np.ndarray"
    seed: int
    members: dict[str, list[str]] = field(default_factory=dict)
    unseen: "dict[str, np.ndarray]" = field(default_factory=dict)

    @classmethod
    def begin(cls, ctx: Context, train: Table, params: "CombinedClassification", folder: Path) -> "Combining":
        """Read the rows and deal them out to folds.

        Raises:
            InkstoneError: ``train.pairs_unsuited`` and what is wrong with the rows.
        """
        rows, labels = read_training_rows(ctx, train)
        if rows.pairs is not None:
            raise PAIRS_UNSUITED(at="train")
        seed = ctx.seed if params.seed is None else params.seed
        numbers = {label: number for number, label in enumerate(labels)}
        return cls(
            ctx=ctx,
            params=params,
            folder=folder,
            rows=rows,
            labels=labels,
            normalised=train.info.origin.get(ORIGIN_KEY),
            folds=split_folds(rows, params.folds, seed),
            targets=np.array([numbers[label or ""] for label in rows.labels or []]),
            seed=seed,
        )

    @property
    def held(self) -> "np.ndarray":
        """Places that were held out once: all but the only rows of their class."""
        return np.concatenate([outside for _, outside in self.folds])

    def train_views(self) -> None:
        """Train the linear models."""
        from inkstone.components.nlp.text_training import with_disguised
        from inkstone.components.nlp.views import fit_view, views_for

        views = views_for(self.rows.texts)
        doubled = (
            with_disguised(self.rows, 1.0, self.normalised, self.seed) if self.params.disguised_copies else self.rows
        )
        for number, view in enumerate(views):
            self.ctx.progress(number, len(views), text(f"线性模型：{view.name}", f"Linear model: {view.name}"))
            fitted = fit_view(
                view,
                self.rows.texts,
                doubled.texts[len(self.rows.texts) :],
                self.targets,
                folds=self.folds,
                labels=self.labels,
                c=self.params.c,
                balanced=self.params.class_weights == "balanced",
            )
            fitted.model.save(self.folder / "members" / view.name)
            self.members[view.name], self.unseen[view.name] = [f"members/{view.name}"], fitted.unseen

    def train_encoders(self) -> None:
        """Train one encoder a fold. Without a look at held-out rows: epochs are those of the recipe."""
        from inkstone.components.nlp.recipes import recipe_for
        from inkstone.components.nlp.text_training import settings_of, task_of, with_disguised
        from inkstone.components.nlp.training_settings import starting_encoder

        encoder = starting_encoder(self.ctx, self.params.encoder, self.rows.every_text)
        unseen = np.full((len(self.rows.texts), len(self.labels)), 1.0 / len(self.labels))
        self.members["encoder"] = []
        for number, (inside, outside) in enumerate(self.folds):
            seed = self.seed + number
            own = with_disguised(pick(self.rows, inside), self.params.disguised_copies, self.normalised, seed)
            recipe = recipe_for(self.params.encoder, encoder, len(own.texts))
            settings = settings_of(self.ctx, self.params, recipe, seed=seed, part=(number, len(self.folds)))
            table = as_table(own, self.labels, self.ctx.scratch() / f"fold-{number}")
            result = self.ctx.fit(task_of(self.params, recipe, encoder, own, self.labels), table, None, settings)
            member = f"members/encoder-{number}"
            shutil.copytree(result.folder, self.folder / member)
            unseen[outside] = load_model(self.folder / member).scores(pick(self.rows, outside).texts)
            self.members["encoder"].append(member)
        self.unseen["encoder"] = unseen

    def weigh(self) -> "tuple[list[Group], np.ndarray]":
        """Return the groups with their weights, and the combined scores of the training rows, unseen."""
        names = list(self.unseen)
        weights = fit_weights([self.unseen[name][self.held] for name in names], self.targets[self.held])
        for name, weight in zip(names, weights, strict=True):
            self.ctx.log(text(f"{name} 的权重 {weight:.2f}", f"Weight of {name}: {weight:.2f}"))
        groups = [
            Group(name=name, members=tuple(self.members[name]), weight=weight)
            for name, weight in zip(names, weights, strict=True)
        ]
        return groups, pool([self.unseen[name] for name in names], weights)


def dev_figures(ctx: Context, work: Combining, scores: "np.ndarray", dev: Table | None) -> dict[str, float]:
    """Return the figures on dev rows; without any, those of the training rows as scored unseen."""
    true, shown = work.targets[work.held], scores[work.held]
    rows = read_rows(dev).labelled() if dev is not None else None
    if rows is not None and rows.texts:
        numbers = {label: number for number, label in enumerate(work.labels)}
        true = np.array([numbers.get(label or "", -1) for label in rows.labels or []])
        shown = load_model(work.folder).scores(rows.texts)
    figures = metrics.summary(true, shown.argmax(axis=1), len(work.labels))
    figures |= {"loss": metrics.cross_entropy(shown, true), "ece": metrics.calibration(true, shown)["ece"]}
    for name, value in figures.items():
        ctx.metric(f"dev/{name}", value)
    return figures


def write_scored(folder: Path, work: Combining, scores: "np.ndarray") -> Table:
    """Write the held-out rows with their unseen scores, as ``predict.batch`` writes rows with scores."""
    from inkstone.components.data.writing import TableWriter

    held = np.sort(work.held)
    rows, own = pick(work.rows, held), scores[held]
    columns = [ColumnInfo(name=name, dtype="string") for name in ("text", "label", "predicted")]
    columns += [ColumnInfo(name="score", dtype="float64"), ColumnInfo(name="scores", dtype="list<float>")]
    with TableWriter(folder, columns) as writer:
        writer.write(
            {
                ROW_ID: rows.row_ids,
                "text": rows.texts,
                "label": rows.labels or [],
                "predicted": [work.labels[number] for number in own.argmax(axis=1)],
                "score": own.max(axis=1).round(6).tolist(),
                "scores": own.round(6).tolist(),
            }
        )
    return writer.finish(roles={"text": "text", "label": "label"}, labels=work.labels)
