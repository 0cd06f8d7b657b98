"""What users get wrong is answered with what to change."""

import pytest
from fewshot_parts import LABELS, SMALL, TEXTS, rows_of, table_of

from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.nlp.fewshot.folds import as_table
from inkstone.components.registry import find


def refusal(context, component, inputs, **params):
    with pytest.raises(InkstoneError) as error:
        context.run(component, inputs, **{**SMALL, **params})
    assert error.value.fix.zh and error.value.fix.en
    return error.value.code


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"patterns": "没有位置{text}"}, "fewshot.no_slot"),
        ({"patterns": "{正文}很{label}"}, "fewshot.unknown_column"),
        ({"patterns": "{text_pair}{text}{label}"}, "fewshot.unknown_column"),
        ({"label_words": "好评 = 好\n差评 = 好"}, "fewshot.same_word"),
        ({"label_words": "好评 = 龘\n差评 = 差"}, "fewshot.unknown_word"),
        ({"label_words": "中评 = 好"}, "fewshot.unknown_class"),
        ({"patterns": "{text}" + "很好" * 20 + "{label}"}, "fewshot.pattern_too_long"),
    ],
)
def test_wrong_prompts(wrong, code, context, reviews, bert):
    assert refusal(context, "fewshot.pet", {"train": reviews}, encoder=str(bert), **wrong) == code


def test_an_encoder_without_a_mask_head(context, reviews, headless):
    words = "好评 = 好\n差评 = 差"
    code = refusal(context, "fewshot.pet", {"train": reviews}, encoder=str(headless), label_words=words)
    assert code == "fewshot.no_mask_head"


def test_a_class_without_examples(context, tmp_path, bert):
    table = as_table(rows_of(TEXTS, LABELS), ["好评", "差评", "中评"], tmp_path / "table")
    assert (
        refusal(context, "fewshot.contrastive", {"train": table}, encoder=str(bert)) == "fewshot.class_without_examples"
    )


def test_one_example_in_all(context, tmp_path, bert):
    table = table_of(tmp_path / "one", TEXTS[:1], LABELS[:1])
    assert refusal(context, "fewshot.contrastive", {"train": table}, encoder=str(bert)) == "train.one_class"


def test_one_example_a_class_cannot_be_cross_validated(context, tmp_path, bert):
    table = table_of(tmp_path / "two", TEXTS[1:3], LABELS[1:3])
    assert (
        refusal(context, "fewshot.contrastive", {"train": table}, encoder=str(bert), folds=2) == "fewshot.too_few_rows"
    )


def test_comparison_of_nothing(context, reviews, bert):
    fields = find("compare.few_shot").spec.params.model_fields
    off = {name: False for name, field in fields.items() if field.annotation is bool}
    assert refusal(context, "compare.few_shot", {"train": reviews}, encoder=str(bert), **off) == "compare.no_method"


def test_self_training_without_unlabelled_texts(context, reviews, bert):
    inputs = {"train": reviews, "unlabelled": reviews}
    assert refusal(context, "fewshot.self_training", inputs, encoder=str(bert)) == "fewshot.no_unlabelled"


def test_a_long_text_is_cut_with_a_warning(context, tmp_path, bert):
    table = table_of(tmp_path / "long", [*TEXTS, "屏幕很好" * 50], [*LABELS, "好评"])
    context.run("fewshot.cptuning", {"train": table}, **{**SMALL, "encoder": str(bert)})
    log = "".join(path.read_text("utf-8") for path in (context.root / "run" / "spool").iterdir())
    assert "1 texts are longer than the window of 32 tokens" in log


def test_a_stop_ends_a_comparison(context, reviews, bert):
    context.stop()
    with pytest.raises(Cancelled):
        context.run("compare.few_shot", {"train": reviews}, **{**SMALL, "encoder": str(bert), "folds": 2})
