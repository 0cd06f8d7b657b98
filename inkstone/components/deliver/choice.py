"""Chooses among trained models by their dev figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import Metrics, Model
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import UNKNOWN_METRIC, UNPAIRED_METRICS
from inkstone.components.nlp.figures import FIGURES, LOWER_IS_BETTER
from inkstone.components.texts import Text, text


@dataclass
class Candidate:
    """A model with its figures.

    Attributes:
        folder: The model folder.
        digest: Its identity.
        component: What trained it.
        title: Its name for a person.
        encoder: What it started from.
        dev: Dev figures.
        test: The whole document of its test figures, if there is one.
    """

    folder: Path
    digest: str
    component: str | None
    title: Text
    encoder: str | None
    dev: dict[str, float]
    test: dict[str, Any] | None

    @property
    def test_values(self) -> dict[str, float]:
        """The test figures, or none."""
        return dict(self.test["values"]) if self.test else {}

    @property
    def split(self) -> str:
        """Which rows ``shown`` comes from."""
        return "test" if self.test else "dev"

    @property
    def shown(self) -> dict[str, float]:
        """The figures that a user sees: of the test rows where there are any, else of the dev rows."""
        return self.test_values if self.test else self.dev


def candidates(models: Sequence[Model], dev: Sequence[Metrics], test: Sequence[Metrics]) -> list[Candidate]:
    """Pair models with figures by the digest that both carry.

    Raises:
        InkstoneError: ``deliver.unpaired_metrics`` when one of several models has no dev figures.
    """
    dev_by_model = {document["model"]: document["values"] for document in (item.read() for item in dev)}
    test_by_model = {document["model"]: document for document in (item.read() for item in test)}
    found = []
    for model in models:
        card = model_io.read_card(model.path)
        figures = dev_by_model.get(card.digest) or {}
        if not figures and len(models) > 1:
            raise UNPAIRED_METRICS(model=card.component or card.task, at="dev_metrics")
        title = _title(card.component) or text(card.task, card.task)
        found.append(
            Candidate(
                model.path, card.digest, card.component, title, card.encoder, figures, test_by_model.get(card.digest)
            )
        )
    return found


def choose(found: Sequence[Candidate], metric: str) -> tuple[Candidate, Text]:
    """Return the best candidate by a dev figure, and why; of equals the first.

    Raises:
        InkstoneError: ``train.unknown_metric``.
    """
    if len(found) == 1:
        return found[0], text("只有一个模型。", "It was the only model.")
    for item in found:
        if metric not in item.dev:
            raise UNKNOWN_METRIC(metric=metric, known=", ".join(sorted(item.dev)), at="metric")
    sign = -1 if metric in LOWER_IS_BETTER else 1
    order = sorted(found, key=lambda item: -sign * item.dev[metric])
    best, second = order[0], order[1]
    figure = FIGURES.get(metric, text(metric, metric))
    if best.dev[metric] == second.dev[metric]:
        return best, text(
            f"{best.title.zh}与{second.title.zh}在开发集上的{figure.zh}相同（{best.dev[metric]:.4f}），取前者。",
            f"{best.title.en} and {second.title.en} have the same {figure.en} on the dev rows ({best.dev[metric]:.4f}); "
            "the first is kept.",
        )
    gap = abs(best.dev[metric] - second.dev[metric])
    return best, text(
        f"{best.title.zh}更好：开发集{figure.zh} {best.dev[metric]:.4f}，{second.title.zh}为 {second.dev[metric]:.4f}，"
        f"相差 {gap:.4f}。",
        f"{best.title.en} is better: {figure.en} {best.dev[metric]:.4f} on the dev rows against "
        f"{second.dev[metric]:.4f} of {second.title.en}, a difference of {gap:.4f}.",
    )


def _title(component: str | None) -> Text | None:
    from inkstone.components.registry import find

    if component is None:
        return None
    try:
        return find(component).spec.title
    except InkstoneError:  # a plug-in that is no longer installed
        return None
