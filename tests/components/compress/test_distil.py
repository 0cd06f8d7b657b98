"""``compress.distil``: teachers and students of several kinds, kept scores, bad input."""

import json

import numpy as np
import pytest
from component_context import ComponentContext, make_table
from tiny_models import BAD, GOOD, pair_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_logits, kept_scores
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.metrics import softmax
from inkstone.components.nlp.rows import TextRows

SHORT = {"epochs": 2.0, "precision": "fp32", "learning_rate": 1e-2}


def accuracy(model, rows) -> float:
    data = rows.dataset()
    found = load_model(model.path).predict(list(data["text"]))
    return float(np.mean([item[0].label == label for item, label in zip(found, data["label"], strict=True)]))


def test_a_student_of_another_shape_and_vocabulary(context, rows, teacher, small) -> None:
    made = context.run("compress.distil", {"teacher": teacher, "train": rows, "dev": rows}, encoder=str(small), **SHORT)
    card = model_io.read_card(made["model"].path)
    assert card.task == "text_classification"
    assert card.model_extra == {"teacher": model_io.read_card(teacher.path).digest}
    figures = made["metrics"].read()
    assert figures["model"] == card.digest
    assert figures["teacher"] == card.model_extra["teacher"]


def test_a_student_learns_from_soft_labels_alone(context, rows, ngram) -> None:
    made = context.run("compress.distil", {"teacher": ngram, "train": rows}, encoder="scratch", epochs=10.0, alpha=1.0)
    assert accuracy(made["model"], rows) >= 0.9


def test_an_ngram_model_teaches_and_unlabelled_texts_count(context, rows, ngram, small, tmp_path) -> None:
    texts = make_table(tmp_path / "texts", {"text": [*GOOD, *BAD]}, {"text": "text"})
    made = context.run(
        "compress.distil", {"teacher": ngram, "train": rows, "unlabelled": texts}, encoder=str(small), **SHORT
    )
    assert made["metrics"].read()["unlabelled_rows"] == 12


def test_a_student_of_the_teachers_layers(context, rows, teacher) -> None:
    made = context.run("compress.distil", {"teacher": teacher, "train": rows}, start="teacher", layers=2, **SHORT)
    config = model_io.read_json(made["model"].path, "config.json")
    assert config["num_hidden_layers"] == 2
    assert accuracy(made["model"], rows) > 0


def test_hidden_states_and_attention_of_one_vocabulary(context, rows, teacher) -> None:
    made = context.run(
        "compress.distil", {"teacher": teacher, "train": rows, "dev": rows}, start="teacher", layers=2,
        hidden_weight=1.0, attention_weight=1.0, layer_mapping="skip", **SHORT,
    )  # fmt: skip
    weights = model_io.load_weights(made["model"].path / model_io.WEIGHTS)
    assert not [name for name in weights if "distillation" in name]
    assert load_model(made["model"].path).scores(["今天天气很好"]).shape == (1, 2)


@pytest.mark.parametrize("alignment", ["auto", "first"])
def test_hidden_states_of_two_vocabularies(context, rows, teacher, small, alignment) -> None:
    made = context.run(
        "compress.distil", {"teacher": teacher, "train": rows}, encoder=str(small), hidden_weight=1.0,
        alignment=alignment, **SHORT,
    )  # fmt: skip
    assert load_model(made["model"].path).labels == load_model(teacher.path).labels


def test_pairs(context, tmp_path, large, small) -> None:
    table = pair_table(tmp_path / "pairs")
    first = ComponentContext(tmp_path / "first")
    teacher = first.run("train.text_classification", {"train": table}, encoder=str(large), epochs=1.0)["model"]
    made = context.run(
        "compress.distil", {"teacher": teacher, "train": table}, encoder=str(small), hidden_weight=0.5, **SHORT
    )
    assert load_model(made["model"].path).pairs


