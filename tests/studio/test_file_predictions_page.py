"""The view of a model that predicts files: a job with a name of markup is shown, downloaded and deleted; errors are told."""

import time
from pathlib import Path

from studio_pages import html, open_page

from inkstone.backend.service import models, prediction_jobs
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.file_predictions import Wish
from inkstone.studio.parts.file_predictions import TEXTS

EVIL = "<img src=x onerror=alert(1)>.csv"
PATIENCE = 250


def begin(seeded, folder: Path, content: str, name: str) -> str:
    (folder / "file").write_text(content, "utf-8")
    key = prediction_jobs.begin(LOCAL, seeded.model, folder / "file", name, Wish("a")).key
    end = time.monotonic() + PATIENCE
    while prediction_jobs.look(LOCAL, key).state in {"waiting", "running"}:
        assert time.monotonic() < end
        prediction_jobs.tend()
        time.sleep(0.2)
    return key


def test_every_text_is_there_in_both_languages() -> None:
    assert all(item.zh.strip() and item.en.strip() for item in TEXTS.values())


def test_jobs_are_shown_and_deleted(seeded, tmp_path) -> None:
    good = begin(seeded, tmp_path, "a,b\n你好,1\n再见,2\n", EVIL)
    bad = begin(seeded, tmp_path, "a,b\n", "empty.csv")
    app = open_page("models", model=seeded.model.partition("@")[0])
    app.segmented_control(key=f"model_view_{models.get(LOCAL, seeded.model).model_id}").set_value("files").run()
    assert not app.exception, [item.message for item in app.exception]
    shown = html(app)
    assert EVIL not in shown
    assert "&lt;img" in shown
    assert "data.header_only" in shown
    for key in (good, bad):
        app.button(key=f"prediction_end_{key}").click().run()
    assert not app.exception
    assert prediction_jobs.list_(LOCAL) == []
