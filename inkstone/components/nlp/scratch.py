"""The ``scratch`` encoder: a small BERT with n-gram embeddings, whose vocabulary and weights come from the user's own text.

A randomly initialised Transformer needs far more text than a few thousand rows to find out that neighbouring
characters form words. Hashed embeddings of token bigrams and trigrams hand it the words directly, and their mean goes
to the head beside the Transformer's, as in fastText (Joulin et al. 2017, "Bag of Tricks for Efficient Text
Classification") and Wide & Deep (Cheng et al. 2016).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from inkstone.components.nlp.wordpiece import learn_wordpiece

if TYPE_CHECKING:
    from transformers import PreTrainedModel

NGRAM_KEY = "inkstone_ngrams"
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_INPUTS = ["input_ids", "token_type_ids", "attention_mask"]
_PRIMES = (1_000_003, 998_244_353)


def write_scratch_encoder(
    texts: Iterable[str],
    folder: Path,
    *,
    layers: int = 1,
    width: int = 128,
    ngram_width: int = 32,
    max_length: int = 256,
) -> Path:
    """Learn a vocabulary from ``texts`` and write an encoder folder without weights: tokenizer and configuration.

    Chinese is cut into characters, other scripts into WordPieces.
    """
    from transformers import BertConfig, PreTrainedTokenizerFast

    texts = list(texts)
    tokenizer = _learn_tokenizer(texts)
    folder.mkdir(parents=True, exist_ok=True)
    special = {
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=max_length, model_input_names=_INPUTS, **special
    )  # type: ignore[no-untyped-call]
    fast.save_pretrained(folder)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=max(1, width // 64),
        intermediate_size=2 * width,
        max_position_embeddings=max_length,
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.1,
    )
    setattr(config, NGRAM_KEY, {"buckets": _buckets(texts), "width": ngram_width})
    config.save_pretrained(folder)
    return folder


def _learn_tokenizer(texts: list[str]) -> Any:
    """Return a tokenizer with a vocabulary learned from the texts: the same texts always give the same one.

    ``WordPieceTrainer`` alone numbers letters in the order of a hash table; a training that resumes would then find
    another vocabulary than the one of its checkpoint.
    """
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces = learn_wordpiece(
        lambda: (unicodedata.normalize("NFKC", item) for item in texts), 20_000, characters=9_000, exact_size=False
    )
    vocabulary = {piece: place for place, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=_SPECIAL[1], max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.BertNormalizer(lowercase=True)])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return tokenizer


def _buckets(texts: list[str]) -> int:
    """Return a power of two near the number of different bigrams, between 2^12 and 2^16."""
    characters = sum(len(item) for item in texts)
    return min(max(1 << (characters // 2).bit_length(), 1 << 12), 1 << 16)


@dataclass
class NgramEncoding:
    """What an ``NgramEncoder`` gives: hidden states (batch, length, width) and the mean n-gram embedding (batch, wide)."""

    last_hidden_state: torch.Tensor
    wide: torch.Tensor


class NgramEncoder(nn.Module):
    """A BERT whose input embeddings are the sum of a token embedding and a projection of bigram and trigram embeddings.

    Bucket of a bigram: ``b = (id[t] + p * id[t-1]) mod B``; of a trigram: ``(b + q * id[t-2]) mod B``. An n-gram looks
    backwards only, so padding behind a text never enters one.
    """

    def __init__(self, bert: "PreTrainedModel", buckets: int, ngram_width: int) -> None:
        super().__init__()
        self.bert = bert
        self.buckets = buckets
        width: int = bert.config.hidden_size
        self.wide_width = width + len(_PRIMES) * ngram_width
        tables = [nn.Embedding(buckets, ngram_width) for _ in _PRIMES]
        for table in tables:
            nn.init.normal_(table.weight, std=0.02)
        self.ngrams = nn.ModuleList(tables)
        self.project = nn.Linear(len(_PRIMES) * ngram_width, width, bias=False)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> NgramEncoding:
        """Encode a padded batch."""
        words = self.bert.get_input_embeddings()(input_ids)
        grams = self._ngrams(input_ids)
        encoded = self.bert(
            inputs_embeds=words + self.project(grams), attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        features = torch.cat([words, grams], dim=-1)
        weights = attention_mask.unsqueeze(-1).to(features.dtype)
        wide = (features * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        return NgramEncoding(encoded.last_hidden_state, wide)

    def _ngrams(self, input_ids: torch.Tensor) -> torch.Tensor:
        key = previous = input_ids
        found = []
        for table, prime in zip(self.ngrams, _PRIMES, strict=True):
            previous = nn.functional.pad(previous[:, :-1], (1, 0))
            key = (key + previous * prime) % self.buckets
            found.append(table(key))
        return torch.cat(found, dim=-1)
