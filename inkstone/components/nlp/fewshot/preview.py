"""The prompts that a comparison would use, as sentences with the user's own texts; reads no encoder."""

from collections.abc import Mapping, Sequence
from itertools import chain

from inkstone.components.nlp.fewshot.label_words import read_words
from inkstone.components.nlp.fewshot.prompt_words import read_label_words, read_patterns
from inkstone.components.nlp.fewshot.proposals import language_of, propose_patterns, propose_words
from inkstone.components.nlp.fewshot.template import parse


def sentences(
    texts: Sequence[str],
    pairs: Sequence[str] | None,
    labels: Sequence[str],
    *,
    patterns: str = "",
    label_words: str = "",
    roles: Mapping[str, str] | None = None,
) -> list[str]:
    """Return one sentence for each pattern, filled with one row each and the label word of that row in brackets.

    Args:
        texts: Some rows.
        pairs: Their second texts, where the rows are pairs.
        labels: Their classes.
        patterns: What the user wrote into the field of patterns; empty proposes some.
        label_words: Likewise for the label words.
        roles: The user's names of the columns.

    Raises:
        InkstoneError: what is wrong with patterns or label words.
    """
    classes = sorted(set(labels))
    language = language_of([*texts, *classes])
    named = read_label_words(label_words, classes)
    given = propose_words(classes, language) | named
    names = [*classes, *chain(*named.values())]  # as in a run, see ``prompts``
    written = read_patterns(patterns) or propose_patterns(names, language, pairs is not None)
    words = dict(zip(classes, read_words(given, classes), strict=True))
    usual = {"text": "text", "text_pair": "text_pair"} if pairs is not None else {"text": "text"}
    columns = usual | {role: name for role, name in (roles or {}).items() if role in usual}
    filled = []
    for number, pattern in enumerate(written):
        row = number % len(texts)
        pair = pairs[row][:60] if pairs is not None else ""
        filled.append(parse(pattern, columns).fill(texts[row][:60], pair, f"【{words[labels[row]][0]}】"))
    return filled