def test_other_labels_are_named(context, rows, teacher, small, tmp_path) -> None:
    other = make_table(
        tmp_path / "other", {"text": GOOD * 2, "label": ["甲", "乙"] * 6}, {"text": "text", "label": "label"}
    )
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": teacher, "train": other}, encoder=str(small))
    assert caught.value.code == "compress.other_labels"
    assert "甲" in str(caught.value)
    assert "广告" in str(caught.value)


def test_a_teacher_of_pairs_does_not_teach_single_texts(context, rows, tmp_path, large, small) -> None:
    table = pair_table(tmp_path / "pairs")
    first = ComponentContext(tmp_path / "first")
    teacher = first.run("train.ngram_baseline", {"train": table}, c=1.0)["model"]
    single = make_table(
        tmp_path / "single", {"text": GOOD * 2, "label": ["same", "different"] * 6}, {"text": "text", "label": "label"}
    )
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": teacher, "train": single}, encoder=str(small))
    assert caught.value.code == "compress.other_pairs"


def test_attention_needs_one_vocabulary_and_hidden_states_a_network(context, rows, teacher, ngram, small) -> None:
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": teacher, "train": rows}, encoder=str(small), attention_weight=1.0)
    assert caught.value.code == "compress.other_vocabulary"
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": ngram, "train": rows}, encoder=str(small), hidden_weight=1.0)
    assert caught.value.code == "compress.no_hidden_states"


def test_a_changed_teacher_is_refused(tmp_path, context, rows, teacher, small) -> None:
    import shutil

    changed = tmp_path / "changed"
    shutil.copytree(teacher.path, changed)
    with (changed / "labels.json").open("a") as file:
        file.write(" ")
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.distil", {"teacher": type(teacher)(changed), "train": rows}, encoder=str(small))
    assert caught.value.code == "model.tampered"
    scores = TeacherScores.made("a" * 64, ["x", "y"], np.array([1, 2]), np.zeros((2, 2)))
    folder = scores.save(tmp_path / "scores")
    with pytest.raises(InkstoneError) as caught:
        TeacherScores.load(folder, "b" * 64)
    assert caught.value.code == "compress.changed_teacher"


def test_scores_are_kept_by_text_and_asked_for_once(tmp_path) -> None:
    asked: list[list[str]] = []

    def score(texts, pairs):
        asked.append(texts)
        return np.array([[len(item), 0.0] for item in texts], dtype=np.float32)

    def rows(*texts: str) -> TextRows:
        return TextRows(list(range(len(texts))), list(texts), None, None)

    folder = tmp_path / "kept"
    kept_scores(folder, "t", ["x", "y"], rows("a", "bb", "a"), score, kind=TeacherScores)
    again = kept_scores(folder, "t", ["x", "y"], rows("bb", "ccc"), score, kind=TeacherScores)
    assert asked == [["a", "bb"], ["ccc"]]
    keys = again.keys
    assert len(keys) == 3
    from inkstone.components.nlp.compression.teacher_scores import row_keys

    logits, weights = again.of(row_keys(["ccc", "a"], None))
    assert logits[:, 0].tolist() == [3, 1]
    assert weights.tolist() == [1, 1]
    with pytest.raises(InkstoneError) as caught:
        again.of(row_keys(["zzz"], None))
    assert caught.value.code == "compress.scores_missing"
    (folder / "scores.json").write_text(json.dumps({}), "utf-8")
    kept_scores(folder, "t", ["x", "y"], rows("a"), score, kind=TeacherScores)
    assert asked[-1] == ["a"]


def test_logits_of_probabilities_give_them_back() -> None:
    scores = np.array([[0.7, 0.2, 0.1]])
    assert np.allclose(softmax(as_logits(scores)), scores, atol=1e-6)


def test_a_pair_is_not_its_texts_joined() -> None:
    from inkstone.components.nlp.compression.teacher_scores import row_keys

    assert row_keys(["ab"], ["c"])[0] != row_keys(["a"], ["bc"])[0]
