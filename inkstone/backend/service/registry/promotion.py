"""Rules of promotion: a new production version must beat the present one on the same test rows, beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.service import audit, dataset_rows
from inkstone.backend.service.actor import Actor, require_admin, require_read
from inkstone.backend.service.comparing.rows import DifferentRows, same_rows
from inkstone.backend.service.comparing.significance import LEVEL, RESAMPLES
from inkstone.backend.service.derived import open_version
from inkstone.backend.service.models import version_folder
from inkstone.backend.service.registry.errors import BAD_RULE, NO_EVALUATION, TOO_MANY_TEST_ROWS
from inkstone.backend.service.registry.evaluations import measured_by
from inkstone.backend.service.registry.views import Check, RuleView
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Model, ModelVersion, Run, now
from inkstone.backend.store.tables_registry import PromotionRule
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import metrics
from inkstone.components.nlp.significance import FIGURES, Difference, mcnemar, paired_bootstrap
from inkstone.components.texts import Text, text

_MOST_ROWS = 20_000
_LEARNS = ("train.", "fewshot.", "tag.", "compress.", "pretrain.")


@dataclass(frozen=True)
class _Judged:
    """True labels of the test rows, and what the two models said."""

    labels: list[str]
    candidate: list[str]
    production: list[str]


class _Untestable(Exception):
    """The two cannot be held against each other."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def rule_of(actor: Actor, model: str) -> RuleView | None:
    """Return the rule of a model; None where every version may become production."""
    require_read(actor, "model.rule")
    with session() as db:
        row = db.get(PromotionRule, lookup.model_version(db, model).model_id)
        return _rule_view(row) if row else None


def set_rule(actor: Actor, model: str, figure: str = "macro_f1", test_set: str = "") -> RuleView:
    """Set the rule of a model; administrators only.

    Args:
        actor: Who asks.
        model: ``NAME``.
        figure: ``macro_f1``, ``accuracy``, ``weighted_f1`` or ``f1/CLASS``.
        test_set: ``dataset:NAME@N``, on which both versions are asked; empty: the test rows kept by their runs.

    Raises:
        InkstoneError: ``models.bad_rule``, ``data.unknown_dataset`` or ``auth.forbidden``.
    """
    require_admin(actor, "model.set_rule")
    if figure not in FIGURES and not (figure.startswith("f1/") and len(figure) > len("f1/")):
        raise BAD_RULE(figure=figure[:60], figures=", ".join(FIGURES), at="figure")
    with session() as db:
        found = lookup.model_version(db, model).model
        named = test_set.strip()
        if named:
            version = dataset_rows.find_version(db, named)
            named = f"dataset:{version.dataset.name}@{version.number}"
        row = db.get(PromotionRule, found.id)
        if row is None:
            row = PromotionRule(model_id=found.id)
            db.add(row)
        row.figure, row.test_set, row.at, row.by = figure[:100], named, now(), actor.name
        audit.record(db, actor, "model.set_rule", found.name, figure=figure, test_set=named)
        db.flush()
        return _rule_view(row)


def remove_rule(actor: Actor, model: str) -> None:
    """Let every version of a model become production again; administrators only."""
    require_admin(actor, "model.remove_rule")
    with session() as db:
        found = lookup.model_version(db, model).model
        row = db.get(PromotionRule, found.id)
        if row is not None:
            db.delete(row)
            audit.record(db, actor, "model.remove_rule", found.name)


def check(actor: Actor, reference: str) -> Check:
    """Return whether a version may become production by the rule of its model, and why."""
    require_read(actor, "model.check")
    with session() as db:
        version = lookup.model_version(db, reference)
        rule = db.get(PromotionRule, version.model_id)
        present = production_of(version.model)
        name, current = _name(version), _name(present) if present else None
        figure, test_set = (rule.figure, rule.test_set) if rule else ("", "")
        asked = Check(passed=True, words=_NO_RULE, candidate=name, production=current, figure=figure, test_set=test_set)
        if rule is None:
            return asked
        if present is None or present.id == version.id:
            return asked.model_copy(update={"words": _NOTHING_TO_BEAT if present is None else _IS_PRODUCTION})
        try:
            _require_unseen(db, [version, present], test_set)
            references = [] if test_set else [_evaluation(db, present), _evaluation(db, version)]
        except _Untestable as problem:
            return asked.model_copy(update={"passed": False, "words": problem.reason})
    return compared(actor, asked, references, (version, present))


