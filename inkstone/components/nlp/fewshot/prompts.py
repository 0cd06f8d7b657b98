"""Settles patterns and label words: what the user wrote, else what is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from inkstone.components.nlp.fewshot.errors import UNKNOWN_WORD
from inkstone.components.nlp.fewshot.label_words import Words, read_words, variants
from inkstone.components.nlp.fewshot.prompt_words import read_label_words, read_patterns
from inkstone.components.nlp.fewshot.proposals import language_of, propose_patterns, propose_words
from inkstone.components.nlp.fewshot.template import Template, parse, written
from inkstone.components.nlp.fewshot.training import Work
from inkstone.components.nlp.rows import TextRows
from inkstone.components.texts import text


@dataclass(frozen=True)
class Prompts:
    """Patterns and the label words of each class, ready for use."""

    templates: tuple[str, ...]
    words: Words


def settle(work: Work, patterns: str, label_words: str, count: int = 3) -> Prompts:
    """Return what the user wrote, and proposals where a field is empty.

    Args:
        work: Rows and classes.
        patterns: The field of patterns.
        label_words: The field of label words.
        count: Patterns to propose.

    Raises:
        InkstoneError: whatever is wrong with them, see ``template`` and ``label_words``.
    """
    named = read_label_words(label_words, work.labels)
    given = propose_words(work.labels, _language(work)) | named if not _complete(named, work.labels) else named
    parsed = _templates(work, patterns, named, count)
    words = read_words(known_words(work, parsed, given, named), work.labels)
    if not work.quiet and (not read_patterns(patterns) or not named):
        _tell(work, parsed, words)
    return Prompts(tuple(template.source for template in parsed), words)


def class_words(work: Work, label_words: str) -> dict[str, list[str]]:
    """Return the words of each class as they are written, for methods that read no vocabulary."""
    return propose_words(work.labels, _language(work)) | read_label_words(label_words, work.labels)


def with_label_sentences(work: Work, patterns: str, label_words: str) -> TextRows:
    """Return the rows of ``work`` and, as further examples, each pattern with each label word and no text: "It was great."

    An encoder of sentences has no slot to fill, but it knows what such a sentence means (Tunstall et al. 2022 make their
    examples like this where there are none). Pairs stay as they are, and so do classes that are codes: "It was 3." means nothing.
    """
    words = class_words(work, label_words)
    if work.pairs or not all(any(map(str.isalpha, "".join(words[label]))) for label in work.labels):
        return work.rows
    added = [
        (template.fill("", word=word, soft=""), label)
        for template in _templates(work, patterns, read_label_words(label_words, work.labels))
        for label in work.labels
        for word in words[label]
    ]
    if not work.quiet:
        work.ctx.log(text(f"标签词样例：{added[0][0]}", f"Label words as examples: {added[0][0]}"))
    return work.rows.plus([sentence for sentence, _ in added], [label for _, label in added])


def normalised(source: str, work: Work) -> Template:
    """Read a pattern that may call the columns by the user's names, and return it with their roles instead."""
    usual = {"text": "text", "text_pair": "text_pair"} if work.pairs else {"text": "text"}
    named = {role: name for role, name in work.columns.items() if role in usual}
    return parse(written(parse(source, usual | named)))


def known_words(
    work: Work, templates: Sequence[Template], given: dict[str, list[str]], named: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Return the words that the vocabulary knows; a word that the user named must be known.

    Raises:
        InkstoneError: ``fewshot.unknown_word`` when a class has no known word left.
    """
    from inkstone.components.errors import InkstoneError
    from inkstone.components.nlp import model_io

    tokenizer = model_io.load_tokenizer(work.encoder)
    kept: dict[str, list[str]] = {}
    for label, words in given.items():
        for word in words:
            try:
                variants(tokenizer, templates, ((word,),), [label])
            except InkstoneError:
                if label in named or (word == words[-1] and not kept.get(label)):
                    raise UNKNOWN_WORD(word=word, label=label, at="label_words") from None
                continue
            kept.setdefault(label, []).append(word)
    return kept


def _language(work: Work) -> str:
    return language_of([*work.rows.texts[:200], *work.labels])


def _templates(work: Work, patterns: str, named: Mapping[str, Sequence[str]], count: int = 3) -> list[Template]:
    names = [*work.labels, *chain(*named.values())]
    sources = read_patterns(patterns) or propose_patterns(names, _language(work), work.pairs, count)
    return [normalised(source, work) for source in sources]


def _complete(named: dict[str, list[str]], labels: Sequence[str]) -> bool:
    return all(label in named for label in labels)


def _tell(work: Work, templates: Sequence[Template], words: Words) -> None:
    first = work.rows.texts[0][:40] if work.rows.texts else ""
    pair = work.rows.pairs[0][:40] if work.rows.pairs else ""
    for template in templates:
        filled = template.fill(first, pair, f"[{words[0][0]}]")
        work.ctx.log(text(f"模板：{filled}", f"Pattern: {filled}"))
    listed = "；".join(f"{label}: {', '.join(own)}" for label, own in list(zip(work.labels, words, strict=True))[:20])
    work.ctx.log(text(f"标签词：{listed}", f"Label words: {listed}"))
