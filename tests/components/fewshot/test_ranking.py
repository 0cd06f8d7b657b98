"""Words found in examples: those that tell the classes apart."""

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.fewshot.ranking import find_words, readable


def test_words_that_fit_one_class_more_than_the_others_are_found():
    # columns: common to both, fits class 0, fits class 1, unreadable
    chances = np.log(np.array([[0.5, 0.3, 0.1, 0.1], [0.5, 0.3, 0.1, 0.1], [0.5, 0.05, 0.4, 0.05]]))
    found = find_words(chances, np.array([0, 0, 1]), 2, usable=np.array([0, 1, 2]))
    assert found[0][0] == 1
    assert found[1][0] == 2
    assert not set(found[0]) & set(found[1])


def test_only_whole_words_are_readable(bert):
    tokenizer = model_io.load_tokenizer(bert)
    words = set(tokenizer.convert_ids_to_tokens(readable(tokenizer, len(tokenizer)).tolist()))
    assert {"好", "good"} <= words
    assert not words & {"[MASK]", "，", "a", "##ly", "="}
