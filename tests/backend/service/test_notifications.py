"""Notices on the page and webhooks: signed, tried again, never to an internal address unless that was allowed."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from inkstone.backend.runtime.webhooks import addresses, sending
from inkstone.backend.service import notifications, webhooks
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.states import RunState
from inkstone.backend.store import notices, records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Pipeline, PipelineVersion, Run, now
from inkstone.backend.store.tables_notices import WebhookDelivery
from inkstone.components.errors import InkstoneError


class Receiver(HTTPServer):
    """Takes messages, and answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?a=1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv(addresses.VARIABLE, "127.0.0.0/8")
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def end_run(state: RunState, owner: str | None = None, **fields: object) -> str:
    with session() as db:
        if db.get(Pipeline, "p") is None:
            db.add(Pipeline(id="p", name="流程"))
            db.flush()
            db.add(PipelineVersion(id="v", pipeline_id="p", number=1, document={}))
        before = "CANCELLING" if state is RunState.CANCELLED else "RUNNING"
        run = Run(name="<b>评论</b>", pipeline_version_id="v", document={"nodes": {}}, state=before, owner_id=owner)
        db.add(run)
        db.flush()
        run_id = run.id
    with session() as db:
        assert records.change_run(db, run_id, state, **fields)
    return run_id


def test_an_ended_run_is_told_to_its_owner_once(home, people: dict[str, Actor]) -> None:
    problem = {
        "code": "runs.out_of_memory",
        "what": {"zh": "内存不足", "en": "Out of memory"},
        "fix": {"zh": "", "en": ""},
    }
    run = end_run(RunState.FAILED, people["max"].user_id, error=problem)
    with session() as db:
        assert not records.change_run(db, run, RunState.SUCCEEDED)
    found = notifications.list_(people["max"])
    assert [(item.event, item.read) for item in found] == [("run.failed", False)]
    assert found[0].words.zh == "运行“<b>评论</b>”失败了：内存不足"
    assert notifications.unread(people["mia"]) == 0
    notifications.mark_read(people["mia"])
    assert notifications.unread(people["max"]) == 1
    notifications.mark_read(people["max"], found[0].id)
    assert notifications.unread(people["max"]) == 0


def test_names_with_braces_are_shown_as_they_are(home) -> None:
    with session() as db:
        notices.announce(db, notices.RUN_SUCCEEDED, None, {"kind": "run", "id": "x", "name": "{0.__class__} {problem}"})
    assert "{0.__class__} {problem}" in notifications.list_(LOCAL)[0].words.en


def test_a_message_is_signed_so_that_its_receiver_can_check_it(home, receiver: Receiver) -> None:
    made = webhooks.create(LOCAL, receiver.url, ["run.succeeded"])
    end_run(RunState.CANCELLED)
    run = end_run(RunState.SUCCEEDED)
    assert sending.send_due() == 1
    headers, body = receiver.got[0]
    said = json.loads(body)
    assert (said["event"], said["id"], said["state"]) == ("run.succeeded", run, "SUCCEEDED")
    expected = hmac.new(made.secret.encode(), headers["X-Inkstone-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Inkstone-Signature"] == "sha256=" + expected.hexdigest()
    assert headers["Host"] == f"127.0.0.1:{receiver.server_port}"
    assert [item.state for item in webhooks.deliveries(LOCAL, made.id)] == ["delivered"]
    assert webhooks.list_(LOCAL)[0].secret is None
    assert webhooks.renew_secret(LOCAL, made.id).secret != made.secret


def test_what_fails_is_tried_again_after_growing_pauses_and_at_last_given_up(home, receiver: Receiver) -> None:
    made = webhooks.create(LOCAL, receiver.url)
    receiver.answers = [500, 302, 503, 500, 500, 500]
    end_run(RunState.SUCCEEDED)
    pauses = []
    for _ in range(6):
        assert sending.send_due() == 1
        assert sending.send_due() == 0  # not before its pause is over
        with session() as db:
            row = db.query(WebhookDelivery).one()
            pauses.append(round((row.next_at - row.tried_at).total_seconds()))
            row.next_at = now() - timedelta(seconds=1)
    found = webhooks.deliveries(LOCAL, made.id)[0]
    assert (found.state, found.attempts, found.status) == ("failed", 6, 500)
    assert pauses[:5] == list(sending.PAUSES)
    assert len(receiver.got) == 6
    assert webhooks.send_again(LOCAL, made.id, found.id).state == "delivered"


def test_two_senders_send_one_message_once(home, receiver: Receiver) -> None:
    webhooks.create(LOCAL, receiver.url)
    end_run(RunState.SUCCEEDED)
    threads = [threading.Thread(target=sending.send_due) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://[::1]:8501/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
    ],
)
def test_internal_addresses_are_refused(url: str, home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    with pytest.raises(InkstoneError) as refused:
        webhooks.create(LOCAL, url)
    assert refused.value.code == "webhooks.private_address"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "x",
        "https://user:pass@example.org/",
        "http://a:99999/",
        "http://a b/",
    ],
)
def test_other_addresses_are_refused(url: str, home) -> None:
    with pytest.raises(InkstoneError) as refused:
        webhooks.create(LOCAL, url)
    assert refused.value.code == "webhooks.bad_url"


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:169.254.169.254"]])
def test_a_name_that_leads_inside_is_refused_when_it_is_sent(found, home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    asked = []

    def answer(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (item, port)) for item in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    made = webhooks.create(LOCAL, "http://inside.example.org/")
    view = webhooks.test(LOCAL, made.id)
    assert (view.state, view.status, view.problem["code"]) == ("waiting", None, "webhooks.private_address")
    assert asked == ["inside.example.org"]  # resolved once: there is no second answer to trust


def test_a_number_written_otherwise_leads_nowhere_inside(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    for host in ("2130706433", "0x7f000001", "127.1", "localhost"):
        with pytest.raises(InkstoneError) as refused:
            addresses.resolve(host, 80)
        assert refused.value.code in ("webhooks.private_address", "webhooks.no_address")


def test_webhooks_are_ones_own_and_those_of_the_team_the_administrators(home, receiver, people) -> None:
    own = webhooks.create(people["max"], receiver.url)
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        webhooks.create(people["vic"], receiver.url)
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        webhooks.create(people["max"], receiver.url, team=True)
    with pytest.raises(InkstoneError, match=r"webhooks\.unknown"):
        webhooks.remove(people["mia"], own.id)
    with pytest.raises(InkstoneError, match=r"webhooks\.bad_event"):
        webhooks.create(people["max"], receiver.url, ["everything"])
    team = webhooks.create(people["ann"], receiver.url, team=True)
    end_run(RunState.SUCCEEDED, people["mia"].user_id)
    assert sending.send_due() == 1
    assert len(webhooks.deliveries(people["ann"], team.id)) == 1
    assert webhooks.deliveries(people["max"], own.id) == []
    webhooks.change(people["ann"], team.id, active=False)
    end_run(RunState.SUCCEEDED, people["mia"].user_id)
    assert sending.send_due() == 0


def test_an_unhealthy_deployment_is_told_once_until_it_is_well_again(home) -> None:
    said = []
    for problem in (None, "broken", "broken", None, "broken"):
        with session() as db:
            said.append(notices.deployment_health(db, "d" * 16, "服务", None, problem))
    assert said == [False, True, False, False, True]
    assert notifications.unread(LOCAL) == 2
