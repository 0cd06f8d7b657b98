"""The training loop: Hugging Face Trainer around a Task, under Ray Train."""

from inkstone.backend.runtime.training.fit import fit

__all__ = ["fit"]
