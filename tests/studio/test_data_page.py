"""The data workspace in the page: profile, doctor, corrections, versions, labelling."""

import time

import pytest
from streamlit.testing.v1 import AppTest
from studio_pages import open_page

from inkstone.backend.service import data_health, datasets, labelling
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.store.database import migrate

ROWS = 66


@pytest.fixture
def messages(inkstone_home, tmp_path):
    """Give a dataset of two classes whose last six rows have no label."""
    migrate()
    lines = [
        f"第{number}条消息，内容{number * 7919 % 1000}各不相同,{'广告' if number % 3 else '正常'}"
        for number in range(ROWS)
    ]
    lines = [line if number < ROWS - 6 else line.split(",")[0] + "," for number, line in enumerate(lines)]
    lines[4] += " "
    path = tmp_path / "消息.csv"
    path.write_text("文本,标签\n" + "\n".join(lines) + "\n", "utf-8")
    return datasets.upload(LOCAL, path, path.name)


def words(app: AppTest) -> str:
    parts = [item.value for item in [*app.title, *app.subheader, *app.caption, *app.success, *app.warning]]
    parts += [getattr(item.proto, "body", "") for item in app.get("html")]
    return "\n".join(map(str, parts))


def open_tab(app: AppTest, version, name: str) -> AppTest:
    app.session_state[f"data_tabs_{version.id}"] = name
    app.run()
    assert not app.exception, [item.message for item in app.exception]
    return app


def settled(app: AppTest, look) -> AppTest:
    deadline = time.monotonic() + 60
    while look().state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    app.run()
    assert not app.exception, [item.message for item in app.exception]
    return app


def button(app: AppTest, beginning: str):
    return next(item for item in app.button if item.key and item.key.startswith(beginning))


def test_rows_are_filtered_by_label(messages):
    app = open_page("data", dataset=messages.name)
    assert "共 66 行" in words(app)
    app.selectbox(key=f"rows_label_{messages.id}").set_value("").run()
    assert "共 6 行" in words(app)
    app.text_input(key=f"rows_query_{messages.id}").set_value("第61").run()
    assert "共 1 行" in words(app)


def test_the_profile_makes_itself_and_draws_plots(messages):
    app = open_tab(open_page("data", dataset=messages.name), messages, "概况")
    settled(app, lambda: data_health.look(LOCAL, "profile", messages.reference))
    assert "文本长度" in words(app)
    assert len(app.get("plotly_chart")) == 4


def test_chosen_fixes_lead_to_the_new_version(messages):
    app = open_tab(open_page("data", dataset=messages.name), messages, "体检")
    button(app, f"doctor_{messages.id}_begin").click().run()
    settled(app, lambda: data_health.look(LOCAL, "doctor", messages.reference))
    assert "doctor.labels_differ" in words(app)
    button(app, f"fixing_{messages.id}_go").click().run()
    chosen = app.session_state[f"fixing_{messages.id}"]
    assert set(chosen) == {"doctor.labels_differ", "doctor.missing_labels"}
    settled(app, lambda: data_health.look_fix(LOCAL, messages.reference, chosen))
    made = datasets.get(LOCAL, messages.name)
    assert (made.version, made.rows) == (2, ROWS - 6)
    assert "版本 1 修复生成" in words(open_page("data", dataset=messages.name))


def test_versions_say_how_they_were_made(messages):
    made = labelling.edit_labels(LOCAL, messages.reference, {0: "广告", 63: "正常"})
    app = open_tab(open_page("data", dataset=messages.name), made, "版本历史")
    assert "加上 2 个人工标签" in words(app)
    button(app, f"open_version_{messages.id}").click().run()
    assert "1" in app.query_params["version"]


def test_rows_are_labelled_skipped_and_taken_back(messages):
    app = open_page("labelling", dataset=messages.name)
    assert "第 60 行" in words(app)
    button(app, f"label_{messages.id}_1").click().run()
    assert "第 61 行" in words(app)
    button(app, f"skip_{messages.id}").click().run()
    assert "第 62 行" in words(app)
    button(app, f"undo_{messages.id}").click().run()
    assert "第 61 行" in words(app)
    assert [(item.row, len(item.labels)) for item in labelling.history(LOCAL, messages.reference)] == [(61, 0), (60, 1)]


def test_two_labels_and_a_new_version(messages):
    app = open_page("labelling", dataset=messages.name)
    app.segmented_control(key=f"labelling_two_{messages.id}").set_value("two").run()
    button(app, f"label_{messages.id}_1").click().run()
    assert "第 60 行" in words(app)
    button(app, f"label_{messages.id}_2").click().run()
    assert "第 61 行" in words(app)
    (entry,) = labelling.history(LOCAL, messages.reference)
    assert len(entry.labels) == 2
    button(app, f"labelling_made_{messages.id}_go").click().run()
    settled(app, lambda: labelling.look_version(LOCAL, messages.reference))
    assert datasets.get(LOCAL, messages.name).roles["labels"] == "labels"


def test_a_trained_model_puts_its_least_certain_rows_first(seeded):
    view = datasets.upload(LOCAL, seeded.file, "to-label.csv")
    labelling.begin_uncertainty(LOCAL, view.reference, seeded.model)
    deadline = time.monotonic() + 90
    while (job := labelling.look_uncertainty(LOCAL, view.reference, seeded.model)).state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.3)
    assert job.state == "done", job.error
    sure = [item["confidence"] for item in job.result]
    assert sure == sorted(sure)
    queue = labelling.queue(LOCAL, view.reference, seeded.model, limit=3)
    assert [item.row for item in queue.rows] == [item["row"] for item in job.result[:3]]
    assert queue.rows[0].suggestion in {"广告", "诈骗", "正常"}
