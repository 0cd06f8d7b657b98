"""The few-shot wizard shows the proposed prompts in sentences with the visitor's own texts."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from inkstone.backend.store.database import migrate

MAIN = Path(__file__).parents[2] / "inkstone" / "studio" / "main.py"
ROWS = "正文,类别\n屏幕很好，物流很快,Positive\n用两天就坏了，客服也不理人,Negative\n".encode()


def test_sentences_with_own_texts_and_words(inkstone_home: Path) -> None:
    migrate()
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["lang"] = "zh"
    app.run()
    app.switch_page("pages/start.py")
    app.query_params["template"] = "few-shot-classification"
    app.run()
    key = "start.few-shot-classification"
    uploader = next(item for item in app.get("file_uploader") if item.key == f"{key}.file")
    uploader.set_value(("reviews.csv", ROWS, "text/csv")).run()
    assert not app.exception
    words = "\n".join(getattr(item.proto, "body", "") for item in app.get("html"))
    assert "很【好】。屏幕很好，物流很快" in words
    pattern = next(item for item in app.text_area if item.key and item.key.endswith("patterns"))
    pattern.set_value("{text}没有位置").run()
    assert not app.exception
    shown = "\n".join(
        [item.value for item in app.error] + [getattr(item.proto, "body", "") for item in app.get("html")]
    )
    assert "fewshot.no_slot" in shown
