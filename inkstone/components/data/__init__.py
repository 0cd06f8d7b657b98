"""Reading, mapping, cleaning and splitting tables."""
