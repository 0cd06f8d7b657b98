"""Takes a language model's liking for common words out of the scores of label words."""

from typing import Any

from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification
from inkstone.components.nlp.fewshot.training import Work
from inkstone.components.nlp.rows import TextRows
from inkstone.components.texts import text

MOST_TEXTS = 500
"""Texts read; more change nothing."""


def calibrated(work: Work, task: PromptClassification) -> PromptClassification:
    """Return the task with the prior of its untrained model over the texts of ``work``; their labels are not looked at."""
    texts, pairs = [*work.rows.texts, *(() if work.pairs else work.unlabelled)][:MOST_TEXTS], work.rows.pairs
    if not texts:
        return task
    count = len(texts)
    rows = task.prepare_rows(TextRows(list(range(count)), texts, pairs[:count] if pairs else None, None)).to_list()
    found = prior(work, task, task.build().eval(), rows).tolist()
    return PromptClassification(task.settings.model_copy(update={"prior": tuple(tuple(row) for row in found)}))


def prior(work: Work, task: PromptClassification, model: Any, rows: list[dict[str, Any]], batch_size: int = 32) -> Any:
    """Return the mean over texts of each class's log-probability under each pattern: ``mean_x log softmax_k score_k(x)``.

    A class that fits every text well says little about any one of them (Zhao et al. 2021, "Calibrate Before Use"; here with
    the texts themselves in the place of empty ones).
    """
    import torch

    total, done = torch.zeros_like(model.prior), 0
    for start in range(0, len(rows), batch_size):
        work.ctx.check_cancelled()
        if not work.quiet:
            work.ctx.progress(start, len(rows), text("校准", "Calibrating"))
        chosen = rows[start : start + batch_size]
        with torch.inference_mode():
            total += model(**task.collate(chosen)).log_softmax(-1).sum(0)
        done += len(chosen)
    return total / done
