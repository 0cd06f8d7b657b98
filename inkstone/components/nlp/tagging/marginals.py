"""How likely each tag is at each token of a text: what a recogniser can teach."""

from collections.abc import Iterator, Sequence

import numpy as np

from inkstone.components.nlp.tagging.crf import marginals
from inkstone.components.nlp.tagging.entity_models import Recogniser
from inkstone.components.nlp.tagging.windows import Stitched, stitch

_SMALLEST = 1e-7


def tag_marginals(model: Recogniser, texts: Sequence[str], batch_size: int = 32) -> Iterator[list[Stitched]]:
    """Yield the log-probability of each tag over all paths that the scheme allows, some texts at a time.

    Args:
        model: A recogniser with a tag head.
        texts: The texts.
        batch_size: Windows of a batch.
    """
    chain = model.decoder.chain
    if chain is None:
        raise ValueError("a span head has no tags")
    for part in model.windowed(texts, batch_size):
        found = []
        for _, windows, scores in part:
            whole = stitch(windows, scores)
            sure = marginals(whole.scores, chain) if len(whole.starts) else whole.scores
            found.append(Stitched(whole.starts, whole.ends, np.log(np.maximum(sure, _SMALLEST)).astype(np.float32)))
        yield found
