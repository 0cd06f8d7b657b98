"""Inkstone: a no-code web studio for NLP solutions."""

__version__ = "0.1.0"
