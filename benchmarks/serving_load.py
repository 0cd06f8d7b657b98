"""Load on a deployment: many clients for a while, another version in mid-run; errors, latency, memory.

    inkstone serve MODEL@1 --port 8502 &
    python benchmarks/serving_load.py --address http://127.0.0.1:8502 --deployment MODEL --texts FILE.csv --column TEXT \
        --clients 200 --seconds 60 --change MODEL@2 --pid PID

Each client asks for one text after another, without pause; 429 makes it wait as long as the answer says. Prints one JSON line.
"""

import argparse
import asyncio
import csv
import itertools
import json
import time
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
import psutil


async def client(
    asked: "itertools.cycle[str]", options: argparse.Namespace, until: float, seen: list[tuple[int, float, str]]
) -> None:
    """Ask until the time is over; note status, seconds and model of each answer."""
    url = f"{options.address}/api/v1/deployments/{options.deployment}/predict"
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        while time.monotonic() < until:
            started = time.perf_counter()
            try:
                answer = await http.post(url, json={"texts": [next(asked)]})
                model = answer.json().get("model", "") if answer.status_code == 200 else ""
                seen.append((answer.status_code, time.perf_counter() - started, model))
                if answer.status_code == 429:
                    await asyncio.sleep(0.2)
            except httpx.HTTPError as problem:
                seen.append((0, time.perf_counter() - started, type(problem).__name__))


async def watch(process: psutil.Process, until: float, sizes: list[float]) -> None:
    """Note the resident memory of the server every second, in MiB."""
    while time.monotonic() < until:
        sizes.append(process.memory_info().rss / 2**20)
        await asyncio.sleep(1)


async def change(options: argparse.Namespace, after: float) -> None:
    """Deploy another version in mid-run."""
    await asyncio.sleep(after)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        url = f"{options.address}/api/v1/deployments/{options.deployment}"
        (await http.patch(url, json={"model": options.change})).raise_for_status()


async def main() -> None:
    """Run the load and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default="http://127.0.0.1:8502")
    parser.add_argument("--deployment", required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--column", required=True)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--change")
    parser.add_argument("--pid", type=int)
    options = parser.parse_args()
    with options.texts.open(encoding="utf-8-sig", newline="") as file:
        texts = [row[options.column] for row in itertools.islice(csv.DictReader(file), 10_000)]
    asked, seen, sizes = itertools.cycle(texts), list[tuple[int, float, str]](), list[float]()
    until = time.monotonic() + options.seconds
    work = [client(asked, options, until, seen) for _ in range(options.clients)]
    if options.pid:
        work.append(watch(psutil.Process(options.pid), until, sizes))
    if options.change:
        work.append(change(options, options.seconds / 2))
    await asyncio.gather(*work)
    answered = np.array([seconds for status, seconds, _ in seen if status == 200]) * 1000
    p50, p95, p99 = (round(float(value), 1) for value in np.percentile(answered, [50, 95, 99]))
    result = {
        "clients": options.clients,
        "seconds": options.seconds,
        "statuses": dict(Counter(status for status, _, _ in seen)),
        "models": dict(Counter(model for status, _, model in seen if status == 200)),
        "connection_errors": dict(Counter(model for status, _, model in seen if status == 0)),
        "requests_per_second": round(len(answered) / options.seconds, 1),
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
    }
    if len(sizes) > 6:
        third = len(sizes) // 3
        result["rss_mib"] = {"first_third": round(max(sizes[:third])), "last_third": round(max(sizes[-third:]))}
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(main())
