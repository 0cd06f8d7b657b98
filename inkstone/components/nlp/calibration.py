"""Makes the confidence of a model honest by one number."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOUNDS = (0.05, 20.0)


def fit_temperature(logits: "np.ndarray", true: "np.ndarray | Sequence[int]") -> float:
    """Return the temperature T that minimises the cross-entropy of ``softmax(z / T)``.

    Guo et al., "On Calibration of Modern Neural Networks" (2017). Rows whose class the model does not know (negative or
    beyond its classes) are left out; without rows T is 1.

    Args:
        logits: Shape (rows, classes); logarithms of probabilities do as well.
        true: Class numbers of rows that the model did not learn from.
    """
    from scipy.optimize import minimize_scalar

    numbers = np.asarray(true)
    known = (numbers >= 0) & (numbers < logits.shape[1])
    if not known.any():
        return 1.0
    chosen, wanted = logits[known].astype(np.float64), numbers[known]

    def loss(log_temperature: float) -> float:
        scaled = chosen / np.exp(log_temperature)
        top = scaled.max(axis=1)
        total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((total - scaled[np.arange(len(wanted)), wanted]).mean())

    found = minimize_scalar(loss, bounds=tuple(np.log(_BOUNDS)), method="bounded")
    return round(float(np.exp(found.x)), 4)
