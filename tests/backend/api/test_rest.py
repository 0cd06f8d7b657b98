"""The routes under /api/v1."""

import threading
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from inkstone.backend.api import create_api
from inkstone.backend.events import LogEvent, RunStateEvent
from inkstone.backend.runtime.events_file import EventsFile, run_folder
from inkstone.backend.states import RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.components.texts import text


def _error(answer) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["what"]["zh"] and error["what"]["en"] and error["fix"]["zh"] and error["fix"]["en"]
    assert answer.json()["problems"]
    return answer.status_code, error["code"]


def test_a_form_and_a_raw_body_are_uploads_alike(client: TestClient):
    content = b"text,label\nhello there,a\ngood morning,b\n"
    form = client.post("/api/v1/datasets", files={"file": ("mail.csv", content)}, data={"name": "post"})
    assert (form.status_code, form.json()["reference"]) == (201, "dataset:post@1")
    raw = client.post("/api/v1/datasets?name=post", content=content)
    assert raw.json() == form.json() | {"reused": True}
    put = client.put("/api/v1/datasets/mail.csv", content=content + b"good night,b\n")
    assert (put.json()["name"], put.json()["file_name"], put.json()["rows"]) == ("mail", "mail.csv", 3)
    assert [item["name"] for item in client.get("/api/v1/datasets").json()] == ["mail", "post"]


def test_a_dataset_is_shown_and_changed(client: TestClient, dataset: str):
    assert client.get("/api/v1/datasets/消息/schema").json()["roles"] == {"text": "文本", "label": "标签"}
    page = client.get("/api/v1/datasets/消息@1/preview", params={"limit": 2, "search": "第5"}).json()
    assert (len(page["rows"]), page["total"]) == (2, 11)
    assert client.put("/api/v1/datasets/消息/roles", json={"text": "文本"}).json()["roles"] == {"text": "文本"}
    assert client.delete("/api/v1/datasets/消息").status_code == 204
    assert _error(client.get("/api/v1/datasets/消息")) == (404, "data.unknown_dataset")


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.csv", b"", 422, "data.empty_file"),
        ("a.csv", b"text,label\n", 422, "data.header_only"),
        ("a.zip", b"PK\x03\x04 broken", 422, "data.broken_file"),
    ],
)
def test_a_bad_file_is_refused_and_leaves_nothing(client: TestClient, home: Path, name, content, status, code):
    assert _error(client.post("/api/v1/datasets", files={"file": (name, content)})) == (status, code)
    assert _error(client.put(f"/api/v1/datasets/{name}", content=content)) == (status, code)
    assert client.get("/api/v1/datasets").json() == []
    assert list((home / "uploads").iterdir()) == []


def test_a_form_without_a_file_is_refused(client: TestClient):
    answer = client.post("/api/v1/datasets", files={"other": ("x", b"y")})
    assert _error(answer) == (422, "upload.absent")


def test_a_large_upload_is_refused_in_both_ways(home: Path, monkeypatch, client: TestClient):
    monkeypatch.setenv("INKSTONE_MAX_UPLOAD", "1KB")
    body = b"text\n" + b"some words here\n" * 100
    assert _error(client.put("/api/v1/datasets/a.csv", content=body)) == (413, "upload.too_large")
    assert _error(client.post("/api/v1/datasets", files={"file": ("a.csv", body)})) == (413, "upload.too_large")
    assert list((home / "uploads").iterdir()) == []


def test_a_run_starts_from_a_template(client: TestClient, dataset: str):
    bindings = {"data": dataset, "text": "文本", "label": "标签"}
    body = {"template": "text-risk-control", "bindings": bindings, "overrides": {"train.epochs": 2}}
    started = client.post("/api/v1/runs", json=body)
    assert (started.status_code, started.json()["state"]) == (201, "QUEUED")
    run = started.json()["id"]
    assert client.get(f"/api/v1/runs/{run}").json()["document"]["nodes"]["train"]["params"]["epochs"] == 2
    assert [item["id"] for item in client.get("/api/v1/runs?state=active").json()] == [run]
    assert client.post(f"/api/v1/runs/{run}/stop").json()["state"] == "CANCELLED"
    assert _error(client.post(f"/api/v1/runs/{run}/stop")) == (409, "runs.not_stoppable")
    assert client.post(f"/api/v1/runs/{run}/resume").json()["state"] == "QUEUED"
    assert client.get(f"/api/v1/runs/{run}/metrics").json() == []
    assert client.get(f"/api/v1/runs/{run}/outputs").json() == []


def test_every_problem_of_a_run_is_told_at_once(client: TestClient, dataset: str):
    body = {
        "template": "text-risk-control",
        "bindings": {"data": dataset, "text": "nix", "label": "标签"},
        "overrides": {"train.epochs": -1},
    }
    answer = client.post("/api/v1/runs", json=body)
    assert answer.status_code == 422
    found = {(item["code"], item["node"], item["at"]) for item in answer.json()["problems"]}
    assert found == {("pipeline.out_of_bounds", "train", "epochs"), ("pipeline.unknown_column", "columns", "text")}
    assert client.get("/api/v1/runs").json() == []


CYCLE = """
inkstone: 1
name: cycle
nodes:
  a: {component: data.clean@1, inputs: {table: b.table}}
  b: {component: data.clean@1, inputs: {table: a.table}}
  c: {component: train.nope@1}
"""


