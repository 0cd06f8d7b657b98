"""torch.compile in place: names stay, only bodies are compiled, a missing compiler is told."""

import pytest
import torch

from inkstone.components.nlp.compiling import compile_bodies, has_compiler
from inkstone.components.nlp.replaced_tokens_model import ReplacedTokenModel


def bert() -> torch.nn.Module:
    from transformers import BertConfig, BertForMaskedLM

    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    return BertForMaskedLM(BertConfig(vocab_size=30, **sizes))


def compiled(model: torch.nn.Module) -> set[str]:
    return {name for name, part in model.named_modules() if part._compiled_call_impl is not None}


@pytest.mark.skipif(not has_compiler(), reason="this machine has no g++")
def test_bodies_are_compiled_in_place() -> None:
    model = bert()
    names = list(model.state_dict())
    assert compile_bodies(model) and list(model.state_dict()) == names
    assert compiled(model) == {"bert"}
    both = ReplacedTokenModel(bert(), bert().bert, "none")
    assert compile_bodies(both) and compiled(both) == {"generator.bert", "encoder"}


def test_without_a_compiler_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    model = bert()
    assert not compile_bodies(model) and compiled(model) == set()
