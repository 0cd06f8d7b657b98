"""A home with data, a finished run and a model, made once for all tests of the pages; nothing in it is made up."""

import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

WORDS = {
    "广告": ["限时优惠，买{}送{}，点击下单", "加微信{}领取{}元红包", "新店开业{}折，前{}名有礼"],
    "诈骗": [
        "您的账户{}异常，请点击链接验证{}",
        "恭喜中奖{}万元，先汇款{}元手续费",
        "公安局{}号通知，请转账{}到安全账户",
    ],
    "正常": ["明天{}点开会，记得带第{}份材料", "晚上一起吃饭吗，{}号楼{}层见", "快递放在{}号柜{}格了"],
}


@dataclass(frozen=True)
class Seeded:
    """What lies in the seeded home."""

    home: Path
    file: Path
    run: str
    model: str


def write_messages(path: Path, rows: int = 240) -> Path:
    """Write a small labelled CSV of our own."""
    picks = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["内容", "类别"])
        for number in range(rows):
            label = list(WORDS)[number % len(WORDS)]
            writer.writerow([picks.choice(WORDS[label]).format(picks.randint(1, 999), picks.randint(1, 99)), label])
    return path


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """Give the seeded home, with INKSTONE_HOME pointing to it."""
    folder = tmp_path_factory.mktemp("studio")
    home, file = folder / "home", write_messages(folder / "messages.csv")
    environment = {**os.environ, "INKSTONE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    environment.pop("INKSTONE_DATABASE_URL", None)
    program = Path(sys.executable).with_name("inkstone")
    command = [str(program), "run", "text-risk-control", "--data", str(file)]
    command += ["--executor", "local", "--set", "train.epochs=1", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    result = json.loads(done.stdout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(home))
        patch.delenv("INKSTONE_DATABASE_URL", raising=False)
        yield Seeded(home, file, result["run"], result["model"])
