"""Learning from a few labelled texts: prompts, label words, contrastive losses, cross-validation."""
