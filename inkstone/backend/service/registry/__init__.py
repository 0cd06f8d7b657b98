"""The model registry: stages with their history, aliases, rules of promotion, cards, comparison, bundles."""
