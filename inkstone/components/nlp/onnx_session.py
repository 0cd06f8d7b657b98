"""Opens graphs with ONNX Runtime, in one way for all kinds of models."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ONNX = "model.onnx"


def open_graph(path: Path, threads: int = 0) -> "InferenceSession":
    """Return the session of a graph.

    Args:
        path: The graph; its folder has been verified.
        threads: Cores for one batch; 0 is all of them.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait do not spin: other batches use the cores meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=onnxruntime.get_available_providers()
    )
