"""Components that learn from a few labelled texts."""
