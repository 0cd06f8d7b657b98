"""Batches of many callers: every row gets its own answer, nobody waits for ever, too many are told so."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from inkstone.backend.serving.engine import Engine, Limits
from inkstone.backend.serving.waiting import Line, Request, bucket
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.inference import Row, TextModel
from inkstone.components.nlp.model_io import ModelCard


class Counting(TextModel):
    """Scores a text by its length and by the number in it; remembers its batches; can be held back."""

    def __init__(self) -> None:
        super().__init__(ModelCard(task="counting", labels=["a", "b"]))
        self.batches: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self.begun = threading.Event()

    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        return [{"input_ids": [0] * len(text), "value": float(text.strip("x") or 0)} for text in texts]

    def forward(self, rows: Sequence[Row]) -> np.ndarray:
        self.begun.set()
        self.open.wait(60)
        self.batches.append(len(rows))
        if any(row["value"] == 13 for row in rows):
            raise ValueError("thirteen")
        return np.array([[row["value"], len(row["input_ids"])] for row in rows])


@pytest.mark.parametrize("workers", [1, 3])
def test_every_caller_gets_its_own_rows(workers: int) -> None:
    model = Counting()
    engine = Engine(model, Limits(workers=workers))
    texts = [f"{number + 100}{'x' * (number * 7 % 90)}" for number in range(300)]
    expected = [[number + 100, len(text)] for number, text in enumerate(texts)]
    with ThreadPoolExecutor(16) as pool:
        parts = list(pool.map(lambda start: engine.scores(texts[start : start + 10]), range(0, 300, 10)))
    assert np.concatenate(parts).tolist() == expected
    assert engine.scores(texts * 3).tolist() == expected * 3  # many rows at once take the lane of files
    engine.close()


def test_rows_that_gather_share_a_batch() -> None:
    model = Counting()
    model.open.clear()
    engine = Engine(model, Limits(workers=1))
    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(engine.scores, ["1"])
        assert model.begun.wait(60)
        others = [pool.submit(engine.scores, [f"{number}"]) for number in range(20, 40)]
        while engine.waiting < 20:
            model.begun.wait(0.01)
        model.open.set()
        assert first.result()[0, 0] == 1
        assert [item.result()[0, 0] for item in others] == list(range(20, 40))
    assert model.batches == [1, 20]
    engine.close()


def test_a_full_line_refuses_or_waits() -> None:
    model = Counting()
    model.open.clear()
    engine = Engine(model, Limits(workers=1, queue_rows=4))
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(engine.scores, ["1"])
        assert model.begun.wait(60)
        second = pool.submit(engine.scores, ["2", "3", "4", "5"])
        while engine.waiting < 4:
            model.begun.wait(0.01)
        with pytest.raises(InkstoneError) as caught:
            engine.scores(["6"], patient=False)
        assert (caught.value.code, caught.value.status) == ("serving.busy", 429)
        patient = pool.submit(engine.scores, ["7"])
        model.open.set()
        assert [item.result()[0, 0] for item in (first, second, patient)] == [1, 2, 7]
    engine.close()


def test_a_batch_that_fails_ends_its_callers_and_nobody_else() -> None:
    engine = Engine(Counting(), Limits(workers=1))
    with pytest.raises(InkstoneError) as caught:
        engine.scores(["13"])
    assert caught.value.code == "serving.failed"
    assert engine.scores(["14"])[0, 0] == 14
    engine.close()
    with pytest.raises(InkstoneError) as caught:
        engine.scores(["1"])
    assert caught.value.code == "serving.closed"


def test_closing_answers_what_waits_or_refuses_it() -> None:
    for drain in (True, False):
        model = Counting()
        model.open.clear()
        engine = Engine(model, Limits(workers=1))
        with ThreadPoolExecutor(3) as pool:
            first = pool.submit(engine.scores, ["1"])
            assert model.begun.wait(60)
            second = pool.submit(engine.scores, ["2"])
            while engine.waiting < 1:
                model.begun.wait(0.01)
            closing = pool.submit(engine.close, drain=drain)
            if not drain:
                assert second.exception(60).code == "serving.closed"
            model.open.set()
            closing.result(60)
            assert first.result()[0, 0] == 1
            if drain:
                assert second.result()[0, 0] == 2


def test_people_go_before_files_and_no_length_starves() -> None:
    line = Line()
    rows = [{"input_ids": [0] * length} for length in (100, 8, 30, 7, 101)]
    line.add(Request(rows, large=True))
    line.add(Request([{"input_ids": [0] * 500}]))
    assert [item.place for item in line.take(4096, 64)] == [0]  # the small request, though it came later
    assert [item.place for item in line.take(4096, 64)] == [0, 4]  # the oldest row and its like
    assert [item.place for item in line.take(4096, 64)] == [1, 3]
    assert [item.place for item in line.take(4096, 64)] == [2]
    assert line.take(4096, 64) == []
    assert len(line) == 0


def test_a_batch_keeps_to_its_tokens() -> None:
    line = Line()
    line.add(Request([{"input_ids": [0] * 128}] * 20))
    assert len(line.take(512, 64)) == 4
    assert len(line.take(10, 64)) == 1
    assert len(line.take(100_000, 10)) == 10


@pytest.mark.parametrize("length", [0, 1, 8, 9, 64, 65, 128, 300, 512])
def test_a_bucket_pads_at_most_an_eighth_or_eight_tokens(length: int) -> None:
    assert length <= bucket(length) <= max(length + 8, length * 8 / 7 + 8)
