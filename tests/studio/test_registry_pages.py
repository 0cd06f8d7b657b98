"""The registry on a model's page, notices beside every page, webhooks in the settings; names with markup, deleted artifacts."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest
from studio_pages import MAIN, html, open_page

from inkstone.backend.service import models, notifications, run_organising, webhooks
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.registry import aliases, card, promotion, stages
from inkstone.backend.service.run_outputs import artifacts_of, folder_of
from inkstone.backend.store import notices
from inkstone.backend.store.database import session
from inkstone.studio.notifying.texts import TEXTS as NOTICES
from inkstone.studio.parts.live import _marked
from inkstone.studio.registry.texts import TEXTS as REGISTRY

EVIL = "<img src=x onerror=alert(1)>"


def view_of(app: AppTest, seeded, name: str) -> None:
    model = models.get(LOCAL, seeded.model)
    app.segmented_control(key=f"model_view_{model.model_id}").set_value(name).run()
    assert not app.exception, [item.message for item in app.exception]


@pytest.mark.parametrize("texts", [NOTICES, REGISTRY])
def test_every_text_is_there_in_both_languages(texts) -> None:
    assert all(item.zh.strip() and item.en.strip() for item in texts.values())


def test_a_model_shows_its_card_its_stages_and_its_comparison(seeded) -> None:
    name = seeded.model.partition("@")[0]
    card.describe(LOCAL, name, EVIL)
    stages.set_stage(LOCAL, seeded.model, "staging", reason=EVIL)
    aliases.set_(LOCAL, seeded.model, "champion")
    promotion.set_rule(LOCAL, name, "accuracy")
    app = open_page("models", model=name)
    for view in ("card", "govern", "compare", "use"):
        view_of(app, seeded, view)
        assert EVIL not in html(app)
        if view == "govern":
            assert f"{name}@champion" in html(app)
    stages.set_stage(LOCAL, seeded.model, "candidate")
    promotion.remove_rule(LOCAL, name)


def test_notices_with_markup_are_text_and_are_marked_as_read(seeded) -> None:
    with session() as db:
        notices.announce(db, notices.RUN_SUCCEEDED, None, {"kind": "run", "id": seeded.run, "name": EVIL})
    app = AppTest.from_file(
        str(MAIN), default_timeout=200
    ).run()  # the frame around every page, which switch_page leaves out
    shown = "".join(str(item.proto.body) for item in app.sidebar.get("html"))
    assert "&lt;img" in shown
    assert EVIL not in shown
    app.sidebar.button(key="notices_read").click().run()
    assert notifications.unread(LOCAL) == 0


def test_webhooks_are_added_in_the_settings_and_their_secret_is_shown_once(seeded) -> None:
    app = open_page("settings")
    app.text_input(key="webhook_url").set_value("http://169.254.169.254/")
    app.button(key="webhook_add").click().run()
    assert "webhooks.private_address" in html(app)
    app.text_input(key="webhook_url").set_value("https://example.org/hook")
    app.text_input(key="webhook_name").set_value(EVIL)
    app.button(key="webhook_add").click().run()
    assert not app.exception
    assert [item.value for item in app.code if item.value.startswith("whsec_")]
    app.run()
    assert not [item.value for item in app.code if item.value.startswith("whsec_")]
    assert EVIL not in html(app)
    for hook in webhooks.list_(LOCAL):
        webhooks.remove(LOCAL, hook.id)


def test_a_run_with_deleted_artifacts_and_markup_in_its_name_still_has_a_page(seeded) -> None:
    run_organising.rename(LOCAL, seeded.run, EVIL)
    with session() as db:
        folders = [folder_of(item) for item in artifacts_of(db, seeded.run).get("evaluate", {}).values()]
    for folder in folders:
        folder.rename(folder.with_name(folder.name + ".away"))
    try:
        app = open_page("run", run=seeded.run)
        for view in ("rows", "log", "curves", "nodes", "record", "results"):
            app.segmented_control(key=f"view_{seeded.run}_True").set_value(view).run()
            assert not app.exception, (view, [item.message for item in app.exception])
            assert EVIL not in html(app)
        compared = open_page("compare", runs=f"{seeded.run}:evaluate_baseline,{seeded.run}:evaluate")
        assert EVIL not in html(compared)
        assert models.get(LOCAL, seeded.model).name
        card.card(LOCAL, seeded.model)
    finally:
        for folder in folders:
            shutil.move(folder.with_name(folder.name + ".away"), folder)
        run_organising.rename(LOCAL, seeded.run, "run")


def test_a_search_marks_its_words_and_escapes_all_others() -> None:
    assert _marked("<b>Read 10</b> rows", "read") == "&lt;b&gt;<mark>Read</mark> 10&lt;/b&gt; rows"
    assert _marked("<b>", "<B>") == "<mark>&lt;b&gt;</mark>"
    assert _marked("a.b", ".") == "a<mark>.</mark>b"
