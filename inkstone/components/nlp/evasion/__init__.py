"""Undoing the disguises by which texts slip past filters, and putting them on for tests and training."""
