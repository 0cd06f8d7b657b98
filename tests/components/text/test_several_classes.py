"""Risk control of texts of several classes at once: policy and thresholds by hand, the model, its figures."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from component_context import ComponentContext
from label_parts import label_table
from several_parts import PHRASES, several_rows, several_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.lexicon.entries import Entry, write_lexicon
from inkstone.components.nlp.lexicon.matching import Hit
from inkstone.components.nlp.metrics import membership
from inkstone.components.nlp.risk.model import RiskText
from inkstone.components.nlp.risk.policy import ClassPolicy, Policy, choose_thresholds, judge
from inkstone.components.nlp.risk.report import about_of
from inkstone.components.nlp.risk.several import SeveralText, load_scorer, several_of
from inkstone.components.nlp.risk.thresholds import NEVER, Costs
from inkstone.components.nlp.tagging.label_models import OnnxLabels
from inkstone.components.nlp.tagging.label_pool import PooledLabels
from inkstone.components.nlp.telling import telling

LABELS = ["正常", "诈骗", "广告"]
POLICY = Policy(
    safe="正常",
    several=True,
    classes={"诈骗": ClassPolicy(review=0.3, block=0.8), "广告": ClassPolicy(review=0.4, block=0.9)},
)


@pytest.mark.parametrize(
    ("scores", "action", "reached"),
    [
        ([0.0, 0.5, 0.95], "block", [("广告", "block"), ("诈骗", "review")]),
        ([0.0, 0.85, 0.89], "block", [("诈骗", "block"), ("广告", "review")]),  # the worst first, not the likeliest
        ([0.0, 0.85, 0.95], "block", [("广告", "block"), ("诈骗", "block")]),
        ([0.2, 0.35, 0.45], "review", [("广告", "review"), ("诈骗", "review")]),
        ([0.2, 0.35, 0.39], "review", [("诈骗", "review")]),  # the likelier one stays below its own threshold
        ([0.5, 0.2, 0.3], "pass", []),
    ],
)
def test_each_class_has_its_own_thresholds_and_the_worst_decides(scores: Any, action: str, reached: Any) -> None:
    verdict = judge(POLICY, LABELS, np.array(scores), [], 0)
    assert (verdict.action, [(item.label, item.action) for item in verdict.by_model]) == (action, reached)
    assert verdict.label == (reached[0][0] if reached else "正常")
    one = judge(POLICY.model_copy(update={"several": False}), LABELS, np.array(scores), [], 0)
    assert len(one.by_model) <= 1  # where texts have one class, only the likeliest is looked at


def test_words_ask_for_more_than_the_model_does() -> None:
    word = Hit("词", "辱骂", "block", 0, 1, "词", "exact")
    verdict = judge(POLICY, LABELS, np.array([0.2, 0.35, 0.45]), [word], 0)
    assert (verdict.action, verdict.label, verdict.by_lexicon) == ("block", "广告", [0])
    assert judge(POLICY, LABELS, np.array([0.99, 0.0, 0.01]), [word], 0).action == "review"  # the model is sure


CHOICE: dict[str, Any] = {
    "safe": "正常",
    "goal": "precision",
    "review_recall": 1.0,
    "costs": Costs(),
    "per_class": {},
}


def test_a_row_counts_for_both_of_its_classes() -> None:
    scores = np.array([[0.05, 0.9, 0.8], [0.1, 0.8, 0.2], [0.2, 0.3, 0.7], [0.9, 0.1, 0.1]])
    true = membership(np.array([[0, 1, 1], [0, 1, 0], [0, 0, 1], [1, 0, 0]], bool), 3)
    found = choose_thresholds(scores, true, LABELS, several=True, wished=0.6, **CHOICE)
    # Two right of two, counted as 2 / 3, down to 0.8 and to 0.7; half-way to the next score below.
    assert [found[label].block for label in LABELS[1:]] == pytest.approx([0.55, 0.45])
    led = choose_thresholds(scores, true, LABELS, several=False, wished=0.6, **CHOICE)
    assert led["广告"].block == NEVER  # its first row is led by the other class: one of one, counted as 1 / 2


@pytest.mark.parametrize("goal", ["precision", "recall", "cost"])
def test_rows_of_one_class_give_the_same_thresholds_as_numbers_or_as_a_matrix(goal: Any) -> None:
    random = np.random.default_rng(0)
    true = random.integers(-1, 3, 60)
    scores = random.dirichlet(np.ones(3), 60) + 0.5 * membership(true, 3)
    choice = CHOICE | {"goal": goal, "wished": 0.8}
    for several in (False, True):
        assert choose_thresholds(scores, true, LABELS, several=several, **choice) == choose_thresholds(
            scores, membership(true, 3), LABELS, several=several, **choice
        )
    assert not membership(np.array([-1]), 3).any()


def test_a_decision_is_about_all_classes_that_ask_for_as_much() -> None:
    reached = [("广告", "block"), ("诈骗", "block")]
    found = about_of(
        LABELS, [("广告", reached), ("广告", [reached[0], ("诈骗", "review")]), ("正常", []), ("博彩", [])]
    )
    assert found.tolist() == [[False, True, True], [False, False, True], [True, False, False], [False] * 3]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Rows, a multi-label model of n-grams, and its policy with a word list."""
    root = tmp_path_factory.mktemp("several")
    table = several_table(root / "rows", [])
    model = ComponentContext(root / "train").run("train.multilabel_baseline", {"train": table, "dev": table})["model"]
    lexicon = write_lexicon(root / "lexicon", [Entry("彩金", "博彩"), Entry("天气", "气象", "note")])
    inputs = {"model": model, "dev": table, "lexicon": lexicon}
    found = ComponentContext(root / "policy").run("text.decision_policy", inputs, wished=0.9)
    return {"table": table, "plain": model, **found}


