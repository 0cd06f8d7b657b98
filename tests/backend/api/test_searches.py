"""Searches by REST and from the command line, where nothing has to run."""

import json

import pytest
from starlette.testclient import TestClient

from inkstone.backend.cli.entry import run_command
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_search import Search, Trial

URL = "/api/v1/searches"


@pytest.fixture
def search(client: TestClient) -> str:
    """Give the id of a search that was stopped before anything ended."""
    settings = {"figure": "dev/macro_f1", "trials": 3, "parallel": 1, "space": {"train.epochs": {"low": 1, "high": 5}}}
    with session() as db:
        made = Search(name="a", kind="tune", state="CANCELLED", document={}, settings=settings)
        db.add(made)
        db.flush()
        db.add(Trial(search_id=made.id, number=1, state="STOPPED", params={"train.epochs": 2}))
        return made.id


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"wish": {"metric": "test/accuracy", "trials": 2}}, "search.not_on_test"),
        ({"wish": {}}, "search.no_budget"),
        ({"template": "no-such", "wish": {"trials": 2}}, "template.not_found"),
        ({"wish": {"trials": 2, "params": {"train.epochs": "many"}}}, "search.bad_range"),
        ({"wish": {"trials": 2, "params": {"train.epochs": "-3..2"}}}, "pipeline.out_of_bounds"),
    ],
)
def test_bad_wishes_are_refused(client: TestClient, body: dict, code: str) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code in (404, 422)
    assert answer.json()["error"]["code"] == code
    assert client.get(URL).json() == []


def test_auto_needs_to_know_the_columns(client: TestClient) -> None:
    odd = client.post("/api/v1/datasets", files={"file": ("odd.csv", b"a,b\n1,2\n3,4\n")}).json()["reference"]
    answer = client.post(f"{URL}/auto", json={"data": odd})
    assert answer.json()["error"]["code"] == "search.role_unknown"
    assert client.post(f"{URL}/auto", json={"data": "dataset:none"}).status_code == 404


def test_a_search_is_shown_and_what_cannot_be_done_is_refused(client: TestClient, search: str) -> None:
    shown = client.get(f"{URL}/{search[:6]}").json()
    assert [trial["state"] for trial in shown["trials"]] == ["STOPPED"]
    assert shown["space"]["train.epochs"]["high"] == 5
    assert client.get(f"{URL}/{search}/importance").json()["refused"]
    refused = [
        (client.post(f"{URL}/{search}/stop"), 409, "search.not_active"),
        (client.post(f"{URL}/{search}/promote", json={}), 409, "search.no_winner"),
        (client.post(f"{URL}/{search}/promote", json={"trial": 7}), 404, "search.no_such_trial"),
        (client.get(f"{URL}/0000"), 404, "search.unknown"),
    ]
    for answer, status, code in refused:
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert client.delete(f"{URL}/{search}").status_code == 204
    assert client.get(URL).json() == []


def test_the_command_line_lists_and_shows(search: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["search", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == search
    assert run_command(["search", "show", search, "--lang", "en"]) == 0
    assert "train.epochs=2" in capsys.readouterr().out
    assert run_command(["search", "stop", search]) == 2
    assert run_command(["tune", "text-classification", "--param", "train.epochs=a..b"]) == 2
    assert run_command(["search", "show", "ffff"]) == 4
