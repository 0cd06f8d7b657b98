"""The pages of risk control: texts in both languages, marks, word lists."""

import pytest
from studio_pages import open_page

from inkstone.backend.service import lexicons
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.risk_views import Decision
from inkstone.backend.store.database import migrate
from inkstone.studio.risk.demo import decision_html
from inkstone.studio.risk.marks import Mark, marked, marks_of, reason_lines
from inkstone.studio.risk.texts import TEXTS

ANSWER = {
    "decision": "block",
    "label": "广告",
    "score": 0.9,
    "scores": [{"label": "广告", "score": 0.9}, {"label": "正常", "score": 0.1}],
    "reasons": [
        {"kind": "model", "label": "广告", "score": 0.9, "threshold": 0.5, "tokens": [{"start": 0, "end": 3, "text": "<b>", "weight": 0.6}]},
        {"kind": "word", "word": "彩金", "category": "博彩", "severity": "block", "start": 3, "end": 5, "text": "彩金", "how": "exact"},
        {"kind": "contact", "contact": "qq", "value": "12345", "start": 5, "end": 10, "text": "12345"},
    ],
    "undisguised": "<b>彩金12345",
    "disguises": ["width"],
    "model": "risk@1",
}  # fmt: skip


def test_every_text_is_there_in_both_languages() -> None:
    assert all(item.zh.strip() and item.en.strip() for item in TEXTS.values())


def test_marks_escape_and_keep_every_character() -> None:
    shown = marked("<b>彩金12345", marks_of(ANSWER["reasons"]))
    assert "<b>" not in shown
    assert shown.count("<mark") == 3
    overlapping = marked("abcdef", [Mark(0, 4, "word", '"x"'), Mark(2, 6, "model", "y"), Mark(5, 99, "model", "z")])
    assert overlapping.count("<mark") == 2
    assert ">abcd</mark>" in overlapping
    assert ">ef</mark>" in overlapping
    assert "&quot;x&quot;" in overlapping


@pytest.mark.parametrize("language", ["zh", "en"])
def test_decisions_are_told_in_words(language) -> None:
    assert len(reason_lines(ANSWER, language)) == 4
    html = decision_html("<b>彩金12345", Decision.model_validate(ANSWER), language)
    assert "<b>" not in html
    assert TEXTS["block"].in_language(language) in html


def test_pages_show_a_word_list_and_an_empty_queue(inkstone_home) -> None:
    migrate()
    lexicons.import_file(LOCAL, "word,category\n贷款,诈骗\n".encode(), "示例.csv")
    assert open_page("lexicons", "zh").title[0].value == "词库"
    assert open_page("lexicons", "en", lexicon="示例").title[0].value == "示例"
    assert open_page("reviews", "en").title[0].value == "Reviews"
