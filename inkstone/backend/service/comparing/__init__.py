"""Runs side by side: parameters and figures, curves, classes, rows, and whether a difference is more than chance."""
