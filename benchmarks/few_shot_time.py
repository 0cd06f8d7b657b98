"""From a dropped file to a chosen model: seconds on the clock and of the processors, 32 rows, the template as it is.

    OMP_NUM_THREADS=2 python benchmarks/few_shot_time.py --repeat 3
    OMP_NUM_THREADS=2 python benchmarks/few_shot_time.py --unlabelled --encoder inkstone-zh-tiny

Runs ``inkstone run few-shot-classification`` in a home of its own: import, comparison by cross-validation, training of the best
method on all rows, registration. The aim is under 180 seconds on two idle cores; beside other work the clock says little,
so processor seconds stand next to it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from few_shot_sets import data_root


def main() -> None:
    """Time the run and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default="inkstone-zh-tiny")
    parser.add_argument("--unlabelled", action="store_true", help="give the unlabelled file too")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--set", nargs="*", default=[], help="node.param=value")
    options = parser.parse_args()
    folder = data_root() / "fewclue" / "eprstmt"
    command = [sys.executable, "-m", "inkstone.backend.cli", "run", "few-shot-classification", "--json", "--fresh"]
    command += ["--data", str(folder / "train_0.json"), "--encoder", options.encoder]
    command += ["--unlabelled", str(folder / "unlabeled.json")] if options.unlabelled else []
    command += [part for item in options.set for part in ("--set", item)]
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory() as home:
            before, began = _processor_seconds(), time.perf_counter()
            done = subprocess.run(
                command, env={**os.environ, "INKSTONE_HOME": home}, capture_output=True, text=True, check=False
            )
            seconds = time.perf_counter() - began
            if done.returncode:
                sys.exit(done.stderr[-2000:])
            result = json.loads(done.stdout)
            print(
                json.dumps(
                    {
                        "encoder": options.encoder,
                        "unlabelled": options.unlabelled,
                        "seconds": round(seconds, 1),
                        "processor_seconds": round(_processor_seconds() - before, 1),
                        "load": round(os.getloadavg()[0], 1),
                        "model": result["model"],
                        "accuracy": result["metrics"].get("accuracy"),
                    }
                ),
                flush=True,
            )


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