def compared(actor: Actor, asked: Check, evaluations: Sequence[str], pair: tuple[ModelVersion, ModelVersion]) -> Check:
    """Return what the test rows say of two versions, (candidate, production).

    Args:
        actor: Who asks.
        asked: Names, figure and test set.
        evaluations: ``RUN:NODE`` of production and candidate; used where no test set is named.
        pair: The versions, asked anew where a test set is named.
    """
    try:
        judged = _on_test_set(asked.test_set, pair) if asked.test_set else _of_their_runs(actor, evaluations)
    except _Untestable as problem:
        return asked.model_copy(update={"passed": False, "words": problem.reason})
    found = paired_bootstrap(judged.labels, judged.candidate, judged.production, resamples=RESAMPLES, level=LEVEL)
    decisive = found.get(asked.figure, Difference(0.0, 0.0, 0.0, 1.0))
    rows = list(zip(judged.labels, judged.candidate, judged.production, strict=True))
    only_candidate = sum(mine == label != theirs for label, mine, theirs in rows)
    only_production = sum(theirs == label != mine for label, mine, theirs in rows)
    passed = decisive.low > 0 and decisive.p < 1 - LEVEL
    values = [_value(judged.labels, said, asked.figure) for said in (judged.candidate, judged.production)]
    words = (_BEATS if passed else _DOES_NOT).format(
        candidate=asked.candidate,
        production=asked.production,
        figure=asked.figure,
        mine=f"{values[0]:.4f}",
        theirs=f"{values[1]:.4f}",
        rows=len(rows),
        points=f"{decisive.value * 100:+.1f}",
        low=f"{decisive.low * 100:+.1f}",
        high=f"{decisive.high * 100:+.1f}",
        p=f"{decisive.p:.4f}",
    )
    return asked.model_copy(
        update={
            "passed": passed,
            "words": words,
            "rows": len(rows),
            "candidate_value": values[0],
            "production_value": values[1],
            "difference": decisive.value,
            "low": decisive.low,
            "high": decisive.high,
            "p": decisive.p,
            "mcnemar": mcnemar(only_candidate, only_production).mid,
            "only_candidate": only_candidate,
            "only_production": only_production,
        }
    )


def production_of(model: Model) -> ModelVersion | None:
    """Return the production version of a model."""
    return next((item for item in model.versions if item.stage == "production"), None)


def _evaluation(db: Session, version: ModelVersion) -> str:
    found = measured_by(db, version)
    if found is None:
        problem = NO_EVALUATION(model=_name(version))
        raise _Untestable(text(f"{problem.what.zh}{problem.fix.zh}", f"{problem.what.en} {problem.fix.en}"))
    return found


def _of_their_runs(actor: Actor, evaluations: Sequence[str]) -> _Judged:
    try:
        first, second = same_rows(actor, evaluations).judged
    except DifferentRows as different:
        raise _Untestable(different.reason) from different
    return _Judged(first.labels, second.predicted, first.predicted)


def _on_test_set(test_set: str, pair: tuple[ModelVersion, ModelVersion]) -> _Judged:
    """Ask both models about every labelled row of a dataset."""
    from inkstone.backend.serving.loaded import get_predictor

    try:
        texts, pairs, labels = _test_rows(test_set)
        said = []
        for version in pair:
            predictor = get_predictor(version_folder(version))
            ranked = predictor.predict(texts, pairs if predictor.pairs else None)
            said.append([row[0]["label"] for row in ranked])
    except InkstoneError as error:
        raise _Untestable(text(f"{error.what.zh}{error.fix.zh}", f"{error.what.en} {error.fix.en}")) from error
    return _Judged(labels, said[0], said[1])


