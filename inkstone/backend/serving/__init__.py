"""Answers requests with registered models."""
