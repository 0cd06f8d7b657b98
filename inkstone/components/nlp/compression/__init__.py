"""Makes models smaller and faster: distillation, pruning, quantisation, and what these share."""
