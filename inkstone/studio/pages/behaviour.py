"""Behavioural tests of a model. Address: ``?model=NAME@2``."""

from inkstone.studio.error_analysis.behaviour_texts import b
from inkstone.studio.error_analysis.behaviour_view import behaviour_view
from inkstone.studio.error_analysis.model_page import model_page

model_page(b, "rule", behaviour_view)
