"""Registering and exporting models."""
