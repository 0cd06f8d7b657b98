"""Every page, in both languages, on a home with data, a run and a model; and on an empty one.

AppTest words the options of a widget outside of any session, hence in Chinese; tests that use widgets do so in Chinese too.
"""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from studio_pages import MAIN, open_page

from inkstone.backend.store.database import migrate

PAGES = ("home", "data", "labelling", "runs", "models", "encoders", "settings", "start", "run")


def everything(app: AppTest) -> str:
    """Return all words of the page."""
    parts = [
        item.value for item in [*app.title, *app.markdown, *app.caption, *app.success, *app.warning, *app.subheader]
    ]
    parts += [getattr(item.proto, "body", "") for item in app.get("html")]
    parts += [item.label for item in [*app.button, *app.selectbox, *app.text_input]]
    return "\n".join(map(str, parts))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_open_on_an_empty_home_and_say_what_to_do(page: str, language: str, inkstone_home: Path) -> None:
    migrate()
    app = open_page(page, language)
    assert app.title


@pytest.mark.parametrize("language", ["zh", "en"])
def test_home_shows_templates_runs_and_models(language: str, seeded) -> None:
    app = open_page("home", language)
    words = everything(app)
    assert ("文本风控" if language == "zh" else "Text risk control") in words
    assert seeded.run[:8] in words
    assert seeded.model in words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_run_page_shows_the_decision_and_the_classes(language: str, seeded) -> None:
    app = open_page("run", language, run=seeded.run)
    words = everything(app)
    assert ("成功" if language == "zh" else "Succeeded") in words
    assert ("混淆矩阵" if language == "zh" else "Confusion matrix") in words
    assert "诈骗" in words
    assert app.success


def test_run_page_shows_log_steps_and_the_pipeline_file(seeded) -> None:
    app = open_page("run", "zh", run=seeded.run)
    key = f"view_{seeded.run}_True"
    app.segmented_control(key=key).set_value("nodes").run()
    assert "train.text_classification@1" in everything(app)
    app.segmented_control(key=key).set_value("document").run()
    assert "train.text_classification@1" in app.code[0].value


def test_an_unknown_run_is_told_with_code_and_advice(seeded) -> None:
    app = open_page("run", "en", run="ffffffffffffffff")
    assert "ink-problem" in everything(app)


def test_models_page_offers_trial_download_and_examples(seeded) -> None:
    app = open_page("models", "en", model=seeded.model.split("@")[0])
    addresses = [item.proto.url for item in app.get("link_button")]
    assert any(address.startswith("/demo/") for address in addresses)
    assert any("format=onnx" in address for address in addresses)
    assert f"/api/v1/models/{seeded.model}/predict" in app.code[0].value


def test_stage_of_a_model_can_be_changed(seeded) -> None:
    from inkstone.backend.service import models
    from inkstone.backend.service.actor import LOCAL
    from inkstone.backend.service.registry import stages

    app = open_page("models", "zh", model=seeded.model.split("@")[0])
    version = models.get(LOCAL, seeded.model)
    app.selectbox(key=f"new_stage_{version.id}").set_value("staging").run()
    app.text_input(key=f"stage_reason_{version.id}").set_value("试试").run()
    app.button(key=f"stage_move_{version.id}").click().run()
    assert models.get(LOCAL, seeded.model).stage == "staging"
    assert stages.history(LOCAL, version.name)[0].reason == "试试"


def test_a_wrong_file_is_explained_and_a_right_one_leads_on(seeded) -> None:
    app = open_page("start", "zh", template="text-risk-control")
    key = "start.text-risk-control"
    uploader = next(item for item in app.get("file_uploader") if item.key == f"{key}.file")
    uploader.set_value(("empty.csv", b"", "text/csv")).run()
    assert "data.empty_file" in everything(app)
    assert not [item for item in app.button if item.key == f"{key}.run"]
    uploader = next(item for item in app.get("file_uploader") if item.key == f"{key}.file")
    uploader.set_value(("messages.csv", seeded.file.read_bytes(), "text/csv")).run()
    assert not app.exception
    chosen = {item.key.rsplit(".", 1)[-1]: item.value for item in app.selectbox if item.key.startswith(key)}
    assert (chosen["text"], chosen["label"]) == ("内容", "类别")
    assert not next(item for item in app.button if item.key == f"{key}.run").disabled


