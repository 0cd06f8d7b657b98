"""Parameter importance: right where it can be told, refused where it cannot."""

import random

from inkstone.backend.service.comparing.importance import LEAST_RUNS, importance


def runs(count: int) -> tuple[list[dict], list[float]]:
    choose = random.Random(3)
    rows = [
        {"train.rate": 10 ** choose.uniform(-5, -2), "train.kind": choose.choice(["a", "b"]), "same": 1, "seed": number}
        for number in range(count)
    ]
    return rows, [0.5 + (0.4 if row["train.kind"] == "a" else 0) + 100 * min(row["train.rate"], 1e-3) for row in rows]


def test_what_the_figure_depends_on_comes_first():
    rows, values = runs(40)
    found = importance(rows, values, "dev/macro_f1")
    assert not found.refused
    assert [item.name for item in found.parameters] == ["train.kind", "train.rate", "seed"]
    assert found.parameters[0].importance > 5 * found.parameters[2].importance
    assert found.explained is not None
    assert found.explained > 0.8
    assert importance(rows, values, "dev/macro_f1") == found


def test_few_runs_and_runs_that_do_not_differ_are_refused():
    rows, values = runs(LEAST_RUNS)
    assert importance(rows[:-1], values[:-1], "f").refused
    assert importance(rows, [None, *values[1:]], "f").runs == LEAST_RUNS - 1
    assert importance(rows, [0.5] * len(rows), "f").refused


def test_noise_is_called_unreliable():
    rows, _ = runs(30)
    choose = random.Random(1)
    found = importance(rows, [choose.random() for _ in rows], "f")
    assert found.explained is not None
    assert found.explained < 0.2
    assert "not reliable" in found.words.en
