"""Exports a model from the service and the command line; the component ``deliver.export`` uses the same code."""

from inkstone.components.nlp.export import export_model

__all__ = ["export_model"]
