"""Entity recognition taught tag by tag: marginals, masks, two tokenizers, students end to end, bad input."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from component_context import ComponentContext, make_table
from entity_parts import entity_rows, entity_table
from tiny_models import pair_table, tiny_encoder

from inkstone.components.artifacts import Model
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.distillation import Distillation, DistillationSettings
from inkstone.components.nlp.compression.subject import subject_of_teacher
from inkstone.components.nlp.compression.subject_tags import on_tokens
from inkstone.components.nlp.compression.teacher_scores import TagScores, row_keys
from inkstone.components.nlp.tagging.crf import ConditionalRandomField, marginals
from inkstone.components.nlp.tagging.loading import load_tagger
from inkstone.components.nlp.tagging.schemes import allowed_steps, tag_names
from inkstone.components.nlp.tagging.windows import Stitched

SHORT = {"epochs": 1.0, "precision": "fp32", "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def entities(tmp_path_factory) -> Any:
    texts, cells = entity_rows()
    return entity_table(tmp_path_factory.mktemp("entities"), [*texts, ""], [*cells, "[]"])


@pytest.fixture(scope="module")
def other_words(tmp_path_factory) -> Path:
    """An encoder of another vocabulary: Latin words are cut otherwise."""
    texts = [item.replace("Anna Lee", "An na L e e").replace("Rome", "R o m e") for item in entity_rows()[0]]
    return tiny_encoder(tmp_path_factory.mktemp("other"), texts)


@pytest.fixture(scope="module")
def recognisers(tmp_path_factory, entities) -> dict[str, Any]:
    made = {}
    folder = tiny_encoder(tmp_path_factory.mktemp("words"), entity_rows()[0])
    for head in ("crf", "softmax"):
        context = ComponentContext(tmp_path_factory.mktemp(head))
        made[head] = context.run(
            "train.sequence_labelling", {"train": entities}, head=head, encoder=str(folder), epochs=15.0,
            learning_rate=1e-2, precision="fp32",
        )["model"]  # fmt: skip
    return made


def test_marginals_of_a_random_field_equal_those_of_single_sequences() -> None:
    torch.manual_seed(0)
    field = ConditionalRandomField(allowed_steps(tag_names(("x",), "bio")))
    emissions = torch.randn(3, 5, 3)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 0, 0, 0, 0]])
    found = field.log_marginals(emissions, mask)
    for row, length in enumerate((5, 2, 1)):
        alone = marginals(emissions[row, :length].numpy(), field.chain())
        assert np.allclose(found[row, :length].detach().exp().numpy(), alone, atol=1e-5)
    found[0, 0, 0].backward()
    assert torch.isfinite(field.steps.grad).all()


def test_tokens_take_over_what_stands_for_the_same_characters() -> None:
    said = Stitched(np.array([0, 1, 3]), np.array([1, 3, 4]), np.arange(6, dtype=np.float32).reshape(3, 2))
    logits, same = on_tokens(said, [0, 1, 2, 3], [1, 2, 3, 4])
    assert same.tolist() == [True, False, False, True]
    assert logits.tolist() == [[0, 1], [0, 0], [0, 0], [4, 5]]


def test_scores_of_texts_of_any_length_are_kept_and_joined(tmp_path) -> None:
    def said(*values: float) -> Stitched:
        places = np.arange(len(values))
        return Stitched(places, places + 1, np.array([[value, -value] for value in values]).reshape(-1, 2))

    keys = row_keys(["a", "b", "c"], None)
    first = TagScores.made("t", ["O", "B-x"], keys[:2], [said(1.0, 2.0), said()])
    joined = first.joined(TagScores.made("t", ["O", "B-x"], keys[2:], [said(3.0)]))
    again = TagScores.load(joined.save(tmp_path / "kept"), "t")
    found = [again.at(int(place)) for place in again.known_places(keys)]
    assert [item.scores[:, 0].tolist() for item in found] == [[1, 2], [], [3]]
    assert found[0].ends.tolist() == [1, 2]


def test_the_loss_by_hand_with_padding_special_tokens_and_unlabelled_rows(tmp_path) -> None:
    """A student that gives all three tags alike, on two texts of which nobody has labelled the second."""
    encoder = tiny_encoder(tmp_path / "encoder", ["好天气", "好天"])
    table = _lesson_table(tmp_path / "table", ["好天气", "好天"], ["[]", None])
    keys = row_keys(["好天气", "好天"], None)
    odds = np.array([math.log(2), 0.0, 0.0])  # 1/2, 1/4, 1/4
    said = [Stitched(np.arange(n), np.arange(n) + 1, np.stack([odds] * n)) for n in (3, 2)]
    tags = ("O", "B-x", "I-x")
    TagScores.made("t", tags, keys, said).save(tmp_path / "scores")
    task = Distillation(
        DistillationSettings(
            student_task="sequence_labelling", student={"labels": ["x"], "head": "softmax"}, encoder=str(encoder),
            scores=str(tmp_path / "scores"), digest="t", alpha=0.25, temperature=1.0,
        )
    )  # fmt: skip
    rows = task.prepare(table)
    batch = task.collate([rows[place] for place in range(len(rows))])
    model = task.build()
    torch.nn.init.zeros_(model.head.weight)
    soft = 0.5 * math.log(0.5 * 3) + 2 * 0.25 * math.log(0.25 * 3)
    # Hard: ln 3 in the first row, nothing in the second; both over two rows.
    by_hand = 0.75 * math.log(3) / 2 + 0.25 * soft
    assert task.loss(model.eval(), batch).item() == pytest.approx(by_hand, abs=1e-5)


def _lesson_table(folder: Path, texts: list[str], cells: list[Any]) -> Any:
    from inkstone.components.artifacts import ColumnInfo
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.compression.lesson import LESSON

    with TableWriter(folder, [ColumnInfo(name=name, dtype="string") for name in ("text", "entities")]) as writer:
        writer.write({"text": texts, "entities": cells})
        return writer.finish(roles={"text": "text", "entities": "entities"}, origin={LESSON: "yes"})


@pytest.mark.parametrize("head", ["crf", "softmax"])
def test_a_student_of_another_vocabulary(context, entities, recognisers, other_words, head, tmp_path) -> None:
    texts = make_table(tmp_path / "texts", {"text": ["李华到了青石镇。", ""]}, {"text": "text"})
    inputs = {"teacher": recognisers[head], "train": entities, "dev": entities, "unlabelled": texts}
    made = context.run("compress.distil", inputs, encoder=str(other_words), **{**SHORT, "epochs": 15.0})
    figures = made["metrics"].read()
    assert figures["metric"] == "micro_f1"
    assert figures["unlabelled_rows"] == 1  # the empty one teaches nothing
    assert figures["teacher_agreement"] > 0.9
    assert figures["values"]["micro_f1"] > 0.8
    card = model_io.read_card(made["model"].path)
    assert card.settings["head"] == head
    assert card.labels == model_io.read_card(recognisers[head].path).labels
    assert load_tagger(made["model"].path).answers(["李华到了北京。"])[0].entities


def test_layers_of_the_teacher_with_hidden_states(context, entities, recognisers) -> None:
    made = context.run(
        "compress.distil", {"teacher": recognisers["crf"], "train": entities}, start="teacher", layers=1,
        hidden_weight=1.0, **SHORT,
    )  # fmt: skip
    assert model_io.read_json(made["model"].path, "config.json")["num_hidden_layers"] == 1
    assert not [n for n in model_io.load_weights(made["model"].path / model_io.WEIGHTS) if "distillation" in n]


def _refused(context: Any, component: str = "compress.distil", **given: Any) -> str:
    ports = {name: given.pop(name) for name in ("teacher", "teachers", "train") if name in given}
    with pytest.raises(InkstoneError) as caught:
        context.run(component, ports, **given)
    return caught.value.code


def test_bad_input(context, entities, recognisers, other_words, rows, tmp_path) -> None:
    teacher, encoder = recognisers["crf"], str(other_words)
    strange = entity_table(tmp_path / "strange", ["去北京"], [json.dumps([{"start": 1, "end": 3, "label": "机构"}])])
    assert _refused(context, teacher=teacher, train=strange, encoder=encoder) == "compress.other_labels"
    assert _refused(context, teacher=teacher, train=rows, encoder=encoder) == "data.missing_role"
    pairs = pair_table(tmp_path / "pairs")
    assert _refused(context, teacher=teacher, train=pairs, encoder=encoder) == "compress.other_pairs"
    assert _refused(context, teacher=teacher, train=entities, encoder=encoder, metric="accuracy") == (
        "compress.other_metric"
    )
    assert _refused(context, teacher=teacher, train=entities, encoder=encoder, hidden_weight=1.0) == (
        "compress.other_windows"
    )
    several = {"teachers": [teacher, teacher], "train": entities, "encoder": encoder}
    assert _refused(context, "compress.distil_ensemble", **several) == "compress.several_taggers"


def test_a_span_head_and_a_dictionary_do_not_teach(tmp_path, entities) -> None:
    made = ComponentContext(tmp_path / "dictionary").run("train.entity_baseline", {"train": entities})["model"]
    span = ComponentContext(tmp_path / "span").run(
        "train.sequence_labelling", {"train": entities}, head="span", epochs=1.0, max_length=32
    )["model"]
    for model in (made, span):
        assert isinstance(model, Model)
        with pytest.raises(InkstoneError) as caught:
            subject_of_teacher(model.path)
        assert caught.value.code == "compress.unsupported_model"