def _model(trained: dict[str, Any]) -> RiskText:
    model = load_model(trained["model"].path)
    assert isinstance(model, RiskText)
    return model


def test_harmless_texts_get_a_class_where_no_label_stands_for_them(trained: dict[str, Any], tmp_path: Path) -> None:
    scorer = load_scorer(trained["plain"].path)
    assert isinstance(scorer, SeveralText) and not scorer.own
    assert scorer.labels == ["正常", "广告", "诈骗", "辱骂"]
    scores = scorer.scores(several_rows(8)[0])
    assert scores[:, 0] == pytest.approx(np.prod(1 - scores[:, 1:], axis=1))
    card = _model(trained).card
    assert card.labels == scorer.labels
    assert (card.settings["several"], card.settings["safe"], card.settings["learns_safe"]) == (True, "正常", False)

    named = several_table(tmp_path / "rows", ["正常"])
    model = ComponentContext(tmp_path / "train").run("train.multilabel_baseline", {"train": named, "dev": named})
    own = load_scorer(model["model"].path)
    assert isinstance(own, SeveralText) and own.own and own.safe == "正常"
    assert own.labels == own.tagger.labels == ["广告", "正常", "诈骗", "辱骂"]
    assert own.scores(["好"]) == pytest.approx(own.tagger.scores(["好"]))
    # Rows with the label, rows with nothing, and rows that have another label as well.
    assert own.truth([["正常"], [], ["正常", "广告"], ["新标签"]])[:, own.place].tolist() == [True, True, False, False]
    given = own.given(np.array([[0.9, 0.9, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    assert given.tolist() == [[True, False, False, False], [False, True, False, False]]


def test_the_class_of_harmless_texts_may_have_a_name_of_its_own(trained: dict[str, Any], tmp_path: Path) -> None:
    texts, labels = several_rows()
    renamed = [["other" if label == "辱骂" else label for label in row] for row in labels]
    table = label_table(tmp_path / "rows", texts, renamed)
    made = ComponentContext(tmp_path / "train").run("train.multilabel_baseline", {"train": table, "dev": table})
    inputs = {"model": made["model"], "dev": table}
    policy = ComponentContext(tmp_path / "policy").run("text.decision_policy", inputs, safe_class="无害")
    model = load_model(policy["model"].path)
    assert isinstance(model, RiskText) and model.policy.safe == model.labels[0] == "无害"
    assert set(model.policy.classes) == {"广告", "诈骗", "other"}
    robust = {"model": policy["model"], "plain": made["model"], "table": table}
    row = ComponentContext(tmp_path / "robust").run("evaluate.robustness", robust, rows=28)["metrics"].read()["attacks"]
    assert row[0]["plain_macro_f1"] == row[0]["macro_f1"]  # the plain model leaves the same class aside


def test_the_answer_names_all_classes_and_what_each_asks_for(trained: dict[str, Any]) -> None:
    model = _model(trained)
    text = f"{PHRASES['诈骗']}，{PHRASES['广告']}，送彩.金"
    (answer,) = model.decide([text])
    assert (answer["decision"], answer["labels"]) == ("block", ["广告", "诈骗", "博彩"])
    assert answer["label"] == "广告"
    reasons = {item["label"]: item for item in answer["reasons"] if item["kind"] == "model"}
    assert {label: item["action"] for label, item in reasons.items()} == {"广告": "block", "诈骗": "block"}
    assert all(item["score"] >= item["threshold"] for item in reasons.values())
    assert [item["label"] for item in answer["scores"]][:2] == ["广告", "诈骗"]
    for reason in answer["reasons"]:
        for place in reason.get("tokens", [reason]):
            assert text[place["start"] : place["end"]] == place["text"]
    for label, reason in reasons.items():
        best = reason["tokens"][0]
        assert PHRASES[label] in best["text"]
    # The same classes stand first in a file's answers.
    first = model.predict([text])[0]
    assert [(item.label, item.decision) for item in first[:2]] == [("广告", "block"), ("诈骗", "block")]
    assert {item.decision for item in first[2:]} == {None}


def test_notes_name_no_class_and_empty_texts_pass(trained: dict[str, Any]) -> None:
    model = _model(trained)
    harmless, empty, blank = model.decide(["今天天气很好", "", " \u200b "])
    assert (harmless["decision"], harmless["label"], harmless["labels"]) == ("pass", "正常", [])
    assert [item["word"] for item in harmless["reasons"]] == ["天气"]
    for answer in (empty, blank):
        assert (answer["decision"], answer["label"], answer["reasons"]) == ("pass", "正常", [])
    assert [item.decision for item in model.predict([""])[0]][:2] == ["pass", None]


@pytest.mark.parametrize("text", ["😀😀😀", "Привет 你好 hello مرحبا", "\ud83d" + "好", "啊" * 20_000])
def test_odd_texts_get_an_answer(trained: dict[str, Any], text: str) -> None:
    (answer,) = _model(trained).decide([text])
    assert answer["decision"] in {"block", "review", "pass"}


def test_figures_of_decisions_are_those_counted_by_hand(trained: dict[str, Any], tmp_path: Path) -> None:
    texts = [
        "加微信领红包吧",
        "加微信领红包，转账到安全账户",
        "明天一起吃饭吧",
        "没有听过的事",
        "转账吧",
        "送彩金",
        "你是个好人",
    ]
    labels = [["广告"], ["诈骗", "广告"], [], ["新标签"], ["诈骗"], ["广告"], []]
    table = label_table(tmp_path / "rows", texts, labels)
    found = ComponentContext(tmp_path / "run").run("evaluate.decisions", {"model": trained["model"], "table": table})
    figures = found["metrics"].read()
    answers = _model(trained).decide(texts)
    blocked = [item["decision"] == "block" for item in answers]
    stopped = [item["decision"] != "pass" for item in answers]
    harmful = [bool(item) for item in labels]  # with an unknown label too
    both = sum(one and other for one, other in zip(blocked, harmful, strict=True))
    assert figures["values"]["rows"] == 7 and sum(harmful) == 5
    assert figures["values"]["blocked"] == pytest.approx(sum(blocked) / 7)
    assert figures["values"]["block_precision"] == pytest.approx(both / sum(blocked))
    assert figures["values"]["block_recall"] == pytest.approx(both / 5)
    assert figures["values"]["wrongly_blocked"] == pytest.approx((sum(blocked) - both) / 2)
    caught = sum(one and other for one, other in zip(stopped, harmful, strict=True))
    assert figures["values"]["caught"] == pytest.approx(caught / 5)
    rows = {item["label"]: item for item in figures["per_class"]}
    assert set(rows) == {"广告", "诈骗", "辱骂"}
    for label, row in rows.items():
        mine = [label in item for item in labels]
        named = [_blocks(answer, label) for answer in answers]
        right = sum(one and other for one, other in zip(mine, named, strict=True))
        assert (row["rows"], row["blocked"]) == (sum(mine), sum(named))
        assert row["block_precision"] == (pytest.approx(right / sum(named)) if sum(named) else None)
        assert row["block_recall"] == (pytest.approx(right / sum(mine)) if sum(mine) else None)
    assert rows["广告"]["blocked"] >= 2 and rows["诈骗"]["blocked"] >= 1
    assert len(found["report"].read()["sections"]) == 5


def _blocks(answer: dict[str, Any], label: str) -> bool:
    """Return whether a text is stopped for a class: the model asks for it as much as for the worst."""
    reached = [item for item in answer["reasons"] if item["kind"] == "model"]
    meant = {item["label"] for item in reached if item["action"] == reached[0]["action"]} | {answer["label"]}
    return answer["decision"] == "block" and label in meant


def test_disguises_are_measured_with_and_without_a_model_to_compare(trained: dict[str, Any], tmp_path: Path) -> None:
    inputs = {"model": trained["model"], "table": trained["table"]}
    for more in ({}, {"plain": trained["plain"]}):
        found = ComponentContext(tmp_path).run("evaluate.robustness", inputs | more, rows=28)
        figures = found["metrics"].read()
        assert figures["values"]["macro_f1"] > 0.9
        assert figures["attacks"][0]["recall"] == figures["values"]["recall"]
        assert ("plain_loss_all" in figures["values"]) == bool(more)
        assert len(found["report"].read()["sections"][0]["columns"]) == (8 if more else 6)


def test_thresholds_need_dev_rows(trained: dict[str, Any], tmp_path: Path) -> None:
    unlabelled = label_table(tmp_path / "rows", ["一", "二"], [None, None])
    for inputs in ({}, {"dev": unlabelled}):
        with pytest.raises(InkstoneError, match=r"risk\.no_dev_rows"):
            ComponentContext(tmp_path / "p").run("text.decision_policy", {"model": trained["plain"]} | inputs)
    with pytest.raises(InkstoneError, match=r"risk\.bad_class_goal"):
        ComponentContext(tmp_path / "p").run(
            "text.decision_policy", {"model": trained["plain"], "dev": trained["table"]}, per_class=["没有=0.9"]
        )


def test_an_export_of_a_combined_model_decides_as_the_original(trained: dict[str, Any], tmp_path: Path) -> None:
    table = trained["table"]
    tables = {"train": table, "dev": table}
    network = ComponentContext(tmp_path / "n").run("train.multilabel_classification", tables, epochs=2.0)["model"]
    sounds = ComponentContext(tmp_path / "s").run("train.multilabel_baseline", tables, analyzer="sound")["model"]
    combined = ComponentContext(tmp_path / "c").run(
        "tag.combine_labels", {"models": [network, trained["plain"], sounds], "dev": table}
    )["model"]
    policy = ComponentContext(tmp_path / "p").run("text.decision_policy", {"model": combined, "dev": table})["model"]
    export = ComponentContext(tmp_path / "x").run("deliver.export", {"model": policy, "table": table}, format="onnx")
    with zipfile.ZipFile(export["file"].path / "model-onnx.zip") as archive:
        archive.extractall(tmp_path / "onnx")
    original, exported = load_model(policy.path), load_model(tmp_path / "onnx")
    assert isinstance(original, RiskText) and isinstance(exported, RiskText)
    held = several_of(exported)
    assert held is not None and isinstance(held.tagger, PooledLabels)
    assert isinstance(held.tagger.members[0], OnnxLabels)
    texts = [*several_rows(14)[0], "", "😀", "加薇❤领红包"]
    assert exported.scores(texts) == pytest.approx(original.scores(texts), abs=1e-3)
    assert [item["labels"] for item in exported.decide(texts)] == [item["labels"] for item in original.decide(texts)]
    whole = f"{PHRASES['诈骗']}，{PHRASES['广告']}"
    for label in ("诈骗", "广告"):
        best = telling(held, whole, held.labels.index(label))[0]
        assert PHRASES[label][1:-1] in whole[best.start : best.end]
