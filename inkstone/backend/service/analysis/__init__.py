"""What can be learned of a model beyond its figures: thresholds, slices, disagreements, behaviour."""
