"""Decisions about texts: block, review or pass, with the reasons."""
