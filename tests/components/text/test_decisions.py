"""Thresholds against brute force, the policy's answers, and the components around them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from component_context import ComponentContext, make_table

from inkstone.components.artifacts import Table
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.combined import fit_weights, pool
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.lexicon.entries import Entry, write_lexicon
from inkstone.components.nlp.lexicon.matching import Hit
from inkstone.components.nlp.risk.model import RiskText
from inkstone.components.nlp.risk.policy import ClassPolicy, Policy, class_goals, judge, safe_class
from inkstone.components.nlp.risk.thresholds import NEVER, Costs, at_least_cost, at_precision, at_recall, mean_cost

LABELS = ["正常", "诈骗", "广告"]


def test_precision_and_recall_by_hand() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    right = np.array([1, 1, 0, 1, 0, 0], bool)
    assert at_precision(scores, right, 0.6) == pytest.approx(0.55)  # 3 of 4 rows right, counted as 3 / 5
    assert at_precision(scores, right, 0.9) == NEVER
    assert at_recall(scores, right, 1.0) == pytest.approx(0.55)
    assert at_recall(scores, right, 0.66) == pytest.approx(0.75)
    assert at_recall(scores, np.zeros(6, bool), 0.9) == NEVER


@pytest.mark.parametrize("seed", range(10))
def test_no_pair_of_thresholds_costs_less(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.random(25).round(1 + seed % 2)
    bad = random.random(25) < scores
    costs = Costs(5, 3, 0.5)
    points = [0.0, *(np.unique(scores) + 1e-6), NEVER]

    def cost(review: float, block: float) -> float:
        return mean_cost(np.where(scores >= block, 2, np.where(scores >= review, 1, 0)), bad, costs)

    assert cost(*at_least_cost(scores, bad, costs)) == pytest.approx(
        min(cost(a, b) for a in points for b in points if a <= b)
    )


def test_the_pool_of_one_model_is_the_model_and_good_models_get_the_weight() -> None:
    random = np.random.default_rng(0)
    true = random.integers(0, 3, 400)
    good = np.full((400, 3), 0.15)
    good[np.arange(400), np.where(random.random(400) < 0.85, true, random.integers(0, 3, 400))] = 0.7
    noise = random.dirichlet(np.ones(3), 400)
    assert np.allclose(pool([good], [1.0]), good / good.sum(axis=1, keepdims=True))
    weights = fit_weights([good, noise], true)
    assert weights[0] > 10 * weights[1]


def _policy(**changes: Any) -> Policy:
    classes = {"诈骗": ClassPolicy(review=0.3, block=0.8), "广告": ClassPolicy(review=0.4, block=NEVER)}
    return Policy(**({"safe": "正常", "classes": classes} | changes))


def _hit(severity: Any) -> Hit:
    return Hit("词", "辱骂", severity, 0, 1, "词", "exact")


@pytest.mark.parametrize(
    ("scores", "hits", "contacts", "action", "label"),
    [
        ([0.1, 0.9, 0.0], [], 0, "block", "诈骗"),
        ([0.5, 0.5, 0.0], [], 0, "review", "诈骗"),
        ([0.0, 0.0, 1.0], [], 0, "review", "广告"),
        ([0.9, 0.1, 0.0], [], 3, "pass", "正常"),
        ([0.9, 0.1, 0.0], [_hit("block")], 0, "block", "辱骂"),
        ([0.99, 0.01, 0.0], [_hit("block")], 0, "review", "辱骂"),
        ([0.9, 0.1, 0.0], [_hit("review")], 0, "review", "辱骂"),
        ([0.9, 0.1, 0.0], [_hit("note")], 0, "pass", "正常"),
        ([0.5, 0.5, 0.0], [_hit("block")], 0, "block", "诈骗"),
    ],
)
def test_model_and_words_together(scores: list[float], hits: list[Hit], contacts: int, action: str, label: str) -> None:
    verdict = judge(_policy(), LABELS, np.array(scores), hits, contacts)
    assert (verdict.action, verdict.label) == (action, label)


def test_contacts_may_ask_for_a_review() -> None:
    assert judge(_policy(contacts="review"), LABELS, np.array([0.9, 0.1, 0.0]), [], 1).action == "review"


def test_wishes_that_make_no_sense_are_refused() -> None:
    assert class_goals(["诈骗=0.97"], LABELS) == {"诈骗": 0.97}
    for given, code in (
        (["诈骗"], "risk.bad_class_goal"),
        (["x=0.9"], "risk.bad_class_goal"),
        (["诈骗=2"], "risk.bad_class_goal"),
    ):
        with pytest.raises(InkstoneError) as problem:
            class_goals(given, LABELS)
        assert problem.value.code == code
    assert safe_class(LABELS, None) == "正常"
    with pytest.raises(InkstoneError, match=r"risk\.no_safe_class"):
        safe_class(["甲", "乙"], None)
    with pytest.raises(InkstoneError, match=r"risk\.unknown_safe_class"):
        safe_class(LABELS, "安全")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A combined model of characters and sounds, its policy with a word list, and rows."""
    from tiny_models import two_class_rows

    root = tmp_path_factory.mktemp("risk")
    texts, labels = two_class_rows(96)
    numbered = [f"{text}{number}" for number, text in enumerate(texts)]
    table = make_table(root / "rows", {"text": numbered, "label": labels}, {"text": "text", "label": "label"})
    clean = ComponentContext(root / "normalise").run("text.normalise", {"table": table})["table"]
    made = ComponentContext(root / "train").run(
        "train.combined_classification", {"train": clean}, use_encoder=False, folds=3, disguised_copies=1.0
    )
    lexicon = write_lexicon(root / "lexicon", [Entry("彩金", "博彩"), Entry("领红包", "广告", "note")])
    found = ComponentContext(root / "policy").run(
        "text.decision_policy", {"model": made["model"], "scored": made["scored"], "lexicon": lexicon}, wished=0.9
    )
    return {"table": table, "made": made, "policy": found, "root": root}


