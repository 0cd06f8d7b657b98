"""Word lists: reading them, finding their words, and contacts."""

from pathlib import Path

import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions
from inkstone.components.nlp.lexicon.contacts import contacts, luhn
from inkstone.components.nlp.lexicon.entries import Entry, facts, parse, read_lexicon, write_lexicon
from inkstone.components.nlp.lexicon.matching import MOST_HITS, Hit, Matcher

UNDO = EvasionNormaliser(EvasionOptions())
ENTRIES = [
    Entry("贷款", "诈骗"),
    Entry("刷单", "诈骗"),
    Entry("刷单返利", "诈骗"),
    Entry("c++(.*", "x"),
    Entry("ass", "abuse"),
    Entry("博彩", "博彩", "review"),
    Entry("博彩业研究", "ok", "allow"),
    Entry("裸聊", "低俗"),
]
MATCHER = Matcher(ENTRIES)


def hits(text: str) -> list[Hit]:
    return MATCHER.hits(text, UNDO.undo(text))


@pytest.mark.parametrize(
    ("text", "word", "found", "how"),
    [
        ("要贷款吗", "贷款", "贷款", "exact"),
        ("想daikuan吗", "贷款", "daikuan", "undisguised"),
        ("做刷.单吗", "刷单", "刷.单", "spaced"),
        ("来裸辽吧", "裸聊", "裸辽", "undisguised"),
        ("what an ASS!", "ass", "ASS", "exact"),
        ("用C++(.*写", "c++(.*", "C++(.*", "exact"),
        ("刷单返利群", "刷单返利", "刷单返利", "exact"),
    ],
)
def test_words_are_found_where_they_stand_in_the_original(text: str, word: str, found: str, how: str) -> None:
    (hit,) = hits(text)
    assert (hit.word, hit.found, hit.how) == (word, found, how)
    assert text[hit.start : hit.end] == found


@pytest.mark.parametrize(
    "text", ["", "😀😀", "first class mass", "博彩业研究报告", "他代表我们款待客人", "刷牙。单独", "C plus"]
)
def test_other_texts_hold_nothing(text: str) -> None:
    assert hits(text) == []


def test_words_are_letters_not_patterns() -> None:
    matcher = Matcher([Entry(".*"), Entry("[a-z]+"), Entry("a|b"), Entry("\\d")])
    assert matcher.hits("abc 123 xyz") == []
    assert [hit.word for hit in matcher.hits("x .* [a-z]+ a|b \\d")] == [".*", "[a-z]+", "a|b", "\\d"]


def test_a_text_full_of_words_gives_a_bounded_answer() -> None:
    assert len(MATCHER.hits("贷款" * 150_000)) == MOST_HITS


def test_a_hundred_thousand_words_are_searched() -> None:
    matcher = Matcher([Entry(f"词{number}号") for number in range(100_000)], fuzzy=False)
    assert [hit.word for hit in matcher.hits("这是词4321号和词99999号")] == ["词4321号", "词99999号"]


def test_a_million_lines_are_read_written_and_read_again(tmp_path: Path) -> None:
    content = "".join(f"词{number}号\n" for number in range(1_000_000)).encode()
    entries = parse(content, "words.txt", "类", "note")
    assert len(entries) == 1_000_000
    write_lexicon(tmp_path / "lexicon", entries)
    assert sum(1 for _ in read_lexicon(tmp_path / "lexicon")) == 1_000_000


def test_files_of_several_kinds_are_read(tmp_path: Path) -> None:
    assert parse("兼职\n\n 招聘 \n兼职\n".encode("gb18030"), "广告.txt") == [
        Entry("兼职", "广告"),
        Entry("招聘", "广告"),
    ]
    table = '\ufeff词,类别,级别\n贷款,诈骗,拦截\n"a,b",x,allow\n\'=1+1,x,\n'
    assert parse(table.encode(), "t.csv", severity="note") == [
        Entry("贷款", "诈骗", "block"),
        Entry("a,b", "x", "allow"),
        Entry("=1+1", "x", "note"),
    ]
    folder = tmp_path / "lexicon"
    write_lexicon(folder, ENTRIES)
    assert list(read_lexicon(folder)) == ENTRIES
    assert facts(folder)["severities"] == {"block": 6, "review": 1, "allow": 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "lexicon.empty"),
        (b"\n \n", "lexicon.empty"),
        (b"PK\x03\x04\x00\x00", "lexicon.unreadable"),
        (b"word,severity\nx,kill\n", "lexicon.bad_severity"),
        (("长" * 201).encode(), "lexicon.long_word"),
    ],
)
def test_bad_files_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(InkstoneError) as problem:
        parse(content, "x.txt")
    assert problem.value.code == code


def test_a_damaged_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InkstoneError) as problem:
        list(read_lexicon(tmp_path))
    assert problem.value.code == "lexicon.damaged"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("打 138 0013 8000", "phone", "13800138000"),
        ("热线400-123-4567", "phone", "4001234567"),
        ("加微信 abc_1234", "wechat", "abc_1234"),
        ("QQ群：12345678", "qq", "12345678"),
        ("见 https://a.example.com/x?y=1，谢谢", "url", "https://a.example.com/x?y=1"),
        ("登录yhk25.top领取", "url", "yhk25.top"),
        ("写信 me@example.com", "email", "me@example.com"),
        ("卡号 4111 1111 1111 1111", "bank_card", "4111111111111111"),
    ],
)
def test_contacts_are_found(text: str, kind: str, value: str) -> None:
    (found,) = contacts(text)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    "text",
    ["", "第1.2章 v2.0", "订单20230506123456", "2023年5月6日", "4111 1111 1111 1112", "微信很好用", "3.14159265358979"],
)
def test_other_numbers_are_no_contacts(text: str) -> None:
    assert contacts(text) == []


def test_check_digits_by_hand() -> None:
    assert luhn("79927398713")  # the example of the algorithm's article: 70 is a multiple of ten
    assert not luhn("79927398710")
    assert not luhn("0000000000000000")
