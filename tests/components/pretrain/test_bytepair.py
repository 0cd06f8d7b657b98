"""Byte-level vocabularies: nothing is unknown, Chinese by character, words stay whole for masking."""

import numpy as np
import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.bytepair import learn_bytepair, save_bytepair
from inkstone.components.nlp.packing import Encoder, Packer, unflag


@pytest.fixture(scope="module")
def folder(sentences, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bytepair")
    save_bytepair(learn_bytepair(lambda: sentences, 400), folder)
    return folder


@pytest.fixture(scope="module")
def tokenizer(folder):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def test_every_text_comes_back_as_it_was(tokenizer):
    for text in ("今天 weather is Nice！", "罕见字：龘𠮷 ☃ emoji 😀"):
        numbers = tokenizer(text)["input_ids"]
        assert tokenizer.unk_token_id not in numbers
        assert [numbers[0], numbers[-1]] == [tokenizer.cls_token_id, tokenizer.sep_token_id]
        assert tokenizer.decode(numbers, skip_special_tokens=True) == text


def test_no_piece_reaches_over_a_chinese_character(tokenizer):
    text = "酒店的服务非常周到delivery"
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    assert all(end - start == 1 for start, end in offsets if "\u4e00" <= text[start] <= "\u9fff")


def test_pieces_of_one_character_are_masked_together(tokenizer):
    (encoded,) = Encoder(tokenizer)(["龘 food"])
    tokens, continues = unflag(encoded)
    places = [
        start
        for start, _ in tokenizer("龘 food", add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    ]
    assert places.count(0) > 1 and not continues[0] and continues[1 : places.count(0)].all()
    assert not continues[places.index(2)] and len(tokens) == len(places)


def test_the_same_corpus_gives_the_same_pieces(sentences, tokenizer):
    again = learn_bytepair(lambda: sentences, 400)
    assert again.get_vocab() == tokenizer.get_vocab()


def test_an_encoder_is_trained_on_it(sentences, tokenizer, folder, tmp_path):
    from pretraining_runs import run, tiny_task
    from transformers import AutoTokenizer

    packer = Packer(tmp_path / "pack", tokenizer, 32)
    packer.add(sentences)
    task = tiny_task(folder, warm_start=str(tmp_path / "pack"))
    losses, _, training = run(task, packer.close(), tmp_path / "run")
    assert np.isfinite(list(losses.values())).all()
    task.save(training.model, tmp_path / "encoder")
    assert AutoTokenizer.from_pretrained(tmp_path / "encoder").get_vocab() == tokenizer.get_vocab()


@pytest.mark.parametrize(
    ("texts", "size", "code"),
    [
        ([], 300, "pretrain.empty_corpus"),
        (["一行文字"], 5000, "pretrain.vocabulary_too_large"),
        (["一行文字"], 100, "pretrain.vocabulary_too_small"),
    ],
)
def test_corpora_that_do_not_support_the_vocabulary(texts, size, code):
    with pytest.raises(InkstoneError) as caught:
        learn_bytepair(lambda: texts, size)
    assert caught.value.code == code
