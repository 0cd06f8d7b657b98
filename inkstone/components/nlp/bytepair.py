"""Learns a byte-level BPE vocabulary from a corpus and saves it as a fast tokenizer.

Texts become bytes, and the most frequent neighbours are joined again and again (Sennrich et al., "Neural machine translation
of rare words with subword units", 2016; bytes as in GPT-2, Radford et al., 2019): nothing is ever unknown, and spelling and
spaces are kept. No piece reaches over a Chinese character: a frequent one is one piece, a rare one two or three.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from inkstone.components.nlp.pretraining_errors import EMPTY_CORPUS, VOCABULARY_TOO_LARGE, VOCABULARY_TOO_SMALL
from inkstone.components.nlp.wordpiece import SPECIAL

BYTES = 256
CHINESE = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"


def learn_bytepair(
    texts: Callable[[], Iterable[str]], size: int, *, min_frequency: int = 2, lowercase: bool = False
) -> Any:
    """Return a ``tokenizers.Tokenizer`` with special tokens first. The same corpus gives the same vocabulary.

    Args:
        texts: Gives the corpus.
        size: Number of pieces wished for, the 256 bytes and the special tokens included.
        min_frequency: Pieces rarer than this are not made.
        lowercase: Fold capital letters.

    Raises:
        InkstoneError: ``pretrain.empty_corpus``, ``pretrain.vocabulary_too_large``, ``pretrain.vocabulary_too_small``.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    if size < BYTES + len(SPECIAL):
        raise VOCABULARY_TOO_SMALL(wanted=size, characters=BYTES)
    learner: Any = Tokenizer(models.BPE())
    steps = [normalizers.NFC(), *([normalizers.Lowercase()] if lowercase else [])]
    learner.normalizer = normalizers.Sequence(steps)
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(CHINESE), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    learner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=min_frequency,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    read = 0

    def counted() -> Iterable[str]:
        nonlocal read
        for passage in texts():
            read += 1
            yield passage

    learner.train_from_iterator(counted(), trainer)
    if not read:
        raise EMPTY_CORPUS(corpus="")
    learned = learner.get_vocab_size()
    if learned < size:
        raise VOCABULARY_TOO_LARGE(learned=learned, wanted=size)
    start, end = (learner.token_to_id(name) for name in ("[CLS]", "[SEP]"))
    learner.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(
                single="[CLS] $A [SEP]",
                pair="[CLS] $A [SEP] $B:1 [SEP]:1",
                special_tokens=[("[CLS]", start), ("[SEP]", end)],
            ),
        ]
    )
    return learner


def save_bytepair(learned: Any, folder: Path, *, max_length: int = 512) -> None:
    """Write the files that ``AutoTokenizer`` reads."""
    from transformers import PreTrainedTokenizerFast

    pad, unknown, start, end, masked = SPECIAL
    kind: Any = PreTrainedTokenizerFast
    tokenizer = kind(
        tokenizer_object=learned,
        pad_token=pad,
        unk_token=unknown,
        cls_token=start,
        sep_token=end,
        mask_token=masked,
        model_max_length=max_length,
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
