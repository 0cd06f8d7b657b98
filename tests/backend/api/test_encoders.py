"""Encoders over REST."""

import io
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tiny_models import tiny_encoder

from inkstone.backend.service import encoders
from inkstone.backend.service.actor import Actor
from inkstone.components.errors import InkstoneError

ENCODERS = "/api/v1/encoders"


@pytest.fixture
def packed(tmp_path: Path) -> bytes:
    folder, target = tiny_encoder(tmp_path / "source"), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for item in folder.iterdir():
            archive.write(item, item.name)
    return target.getvalue()


def test_a_zip_becomes_an_encoder(client: TestClient, packed: bytes, home: Path) -> None:
    answer = client.post(f"{ENCODERS}?name=ours", files={"file": ("e.zip", packed)})
    assert answer.status_code == 201 and answer.json()["ready"]
    raw = client.post(f"{ENCODERS}?name=raw", content=packed, headers={"content-type": "application/zip"})
    assert raw.status_code == 201
    names = {item["name"] for item in client.get(ENCODERS).json()}
    assert {"ours", "raw", "scratch", "bert-base-chinese"} <= names
    assert client.post(f"{ENCODERS}/ours/verify").json()["name"] == "ours"
    assert not list((home / "uploads").iterdir())


def test_bad_requests_say_what_is_wrong(client: TestClient, packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(query: str, content: bytes) -> str:
        answer = client.post(f"{ENCODERS}{query}", content=content, headers={"content-type": "application/zip"})
        assert answer.status_code >= 400
        return str(answer.json()["error"]["code"]) if "error" in answer.json() else str(answer.json()["code"])

    assert code("?name=x", b"no zip") == "encoder.bad_archive"
    assert "name" in code("?name=../x", packed)
    assert client.post(ENCODERS, content=packed).status_code == 422
    assert client.post(f"{ENCODERS}?name=x&sha256=12", content=packed).status_code == 422
    monkeypatch.setenv("INKSTONE_MAX_UPLOAD", "1KB")
    assert code("?name=x", packed) == "upload.too_large"


def test_who_may_import_and_replace(home: Path, packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "e.zip").write_bytes(packed)
    member, viewer = Actor(None, "mia", "member"), Actor(None, "vic", "viewer")
    encoders.import_(member, tmp_path / "e.zip", "ours")
    for actor, changes in ((viewer, {}), (member, {"replace": True})):
        with pytest.raises(InkstoneError, match="forbidden"):
            encoders.import_(actor, tmp_path / "e.zip", "ours", **changes)
