"""The graph document, its validation, plan and fingerprints: pure functions."""
