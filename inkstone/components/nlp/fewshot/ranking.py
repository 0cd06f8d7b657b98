"""Ranks patterns and label words by cross-validation with the language model as it is: no training, so many can be tried.

A candidate is judged as a reader would use it: the class whose words fit the slot best, after taking off each class's mean
score over the training part of a fold. Words found in the examples are found anew in each fold's training part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.nlp.fewshot.folds import split_folds
from inkstone.components.nlp.fewshot.label_words import Words
from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification, WordSettings
from inkstone.components.nlp.fewshot.training import Work
from inkstone.components.texts import text

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

FOUND_WORDS = 3
"""Words found for each class."""
COMMON_WORDS = 2_000
"""Only the words that the model finds likeliest on average are looked at: rarer ones fit a class by chance."""
MOST_ROWS = 300
_BATCH = 32


@dataclass(frozen=True)
class Candidate:
    """A pattern with label words.

    Attributes:
        template: The pattern.
        words: The label words.
        found: The words come from the examples, not from the class names.
        accuracy: Mean over the folds.
        spread: Standard deviation over the folds.
    """

    template: str
    words: Words
    found: bool
    accuracy: float
    spread: float


def rank(work: Work, templates: Sequence[str], words: Words, folds: int, repeats: int) -> list[Candidate]:
    """Return every pattern with the named words and with words found in the examples, best first.

    Args:
        work: Rows and encoder.
        templates: The patterns.
        words: The words that come from the class names.
        folds: Folds of each cross-validation.
        repeats: Cross-validations, each split anew.
    """
    numbers = {label: number for number, label in enumerate(work.labels)}
    labels = np.array([numbers[label or ""] for label in work.rows.labels or []])
    kept = np.sort(np.random.default_rng(work.seed).permutation(len(labels))[:MOST_ROWS])
    from inkstone.components.nlp.fewshot.folds import pick

    rows, labels = pick(work.rows, kept), labels[kept]
    splits = [split for repeat in range(repeats) for split in split_folds(rows, folds, work.seed + repeat)]
    ranked: list[Candidate] = []
    language_model: Any = None
    for number, template in enumerate(templates):
        work.ctx.progress(number, len(templates), text(f"试用模板：{template}", f"Trying the pattern: {template}"))
        task = PromptClassification(
            WordSettings(
                encoder=str(work.encoder),
                labels=tuple(work.labels),
                max_length=work.window,
                pairs=work.pairs,
                templates=(template,),
                words=words,
            )
        )
        model: Any = task.build().eval() if language_model is None else _rebuild(task, language_model)
        language_model = model.encoder.language_model
        named, chances = _read(work, task, model, task.prepare_rows(rows).to_list())
        usable = readable(task.tokenizer, chances.shape[1])

        def by_name(_inside: np.ndarray, named: np.ndarray = named) -> np.ndarray:
            return named

        def by_example(inside: np.ndarray, chances: np.ndarray = chances, usable: np.ndarray = usable) -> np.ndarray:
            best = find_words(chances[inside], labels[inside], len(work.labels), usable)
            return np.stack([np.logaddexp.reduce(chances[:, ids], axis=1) for ids in best], axis=1)

        best = find_words(chances, labels, len(work.labels), usable)
        found = tuple(tuple(_word(task.tokenizer, token) for token in ids) for ids in best)
        ranked.append(Candidate(template, words, False, *_judge(by_name, labels, splits)))
        ranked.append(Candidate(template, found, True, *_judge(by_example, labels, splits)))
    return sorted(ranked, key=lambda item: -item.accuracy)


def find_words(chances: np.ndarray, labels: np.ndarray, classes: int, usable: np.ndarray) -> list[np.ndarray]:
    """Return the tokens that fit each class's slots best against the other classes', no token twice.

    A token's score for a class is its mean log-probability over the class's rows less that over all other rows (Gao et al.
    2021, LM-BFF, choose words by likelihood alone; the difference keeps common words from winning everywhere).

    Args:
        chances: Log-probabilities at the slot; shape (rows, vocabulary).
        labels: Class numbers.
        classes: Number of classes.
        usable: Tokens that are readable words.
    """
    common = usable[np.argsort(-chances[:, usable].mean(0), kind="stable")[:COMMON_WORDS]]
    scores = np.full((classes, len(common)), -np.inf)
    for number in range(classes):
        own = labels == number
        if own.any() and not own.all():
            scores[number] = chances[own][:, common].mean(0) - chances[~own][:, common].mean(0)
    owner = scores.argmax(0)
    found = []
    for number in range(classes):
        mine = np.flatnonzero(owner == number)
        order = mine[np.argsort(-scores[number, mine], kind="stable")][:FOUND_WORDS]
        found.append(common[order] if len(order) else common[number : number + 1])
    return found


def readable(tokenizer: "PreTrainedTokenizerBase", size: int) -> np.ndarray:
    """Return the tokens that are words a person can read: letters only, no pieces of words, none of one Latin letter."""
    tokens = tokenizer.convert_ids_to_tokens(list(range(min(size, len(tokenizer)))))
    special = set(tokenizer.all_special_ids)
    return np.array(
        [
            number
            for number, token in enumerate(tokens)
            if number not in special
            and (word := token.lstrip("▁Ġ")).isalpha()
            and (len(word) > 1 or not word.isascii())
        ]
    )


def _word(tokenizer: "PreTrainedTokenizerBase", token: int) -> str:
    return str(tokenizer.decode([int(token)])).strip()


def _judge(
    scores: Callable[[np.ndarray], np.ndarray], labels: np.ndarray, splits: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, float]:
    found = []
    for inside, outside in splits:
        given = scores(inside)
        found.append(float(((given - given[inside].mean(0)).argmax(1) == labels)[outside].mean()))
    return (float(np.mean(found)), float(np.std(found, ddof=1)) if len(found) > 1 else 0.0) if found else (0.0, 0.0)


def _rebuild(task: PromptClassification, language_model: Any) -> Any:
    from inkstone.components.nlp.fewshot.prompt_network import PromptNetwork
    from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder

    return PromptNetwork(PromptedEncoder(language_model), task.variants, 1, len(task.settings.labels)).eval()


def _read(
    work: Work, task: PromptClassification, model: Any, rows: list[dict[str, Any]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the named words' scores (rows, classes) and the log-probabilities of all tokens in a slot of one."""
    import torch

    from inkstone.components.nlp.fewshot.language_model import vocabulary_logits
    from inkstone.components.nlp.fewshot.prompted import pad_prompted

    named, chances = [], []
    for start in range(0, len(rows), _BATCH):
        work.ctx.check_cancelled()
        part = rows[start : start + _BATCH]
        batch = task.collate(part)
        batch.pop("labels", None)
        one = pad_prompted(
            [[task.encoders[0].encode(row["input_ids"], row.get("pair_ids"), 1)] for row in part], task.tokenizer
        )
        with torch.inference_mode():
            named.append(model(**batch)[:, 0].float().numpy())
            flat = [one[name].flatten(0, 1) for name in ("input_ids", "attention_mask", "token_type_ids", "soft")]
            features = model.encoder.at_slots(model.encoder(*flat), one["slots"].flatten(0, 1))[:, 0]
            logits = vocabulary_logits(model.encoder.language_model, features).float()
            chances.append(logits.log_softmax(-1).numpy())
    return np.concatenate(named), np.concatenate(chances)
