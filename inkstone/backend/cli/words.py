"""The language of the command line: ``--lang``, ``INKSTONE_LANG``, then the locale; English unless that is Chinese."""

import os
from collections.abc import Mapping

from inkstone.components.texts import Language, Text, text

VARIABLE = "INKSTONE_LANG"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language to speak."""
    wanted = environment.get(VARIABLE, "")
    if not wanted:
        wanted = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    return "zh" if wanted.lower().startswith("zh") else "en"


def say(zh: str, en: str, **values: object) -> str:
    """Return a text in the language to speak, its ``{name}`` slots filled."""
    return tell(text(zh, en).format(**values) if values else text(zh, en))


def tell(words: Text | Mapping[str, str] | None) -> str:
    """Return a ``Text``, or its JSON form, in the language to speak."""
    if words is None:
        return ""
    made = words if isinstance(words, Text) else Text(zh=words["zh"], en=words["en"])
    return made.in_language(language())


def take_language(arguments: list[str]) -> list[str]:
    """Take ``--lang zh`` out of the arguments, wherever it stands, and return the others."""
    others: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if name != "--lang":
            others.append(argument)
            if argument == "--":
                others += list(waiting)
            continue
        value = value if equals else next(waiting, "")
        os.environ[VARIABLE] = value if value in ("zh", "en") else ""
    return others
