"""Small texts of none, one or two harmful classes, written for the tests."""

from pathlib import Path

from label_parts import label_table

from inkstone.components.artifacts import Table

PHRASES = {"广告": "加微信领红包", "诈骗": "转账到安全账户", "辱骂": "你是个大笨蛋"}
HARMLESS = ["今天天气很好", "明天一起吃饭吧", "会议改到下午三点", "谢谢你的帮助"]
_KINDS: tuple[tuple[str, ...], ...] = ((), ("广告",), ("诈骗",), ("辱骂",), ("广告", "诈骗"), ("辱骂", "广告"), ())


def several_rows(count: int = 84) -> tuple[list[str], list[list[str]]]:
    """Return texts, all different, and their classes; harmless texts have none."""
    texts, labels = [], []
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        parts = [*(PHRASES[label] for label in kind), HARMLESS[number % 4]]
        turn = number % len(parts)
        texts.append("，".join([*parts[turn:], *parts[:turn]]) + f"第{number}条")
        labels.append(list(kind))
    return texts, labels


def several_table(folder: Path, harmless: list[str], count: int = 84) -> Table:
    """Write the rows as a table; ``harmless``: the labels of harmless texts."""
    texts, labels = several_rows(count)
    return label_table(folder, texts, [item or harmless for item in labels])
