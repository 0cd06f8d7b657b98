"""Taking a masked language model apart gives what the whole model gives, for every family."""

import pytest
import torch
from transformers import (
    AlbertConfig,
    AutoModelForMaskedLM,
    BertConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    RobertaConfig,
)  # fmt: skip

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.fewshot.language_model import (
    backbone,
    load_language_model,
    positions,
    slot_features,
    slot_width,
    vocabulary_logits,
)  # fmt: skip
from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder

SIZE = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
CONFIGS = {
    "bert": BertConfig(**SIZE),
    "roberta": RobertaConfig(**SIZE, pad_token_id=1, max_position_embeddings=64),
    "albert": AlbertConfig(**SIZE, embedding_size=8),
    "electra": ElectraConfig(**SIZE, embedding_size=8),
    "deberta": DebertaV2Config(**SIZE, relative_attention=True, position_buckets=8, pos_att_type=["p2c", "c2p"]),
    "deberta_new_head": DebertaV2Config(**SIZE, legacy=False),
    "distilbert": DistilBertConfig(vocab_size=50, dim=16, n_layers=2, n_heads=2, hidden_dim=32),
    "modernbert": ModernBertConfig(
        **SIZE, pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2
    ),
}


@pytest.fixture(params=CONFIGS, scope="module")
def model(request):
    torch.manual_seed(0)
    config = CONFIGS[request.param]
    config._attn_implementation = "eager"
    return AutoModelForMaskedLM.from_config(config).eval()


def test_the_head_at_the_slot_gives_what_the_whole_model_gives(model):
    ids = torch.randint(5, 50, (2, 7))
    mask = torch.ones_like(ids)
    with torch.no_grad():
        hidden = backbone(model)(input_ids=ids, attention_mask=mask)[0]
        features = slot_features(model, hidden[:, 3])
        whole = model(input_ids=ids, attention_mask=mask).logits[:, 3]
    assert features.shape == (2, slot_width(model))
    torch.testing.assert_close(vocabulary_logits(model, features), whole, atol=1e-5, rtol=1e-4)


def test_pseudo_tokens_that_start_from_words_read_like_those_words(model):
    encoder = PromptedEncoder(model, soft_words=[9, 11], prompt_encoder="lstm").eval()
    ids = torch.tensor([[2, 9, 20, 11, 3]])
    masked = torch.tensor([[2, 4, 20, 4, 3]])
    soft = torch.tensor([[-1, 0, -1, 1, -1]])
    mask, types = torch.ones_like(ids), torch.zeros_like(ids)
    with torch.no_grad():
        expected = backbone(model)(input_ids=ids, attention_mask=mask)[0]
        torch.testing.assert_close(encoder(masked, mask, types, soft), expected, atol=1e-4, rtol=1e-3)


def test_positions_follow_the_first_real_token():
    mask = torch.tensor([[0, 0, 1, 1, 1], [1, 1, 1, 0, 0]])
    assert positions(mask, CONFIGS["bert"])[0, 2:].tolist() == [0, 1, 2]
    roberta = positions(mask, CONFIGS["roberta"])
    assert roberta[0].tolist() == [1, 1, 2, 3, 4]
    assert roberta[1, :3].tolist() == [2, 3, 4]


def test_an_encoder_without_a_mask_head_is_named(headless):
    with pytest.raises(InkstoneError) as error:
        load_language_model(headless)
    assert error.value.code == "fewshot.no_mask_head"
    assert "fewshot.contrastive" in error.value.fix.en


def test_deep_prompts_change_later_layers_and_shared_layers_refuse_them():
    torch.manual_seed(0)
    bert = AutoModelForMaskedLM.from_config(CONFIGS["bert"]).eval()
    encoder = PromptedEncoder(bert, soft_words=[-1, -1], deep=True).eval()
    inputs = (torch.tensor([[2, 4, 4, 9, 3]]), torch.ones(1, 5, dtype=torch.long), torch.zeros(1, 5, dtype=torch.long),
              torch.tensor([[-1, 0, 1, -1, -1]]))  # fmt: skip
    before = encoder(*inputs)
    encoder.deep.added.data.fill_(0.1)
    assert not torch.allclose(before, encoder(*inputs))
    with pytest.raises(InkstoneError) as error:
        PromptedEncoder(AutoModelForMaskedLM.from_config(CONFIGS["albert"]), soft_words=[-1], deep=True)
    assert error.value.code == "fewshot.no_deep_prompts"
