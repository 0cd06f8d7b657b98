"""Vocabularies learned from a corpus."""

import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.wordpiece import learn_wordpiece


def test_chinese_by_character_and_latin_by_pieces(tokenizer):
    assert tokenizer.tokenize("天气很好the delivery") == ["天", "气", "很", "好", "the", "delivery"]
    assert [tokenizer.convert_tokens_to_ids(piece) for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")] == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert not [piece for piece in tokenizer.get_vocab() if len(piece) > 1 and "\u4e00" <= piece[-1] <= "\u9fff"]


def test_the_same_corpus_gives_the_same_vocabulary(sentences):
    for size, characters in ((300, 150), (150, 120)):  # 120 leave some of equally rare characters out
        made = [learn_wordpiece(lambda: sentences, size, characters=characters, exact_size=False) for _ in range(5)]
        assert all(vocabulary == made[0] for vocabulary in made)


@pytest.mark.parametrize(
    ("texts", "size", "code"),
    [
        ([], 100, "pretrain.empty_corpus"),
        (["一行文字"], 100, "pretrain.vocabulary_too_large"),
        (["一行文字"], 8, "pretrain.vocabulary_too_small"),
    ],
)
def test_corpora_that_do_not_support_the_vocabulary(texts, size, code):
    with pytest.raises(InkstoneError) as caught:
        learn_wordpiece(lambda: texts, size, characters=8 if size == 8 else None)
    assert caught.value.code == code
