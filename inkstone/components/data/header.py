"""Decides whether the first row of delimited text holds column names."""

import re

from inkstone.components.data.names import role_of_name

_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?$")


def has_header(rows: list[list[str]]) -> bool:
    """Return whether ``rows[0]`` holds column names.

    Names are short and distinct, are no numbers, do not occur again below, and often are words such as ``text``.
    """
    first, body = [cell.strip() for cell in rows[0]], rows[1:200]
    below = [{row[place].strip() for row in body if place < len(row)} for place in range(len(first))]
    if any(role_of_name(cell) and cell not in below[place] for place, cell in enumerate(first)):
        return True
    filled = [cell for cell in first if cell]
    if not filled or len(set(filled)) < len(filled) or any(_NUMBER.match(cell) for cell in filled):
        return False
    if any(len(cell) > 40 for cell in filled):
        return False
    evidence = 0
    for position, cell in enumerate(first):
        values = [row[position].strip() for row in body if position < len(row)]
        if not values:
            continue
        if cell and cell in below[position]:
            return False
        if all(_NUMBER.match(value) for value in values if value):
            evidence += 2
        mean_length = sum(map(len, values)) / len(values)
        evidence += 1 if mean_length > 3 * max(len(cell), 1) else 0
        evidence += 1 if len(set(values)) <= max(1, len(values) // 3) else 0
    return evidence > 0 or not body