def test_unseen_scores_cover_every_row_and_mean_something(trained: dict[str, Any]) -> None:
    scored: Table = trained["made"]["scored"]
    assert scored.info.rows == 96
    assert trained["made"]["metrics"].read()["values"]["macro_f1"] > 0.8


def test_the_answer_has_a_stable_form_and_places_in_the_original(trained: dict[str, Any]) -> None:
    model = load_model(trained["policy"]["model"].path)
    assert isinstance(model, RiskText)
    text = "加薇❤领红包，注*册就送彩.金"
    (answer,) = model.decide([text])
    assert set(answer) == {"decision", "label", "score", "labels", "scores", "reasons", "undisguised", "disguises"}
    assert answer["decision"] == "block"
    kinds = {reason["kind"] for reason in answer["reasons"]}
    assert kinds == {"model", "word"}
    for reason in answer["reasons"]:
        for place in reason.get("tokens", [reason]):
            assert text[place["start"] : place["end"]] == place["text"]
    words = {reason["word"]: reason["text"] for reason in answer["reasons"] if reason["kind"] == "word"}
    assert words == {"领红包": "领红包", "彩金": "彩.金"}


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b\u200b", "😀😀😀", "Привет 你好 hello مرحبا", "\ud83d" + "好", "啊" * 300_000]
)
def test_odd_texts_get_an_answer(trained: dict[str, Any], text: str) -> None:
    model = load_model(trained["policy"]["model"].path)
    assert isinstance(model, RiskText)
    (answer,) = model.decide([text])
    assert answer["decision"] in {"block", "review", "pass"}
    if not text.strip():
        assert answer["decision"] == "pass"


def test_disguises_change_little(trained: dict[str, Any], tmp_path: Path) -> None:
    inputs = {"model": trained["policy"]["model"], "table": trained["table"]}
    figures = ComponentContext(tmp_path).run("evaluate.robustness", inputs)["metrics"].read()
    by_name = {row["attack"]: row for row in figures["attacks"]}
    assert by_name["invisible"]["macro_f1"] == by_name["traditional"]["macro_f1"] == by_name["none"]["macro_f1"]
    assert figures["values"]["loss_all"] < 0.3


def test_figures_of_decisions_add_up(trained: dict[str, Any], tmp_path: Path) -> None:
    inputs = {"model": trained["policy"]["model"], "table": trained["table"]}
    found = ComponentContext(tmp_path).run("evaluate.decisions", inputs)
    figures = found["metrics"].read()
    assert figures["values"]["block_precision"] >= 0.9
    assert figures["values"]["caught"] >= figures["values"]["block_recall"]
    assert {item["label"] for item in figures["per_class"]} == {"广告"}
    assert len(found["report"].read()["sections"]) == 5


def test_a_plain_model_has_no_decisions(trained: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(InkstoneError, match=r"risk\.not_a_risk_model"):
        ComponentContext(tmp_path).run(
            "evaluate.decisions", {"model": trained["made"]["model"], "table": trained["table"]}
        )
    with pytest.raises(InkstoneError, match=r"risk\.no_dev_rows"):
        ComponentContext(tmp_path).run("text.decision_policy", {"model": trained["made"]["model"]})


def test_models_after_normalising_undo_disguises_in_use(trained: dict[str, Any]) -> None:
    model = load_model(trained["made"]["model"].path)
    plain, disguised = model.scores(["加微信领红包"]), model.scores(["加薇❤领\u200b红包"])
    assert np.allclose(plain, disguised)
