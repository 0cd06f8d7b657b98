"""What is looked at of a text that somebody sends."""

import re

LONGEST = 300_000
"""Characters of a text that are looked at."""
_HALVES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Return what is looked at of a text: its beginning, halves of characters that JSON may carry as a sign of their own."""
    return _HALVES.sub("\ufffd", text[:LONGEST])
