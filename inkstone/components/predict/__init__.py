"""Applying models to new rows."""
