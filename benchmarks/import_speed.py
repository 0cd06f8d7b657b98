"""Time and peak memory of importing a generated CSV of a million rows.

    python benchmarks/import_speed.py [--rows 1000000]

The file has an id, a text of 10 to 60 Chinese characters and a label; every seventh text is quoted and holds a comma, a line
break and doubled quotes. Peak memory is that of the whole Python process, libraries included, as the system counts it.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def generate(path: Path, rows: int) -> None:
    """Write the CSV."""
    draw = random.Random(1)  # noqa: S311 - nothing secret
    letters = [chr(draw.randint(0x4E00, 0x5FFF)) for _ in range(3000)]
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text,label\n")
        for number in range(rows):
            text = "".join(draw.choices(letters, k=draw.randint(10, 60)))
            if number % 7 == 0:
                text = f'"{text}, \n""{number}"""'
            file.write(f"{number},{text},c{number % 6}\n")


def measure(path: Path) -> None:
    """Import the CSV and print what it took; runs in a process of its own."""
    from inkstone.components.data.reading import read_table

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        info = read_table(path, path.name, Path(folder) / "table")
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = path.stat().st_size / (1 << 20)
    print(f"{info.rows} rows, {size:.0f} MiB: {seconds:.1f} s, peak memory {peak:.0f} MiB")


def main() -> None:
    """Generate the file, then measure in a fresh process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--measure", type=Path)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        generate(path, options.rows)
        subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)


if __name__ == "__main__":
    main()
