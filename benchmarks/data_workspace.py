"""How fast the data workspace answers on large datasets: pages of 1,000,000 rows, the profile of 100,000 rows.

    python benchmarks/data_workspace.py

Writes rows of its own into a home of its own, and prints a table. Nothing is kept.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WORDS = ["优惠", "打折", "会议", "朋友", "快递", "账户", "中奖", "红包", "开业", "天气", "股票", "Invoice", "Meeting"]
LABELS = ["广告", "诈骗", "正常", "博彩", ""]


def write_rows(path: Path, rows: int) -> Path:
    """Write a labelled CSV."""
    draw = random.Random(1)  # noqa: S311 - the same rows every time
    with path.open("w", encoding="utf-8") as file:
        file.write("编号,文本,标签\n")
        for number in range(rows):
            text = "".join(draw.choices(WORDS, k=draw.randint(4, 22)))
            file.write(f"id{number},{text}{number},{draw.choice(LABELS)}\n")
    return path


def timed(name: str, action: Callable[[], object]) -> None:
    """Print how long something takes."""
    start = time.perf_counter()
    action()
    print(f"| {name} | {time.perf_counter() - start:.3f} s |", flush=True)


def main(folder: Path) -> None:
    """Measure."""
    from inkstone.backend.service import data_health, datasets
    from inkstone.backend.service.actor import LOCAL
    from inkstone.backend.store.database import migrate

    def preview(**asked: object) -> Callable[[], object]:
        return lambda: datasets.preview(LOCAL, "million", **asked)  # type: ignore[arg-type]

    def profile() -> None:
        data_health.begin_profile(LOCAL, "hundred")
        while data_health.look(LOCAL, "profile", "hundred").state == "running":
            time.sleep(0.05)

    migrate()
    million, hundred = write_rows(folder / "million.csv", 1_000_000), write_rows(folder / "hundred.csv", 100_000)
    print("| what | time |\n|---|---|")
    timed("import of 1,000,000 rows", lambda: datasets.upload(LOCAL, million, million.name))
    timed("import of 100,000 rows", lambda: datasets.upload(LOCAL, hundred, hundred.name))
    timed("first page", preview())
    timed("page 14,000", preview(offset=700_000))
    timed("search, its first page", preview(search="中奖红包"))
    timed("search, page 500", preview(search="中奖红包", offset=25_000))
    timed("filter by label, its first page", preview(filters={"标签": "诈骗"}))
    timed("rows without a label", preview(filters={"标签": ""}))
    timed("search and filter", preview(search="meeting", filters={"标签": "诈骗"}))
    timed("profile of 100,000 rows, its process included", profile)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["INKSTONE_HOME"] = str(Path(scratch) / "home")
        os.environ.pop("INKSTONE_DATABASE_URL", None)
        main(Path(scratch))
