"""How likely each tag is at each token of a text: what a recogniser can teach."""

from collections.abc import Iterator, Sequence

import numpy as np

from inkstone.components.nlp.tagging.crf import marginals
from inkstone.components.nlp.tagging.entity_models import Recogniser
from inkstone.components.nlp.tagging.windows import Stitched, stitch

_SMALLEST = 1e-7
TEXTS_AT_ONCE = 256


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
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        part = texts[start : start + TEXTS_AT_ONCE]
        windows = model.network.windows(part)
        scores = model.window_scores(windows, batch_size)
        own: list[list[int]] = [[] for _ in part]
        for place, window in enumerate(windows):
            own[window.text].append(place)
        found = []
        for places in own:
            whole = stitch([windows[at] for at in places], [scores[at] for at in places])
            sure = marginals(whole.scores, chain) if len(whole.starts) else whole.scores
            found.append(Stitched(whole.starts, whole.ends, np.log(np.maximum(sure, _SMALLEST)).astype(np.float32)))
        yield found
