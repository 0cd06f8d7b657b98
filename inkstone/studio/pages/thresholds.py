"""Thresholds of a model's classes. Address: ``?model=NAME@2``."""

from inkstone.studio.error_analysis.model_page import model_page
from inkstone.studio.error_analysis.threshold_texts import h
from inkstone.studio.error_analysis.threshold_view import threshold_view

model_page(h, "tune", threshold_view)
