"""Runs what was drawn. Knows components; knows no web page."""
