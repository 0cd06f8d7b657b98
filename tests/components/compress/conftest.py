"""Shared by the tests of compression: a tiny teacher trained once."""

from typing import Any

import pytest
from component_context import ComponentContext
from tiny_models import tiny_encoder, two_class_table


@pytest.fixture(scope="session")
def rows(tmp_path_factory):
    return two_class_table(tmp_path_factory.mktemp("rows"))


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("large"), layers=4)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Another vocabulary: it is learned from other texts."""
    texts = ["今天天气很好", "加微信领红包", "免费贷款", "see you", "win money", "会议下午三点"] * 3
    return tiny_encoder(tmp_path_factory.mktemp("small"), texts, layers=2)


@pytest.fixture(scope="session")
def teacher(tmp_path_factory, rows, large) -> Any:
    context = ComponentContext(tmp_path_factory.mktemp("teacher"))
    made = context.run(
        "train.text_classification", {"train": rows, "dev": rows}, encoder=str(large), epochs=12.0, learning_rate=5e-3
    )
    return made["model"]


@pytest.fixture(scope="session")
def ngram(tmp_path_factory, rows) -> Any:
    context = ComponentContext(tmp_path_factory.mktemp("ngram"))
    return context.run("train.ngram_baseline", {"train": rows}, c=10.0)["model"]


@pytest.fixture(scope="session")
def wide(tmp_path_factory, rows):
    """A classifier with two heads of 16 units."""
    import torch
    from transformers import AutoConfig, AutoModel

    folder = tiny_encoder(tmp_path_factory.mktemp("wide"), layers=2)
    config = AutoConfig.from_pretrained(folder)
    config.hidden_size, config.num_attention_heads, config.intermediate_size = 32, 4, 24
    torch.manual_seed(0)
    AutoModel.from_config(config).save_pretrained(folder)
    context = ComponentContext(tmp_path_factory.mktemp("wide-model"))
    return context.run("train.text_classification", {"train": rows}, encoder=str(folder), epochs=2.0)["model"]


@pytest.fixture
def context(tmp_path, inkstone_home):
    return ComponentContext(tmp_path / "node")