def _test_rows(test_set: str) -> tuple[list[str], list[str], list[str]]:
    table, roles = open_version(test_set)
    if "label" not in roles:
        raise _Untestable(_NO_LABELS.format(test_set=test_set))
    text_column = roles.get("text") or table.column("text")  # which says what such a table lacks
    pair = roles.get("text_pair")
    texts: list[str] = []
    pairs: list[str] = []
    labels: list[str] = []
    for batch in table.batches(list(dict.fromkeys([text_column, roles["label"], *([pair] if pair else [])]))):
        columns = batch.to_pydict()
        seconds = columns[pair] if pair else [""] * batch.num_rows
        for words, second, label in zip(columns[text_column], seconds, columns[roles["label"]], strict=True):
            if label is not None and label != "":
                texts.append(str(words or ""))
                pairs.append(str(second or ""))
                labels.append(str(label))
        if len(labels) > _MOST_ROWS:
            raise TOO_MANY_TEST_ROWS(rows=table.info.rows, limit=_MOST_ROWS)
    if not labels:
        raise _Untestable(_NO_LABELS.format(test_set=test_set))
    return texts, pairs, labels


def _require_unseen(db: Session, versions: Sequence[ModelVersion], test_set: str) -> None:
    """Refuse a test set that one of the models learned from."""
    if not test_set:
        return
    name = lookup.split_reference(test_set.removeprefix("dataset:"))[0]
    for version in versions:
        run = db.get(Run, version.run_id) if version.run_id else None
        if run is not None and name in _learned_from(Document.model_validate(run.document)):
            raise _Untestable(_SEEN.format(model=_name(version), test_set=test_set))


def _learned_from(document: Document) -> set[str]:
    """Return the names of the datasets whose rows reach a node that learns.

    A port called ``test`` passes test rows on beside the others, so what comes in there is not learned from.
    """
    waiting = [name for name, node in document.nodes.items() if node.enabled and node.component.startswith(_LEARNS)]
    seen: set[str] = set()
    names = set()
    while waiting:
        node_id = waiting.pop()
        if node_id in seen or node_id not in document.nodes:
            continue
        seen.add(node_id)
        node = document.nodes[node_id]
        source = str(node.params.get("source") or "")
        if source.startswith("dataset:"):
            names.add(lookup.split_reference(source.removeprefix("dataset:"))[0])
        for port, given in node.inputs.items():
            if port == "test":
                continue
            waiting += [str(item).partition(".")[0] for item in (given if isinstance(given, list) else [given])]
    return names


def _value(labels: Sequence[str], said: Sequence[str], figure: str) -> float:
    if figure.startswith("f1/"):
        wanted = figure.removeprefix("f1/")
        return float(metrics.per_class(labels, said, [wanted])[0]["f1"])
    numbers = {name: number for number, name in enumerate(sorted({*labels, *said}))}
    coded = [np.array([numbers[item] for item in column]) for column in (labels, said)]
    return metrics.summary(coded[0], coded[1], len(numbers))[figure]


def _name(version: ModelVersion) -> str:
    return f"{version.model.name}@{version.number}"


def _rule_view(row: PromotionRule) -> RuleView:
    return RuleView(figure=row.figure, test_set=row.test_set, at=row.at, by=row.by)


_NO_RULE = text("没有设置升级规则。", "No rule of promotion is set.")
_NOTHING_TO_BEAT = text("还没有生产版本，没有要胜过的对手。", "There is no production version to beat yet.")
_IS_PRODUCTION = text("它已经是生产版本。", "It is the production version already.")
_NO_LABELS = text("测试集 {test_set} 没有带标签的行。", "The test set {test_set} has no labelled rows.")
_SEEN = text(
    "{model} 的训练用到了 {test_set} 这个数据集，在它上面的成绩不可信；请指定模型没有见过的测试集。",
    "{model} learned from the dataset of {test_set}, so its figures there prove nothing; name a test set that it has not seen.",
)
_BEATS = text(
    "{candidate} 的 {figure} 为 {mine}，{production} 为 {theirs}，在相同的 {rows} 行上高 {points} 个百分点（95% 区间 {low} 到 {high}，p = {p}），超出了偶然。",
    "{candidate} has {figure} {mine}, {production} has {theirs}: {points} points on the same {rows} rows (95% interval {low} to {high}, p = {p}), beyond chance.",
)
_DOES_NOT = text(
    "{candidate} 的 {figure} 为 {mine}，{production} 为 {theirs}，在相同的 {rows} 行上相差 {points} 个百分点（95% 区间 {low} 到 {high}，p = {p}），不能证明它更好。",
    "{candidate} has {figure} {mine}, {production} has {theirs}: {points} points on the same {rows} rows (95% interval {low} to {high}, p = {p}), which does not show it to be better.",
)
