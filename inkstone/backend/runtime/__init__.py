"""Supervisor, run process, executors, and the training loop on Ray Train."""
