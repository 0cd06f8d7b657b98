"""Runs to and from other tools: MLflow file stores and databases, TensorBoard event files."""
