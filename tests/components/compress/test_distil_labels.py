"""Multi-label classification taught label by label: students of networks and n-gram models, several teachers, bad input."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from component_context import ComponentContext, make_table
from label_parts import label_rows, label_table
from tiny_models import tiny_encoder

from inkstone.components.artifacts import ColumnInfo
from inkstone.components.data.writing import TableWriter
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.distillation import Distillation, DistillationSettings
from inkstone.components.nlp.compression.ensemble import combined, mixing_weights
from inkstone.components.nlp.compression.lesson import LESSON
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_label_logits, row_keys
from inkstone.components.nlp.tagging.loading import load_tagger

SHORT = {"epochs": 1.0, "precision": "fp32", "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def tags(tmp_path_factory) -> Any:
    return label_table(tmp_path_factory.mktemp("tags"))


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> str:
    return str(tiny_encoder(tmp_path_factory.mktemp("words"), label_rows()[0]))


@pytest.fixture(scope="module")
def network(tmp_path_factory, tags, words) -> Any:
    context = ComponentContext(tmp_path_factory.mktemp("network"))
    given = {"encoder": words, "epochs": 25.0, "learning_rate": 1e-2, "separator": "/", "precision": "fp32"}
    return context.run("train.multilabel_classification", {"train": tags, "dev": tags}, **given)["model"]


@pytest.fixture(scope="module")
def baseline(tmp_path_factory, tags) -> Any:
    context = ComponentContext(tmp_path_factory.mktemp("baseline"))
    return context.run("train.multilabel_baseline", {"train": tags, "dev": tags}, separator="/")["model"]


def test_logits_of_probabilities_give_them_back_label_by_label() -> None:
    scores = np.array([[0.9, 0.2, 0.5]])
    assert np.allclose(1 / (1 + np.exp(-as_label_logits(scores))), scores, atol=1e-6)


def test_the_loss_by_hand_with_an_unlabelled_row(tmp_path) -> None:
    """A student that gives both labels one half, on two texts of which nobody has labelled the second."""
    columns = [ColumnInfo(name="text", dtype="string"), ColumnInfo(name="labels", dtype="list<string>")]
    with TableWriter(tmp_path / "table", columns) as writer:
        writer.write({"text": ["好", "天气"], "labels": [["a"], None]})
        table = writer.finish(roles={"text": "text", "labels": "labels"}, origin={LESSON: "yes"})
    logits = np.array([[math.log(3), 0.0], [math.log(3), 0.0]], dtype=np.float32)  # 3/4 and 1/2
    TeacherScores.made("t", ["a", "b"], row_keys(["好", "天气"], None), logits).save(tmp_path / "scores")
    encoder = tiny_encoder(tmp_path / "encoder", ["好", "天气"])
    task = Distillation(
        DistillationSettings(
            student_task="multilabel_classification", student={"labels": ["a", "b"]}, encoder=str(encoder),
            scores=str(tmp_path / "scores"), digest="t", alpha=0.25, temperature=1.0,
        )
    )  # fmt: skip
    rows = task.prepare(table)
    model = task.build()
    torch.nn.init.zeros_(model.head.weight)
    torch.nn.init.zeros_(model.head.bias)
    soft = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    by_hand = 0.75 * (2 * math.log(2)) / 2 + 0.25 * soft
    assert task.loss(model.eval(), task.collate([rows[0], rows[1]])).item() == pytest.approx(by_hand, abs=1e-5)


@pytest.mark.parametrize("teacher", ["network", "baseline"])
def test_a_student_learns_the_labels_with_their_parents(context, tags, request, teacher, tmp_path) -> None:
    taught = request.getfixturevalue(teacher)
    texts = make_table(tmp_path / "texts", {"text": ["进球和下雨", ""]}, {"text": "text"})
    made = context.run(
        "compress.distil", {"teacher": taught, "train": tags, "dev": tags, "unlabelled": texts}, encoder="scratch",
        epochs=20.0, alpha=0.9, precision="fp32",
    )  # fmt: skip
    figures = made["metrics"].read()
    assert figures["metric"] == "micro_f1"
    assert figures["values"]["micro_f1"] > 0.9
    assert figures["unlabelled_rows"] == 1  # the empty one teaches nothing
    card = model_io.read_card(made["model"].path)
    assert card.task == "multilabel_classification"
    assert card.settings["separator"] == "/"
    assert "thresholds.json" in card.files
    found = [item.pred for item in load_tagger(made["model"].path).answers(["进球和下雨"])[0].labels or []]
    assert {"体育", "体育/足球", "天气"} <= set(found)


def test_layers_of_the_teacher_with_hidden_states(context, tags, network) -> None:
    made = context.run(
        "compress.distil", {"teacher": network, "train": tags}, start="teacher", layers=1, hidden_weight=1.0,
        attention_weight=1.0, **SHORT,
    )  # fmt: skip
    assert model_io.read_json(made["model"].path, "config.json")["num_hidden_layers"] == 1


def test_several_teachers(context, tags, network, baseline, words) -> None:
    made = context.run(
        "compress.distil_ensemble", {"teachers": [network, baseline], "train": tags, "dev": tags}, encoder=words,
        combination="confidence", **SHORT,
    )  # fmt: skip
    assert len(made["metrics"].read()["worth"]) == 2
    assert model_io.read_card(made["model"].path).task == "multilabel_classification"


def test_mixing_by_hand() -> None:
    two = np.array([[[0.9, 0.1]], [[0.5, 0.5]]])
    assert mixing_weights(two, "validation", [0.6, 0.2], exclusive=False)[:, 0] == pytest.approx([0.75, 0.25])
    # A teacher that knows nothing of a row has no say in it.
    assert mixing_weights(two, "confidence", exclusive=False)[:, 0] == pytest.approx([1, 0], abs=1e-9)
    scores = [
        TeacherScores.made(name, ["x", "y"], np.array([1]), as_label_logits(two[n])) for n, name in enumerate("ab")
    ]
    logits, _ = combined(scores, "mean", exclusive=False).of(np.array([1]))
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(np.array([[0.7, 0.3]]), abs=1e-6)


def test_labels_that_the_teacher_does_not_know(context, network, words, tmp_path) -> None:
    other = label_table(tmp_path / "other", ["进球", "新闻"], [["体育/足球"], ["新标签"]])
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": network, "train": other}, encoder=words)
    assert caught.value.code == "compress.other_labels"
    assert "新标签" in str(caught.value)


def test_labels_too_rare_for_the_teacher_are_left_out(context, tags, words, tmp_path) -> None:
    texts, labels = label_rows()
    rare = label_table(tmp_path / "rare", [*texts, "怪事"], [*labels, ["稀有"]])
    first = ComponentContext(tmp_path / "first")
    teacher = first.run("train.multilabel_baseline", {"train": rare}, least=2)["model"]
    made = context.run("compress.distil", {"teacher": teacher, "train": rare}, encoder=words, **SHORT)
    assert "稀有" not in model_io.read_card(made["model"].path).labels


def test_a_classifier_does_not_teach_labels(context, tags, teacher, network, words) -> None:
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": teacher, "train": tags}, encoder=words)
    assert caught.value.code == "data.missing_role"
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil_ensemble", {"teachers": [network, teacher], "train": tags}, encoder=words)
    assert caught.value.code == "compress.unsupported_model"
