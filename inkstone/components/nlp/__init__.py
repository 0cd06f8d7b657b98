"""Shared parts of the field: encoders, heads, losses, tokenisation, collation, metrics, model_io."""
