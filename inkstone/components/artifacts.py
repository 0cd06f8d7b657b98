"""What ports carry: each artifact is a folder of plain files, named in the store by the hash of its content.

Files inside an artifact must be byte-for-byte the same for the same content: no times, no random ids.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

ROW_ID = "_row"
"""Column of every table: the zero-based position of the row in the file it came from (int64)."""

Role = Literal["text", "text_pair", "label", "labels", "entities", "keywords", "id", "group"]
"""What a column means.

``label``: one class name; ``labels``: a list of class names; ``entities``: a JSON list of ``{"start", "end", "label"}`` in
characters of the text (see ``nlp.tagging.entities``); ``keywords``: a list of words.
"""


@dataclass(frozen=True)
class Artifact:
    """A folder that a port carries."""

    path: Path


class ColumnInfo(BaseModel):
    """One column of a table."""

    model_config = ConfigDict(frozen=True)

    name: str
    dtype: Literal["string", "int64", "float64", "bool", "list<string>", "list<float>"]


class TableInfo(BaseModel):
    """``table.json``: what a table holds, without opening its rows.

    Attributes:
        rows: Number of rows.
        columns: The user's columns in file order, then columns that components added. Without ``_row``.
        roles: Role to column name.
        labels: The class names in a fixed order once a component has settled them.
        origin: Free facts for reports: file name, encoding, delimiter.
    """

    rows: int
    columns: list[ColumnInfo]
    roles: dict[Role, str] = {}
    labels: list[str] | None = None
    origin: dict[str, str] = {}


class Table(Artifact):
    """Rows and columns: ``table.json`` and ``rows.arrow`` (Arrow IPC stream, memory-mapped, never loaded whole)."""

    @property
    def info(self) -> TableInfo:
        """Schema, roles and row count."""
        return TableInfo.model_validate_json((self.path / "table.json").read_text("utf-8"))

    def dataset(self) -> "Dataset":
        """Return the rows as a memory-mapped ``datasets.Dataset``, including ``_row``."""
        from datasets import Dataset

        return Dataset.from_file(str(self.path / "rows.arrow"))

    def batches(self, columns: list[str] | None = None) -> Iterator["pa.RecordBatch"]:
        """Stream the rows as Arrow record batches, only the ``columns`` asked for."""
        import pyarrow as pa

        with pa.memory_map(str(self.path / "rows.arrow")) as source, pa.ipc.open_stream(source) as reader:
            for batch in reader:
                yield batch.select(columns) if columns else batch

    def column(self, role: Role) -> str:
        """Return the name of the column with a role.

        Raises:
            InkstoneError: ``data.missing_role`` when no column has it.
        """
        roles = self.info.roles
        if role not in roles:
            from inkstone.components.nlp.errors import MISSING_ROLE

            raise MISSING_ROLE(at=role, columns=", ".join(item.name for item in self.info.columns))
        return roles[role]


class Model(Artifact):
    """A saved model: see ``components.nlp.model_io`` for the files. Only that module loads weights."""


class Encoder(Artifact):
    """A pre-trained encoder in Hugging Face format (config, tokenizer, safetensors)."""


class Corpus(Artifact):
    """Texts as packed token sequences, ready for pre-training: see ``components.nlp.packing`` for the files."""


class JsonArtifact(Artifact):
    """One JSON document, in the file that the class names."""

    FILE = "data.json"

    def read(self) -> dict[str, Any]:
        """Return the document."""
        data: dict[str, Any] = json.loads((self.path / self.FILE).read_text("utf-8"))
        return data

    @classmethod
    def write(cls, folder: Path, data: Mapping[str, Any]) -> "JsonArtifact":
        """Write the document into an artifact folder."""
        write_json(folder / cls.FILE, data)
        return cls(folder)


class Metrics(JsonArtifact):
    """Named figures: ``metrics.json`` with ``values`` (name to number) and whatever tables and curves belong to them.

    Rows with their scores lie beside it as a table in the folder ``rows`` where there are any.
    """

    FILE = "metrics.json"


class Report(JsonArtifact):
    """A page for a person: ``report.json`` with ``title`` and ``sections``.

    A section is ``{"title": Text, "kind": "text"|"table"|"figure"|"facts", ...}``: ``text``: Text;
    ``table``: ``columns`` (Text list) and ``rows``; ``figure``: a Plotly figure as JSON; ``facts``: list of [Text, value].
    """

    FILE = "report.json"


class Lexicon(JsonArtifact):
    """A word list: ``lexicon.json`` counts its words, ``words.tsv`` holds them. See ``components.nlp.lexicon.entries``."""

    FILE = "lexicon.json"


class RegisteredModel(JsonArtifact):
    """A pointer into the registry: ``registered.json`` with ``name``, ``version`` and ``reason`` (Text)."""

    FILE = "registered.json"


class File(Artifact):
    """One file to download; ``file.json`` names it: ``name``, ``media_type``, ``bytes``, ``facts``."""


def write_json(path: Path, data: Any) -> None:
    """Write JSON the same way every time: sorted keys, UTF-8, two-space indent."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_hash(path: Path) -> str:
    """Return the SHA-256 over the relative names and digests of all files below ``path`` (or of one file)."""
    if path.is_file():
        return file_digest(path)
    digest = hashlib.sha256()
    for file in sorted(item for item in path.rglob("*") if item.is_file()):
        digest.update(f"{file.relative_to(path).as_posix()}\0{file_digest(file)}\n".encode())
    return digest.hexdigest()