def test_a_wrong_graph_is_refused_as_yaml_and_as_run(client: TestClient):
    checked = client.post("/api/v1/pipelines/validate/yaml", content=CYCLE).json()
    assert not checked["valid"]
    assert {item["code"] for item in checked["problems"]} >= {"pipeline.cycle", "pipeline.unknown_component"}
    assert client.post("/api/v1/runs", json={"yaml": CYCLE}).status_code == 422
    assert _error(client.post("/api/v1/runs", json={"yaml": "a: [1"})) == (422, "pipeline.bad_yaml")
    assert _error(client.post("/api/v1/runs", json={})) == (422, "request.invalid")
    assert _error(client.post("/api/v1/runs", content=b"{")) == (422, "request.invalid")
    assert client.get("/api/v1/runs").json() == []


def test_pipelines_are_kept_and_versioned(client: TestClient):
    document = client.get("/api/v1/templates/text-risk-control").json()
    made = client.post("/api/v1/pipelines", json={"document": document}).json()
    path = f"/api/v1/pipelines/{made['id']}"
    assert client.post(f"{path}/versions", json={"name": "first"}).json()["number"] == 1
    document["nodes"]["train"]["params"]["epochs"] = 5
    assert client.put(path, json={"document": document, "revision": 1}).json()["revision"] == 2
    assert _error(client.put(path, json={"document": document, "revision": 1})) == (409, "pipeline.conflict")
    changed = client.get(f"{path}/diff", params={"a": 1}).json()["changed"]
    assert [(item["node"], item["field"]) for item in changed] == [("train", "params.epochs")]
    assert client.post(f"{path}/versions/1/restore").json()["revision"] == 3
    yaml = client.get(f"{path}/yaml").text
    assert client.post("/api/v1/pipelines/yaml", content=yaml).json()["name"] == "text-risk-control"
    assert client.delete(path).status_code == 204
    assert _error(client.get(path)) == (404, "pipeline.not_found")


def _queue(client: TestClient, dataset: str) -> str:
    bindings = {"data": dataset, "text": "文本", "label": "标签"}
    return client.post("/api/v1/runs", json={"template": "text-risk-control", "bindings": bindings}).json()["id"]


def _log(file: EventsFile, words: str) -> None:
    file.append(LogEvent(message=text(words, words)))


def test_events_stream_until_the_run_has_ended(client: TestClient, dataset: str):
    run = _queue(client, dataset)
    file = EventsFile(run_folder(run))
    for number in range(3):
        _log(file, f"line {number}")

    def end_later() -> None:
        time.sleep(0.5)
        _log(file, "last line")
        with session() as db:
            records.change_run(db, run, RunState.CANCELLED)
        file.append(RunStateEvent(state=RunState.CANCELLED))
        file.close()

    thread = threading.Thread(target=end_later)
    thread.start()
    answer = client.get(f"/api/v1/runs/{run}/events", headers={"Last-Event-ID": "1"})
    thread.join()
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [line for line in answer.text.splitlines() if line.startswith("id:")] == [f"id: {n}" for n in (2, 3, 4, 5)]
    assert "event: run_state" in answer.text
    assert client.get(f"/api/v1/runs/{run}/events?after=5").status_code == 204
    assert [item["seq"] for item in client.get(f"/api/v1/runs/{run}/logs?after=3").json()] == [4, 5]


def test_the_palette_is_listed(client: TestClient):
    assert "text-risk-control" in [item["name"] for item in client.get("/api/v1/templates").json()]
    assert "data.split" in [item["id"] for item in client.get("/api/v1/components").json()]
    assert client.get("/api/v1/components/data.split").json()["key"] == "data.split@1"
    assert _error(client.get("/api/v1/components/nix")) == (422, "pipeline.unknown_component")
    assert client.get("/api/v1/templates/text-risk-control/yaml").text.startswith("inkstone: 1")
    assert isinstance(client.get("/api/v1/encoders").json(), list)


def test_unknown_things_are_not_found(client: TestClient):
    for path in ("runs/feedbeef", "models/nix", "pipelines/feedbeef", "datasets/nix", "templates/nix", "nix"):
        assert client.get(f"/api/v1/{path}").status_code == 404, path
    assert client.post("/api/v1/models/nix/predict", json={"texts": ["x"]}).status_code == 404


def test_the_documentation_brings_its_own_scripts(client: TestClient):
    page = client.get("/api/docs").text
    assert "/api/static-offline-docs/swagger-ui-bundle.js" in page
    assert "cdn" not in page.lower()
    assert client.get("/api/static-offline-docs/swagger-ui-bundle.js").status_code == 200
    described = client.get("/api/openapi.json").json()
    assert len(described["paths"]) > 40
    upload = described["paths"]["/v1/datasets"]["post"]["requestBody"]["content"]
    assert set(upload) == {"multipart/form-data", "application/octet-stream"}


def test_an_unexpected_error_shows_no_traceback(client: TestClient, monkeypatch):
    from inkstone.backend.service import datasets

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(datasets, "list_", fail)
    answer = TestClient(client.app, base_url="http://localhost", raise_server_exceptions=False).get("/api/v1/datasets")
    assert _error(answer) == (500, "internal")
    assert "secret detail" not in answer.text


def test_without_its_guard_the_application_lets_nobody_in(home: Path):
    assert _error(TestClient(create_api()).get("/v1/datasets")) == (401, "auth.login_required")
