"""Searches: better settings for a pipeline (*tune*), or the best method for some data within a time (*auto*)."""
