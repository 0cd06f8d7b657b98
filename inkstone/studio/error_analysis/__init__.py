"""Where a model errs: cells of confusion matrices, rows, slices, disagreements, behaviour, thresholds."""
