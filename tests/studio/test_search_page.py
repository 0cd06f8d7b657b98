"""The search page: an empty home, a search with trials, and the form over a pipeline."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import inkstone.studio
from inkstone.backend.service import pipelines, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.store.database import migrate, session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.texts import text

MAIN = Path(inkstone.studio.__file__).parent / "main.py"


def open_search(language: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/search.py")
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, [item.message for item in app.exception]
    return app


def words_of(app: AppTest) -> str:
    parts = [item.value for item in [*app.title, *app.subheader]]
    parts += [getattr(item.proto, "body", "") for item in app.get("html")]
    return "\n".join(map(str, [*parts, *(item.label for item in app.button)]))


def search_with(count: int, kind: str = "tune") -> str:
    """Write a search that has ended."""
    began = now() - timedelta(minutes=5)
    settings = {
        "figure": "dev/macro_f1",
        "minimise": False,
        "trials": count,
        "minutes": None,
        "parallel": 2,
        "space": {},
    }
    with session() as db:
        search = Search(
            name="<b>搜</b>", kind=kind, state="SUCCEEDED", document={}, settings=settings, ended_at=now(),
            report={"words": [text("选用甲", "Winner: A").model_dump()]} if kind == "auto" else {},
        )  # fmt: skip
        db.add(search)
        db.flush()
        for number in range(1, count + 1):
            value = 0.5 + 0.01 * (number % 7)
            params = {"train.learning_rate": 10.0**-number, "train.batch_size": 16 * (1 + number % 3)}
            db.add(
                Trial(
                    search_id=search.id, number=number, state="DONE" if number % 4 else "PRUNED", params=params, value=value,
                    history=[value - 0.1, value], started_at=began, ended_at=began + timedelta(seconds=9),
                    title=text("甲", "A").model_dump() if kind == "auto" else None,
                )
            )  # fmt: skip
        return search.id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_search_shows_its_trials_and_what_mattered(language: str, inkstone_home: Path) -> None:
    migrate()
    search = search_with(10)
    app = open_search(language, search=search)
    words = words_of(app)
    assert ("参数重要性" if language == "zh" else "Parameter importance") in words
    assert "0.5600" in words
    assert len(app.dataframe[0].value) == 10
    assert "<b>搜</b>" not in [getattr(item.proto, "body", "") for item in app.get("html")]


def test_auto_tells_its_table_in_words(inkstone_home: Path) -> None:
    migrate()
    assert "Winner: A" in words_of(open_search("en", search=search_with(3, "auto")))


def test_an_unknown_search_is_told_with_code_and_advice(inkstone_home: Path) -> None:
    migrate()
    assert "search.unknown" in words_of(open_search("en", search="0123456789abcdef"))


def test_the_form_proposes_ranges_and_says_what_is_wrong_with_one(inkstone_home: Path) -> None:
    migrate()
    pipelines.create(LOCAL, templates.get(LOCAL, "text-classification"), None)
    app = open_search("zh")
    app.segmented_control(key="search.way").set_value("tune").run()
    ranges = {item.label: item for item in app.text_input}
    assert ranges["train.learning_rate"].value == "1e-05..0.005:log"
    ranges["train.dropout"].set_value("0.5..7").run()
    app.button(key="search.tune.start").click().run()
    assert "pipeline.out_of_bounds" in words_of(app)
