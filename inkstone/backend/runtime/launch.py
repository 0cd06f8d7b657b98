"""Starts run processes."""

import os
import subprocess
import sys
from collections.abc import Mapping

from inkstone import paths
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.executors.sessions import ray_variables
from inkstone.backend.runtime.processes import RUN_VARIABLE

_KEPT = {
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SHELL", "SYSTEMROOT",
    "PYTHONPATH", "PYTHONHASHSEED", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "XDG_CACHE_HOME",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
}  # fmt: skip
_KEPT_PREFIXES = ("LC_", "INKSTONE_", "HF_", "TORCH", "CUDA_", "NVIDIA_", "NCCL_", "GLOO_", "RAY_")


def environment(run_id: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a run process: what it needs, and nothing else of its starter's.

    Args:
        run_id: The run; it marks everything that the run process starts.
        base: The environment to take from, instead of this process's.
    """
    source = os.environ if base is None else base
    kept = {name: value for name, value in source.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
    return {
        # Spinning barriers collapse when more threads want to run than there are processors.
        "OMP_WAIT_POLICY": "PASSIVE",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_CACHE": str(paths.home() / "cache" / "datasets"),
        **ray_variables(),
        **kept,
        "INKSTONE_HOME": str(paths.home()),
        RUN_VARIABLE: run_id,
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def launch(
    run_id: str, claimed_by: int | None = None, base: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start the run process of a queued run, in a session and process group of its own.

    Its output goes to ``runs/RUN/process.log``.

    Args:
        run_id: The run.
        claimed_by: Id of the process that has claimed the run already (the supervisor).
        base: The environment to take from, instead of this process's.
    """
    folder = run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    # -P keeps the working folder off the import path.
    command = [sys.executable, "-P", "-m", "inkstone.backend.runtime.process", run_id]
    if claimed_by is not None:
        command += ["--claimed-by", str(claimed_by)]
    with (folder / "process.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment(run_id, base),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
