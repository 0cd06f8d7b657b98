"""Tagging of texts: entities, several labels a text, keywords, and all of them in one answer."""
