"""Keywords, and several answers in one model."""