def test_running_from_the_wizard_queues_a_run_with_the_choices(seeded) -> None:
    from inkstone.backend.service import runs
    from inkstone.backend.service.actor import LOCAL

    app = open_page("start", "zh", template="text-risk-control")
    key = "start.text-risk-control"
    content = seeded.file.read_bytes().replace("广告".encode(), "广告 ".encode(), 5)
    uploader = next(item for item in app.get("file_uploader") if item.key == f"{key}.file")
    uploader.set_value(("spelling.csv", content, "text/csv")).run()
    assert "␣" in everything(app)
    next(item for item in app.number_input if item.key == f"{key}.train.epochs").set_value(2.0).run()
    next(item for item in app.button if item.key == f"{key}.run").click().run()
    newest = runs.list_(LOCAL, limit=1)[0]
    document = runs.get(LOCAL, newest.id).document
    assert newest.state.value == "QUEUED"
    assert document.nodes["train"].params["epochs"] == 2
    assert document.nodes["columns"].params["merge_labels"] is True
    runs.stop(LOCAL, newest.id)


def test_data_page_searches_rows_and_saves_roles(seeded) -> None:
    from inkstone.backend.service import datasets
    from inkstone.backend.service.actor import LOCAL

    version = datasets.get(LOCAL, "messages")
    app = open_page("data", "zh", dataset="messages")
    next(item for item in app.text_input if item.key == f"rows_query_{version.id}").set_value("快递").run()
    assert "240" not in [item for item in everything(app).split() if item.isdigit()]
    app.session_state[f"data_tabs_{version.id}"] = "列的角色"
    app.run()
    next(item for item in app.selectbox if item.key == f"roles_{version.id}_group").set_value("内容").run()
    next(item for item in app.button if item.key == f"roles_save_{version.id}").click().run()
    assert datasets.get(LOCAL, "messages").roles["group"] == "内容"


def test_the_language_switch_changes_the_page(seeded) -> None:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["lang"] = "zh"
    app.run()
    assert app.title[0].value.startswith("今天")
    app.button_group(key="language_switch").set_value("en").run()
    assert app.title[0].value.startswith("What")


def test_mistakes_are_those_of_the_chosen_classes(seeded) -> None:
    from inkstone.backend.service import run_details
    from inkstone.backend.service.actor import LOCAL
    from inkstone.backend.service.evaluated_rows import RowFilter, evaluated_rows

    def found(**wanted: str) -> int:
        return evaluated_rows(LOCAL, seeded.run, "evaluate", RowFilter.model_validate(wanted)).total

    confusion = run_details.read_output(LOCAL, seeded.run, "evaluate", "metrics")["confusion"]
    wrong = sum(map(sum, confusion["matrix"])) - sum(row[number] for number, row in enumerate(confusion["matrix"]))
    assert found(kind="wrong") == wrong
    for true, row in zip(confusion["labels"], confusion["matrix"], strict=True):
        for predicted, count in zip(confusion["labels"], row, strict=True):
            assert found(kind="all", label=true, predicted=predicted) == count


def test_the_check_up_finds_spellings_and_mends_them(seeded, tmp_path: Path) -> None:
    from inkstone.backend.service import columns, data_health, datasets
    from inkstone.backend.service.actor import LOCAL

    content = seeded.file.read_bytes().replace("广告".encode(), "广告 ".encode(), 9)
    (tmp_path / "spelling.csv").write_bytes(content)
    version = datasets.upload(LOCAL, tmp_path / "spelling.csv", "check-up.csv")
    finding = next(item for item in data_health.doctor(LOCAL, version.reference) if item.code == "doctor.labels_differ")
    assert finding.fix
    mended = data_health.apply_fixes(LOCAL, version.reference, [finding.fix])
    assert (mended.name, mended.version, mended.roles) == (version.name, version.version + 1, version.roles)
    assert columns.label_check(LOCAL, mended.reference, "类别").distinct == 3
    assert columns.label_check(LOCAL, version.reference, "类别").distinct == 4
