"""Deployments: a version behind a name, changed without a gap, tried on a share, taken back, counted."""

import math
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from component_context import ComponentContext
from tiny_models import tiny_encoder, two_class_rows, two_class_table

from inkstone.backend.service import deployments
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.drift import compare, drift
from inkstone.backend.serving.live import LIVE
from inkstone.backend.serving.usage import USAGE, bound, masked, percentile
from inkstone.backend.store.registry import register_model
from inkstone.components.errors import InkstoneError


@pytest.fixture
def versions(home: Path, tmp_path: Path) -> Iterator[list[str]]:
    table = two_class_table(tmp_path / "t")
    baseline = ComponentContext(tmp_path / "a").run("train.ngram_baseline", {"train": table})["model"].path
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    trained = ComponentContext(tmp_path / "b").run(
        "train.text_classification", {"train": table}, encoder=encoder, epochs=1.0
    )
    yield [register_model("消息", folder, metrics={}) for folder in (baseline, trained["model"].path)]
    LIVE.close()


def answers_with(name: str, wanted: str) -> bool:
    """Ask until the wished version answers; a change needs as long as loading the version."""
    for _ in range(3000):
        if deployments.predict(LOCAL, name, ["加微信领红包"]).model == wanted:
            return True
        threading.Event().wait(0.02)
    return False


def test_a_version_answers_is_changed_and_taken_back(versions: list[str]) -> None:
    first, second = versions
    made = deployments.create(LOCAL, first)
    assert (made.name, made.model, made.running) == ("消息", first, True)
    answer = deployments.predict(LOCAL, "消息", ["加微信领红包", "明天开会"])
    assert answer.model == first
    assert [{item.label for item in row} for row in answer.results] == [{"广告", "正常"}] * 2

    assert deployments.change(LOCAL, "消息", second).previous == first
    assert answers_with("消息", second)  # the neural version, on ONNX Runtime
    assert deployments.rollback(LOCAL, "消息").model == first
    assert answers_with("消息", first)

    deployments.set_running(LOCAL, "消息", False)
    with pytest.raises(InkstoneError) as caught:
        for _ in range(3000):
            deployments.predict(LOCAL, "消息", ["x"])
            threading.Event().wait(0.02)
    assert caught.value.code == "deployment.stopped"
    deployments.trash(LOCAL, "消息")
    assert deployments.list_(LOCAL) == []
    assert deployments.create(LOCAL, second, "消息").model == second  # the name is free again


