"""Reading raw text of many formats, and keeping evaluation texts out."""

import bz2
import gzip
import json
import lzma

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.corpus import read_corpus, read_documents
from inkstone.components.nlp.duplicates import KnownTexts

TEXTS = ["今天天气很好", "第二行 with English", "第三行"]


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.txt.xz", "a.txt.bz2", "a.txt.zst"])
def test_plain_and_compressed_text(tmp_path, name):
    content = "\ufeff今天天气很好\r\n\n  第二行 with English \n第三行".encode()
    compress = {
        "txt": lambda data: data,
        "gz": gzip.compress,
        "xz": lzma.compress,
        "bz2": bz2.compress,
        "zst": lambda data: pa.Codec("zstd").compress(data).to_pybytes(),
    }
    (tmp_path / name).write_bytes(compress[name.rsplit(".", 1)[1]](content))
    assert list(read_documents(tmp_path / name)) == TEXTS


def test_tables_json_and_parquet(tmp_path):
    (tmp_path / "a.csv").write_text('label,text\n1,"今天天气很好"\n0,第二行 with English\n1,第三行\n', "utf-8")
    (tmp_path / "b.tsv").write_text('label\ttext\n1\t今天"天气"\n', "utf-8")
    (tmp_path / "c.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS), "utf-8")
    (tmp_path / "d.json").write_text(json.dumps([{"text": text} for text in TEXTS], indent=1), "utf-8")
    pq.write_table(pa.table({"text": TEXTS, "other": [1, 2, 3]}), tmp_path / "e.parquet")
    (tmp_path / "f.txt").write_text("一\t二\t1\n", "utf-8")
    assert list(read_documents(tmp_path / "a.csv", ["text"])) == TEXTS
    assert list(read_documents(tmp_path / "b.tsv", ["text"])) == ['今天"天气"']
    for name in ("c.jsonl", "d.json", "e.parquet"):
        assert list(read_documents(tmp_path / name, ["text"])) == TEXTS
    assert list(read_documents(tmp_path / "f.txt", [0, 1])) == ["一", "二"]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    for name in ("2.txt", "1.txt", "notes.pdf"):
        (tmp_path / name).write_text(name, "utf-8")
    assert list(read_corpus([tmp_path])) == ["1.txt", "2.txt"]


@pytest.mark.parametrize(
    ("name", "content", "fields", "code"),
    [
        ("a.txt", "好\n".encode() + "坏的".encode("gb18030"), (), "pretrain.not_utf8"),
        ("a.txt.gz", b"not gzip", (), "pretrain.broken_file"),
        ("a.txt.xz", lzma.compress(b"text" * 1000)[:40], (), "pretrain.broken_file"),
        ("a.jsonl", b'{"text": "a"}\n{"text"', ["text"], "pretrain.broken_file"),
        ("a.jsonl", b'{"text": "a"}\n', ["body"], "pretrain.missing_field"),
        ("a.csv", b"label,text\n", ["body"], "pretrain.missing_field"),
        ("a.parquet", b"PAR1 no", ["text"], "pretrain.broken_file"),
        ("a.docx", b"PK", (), "pretrain.unknown_format"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path, name, content, fields, code):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InkstoneError) as caught:
        list(read_documents(tmp_path / name, fields))
    assert caught.value.code == code


def test_evaluation_texts_are_found_exactly_and_nearly():
    known = KnownTexts()
    known.add(["这家酒店的服务非常周到，房间也很干净，下次还会再来。", "早上好"])
    assert known.match("这家酒店的服务非常周到,房间也很干净,下次还会再来") == "exact"
    assert known.match("这家酒店的服务非常周到，房间也很干净，下次一定还会再来！") == "near"
    assert known.match("这家餐厅的菜很难吃，环境也不好，再也不会来了。") is None
    assert known.match("早上好！") == "exact"
    assert known.match("早上") is None


def test_a_passage_that_quotes_an_evaluation_text_is_found():
    short = "酒店很好，下次再来。"
    quoted = "这家酒店的服务非常周到，房间也很干净，下次还会再来。"
    known = KnownTexts()
    known.add([short, quoted])
    around = "我在网上看到一位住客这样写：“{}” 读完之后我立刻订了房间，结果和他说的一模一样，早餐也丰富，交通也方便，值得推荐给大家。"
    assert known.match(around.format(quoted)) == "contained"
    assert known.match(around.format(quoted.replace("周到", "热情"))) is None
    assert known.match(around.format(short)) is None, "too short to count as quoted"
