"""Tags suggested by similarity."""

import numpy as np

from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.nlp.sentence_vectors import sentence_vectors
from inkstone.components.nlp.tag_similarity import suggest

PLACES = {
    "运费": [1, 0, 0],
    "退货": [0, 1, 0],
    "邮费太贵": [0.9, 0.1, 0],
    "想退掉": [0.1, 0.9, 0],
    "多少钱寄": [0.5, 0.4, 0.2],
}


def by_hand(texts):
    return np.array([PLACES.get(text, [0.4, 0.4, 0.4]) for text in texts], dtype=float) + 5  # all share a large part


def test_names_alone_tell_the_tag_and_an_example_moves_it() -> None:
    found = suggest(["邮费太贵", "想退掉"], {"运费": [], "退货": []}, by_hand)
    assert [item.tag for item in found] == ["运费", "退货"]
    assert all(0.5 < item.confidence <= 1 for item in found)
    moved = suggest(["多少钱寄", "想退掉"], {"运费": ["多少钱寄"], "退货": []}, by_hand)
    assert moved[0].tag == "运费"


def test_a_text_that_holds_the_name_is_suggested_and_one_tag_is_enough() -> None:
    found = suggest(["我要退货", "别的"], {"退货": []}, by_hand)
    assert [item.tag for item in found] == ["退货", "退货"]
    assert found[0].confidence == 1.0


def test_vectors_do_not_depend_on_the_batch() -> None:
    encoder = resolve_encoder("inkstone-zh-tiny")
    texts = ["好", "这是一条更长的消息，用来补齐", ""]
    together = sentence_vectors(encoder, texts)
    apart = np.concatenate([sentence_vectors(encoder, [text]) for text in texts])
    np.testing.assert_allclose(together, apart, atol=1e-4)
