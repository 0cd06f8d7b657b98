"""Sends webhook messages: where to, signed how, when again."""
