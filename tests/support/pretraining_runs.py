"""Short trainings through the loop, for the tests of this folder."""

from inkstone.components.errors import Cancelled
from inkstone.components.nlp.masked_lm import MaskedLanguageModel, Shape
from inkstone.components.nlp.pretraining import Pretraining, PretrainingSettings

SETTINGS = PretrainingSettings(
    steps=8,
    batch_size=8,
    micro_batch_size=8,
    warmup_steps=2,
    decay_steps=2,
    report_every=1,
    precision="fp32",
    checkpoint_every=100,
)


def tiny_task(tokenizer_folder, kind=MaskedLanguageModel, *, layers=1, hidden=32, heads=2, **changes):
    shape = Shape(layers=layers, hidden=hidden, heads=heads, intermediate=64, positions=64)
    return kind(encoder=str(tokenizer_folder), shape=shape, length=32, **changes)


class Log:
    """Keeps the losses, and stops after a step when asked to."""

    def __init__(self, stop_after=None):
        self.losses, self.stop_after = {}, stop_after

    def __call__(self, name, value, step):
        if name == "train/loss":
            self.losses[step] = value

    def check(self):
        if self.stop_after is not None and len(self.losses) >= self.stop_after:
            raise Cancelled


def run(task, pack, folder, settings=SETTINGS, stop_after=None):
    log = Log(stop_after)
    training = Pretraining(task, pack, {"held-out": pack}, settings, folder, report=log, check=log.check)
    figures = training.run()
    return log.losses, figures, training
