"""A tiny corpus, tokenizer and packs; made once for this folder."""

import pytest

from inkstone.components.nlp.packing import Packer
from inkstone.components.nlp.wordpiece import learn_wordpiece, save_wordpiece

SENTENCES = [
    "今天天气很好，我们去公园散步。",
    "这家酒店的服务非常周到，下次还会再来。",
    "手机屏幕碎了，客服的态度也不好。",
    "北京大学发布了新的研究报告。",
    "The delivery was late but the food tasted great.",
    "这本书写得很精彩，推荐给喜欢历史的朋友。",
    "比赛最后一分钟，主队打进了制胜一球。",
    "股票市场今天大幅下跌，投资者很担心。",
]


@pytest.fixture(scope="session")
def sentences():
    return [f"{sentence}第{number}次" for number in range(60) for sentence in SENTENCES]


@pytest.fixture(scope="session")
def tokenizer_folder(sentences, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    vocabulary = learn_wordpiece(lambda: sentences, 400, characters=200, exact_size=False)
    save_wordpiece(vocabulary, folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tokenizer_folder):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tokenizer_folder)


@pytest.fixture(scope="session")
def pack(sentences, tokenizer, tmp_path_factory):
    packer = Packer(tmp_path_factory.mktemp("pack"), tokenizer, 32)
    packer.add(sentences)
    return packer.close()
