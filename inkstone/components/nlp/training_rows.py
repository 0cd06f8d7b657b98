"""What every trainer of classifiers checks first: rows with labels, two classes or more."""

from inkstone.components.artifacts import Table
from inkstone.components.nlp.errors import NO_ROWS, ONE_CLASS, TOO_MANY_CLASSES
from inkstone.components.nlp.rows import TextRows, class_names, read_rows
from inkstone.components.spec import Context
from inkstone.components.texts import text

MOST_CLASSES = 5_000


def read_training_rows(ctx: Context, table: Table) -> tuple[TextRows, list[str]]:
    """Return the labelled rows and the class names.

    Raises:
        InkstoneError: ``data.missing_role``, ``train.no_rows``, ``train.one_class``, ``train.too_many_classes``.
    """
    every = read_rows(table)
    rows = every.labelled()
    left_out = len(every.texts) - len(rows.texts)
    if left_out:
        ctx.log(
            text(f"{left_out} 行没有标签，未用于训练", f"{left_out} rows have no label and are left out"), "warning"
        )
    if not rows.texts:
        raise NO_ROWS(at="label")
    labels = class_names(table, rows)
    if len(labels) == 1:
        raise ONE_CLASS(label=labels[0], at="label")
    if len(labels) > MOST_CLASSES:
        raise TOO_MANY_CLASSES(count=len(labels), limit=MOST_CLASSES, at="label")
    single = [label for label, count in rows.counts().items() if count == 1]
    if single:
        names = "、".join(sorted(single)[:5])
        ctx.log(text(f"只有一行的类别：{names}", f"Classes with a single row: {names}"), "warning")
    return rows, labels
