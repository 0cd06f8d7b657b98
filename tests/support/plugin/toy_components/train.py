"""Counts up as training does: slowly, and with checkpoints from which it goes on."""

import os
import time
from pathlib import Path

from inkstone.components.artifacts import Metrics
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text


class Parameters(Params):
    epochs: float = param(3, title=text("轮数", "Epochs"), help=text("训练轮数", "Passes"), gt=0)
    seconds: float = param(0.2, title=text("秒", "Seconds"), help=text("每轮多久", "Of each pass"), ge=0)


SPEC = Component(
    id="train.toy_train",
    title=text("训练", "Train"),
    summary=text("假装训练", "Makes as if it trained"),
    inputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    outputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    params=Parameters,
    trains=True,
)


def run(ctx, inputs, params):
    # A component trains through ctx.fit; this one keeps the same folders without a model to learn.
    folder = Path(ctx._job.folder) / "checkpoints"
    folder.mkdir(exist_ok=True)
    start = ctx._job.continue_from
    before = int((start / "epoch").read_text()) if start else 0
    (folder / "pid").write_text(str(os.getpid()))
    checkpoint = folder / "epoch"
    done = int(checkpoint.read_text()) - before if checkpoint.exists() else 0
    for epoch in range(done, int(params.epochs)):
        for _ in range(max(1, int(params.seconds / 0.05))):
            time.sleep(min(params.seconds, 0.05))
            ctx.check_cancelled()
        ctx.metric("train/loss", 1 / (epoch + 1), step=epoch)
        ctx.progress(epoch + 1, params.epochs)
        # At once or not at all: tests kill this process at any moment.
        (folder / "half-written").write_text(str(before + epoch + 1))
        (folder / "half-written").replace(checkpoint)
    value = inputs["number"].read()["values"]["number"]
    facts = {"values": {"number": value}, "epochs": before + int(params.epochs), "resumed_from": done}
    return {"number": Metrics.write(ctx.output("number"), facts)}
