"""Every few-shot component on a tiny encoder: it learns, its model loads and predicts, and the choice is explained."""

import numpy as np
import pytest
from fewshot_parts import LABELS, SMALL, TEXTS, rows_of, table_of

from inkstone.components.nlp.fewshot.folds import as_table
from inkstone.components.nlp.inference import load_model

WORDS = "好评 = 好, 满意\n差评 = 差, 失望"
PATTERNS = "{text}总之，很{label}。\n这是{label}的评价：{text}"


@pytest.fixture
def params(bert):
    return {**SMALL, "encoder": str(bert)}


@pytest.mark.parametrize("component", ["fewshot.pet", "fewshot.ptuning", "fewshot.cptuning", "fewshot.contrastive"])
def test_a_method_learns_its_rows_and_its_model_predicts(component, context, reviews, params):
    given = {**params, "epochs": 40 if component != "fewshot.contrastive" else 2, "learning_rate": 2e-3}
    if component in {"fewshot.pet", "fewshot.ptuning"}:
        given |= {"patterns": PATTERNS, "label_words": WORDS}
    outputs = context.run(component, {"train": reviews, "dev": reviews}, **given)
    figures = outputs["metrics"].read()
    assert figures["values"]["accuracy"] >= 0.75
    model = load_model(outputs["model"].path)
    assert figures["model"] == model.card.digest
    assert model.card.component == f"{component}@1"
    ranked = model.predict(["屏幕很好", "服务很差"])
    assert {item.label for item in ranked[0]} == {"好评", "差评"}
    assert sum(item.score for item in ranked[0]) == pytest.approx(1.0, abs=1e-5)


def test_the_same_seed_gives_the_same_model(context, reviews, params):
    digests = {context.run("fewshot.pet", {"train": reviews}, **params)["metrics"].read()["model"] for _ in range(2)}
    assert len(digests) == 1


@pytest.mark.parametrize(
    "options", [{"prompt_encoder": "none"}, {"prompt_encoder": "mlp", "deep_prompts": True, "freeze_encoder": True}]
)
def test_prompt_tuning_options(options, context, reviews, params):
    outputs = context.run(
        "fewshot.ptuning", {"train": reviews}, **params, patterns="{soft:2}{text}很{label}", **options
    )
    assert len(load_model(outputs["model"].path).predict(["很好"])[0]) == 2


def test_anchors_are_saved_inside_the_model(context, reviews, params):
    outputs = context.run("fewshot.cptuning", {"train": reviews}, **params, decision="anchors")
    model = load_model(outputs["model"].path)
    assert model.model.anchors.shape[0] == len(TEXTS)
    scores = model.scores(TEXTS)
    right = [model.labels[row.argmax()] == label for row, label in zip(scores, LABELS, strict=True)]
    assert all(right)  # each training row is its own nearest anchor


def test_many_classes_in_small_batches_still_have_pairs(context, tmp_path, params):
    table = table_of(tmp_path / "many", [*TEXTS, "体育新闻", "股票新闻"], [*list("aabbccdd"), "e", "e"])
    outputs = context.run("fewshot.cptuning", {"train": table}, **params)
    assert len(load_model(outputs["model"].path).labels) == 5


def test_pairs_of_texts(context, tmp_path, params):
    table = table_of(tmp_path / "pairs", TEXTS, LABELS, pairs=list(reversed(TEXTS)))
    for component in ("fewshot.pet", "fewshot.cptuning", "fewshot.contrastive", "fewshot.combined"):
        model = load_model(context.run(component, {"train": table}, **params)["model"].path)
        assert len(model.predict(["很好"], ["很慢"])[0]) == 2


def test_contrastive_works_without_a_mask_head(context, reviews, params, headless):
    outputs = context.run("fewshot.contrastive", {"train": reviews}, **{**params, "encoder": str(headless)})
    assert load_model(outputs["model"].path).task == "text_classification"


def test_label_words_as_examples_change_what_contrastive_learns(context, reviews, params):
    models = {
        context.run("fewshot.contrastive", {"train": reviews}, **params, label_sentences=on)["metrics"].read()["model"]
        for on in (True, False)
    }
    assert len(models) == 2


def test_a_combined_model_is_the_pool_of_its_parts(context, reviews, params, headless):
    outputs = context.run("fewshot.combined", {"train": reviews}, **params, label_words=WORDS, ngram_weight=2.0)
    folder = outputs["model"].path
    parts = [load_model(folder / name).scores(TEXTS) for name in ("network", "ngram")]
    wanted = parts[0] * parts[1] ** 2
    found = load_model(folder).scores(TEXTS)
    assert np.allclose(found, wanted / wanted.sum(axis=1, keepdims=True), atol=1e-6)
    assert load_model(folder / "network").task == "prompt_classification"
    without_head = context.run("fewshot.combined", {"train": reviews}, **{**params, "encoder": str(headless)})
    assert load_model(without_head["model"].path / "network").task == "text_classification"


