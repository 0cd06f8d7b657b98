"""The registry on the page of a model: stage, aliases, rule, history, card, comparison, import."""
