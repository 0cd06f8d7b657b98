"""Models of two strengths, and test rows that none of them has seen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inkstone.backend.service import uploads, users
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.store.database import migrate
from inkstone.backend.store.registry import register_model
from inkstone.components.nlp.ngram import NgramModel

WORDS = ("明天开会", "加微信领红包")
LABELS = ["正常", "广告"]
ROWS = [(f"第{number}条{WORDS[number % 2]}", LABELS[number % 2]) for number in range(80)]
MakeModel = Callable[..., str]


@pytest.fixture
def home(inkstone_home: Path) -> Path:
    """Give a home whose database is ready."""
    migrate()
    return inkstone_home


@pytest.fixture
def member(home: Path) -> Actor:
    """Give a member, who is no administrator."""
    users.add(LOCAL, "ann", "ann-password", "admin")
    return Actor(users.add(LOCAL, "max", "max-password", "member").id, "max", "member")


@pytest.fixture
def make_model(home: Path, tmp_path: Path) -> MakeModel:
    """Give a function that registers an n-gram model of four terms; ``right`` is the share of rows it gets right."""
    count = iter(range(100))

    def make(name: str = "模型", *, right: float = 1.0, owner: Actor | None = None) -> str:
        folder = tmp_path / f"model-{next(count)}"
        sign = 1.0 if right > 0.5 else -1.0
        # The term "1" turns the answer over for texts that hold it, so that a model of 0.6 is wrong on some rows.
        shift = 0.0 if right in (0.0, 1.0) else 3.0
        weights = np.array([[sign, -sign, shift], [-sign, sign, -shift]], dtype=np.float32)
        model = NgramModel(
            LABELS,
            "char",
            1,
            1,
            ["会", "红", "1"],
            np.ones(3, dtype=np.float32),
            weights,
            np.zeros(2, dtype=np.float32),
        )
        model.save(folder)
        return register_model(name, folder, metrics={"macro_f1": right}, owner_id=owner.user_id if owner else None)

    return make


@pytest.fixture
def test_set(home: Path, tmp_path: Path) -> str:
    """Give a dataset that none of the models learned from."""
    path = tmp_path / "测试.csv"
    path.write_text("文本,标签\n" + "".join(f"{text},{label}\n" for text, label in ROWS), "utf-8")
    return uploads.upload(LOCAL, path, path.name).reference
