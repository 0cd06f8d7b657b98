"""Measuring models on rows with known labels."""
