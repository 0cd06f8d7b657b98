"""Packs hold every token, in full sequences, with the borders of words."""

import numpy as np
import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.packing import Encoder, Pack, Packer


def all_rows(pack):
    sequences = pack.open()
    return sequences.take(np.arange(len(sequences)))


def test_no_token_is_lost(sentences, tokenizer, pack):
    tokens, _ = all_rows(pack)
    special = [tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id]
    expected = [number for text in sentences for number in tokenizer(text, add_special_tokens=False)["input_ids"]]
    assert tokens[~np.isin(tokens, special)].tolist() == expected
    assert pack.info.tokens == len(expected)
    assert pack.info.passages == len(sentences)


def test_sequences_are_full_and_framed(tokenizer, pack):
    tokens, continues = all_rows(pack)
    assert (tokens[:, 0] == tokenizer.cls_token_id).all()
    assert (tokens[:, -1] == tokenizer.sep_token_id).all()
    assert not (tokens[:-1] == tokenizer.pad_token_id).any()
    assert not continues[:, :2].any()


def test_words_of_several_characters_are_marked(tokenizer):
    encode = Encoder(tokenizer)
    (tokens,) = encode(["北京大学发布了delivery"])
    pieces = tokenizer.convert_ids_to_tokens(tokens & (encode.flag - 1))
    continues = (tokens & encode.flag) != 0
    words, current = [], ""
    for piece, goes_on in zip(pieces, continues, strict=True):
        if not goes_on:
            words.append(current)
            current = ""
        current += piece.removeprefix("##")
    assert [*words[1:], current] == ["北京大学", "发布", "了", "delivery"]


def test_small_shards_hold_the_same_rows_and_the_same_bytes_again(sentences, tokenizer, pack, tmp_path):
    packs = []
    for name in ("a", "b"):
        packer = Packer(tmp_path / name, tokenizer, 32, shard_bytes=2048)
        packer.add(sentences)
        packs.append(packer.close())
    assert len(packs[0].info.shards) > 3
    assert all((packs[0].path / shard.file).stat().st_size <= 2048 for shard in packs[0].info.shards)
    assert packs[0].info == packs[1].info
    assert (all_rows(packs[0])[0] == all_rows(pack)[0]).all()


def test_a_damaged_pack_is_refused(sentences, tokenizer, tmp_path):
    packer = Packer(tmp_path, tokenizer, 32)
    packer.add(sentences)
    pack = packer.close()
    shard = tmp_path / pack.info.shards[0].file
    content = bytearray(shard.read_bytes())
    content[-1] ^= 1
    shard.write_bytes(content)
    with pytest.raises(InkstoneError, match="broken_pack"):
        pack.verify()
    shard.write_bytes(content[:-100])
    with pytest.raises(InkstoneError, match="broken_pack"):
        pack.open()
    with pytest.raises(InkstoneError, match="broken_pack"):
        Pack(tmp_path / "absent").open()


def test_an_empty_corpus_is_refused(tokenizer, tmp_path):
    packer = Packer(tmp_path, tokenizer, 32)
    packer.add([])
    with pytest.raises(InkstoneError, match="empty_corpus"):
        packer.close()
