"""Truncation, pairs and padding keep the slot where it belongs."""

import pytest
import torch
from fewshot_parts import LABELS, TEXTS, rows_of

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.fewshot.encoding import share
from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification, WordSettings


def task_of(bert, *templates, max_length=24, pairs=False, words=(("差", "不好"), ("好",))):
    settings = WordSettings(
        encoder=str(bert), labels=("差评", "好评"), max_length=max_length, pairs=pairs, templates=templates, words=words
    )
    return PromptClassification(settings)


def tokens_at_slots(task, batch):
    ids = batch["input_ids"].gather(2, batch["slots"])
    return task.tokenizer.convert_ids_to_tokens(ids.flatten().tolist())


def test_a_long_text_is_cut_and_the_slot_stays(bert):
    task = task_of(bert, "{text}总之，很{label}。", max_length=16, words=(("差",), ("好",)))
    item = task.prompt({"input_ids": task.encode(["屏幕很好" * 30])["input_ids"][0]})[0]
    assert len(item.ids) == 16
    assert item.ids[item.slots[0]] == task.tokenizer.mask_token_id
    words = task.tokenizer.convert_ids_to_tokens(item.ids)
    assert words[-8:] == ["总", "之", "，", "很", "[MASK]", "。", "[SEP]"][-8:] or words[-7:-1] == [
        "总",
        "之",
        "，",
        "很",
        "[MASK]",
        "。",
    ]


def test_of_a_pair_the_longer_text_gives_way_first():
    assert share(10, 3, 20) == (3, 7)
    assert share(10, 20, 3) == (7, 3)
    assert share(10, 20, 20) == (5, 5)
    assert share(30, 12, 13) == (12, 13)
    assert share(11, 20, 20) == (5, 6) or share(11, 20, 20) == (6, 5)


def test_a_pair_gets_separator_segments_and_slot(bert):
    task = task_of(bert, "{text}？{label}，{sep}{text_pair}", pairs=True, max_length=20)
    encoded = task.encode(["屏幕" * 20], ["手机" * 20])
    item = task.prompt({name: values[0] for name, values in encoded.items()})[0]
    separator = item.ids.index(task.tokenizer.sep_token_id)
    assert len(item.ids) == 20
    assert item.slots[0] < separator
    assert item.types[separator] == 0
    assert set(item.types[separator + 1 :]) == {1}


def test_words_of_different_lengths_get_slots_of_their_own(bert):
    task = task_of(bert, "{text}很{label}。")
    batch = task.collate(task.prepare_rows(rows_of(TEXTS, LABELS)).to_list())
    assert batch["slots"].shape == (len(TEXTS), 2, 2)
    masks = (batch["input_ids"] == task.tokenizer.mask_token_id).sum(-1)
    assert masks.tolist() == [[1, 2]] * len(TEXTS)


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_on_either_side_changes_no_score(bert, side):
    task = task_of(bert, "{text}总之，很{label}。", "这是{label}的评价：{text}")
    model = task.build().eval()
    rows = task.prepare_rows(rows_of(["好", "屏幕很好，物流很快"], None)).to_list()
    alone = torch.cat([model(**task.collate([row])) for row in rows])
    task.tokenizer.padding_side = side
    batch = task.collate(rows)
    assert set(tokens_at_slots(task, batch)) <= {"[MASK]", "[CLS]", "[PAD]"}
    real = batch["attention_mask"][0, 0]
    assert bool(real[0]) == (side == "right")
    torch.testing.assert_close(model(**batch), alone, atol=1e-5, rtol=1e-5)


def test_a_pattern_that_fills_the_window_is_refused(bert):
    with pytest.raises(InkstoneError) as error:
        task_of(bert, "{text}总之，这是一条很{label}的评价。", max_length=16).check()
    assert error.value.code == "fewshot.pattern_too_long"
    assert "16" in error.value.what.en
