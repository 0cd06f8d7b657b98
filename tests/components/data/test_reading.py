"""Files of every kind become the same table; what is in them decides, not what they are called."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inkstone.components.artifacts import Table, content_hash
from inkstone.components.data.reading import ReadOptions, read_table
from inkstone.components.errors import InkstoneError

TEXTS = ["今天天气不错", '他说 "好"，走了', "第一行\n第二行", "a,b;c\td|e", "结尾"]
LABELS = ["正常", "正常", "广告", "广告", "正常"]
EXPECTED = [{"text": text, "label": label} for text, label in zip(TEXTS, LABELS, strict=True)]


def rows(table: Table) -> list[dict]:
    return [
        {key: value for key, value in row.items() if key != "_row"}
        for batch in table.batches()
        for row in batch.to_pylist()
    ]


def delimited(mark: str) -> str:
    def cell(value):
        return '"' + value.replace('"', '""') + '"'

    lines = [mark.join(["text", "label"])]
    lines += [mark.join([cell(row["text"]), cell(row["label"])]) for row in EXPECTED]
    return "\r\n".join(lines) + "\r\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("空", 0)
    sheet = book.worksheets[1]
    sheet.append(["text", "label"])
    for row in EXPECTED:
        sheet.append([row["text"], row["label"]])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": TEXTS, "label": pa.array(LABELS).dictionary_encode()}), buffer)
    return buffer.getvalue()


def zipped(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


CONTENTS = {
    "comma": delimited(","),
    "tab": delimited("\t"),
    "semicolon": delimited(";"),
    "pipe": delimited("|"),
    "json array": json.dumps(EXPECTED, ensure_ascii=False),
    "json array, indented": json.dumps(EXPECTED, ensure_ascii=False, indent=1),
    "json object with a list": json.dumps({"version": 1, "tags": ["x"], "data": EXPECTED}, ensure_ascii=False),
    "json lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in EXPECTED),
    "xlsx": workbook(),
    "parquet": parquet(),
    "csv in a zip": zipped({"train.csv": delimited(","), "__MACOSX/._train.csv": "x", "README.txt": "about"}),
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("name", ["data.csv", "data", "data.txt"])
def test_content_decides_what_a_file_is(read, kind, name):
    table = read(CONTENTS[kind], name)
    assert rows(table) == EXPECTED
    assert table.info.rows == 5
    assert [row for batch in table.batches(["_row"]) for row in batch.column(0).to_pylist()] == list(range(5))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("kind", ["comma", "json array", "json lines"])
def test_encodings_are_found_by_content(read, encoding, kind):
    assert rows(read(CONTENTS[kind].encode(encoding), "data")) == EXPECTED


def test_encoding_that_shows_late_in_the_file(read):
    ascii_part = "".join(f"plain text number {number},a\n" for number in range(60_000))
    table = read(("text,label\n" + ascii_part + "最后一行是中文,b\n").encode("gb18030"))
    assert rows(table)[-1] == {"text": "最后一行是中文", "label": "b"}


def test_western_european_text_is_not_taken_for_chinese(read):
    lines = "".join(f"Le garçon a mangé un gâteau près du théâtre {number},été\n" for number in range(40))
    table = read(("text,label\n" + lines).encode("cp1252"))
    assert rows(table)[0]["text"].startswith("Le garçon a mangé un gâteau")


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("ham\tGo until jurong point\nham\tOk lar\nspam\tFree entry\n", ["column_1", "column_2"]),
        ("体验2D巅峰\t8\n60年铁树开花\t5\n", ["column_1", "column_2"]),
        ("label\ttext_a\n1\t不错\n0\t很差\n", ["label", "text_a"]),
        (",split,label\n1,train,0\n2,train,1\n", ["column_1", "split", "label"]),
        ("只有一列的文本\n第二行\n", ["text"]),
        ("text\n只有一列\n第二行\n", ["text"]),
        ("_row,text,label\n7,你好啊,a\n8,再见啊,b\n", ["_row_", "text", "label"]),
    ],
)
def test_header_is_found_or_made(read, content, names):
    assert [column.name for column in read(content, "data.txt").info.columns] == names


def test_tab_separated_corpus_without_quoting_loses_no_rows(read):
    lines = [f"{number % 2}\t{chr(34) if number % 10 == 3 else ''}第 {number} 条评论" for number in range(200)]
    assert read("label\ttext_a\n" + "\n".join(lines)).info.rows == 200


def test_options_overrule_what_was_found(read):
    table = read("a;b,c\nd;e,f\n", delimiter=";", header="no")
    assert rows(table) == [{"column_1": "a", "column_2": "b,c"}, {"column_1": "d", "column_2": "e,f"}]


def test_bad_rows_can_be_skipped(read):
    table = read("text,label\n一,a\n二\n三,b,c\n四,b\n", bad_rows="skip")
    assert [row["text"] for row in rows(table)] == ["一", "四"]
    assert table.info.origin["skipped_rows"] == "2"


def test_empty_cells_are_missing_in_every_format(read):
    expected = [{"text": "一", "label": None}, {"text": None, "label": "b"}]
    assert rows(read('text,label\n一,\n"",b\n')) == expected
    assert rows(read('[{"text": "一", "label": null}, {"text": "", "label": "b"}]')) == expected
    assert rows(read('{"text": "一"}\n{"label": "b"}\n')) == expected


def test_json_numbers_lists_and_objects(read):
    table = read(
        '{"text": "一", "label": 1, "tags": ["a", "b"], "span": {"a": 0}}\n{"text": "二", "label": 0.5, "tags": []}\n'
    )
    assert {column.name: column.dtype for column in table.info.columns} == {
        "text": "string",
        "label": "string",
        "tags": "list<string>",
        "span": "string",
    }
    assert rows(table)[0] == {"text": "一", "label": "1", "tags": ["a", "b"], "span": '{"a": 0}'}


def test_workbook_numbers_read_as_shown(read):
    book = openpyxl.Workbook()
    book.active.append(["text", "label"])
    book.active.append(["一", 1])
    book.active.append(["二", 0.5])
    buffer = io.BytesIO()
    book.save(buffer)
    assert [row["label"] for row in rows(read(buffer.getvalue()))] == ["1", "0.5"]


LABEL_FILES = {"正常.txt": "一\n二\n\n", "AD__Loan": "三\n", "SOURCE.md": "about"}


def test_one_file_a_label(read, tmp_path):
    expected = [{"text": "三", "label": "AD__Loan"}, {"text": "一", "label": "正常"}, {"text": "二", "label": "正常"}]
    assert rows(read(zipped(LABEL_FILES), "sms.zip")) == expected
    assert rows(read(zipped({f"sms/{name}": text for name, text in LABEL_FILES.items()}))) == expected
    folder = tmp_path / "sms"
    folder.mkdir()
    for name, text in LABEL_FILES.items():
        (folder / name).write_text(text, "utf-8")
    read_table(folder, "sms", tmp_path / "table")
    assert rows(Table(tmp_path / "table")) == expected


def test_one_folder_a_label(read):
    members = {"data/pos/1.txt": "好\n真好", "data/pos/2.txt": "不错", "data/neg/1.txt": "差"}
    expected = [{"text": "差", "label": "neg"}, {"text": "好\n真好", "label": "pos"}, {"text": "不错", "label": "pos"}]
    assert rows(read(zipped(members))) == expected


def test_names_of_a_zip_made_by_chinese_windows(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("广告.txt", "正常.txt"):
            entry = zipfile.ZipInfo(name.encode("gb18030").decode("cp437"))
            archive.writestr(entry, "内容\n")
    content = buffer.getvalue().replace(
        "广告.txt".encode("gb18030").decode("cp437").encode(), "广告.txt".encode("gb18030")
    )
    content = content.replace("正常.txt".encode("gb18030").decode("cp437").encode(), "正常.txt".encode("gb18030"))
    from inkstone.components.data.readers.archive import _member_name

    for entry in zipfile.ZipFile(buffer).infolist():
        entry.flag_bits &= ~0x800
        assert _member_name(entry) in {"广告.txt", "正常.txt"}


def test_same_bytes_give_the_same_table_whatever_the_blocks(read, tmp_path, monkeypatch):
    content = "text,label\n" + "".join(f'"第 {number} 条\n内容",{number % 3}\n' for number in range(20_000))
    first = content_hash(read(content).path)
    assert content_hash(read(content).path) == first
    monkeypatch.setattr("inkstone.components.data.readers.delimited._BLOCK_BYTES", 50_000)
    assert content_hash(read(content).path) == first


def test_progress_rises_and_a_stop_leaves_nothing(tmp_path):
    path = tmp_path / "upload"
    path.write_text("text,label\n" + "一二三,a\n" * 1000, "utf-8")
    seen = []
    read_table(path, "data.csv", tmp_path / "table", ReadOptions(), lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def stop(done: float, total: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_table(path, "data.csv", tmp_path / "other", ReadOptions(), stop)
    assert [item.name for item in tmp_path.iterdir() if item.name != "table"] == ["upload"]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("chineseharm_bench/train.json", 4757, ["文本", "标签"]),
        ("fbs_sms", 13_784, ["text", "label"]),
        ("sms_spam_en/SMSSpamCollection", 5574, ["column_1", "column_2"]),
        ("online_shopping_10_cats/online_shopping_10_cats.csv", 62_774, ["cat", "label", "review"]),
        ("chnsenticorp/train.tsv", 9600, ["label", "text_a"]),
        ("cold/train.csv", 25_726, ["column_1", "split", "topic", "label", "TEXT"]),
        ("thucnews_titles/dev.txt", 10_000, ["column_1", "column_2"]),
    ],
)
def test_real_files(real_data, tmp_path, name, count, columns):
    info = read_table(real_data / name, Path(name).name, tmp_path / "table")
    assert info.rows == count
    assert [column.name for column in info.columns] == columns


@pytest.mark.parametrize("mark", ["_!_", "|||", "||", "::"])
def test_delimiters_of_several_characters_are_found(read, mark):
    lines = [
        mark.join([str(number), f'第 {number} 条，有 {number % 3 * ","} 和 "', "甲" if number % 2 else ""])
        for number in range(30)
    ]
    table = read("\n".join(lines) + "\n", "data.txt")
    assert table.info.origin["delimiter"] == mark
    assert rows(table)[4] == {"column_1": "4", "column_2": '第 4 条，有 , 和 "', "column_3": None}
    assert table.info.rows == 30


def test_toutiao_lines_get_the_names_of_their_columns(read):
    table = read("7_!_102_!_news_tech_!_标题“甲”，乙_!_词一,词二\n8_!_103_!_news_car_!_标题二_!_\n", "x.txt")
    assert rows(table)[1] == {"id": "8", "code": "103", "category": "news_car", "title": "标题二", "keywords": None}


def test_a_bad_line_among_long_delimiters_is_named_or_skipped(read):
    lines = [f"{number}_!_文本{number}" for number in range(60)]
    lines[40] = "一_!_二_!_三"
    with pytest.raises(InkstoneError) as caught:
        read("\n".join(lines))
    assert (caught.value.code, caught.value.row) == ("data.ragged_row", 41)
    assert read("\n".join(lines), bad_rows="skip").info.rows == 59


def test_two_pipes_inside_a_cell_are_no_delimiter(read):
    table = read("text,label,more\n" + "".join(f"甲||{number},a,b\n" for number in range(20)))
    assert [column.name for column in table.info.columns] == ["text", "label", "more"]
    header = read("a::b\n文本一,甲::x\n文本二,乙::y\n", delimiter="::")
    assert rows(header)[0] == {"a": "文本一,甲", "b": "x"}
