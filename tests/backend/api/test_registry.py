"""Registry, bundles, webhooks and interchange over REST."""

import io
import zipfile
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

from inkstone.backend.service import models
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.store.registry import register_model
from inkstone.components.nlp.ngram import NgramModel

V1 = "/api/v1"
ZIP = {"content-type": "application/zip"}


def bundle(folder: Path) -> bytes:
    weights = np.array([[1, -1], [-1, 1]], dtype=np.float32)
    model = NgramModel(
        ["a", "b"], "char", 1, 1, ["x", "y"], np.ones(2, dtype=np.float32), weights, np.zeros(2, dtype=np.float32)
    )
    model.save(folder)
    register_model("source", folder, metrics={})
    return models.export(LOCAL, "source", "safetensors").read_bytes()


def test_a_bundle_comes_in_and_the_registry_answers(client: TestClient, tmp_path: Path) -> None:
    packed = bundle(tmp_path / "model")
    made = client.post(f"{V1}/models?name=m", files={"file": ("m.zip", packed)})
    assert made.status_code == 201 and made.json()["reference"] == "m@1"
    assert client.post(f"{V1}/models?name=n", content=packed, headers=ZIP).json()["reference"] == "n@1"
    refused = client.post(f"{V1}/models?name=o", content=b"no zip", headers=ZIP)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "model.bad_bundle")
    assert client.put(f"{V1}/models/m@1/aliases/champion").json()["reference"] == "m@champion"
    assert client.get(f"{V1}/models/m@champion").json()["version"] == 1
    assert client.put(f"{V1}/models/m/rule", json={"figure": "accuracy"}).json()["figure"] == "accuracy"
    assert client.get(f"{V1}/models/m@1/promotion").json()["passed"]
    assert (
        client.put(f"{V1}/models/m@1/stage", json={"stage": "production", "reason": "first"}).json()["stage"]
        == "production"
    )
    assert client.get(f"{V1}/models/m/history").json()[0]["reason"] == "first"
    assert "m@1" in client.get(f"{V1}/models/m@1/card.md?lang=zh").text
    assert client.get(f"{V1}/models/m@1/card").json()["reference"] == "m@1"
    compared = client.get(f"{V1}/model-comparison", params={"models": ["m@1", "n@1"]})
    assert compared.json()["versions"] == ["m@1", "n@1"]
    assert client.delete(f"{V1}/models/m/aliases/champion").status_code == 204
    assert client.delete(f"{V1}/models/m/rule").status_code == 204


def test_mlflow_runs_come_in_and_go_out(client: TestClient) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mlruns/1/meta.yaml", "name: e")
        archive.writestr("mlruns/1/r/meta.yaml", "run_id: r1\nrun_name: r\nstatus: 3\nstart_time: 1700000000000")
        archive.writestr("mlruns/1/r/metrics/f1", "1700000000000 0.5 1\n")
    made = client.post(f"{V1}/run-import", content=target.getvalue(), headers=ZIP)
    assert made.status_code == 201
    run = made.json()["runs"][0]
    for kind in ("mlflow", "tensorboard"):
        answer = client.get(f"{V1}/run-export", params={"runs": [run], "format": kind})
        assert answer.status_code == 200 and zipfile.is_zipfile(io.BytesIO(answer.content))
    assert client.get(f"{V1}/run-facts", params={"runs": [run]}).json()[run]["figures"] == {"mlflow": {"f1": 0.5}}
    assert client.get(f"{V1}/runs/{run}/log-lines").json() == {"lines": [], "total": 0}
    assert client.get(f"{V1}/runs/{run}").status_code == 200


def test_webhooks_and_notices(client: TestClient) -> None:
    refused = client.post(f"{V1}/webhooks", json={"url": "http://127.0.0.1:8501/"})
    assert refused.json()["error"]["code"] == "webhooks.private_address"
    made = client.post(f"{V1}/webhooks", json={"url": "https://example.org/x", "events": ["run.failed"]}).json()
    assert made["secret"].startswith("whsec_")
    assert client.get(f"{V1}/webhooks").json()[0]["secret"] is None
    assert client.patch(f"{V1}/webhooks/{made['id']}", json={"active": False}).json()["active"] is False
    assert client.get(f"{V1}/webhooks/{made['id']}/deliveries").json() == []
    assert client.delete(f"{V1}/webhooks/{made['id']}").status_code == 204
    assert client.get(f"{V1}/notices").json() == []
    assert client.post(f"{V1}/notices/read").status_code == 204
