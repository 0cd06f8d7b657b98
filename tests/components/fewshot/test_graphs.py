"""Few-shot models as ONNX graphs: the same scores as torch, in exports and where they serve."""

import numpy as np
import pytest
from fewshot_parts import SMALL, TEXTS

from inkstone.components.nlp.combined import CombinedText
from inkstone.components.nlp.export import write_onnx
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.onnx_model import OnnxText

PROBES = [*TEXTS, "", "很长的一段文本，" * 60, "unknown ☃ 字", "a"]
# Label words of one and of two tokens: each row becomes several sequences.
WORDS = "好评 = 好\n差评 = 差"
MIXED = "好评 = 好, 满意\n差评 = 差, 失望"
KINDS = {
    "pet": ("fewshot.pet", {"patterns": "{text}总之，很{label}。\n这是{label}的评价：{text}", "label_words": MIXED}),
    "ptuning": ("fewshot.ptuning", {"patterns": "{soft:3}{text}{soft:总之，很}{label}。", "label_words": "好评 = 好\n差评 = 差"}),
    "deep": ("fewshot.ptuning", {"deep_prompts": True, "prompt_encoder": "mlp", "label_words": WORDS}),
    "prototypes": ("fewshot.cptuning", {}),
    "anchors": ("fewshot.cptuning", {"decision": "anchors"}),
    "contrastive": ("fewshot.contrastive", {}),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_graph_gives_the_scores_of_the_original(kind, context, reviews, bert, tmp_path):
    component, options = KINDS[kind]
    given = {**SMALL, "encoder": str(bert), **options}
    folder = context.run(component, {"train": reviews}, **given)["model"].path
    facts = write_onnx(folder, tmp_path / "graph", [(text, None) for text in TEXTS])
    assert facts["label_agreement"] == 1.0
    original, exported = load_model(folder), load_model(tmp_path / "graph")
    assert isinstance(exported, OnnxText)
    assert not (tmp_path / "graph" / "model.safetensors").exists()
    before = original.scores(PROBES)
    for size in (1, 5, 32):
        np.testing.assert_allclose(exported.scores(PROBES, batch_size=size), before, atol=1e-4)
    write_onnx(folder, tmp_path / "again", [])  # the original is as it was
    np.testing.assert_allclose(original.scores(PROBES), before, atol=1e-6)


def test_both_halves_of_a_combined_model_are_kept(context, reviews, bert, tmp_path):
    given = {**SMALL, "encoder": str(bert), "label_words": WORDS}
    folder = context.run("fewshot.combined", {"train": reviews}, **given)["model"].path
    write_onnx(folder, tmp_path / "graph", [])
    exported = load_model(tmp_path / "graph")
    assert isinstance(exported, CombinedText)
    assert [type(item).__name__ for group in exported.models for item in group] == ["OnnxText", "NgramText"]
    np.testing.assert_allclose(exported.scores(PROBES), load_model(folder).scores(PROBES), atol=1e-3)


def test_similarities_are_divided_by_the_temperature_once(context, reviews, bert):
    given = {**SMALL, "encoder": str(bert)}
    model = load_model(context.run("fewshot.cptuning", {"train": reviews}, **given)["model"].path)
    batch = model.network.collate(model.rows(TEXTS))
    cosines = model.network.predict(model.model, batch)["logits"].astype(float)
    assert np.abs(cosines).max() <= 1 + 1e-5
    powers = np.exp(cosines / model.network.settings.temperature)
    assert model.scores(TEXTS) == pytest.approx(powers / powers.sum(1, keepdims=True), abs=1e-4)