def test_changing_under_load_fails_no_request(versions: list[str]) -> None:
    first, second = versions
    deployments.create(LOCAL, first)
    stop, seen, problems = threading.Event(), set(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                seen.add(deployments.predict(LOCAL, "消息", ["加微信", "开会"]).model)
            except Exception as problem:
                problems.append(problem)

    callers = [threading.Thread(target=ask) for _ in range(6)]
    for caller in callers:
        caller.start()
    try:
        assert answers_with("消息", first)
        deployments.change(LOCAL, "消息", second)
        assert answers_with("消息", second)
    finally:
        stop.set()
        for caller in callers:
            caller.join()
    assert problems == []
    assert seen == {first, second}


def test_a_canary_answers_its_share(versions: list[str]) -> None:
    first, second = versions
    deployments.create(LOCAL, first)
    view = deployments.canary(LOCAL, "消息", second, 0.5)
    assert (view.canary, view.canary_share) == (second, 0.5)
    asked = [deployments.predict(LOCAL, "消息", ["加微信"]).model for _ in range(60)]
    assert set(asked) == {first, second}
    with pytest.raises(InkstoneError) as caught:
        deployments.canary(LOCAL, "消息", second, 1.5)
    assert caught.value.code == "deployment.bad_share"
    assert deployments.canary(LOCAL, "消息", None).canary is None


def test_usage_is_counted_and_samples_are_masked(versions: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkstone.backend.serving.usage._SAMPLE_SHARE", 1.0)
    deployments.create(LOCAL, versions[0])
    for _ in range(3):
        deployments.predict(LOCAL, "消息", ["请拨打 13812345678 或看 http://a.b/c", "明天开会"])
    USAGE.write()
    minutes = deployments.usage(LOCAL, "消息")
    assert sum(item.requests for item in minutes) == 3
    assert sum(item.texts for item in minutes) == 6
    assert sum(sum(item.labels.values()) for item in minutes) == 6
    assert all(item.p99_ms is not None for item in minutes)
    texts = [item.text for item in deployments.samples(LOCAL, "消息")]
    assert texts
    assert not any("138" in text or "http" in text for text in texts)


def test_what_is_refused(versions: list[str], people: dict[str, Actor]) -> None:
    deployments.create(people["max"], versions[0])
    for code, call in {
        "deployment.exists": lambda: deployments.create(LOCAL, versions[0]),
        "deployment.unknown": lambda: deployments.predict(LOCAL, "没有", ["x"]),
        "models.unknown": lambda: deployments.create(LOCAL, "没有@3", "y"),
        "deployment.nothing_before": lambda: deployments.rollback(LOCAL, "消息"),
        "predict.no_texts": lambda: deployments.predict(LOCAL, "消息", []),
        "auth.forbidden": lambda: deployments.change(people["mia"], "消息", versions[1]),
    }.items():
        with pytest.raises(InkstoneError) as caught:
            call()
        assert caught.value.code == code
    assert deployments.predict(people["vic"], "消息", ["x"]).model == versions[0]
    with pytest.raises(InkstoneError):
        deployments.create(people["vic"], versions[0], "z")


def test_masking_and_percentiles() -> None:
    assert masked("电话138 邮箱 a.b@c.de，www.x.cn/1 " + "长" * 300).startswith("电话000 邮箱 <address>，<address>")
    assert len(masked("长" * 300)) == 200
    histogram = {str(bound(seconds)): count for seconds, count in ((0.001, 90), (0.04, 9), (3.0, 1))}
    assert [percentile(histogram, share) for share in (0.5, 0.95, 1.0)] == [1.0, 50.0, 5000.0]
    assert percentile({}, 0.5) is None


def test_drift_is_told_from_chance(versions: list[str]) -> None:
    first, _ = versions
    deployments.create(LOCAL, first)
    assert drift(LOCAL, "消息").lengths is None  # nothing was asked yet

    texts = two_class_rows(200)[0]
    deployments.predict(LOCAL, "消息", texts)
    USAGE.write()
    alike = drift(LOCAL, "消息")
    assert (alike.known, alike.texts) == (True, len(texts))
    assert alike.lengths is not None
    assert alike.lengths.verdict == "steady"
    assert sum(alike.lengths.before.values()) == pytest.approx(1)

    deployments.predict(LOCAL, "消息", ["加微信领红包 " * 40] * 400)
    USAGE.write()
    moved = drift(LOCAL, "消息")
    assert moved.lengths is not None
    assert moved.labels is not None
    assert moved.lengths.verdict == "much"
    assert moved.lengths.after["longer" if len("加微信领红包 " * 40) > 1024 else "512"] > 0.5


def test_the_stability_index_by_hand() -> None:
    found = compare({"a": 500, "b": 500}, {"a": 200, "b": 800})
    first, second = 500.5 / 1001, (200.5 / 1001, 800.5 / 1001)
    wanted = (first - second[0]) * math.log(first / second[0]) + (first - second[1]) * math.log(first / second[1])
    assert found.index == pytest.approx(wanted, abs=1e-4)
    assert found.noise == pytest.approx(3.8415 * (1 / 1000 + 1 / 1000), abs=1e-4)
    assert found.verdict == "much"
    assert compare({"a": 5, "b": 5}, {"a": 3, "b": 7}).verdict == "steady"  # ten rows cannot tell
