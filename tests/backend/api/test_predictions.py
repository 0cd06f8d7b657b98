"""Predictions of files over REST: accepted, done, fetched, deleted; bad input; whose they are."""

import csv
import io
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from component_context import ComponentContext
from label_parts import label_table
from tiny_models import two_class_table

from inkstone.backend.service import prediction_jobs
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.file_predictions import Wish
from inkstone.backend.store.registry import register_model
from inkstone.components.errors import InkstoneError

FILE = "编号,内容\n1,加微信领红包\n2,=开会\n".encode()
PATIENCE = 300


@pytest.fixture
def words(home: Path, tmp_path: Path) -> str:
    table = two_class_table(tmp_path / "table")
    model = ComponentContext(tmp_path / "model").run("train.ngram_baseline", {"train": table})["model"]
    return register_model("words", model.path, metrics={})


def finished(client: Any, key: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found: dict[str, Any] = client.get(f"/api/v1/predictions/{key}").json()
        if found["state"] not in {"waiting", "running"}:
            return found
        prediction_jobs.tend()  # as the service does
        time.sleep(0.2)
    raise AssertionError("it did not end in time")


def ask(client: Any, file: bytes = FILE, model: str = "words", **params: Any) -> Any:
    return client.post(f"/api/v1/models/{model}/predictions", params=params, files={"file": ("文件.csv", file)})


def test_a_file_is_answered_and_can_be_deleted(client, words) -> None:
    accepted = ask(client, column="内容")
    assert accepted.status_code == 202
    key = accepted.json()["key"]
    assert accepted.json()["model"] == words
    found = finished(client, key)
    assert (found["state"], found["rows"], found["file_name"]) == ("done", 2, "文件.csv")
    answers = client.get(f"/api/v1/predictions/{key}/answers")
    rows = list(csv.DictReader(io.StringIO(answers.content.decode("utf-8-sig"))))
    assert [row["编号"] for row in rows] == ["1", "2"]
    assert rows[1]["内容"] == "'=开会"
    assert float(rows[0]["score"]) > 0.5
    assert [item["key"] for item in client.get("/api/v1/predictions").json()] == [key]
    assert client.delete(f"/api/v1/predictions/{key}").status_code == 204
    assert client.get(f"/api/v1/predictions/{key}").status_code == 404


def test_what_is_wrong_with_a_file_is_told(client, words) -> None:
    key = ask(client, b"a,b\n", column="a").json()["key"]
    found = finished(client, key)
    assert (found["state"], found["error"]["code"]) == ("failed", "data.header_only")
    answer = client.get(f"/api/v1/predictions/{key}/answers")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "predict.not_finished")
    key = ask(client, column="没有").json()["key"]
    assert finished(client, key)["error"]["code"] == "dataset.unknown_column"


def test_what_cannot_be_accepted_is_refused_at_once(client, words, tmp_path) -> None:
    table = label_table(tmp_path / "labels")
    tagger = ComponentContext(tmp_path / "tagger").run("train.multilabel_baseline", {"train": table})["model"]
    register_model("tags", tagger.path, metrics={})
    for answer, code in (
        (ask(client, model="nobody"), "models.unknown"),
        (ask(client, model="tags"), "model.other_answer"),
        (ask(client, format="pdf"), "predict.bad_format"),
    ):
        assert answer.json()["error"]["code"] == code
    assert client.get("/api/v1/predictions").json() == []
    assert client.get(f"/api/v1/predictions/{'0' * 32}").status_code == 404
    assert client.get("/api/v1/predictions/..%2fdatasets").status_code == 404


def test_files_of_others_are_not_shown(words, tmp_path) -> None:
    ann, bob = Actor("a", "ann", "member"), Actor("b", "bob", "member")
    (tmp_path / "file").write_bytes(FILE)
    key = prediction_jobs.begin(ann, words, tmp_path / "file", "a.csv", Wish("内容")).key
    assert prediction_jobs.list_(bob) == []
    with pytest.raises(InkstoneError) as caught:
        prediction_jobs.look(bob, key)
    assert caught.value.code == "predict.unknown"
    prediction_jobs.remove(ann, key)
    while prediction_jobs.look(ann, key).state in {"waiting", "running"}:
        time.sleep(0.1)


def test_a_job_whose_process_dies_each_time_fails_in_the_end(words, home, tmp_path) -> None:
    (tmp_path / "file").write_bytes(FILE)
    key = prediction_jobs.begin(LOCAL, words, tmp_path / "file", "a.csv", Wish("内容")).key
    for _ in range(3):
        process = json.loads((home / "predictions" / key / "process.json").read_text("utf-8"))
        os.kill(process["pid"], signal.SIGKILL)
        psutil.wait_procs([psutil.Process(process["pid"])] if psutil.pid_exists(process["pid"]) else [], timeout=30)
        prediction_jobs.tend()
    found = prediction_jobs.look(LOCAL, key)
    assert (found.state, found.error and found.error["code"]) == ("failed", "dataset.job_lost")
