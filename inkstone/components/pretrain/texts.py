"""What the components of this category share: where their texts come from."""

from collections.abc import Iterator, Mapping
from typing import Any

from inkstone.components.errors import InkstoneError
from inkstone.components.spec import Context, Params, Port, PortType, param
from inkstone.components.texts import text

TABLES = Port(name="tables", type=PortType.TABLE, title=text("文本表", "Texts"), optional=True, many=True)
_CHECK_EVERY = 1000


class TextSource(Params):
    """Parameters of a component that reads raw text."""

    source: str | None = param(
        None,
        kind="dataset",
        impact=3,
        common=True,
        max_length=500,
        title=text("语料", "Corpus"),
        help=text(
            "每行一段文字的文件或文件夹；可用 xz、gz、bz2、zst 压缩，也可以是 CSV、JSONL、Parquet。已连接表时可留空。",
            "Files with a passage a line, plain or compressed (xz, gz, bz2, zst), or CSV, JSONL, Parquet. Empty where tables"
            " are connected.",
        ),
    )
    field: str | None = param(
        None,
        impact=1,
        max_length=200,
        title=text("文本字段", "Text field"),
        help=text(
            "CSV、JSONL、Parquet 中存放文字的列名；纯文本文件留空。",
            "The column that holds the text of CSV, JSONL or Parquet; empty for plain text.",
        ),
    )


def passages(ctx: Context, inputs: Mapping[str, Any], params: TextSource) -> Iterator[str]:
    """Yield the texts of the connected tables, then those of the chosen corpus.

    Raises:
        InkstoneError: ``pretrain.no_source``, or what reading the files gave.
    """
    from inkstone.components.nlp.pretraining_errors import NO_SOURCE

    tables = inputs.get("tables") or []
    if not tables and params.source is None:
        raise NO_SOURCE(at="source")
    for number, passage in enumerate(_all(ctx, tables, params)):
        if number % _CHECK_EVERY == 0:
            ctx.check_cancelled()
        yield passage


def _all(ctx: Context, tables: list[Any], params: TextSource) -> Iterator[str]:
    from inkstone.components.nlp.corpus import read_corpus

    for table in tables:
        yield from table_texts(table)
    if params.source is not None:
        fields = [params.field] if params.field else []
        try:
            yield from read_corpus([ctx.source(params.source).path], fields)
        except InkstoneError as error:
            error.at = error.at or ("field" if error.code == "pretrain.missing_field" else "source")
            raise


def table_texts(table: Any) -> Iterator[str]:
    """Yield the texts, and second texts, of a table."""
    roles = table.info.roles
    columns = [table.column("text"), *([roles["text_pair"]] if "text_pair" in roles else [])]
    for batch in table.batches(columns):
        for column in columns:
            yield from (value.strip() for value in batch[column].to_pylist() if value and value.strip())
