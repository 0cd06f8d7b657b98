"""Pre-training: from raw text to an encoder."""
