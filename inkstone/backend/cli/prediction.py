"""``predict --input FILE --output FILE``: any readable file in, labels and scores out, row by row."""

from pathlib import Path

from inkstone.backend.cli.errors import BAD_OUTPUT_FILE
from inkstone.backend.cli.progress import import_progress
from inkstone.backend.service import models
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.file_predictions import ENDINGS, Wish, parsed, predict_table


def predict_file(actor: Actor, model: str, source: Path, output: Path, wish: Wish) -> int:
    """Predict every row of a file; return how many there are. The output appears whole or not at all.

    Args:
        actor: Who asks.
        model: ``NAME`` or ``NAME@2``.
        source: Any file that datasets can be made of.
        output: A ``.csv``, ``.tsv`` or ``.jsonl`` file.
        wish: Text and second text column, as far as the user named them; where the model runs.
    """
    if not source.exists():
        raise UPLOAD_MISSING(at="--input", name=str(source))
    models.classifier_folder(actor, model)  # before the file is read
    require_writable(output)
    if output.suffix.lower() not in ENDINGS:
        raise BAD_OUTPUT_FILE(at="--output", file=str(output), problem=output.suffix or "?")
    with import_progress(source.name) as progress, parsed(source, source.name, progress) as table:
        try:
            return predict_table(actor, model, table, output, wish)
        except OSError as error:
            raise BAD_OUTPUT_FILE(at="--output", file=str(output), problem=error.strerror or str(error)) from error


def require_writable(output: Path) -> None:
    """Raise ``cli.bad_output_file`` when the folder of a file to write is missing."""
    if not output.resolve().parent.is_dir():
        raise BAD_OUTPUT_FILE(at="--output", file=str(output), problem="no such folder")