def test_cross_validation_tells_mean_and_spread(context, reviews, params):
    figures = context.run("fewshot.contrastive", {"train": reviews}, **{**params, "folds": 2, "repeats": 2})[
        "metrics"
    ].read()
    assert figures["split"] == "cross_validation"
    assert len(figures["folds"]) == 4
    accuracies = [item["accuracy"] for item in figures["folds"]]
    assert figures["values"]["accuracy"] == pytest.approx(sum(accuracies) / 4)
    assert set(figures["spread"]) == {"accuracy", "macro_f1"}


def test_zero_shot_needs_no_label(context, tmp_path, params):
    table = as_table(rows_of(TEXTS, None), [], tmp_path / "texts")
    outputs = context.run("fewshot.zero_shot", {"table": table}, **params, label_words=WORDS)
    model = load_model(outputs["model"].path)
    assert model.labels == ["好评", "差评"]
    scores = model.scores(TEXTS)
    assert abs(scores[:, 0].mean() - 0.5) < 0.1  # calibrated: neither class wins by its words alone
    assert outputs["metrics"].read()["values"] == {}


def test_self_training_uses_unlabelled_texts(context, reviews, tmp_path, params):
    unlabelled = as_table(rows_of(["手机很好", "物流很差", "屏幕很慢", "服务满意"], None), [], tmp_path / "more")
    inputs = {"train": reviews, "unlabelled": unlabelled}
    for options in ({"members": 2}, {"members": 1, "method": "combined"}, {"members": 2, "final": "soft"}):
        outputs = context.run("fewshot.self_training", inputs, **params, **options, label_words=WORDS)
        assert len(load_model(outputs["model"].path).predict(["很好"])[0]) == 2


def test_an_ngram_model_knows_the_label_words(context, tmp_path, params):
    from inkstone.components.fewshot.methods import METHODS
    from inkstone.components.nlp.fewshot.component import work_of

    method = METHODS["ngram_words"]
    wanted = method.parameters({**params, "label_words": "a = 体育, 球赛\nb = 财经, 股票"})
    train = as_table(rows_of(["今天很快", "明天很慢"], ["a", "b"]), ["a", "b"], tmp_path / "two")
    method.function(work_of(context, {"train": train}, wanted), wanted, tmp_path / "model")
    assert [row[0][0] for row in load_model(tmp_path / "model").predict(["股票涨了", "看球赛"])] == ["b", "a"]


def test_an_ngram_model_learns_words_from_unlabelled_texts(context, reviews, tmp_path, params):
    texts = [
        f"{words}，{more}第{n}次" for n in range(4) for words, more in (("很满意", "值得推荐"), ("很失望", "不会再买"))
    ]
    inputs = {"train": reviews, "unlabelled": as_table(rows_of(texts, None), [], tmp_path / "more")}
    outputs = context.run("fewshot.self_training", inputs, **params, method="ngram", generations=2, growth=1.5)
    model, alone = load_model(outputs["model"].path), context.run("train.ngram_baseline", {"train": reviews})["model"]
    assert [row[0][0] for row in model.predict(["值得推荐", "不会再买"])] == ["好评", "差评"]
    scores = load_model(alone.path).scores(["值得推荐"])[0]
    assert abs(scores[0] - scores[1]) < 0.5  # the labelled rows alone know none of these words


def test_automatic_prompts_explain_themselves(context, reviews, params):
    outputs = context.run("fewshot.auto_prompt", {"train": reviews}, **params, keep=2, rounds=1, label_words=WORDS)
    report = outputs["report"].read()
    table = report["sections"][1]["rows"]
    assert len(table) >= 6
    assert [row[-1] for row in table].count("✓") == 2
    assert "屏幕很好" in table[0][0]
    assert load_model(outputs["model"].path).card.settings["templates"]


def test_comparison_judges_all_methods_on_the_same_folds(context, reviews, params):
    options = {**params, "folds": 2, "ptuning": False, "combined": False, "label_words": WORDS}
    outputs = context.run("compare.few_shot", {"train": reviews}, **options)
    figures = outputs["metrics"].read()
    chosen = ["ngram", "fine_tuning", "pet", "contrastive", "ngram_words"]  # self-training lacks its texts
    assert [line["method"] for line in figures["methods"]] == chosen
    assert all(len(line["folds"]) == 2 for line in figures["methods"])
    best = max(figures["methods"], key=lambda line: line["accuracy"])
    assert figures["method"] == best["method"]
    model = load_model(outputs["model"].path)
    assert figures["model"] == model.card.digest
    assert len(outputs["report"].read()["sections"][1]["rows"]) == 5


def test_comparison_without_a_mask_head_leaves_filling_out(context, reviews, params, headless):
    outputs = context.run("compare.few_shot", {"train": reviews}, **{**params, "encoder": str(headless), "folds": 2})
    methods = [line["method"] for line in outputs["metrics"].read()["methods"]]
    assert methods == ["ngram", "fine_tuning", "contrastive", "ngram_words", "combined"]


def test_patterns_may_name_the_users_own_column(context, tmp_path, params):
    from component_context import make_table

    table = make_table(tmp_path / "own", {"正文": TEXTS, "类别": LABELS}, {"text": "正文", "label": "类别"})
    outputs = context.run("fewshot.pet", {"train": table}, **params, patterns="{正文}很{label}")
    assert load_model(outputs["model"].path).card.settings["templates"] == ["{text}很{label}"]
