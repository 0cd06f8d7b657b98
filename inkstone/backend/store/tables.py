"""The tables. Rows never leave ``store`` and ``service``: pages and REST get plain values."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


def new_id() -> str:
    """Return a new opaque id: 16 hexadecimal digits."""
    return uuid4().hex[:16]


def now() -> datetime:
    """Return the present time, in UTC."""
    return datetime.now(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC; SQLite gives it back with its zone too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Add the zone that SQLite drops."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: UtcTime}  # noqa: RUF012


class _Owned:
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), default=None)
    trashed_at: Mapped[datetime | None] = mapped_column(default=None)


class User(Base):
    """A person who may log in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(10), default="member")  # admin, member, viewer
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Token(Base):
    """A bearer token of a user; only its SHA-256 is kept."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)


class AuditEntry(Base):
    """Who did what, when."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[str | None] = mapped_column(String(16), default=None)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Dataset(_Owned, Base):
    """A named dataset."""

    __tablename__ = "datasets"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    licence: Mapped[str] = mapped_column(String(200), default="", server_default="")  # as its owner states it
    versions: Mapped[list["DatasetVersion"]] = relationship(
        back_populates="dataset", order_by="DatasetVersion.number", cascade="all, delete-orphan"
    )


class DatasetVersion(Base):
    """An immutable version of a dataset: the file as it came, and the table parsed from it."""

    __tablename__ = "dataset_versions"
    __table_args__ = (UniqueConstraint("dataset_id", "number"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
    file_name: Mapped[str] = mapped_column(String(255))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    folder: Mapped[str] = mapped_column(String(255))  # relative to the home: raw/ and table/
    rows: Mapped[int] = mapped_column(default=0)
    info: Mapped[dict[str, Any]] = mapped_column(default=dict)  # TableInfo
    roles: Mapped[dict[str, Any]] = mapped_column(default=dict)  # guessed or confirmed
    note: Mapped[str] = mapped_column(Text, default="")
    made: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # how, from, by: of a version made here
    dataset: Mapped[Dataset] = relationship(back_populates="versions")


class LabelEntry(Base):
    """A label that a person gave to a row, or a skip. Never changed: taking it back only sets ``undone_at``."""

    __tablename__ = "labels"
    __table_args__ = (Index("ix_labels_version_row", "version_id", "row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("dataset_versions.id", ondelete="CASCADE"))
    row: Mapped[int] = mapped_column(BigInteger)  # _row
    kind: Mapped[str] = mapped_column(String(10), default="class", server_default="class")  # class or spans
    labels: Mapped[list[Any]] = mapped_column(default=list)  # class names, the chief one first; empty: skipped
    spans: Mapped[list[Any] | None] = mapped_column(JSON, default=None)  # {start, end, label}; None: skipped
    user_id: Mapped[str | None] = mapped_column(String(16), default=None)
    user_name: Mapped[str] = mapped_column(String(100))  # stays when the user is removed
    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class Pipeline(_Owned, Base):
    """A pipeline: its draft. ``revision`` rises with every save."""

    __tablename__ = "pipelines"

    name: Mapped[str] = mapped_column(String(100), index=True)
    template: Mapped[str | None] = mapped_column(String(100), default=None)
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    versions: Mapped[list["PipelineVersion"]] = relationship(
        back_populates="pipeline", order_by="PipelineVersion.number", cascade="all, delete-orphan"
    )


class PipelineVersion(Base):
    """An immutable version of a pipeline; every run has one. Named ones are those a user saved."""

    __tablename__ = "pipeline_versions"
    __table_args__ = (UniqueConstraint("pipeline_id", "number"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    pipeline_id: Mapped[str] = mapped_column(ForeignKey("pipelines.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    name: Mapped[str | None] = mapped_column(String(100), default=None)
    description: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    pipeline: Mapped[Pipeline] = relationship(back_populates="versions")


class Run(_Owned, Base):
    """One execution of a pipeline version."""

    __tablename__ = "runs"

    name: Mapped[str] = mapped_column(String(120), default="")
    pipeline_version_id: Mapped[str] = mapped_column(ForeignKey("pipeline_versions.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="QUEUED", index=True)
    document: Mapped[dict[str, Any]]  # with overrides applied: what really runs
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)  # executor, fresh, to, only, seed, template
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    launcher: Mapped[str] = mapped_column(String(10), default="supervisor")  # supervisor or cli
    pid: Mapped[int | None] = mapped_column(default=None)
    pid_started: Mapped[float | None] = mapped_column(Float, default=None)  # a pid alone may be someone else's
    host: Mapped[str | None] = mapped_column(String(255), default=None)  # the machine whose process ids these are
    seen_at: Mapped[datetime | None] = mapped_column(default=None)  # last sign of life of the run process
    stop_requested: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), default=None)
    events: Mapped[int] = mapped_column(default=0)  # highest event number indexed
    template: Mapped[str | None] = mapped_column(String(100), default=None, index=True)  # set by run_values.py, as next
    figures_node: Mapped[str | None] = mapped_column(String(40), default=None)  # whose figures the lists show
    note: Mapped[str] = mapped_column(Text, default="")
    queue_rank: Mapped[float | None] = mapped_column(Float, default=None)  # place in the queue where someone set it
    held: Mapped[bool] = mapped_column(default=False)  # waits in the queue until someone lets it go
    nodes: Mapped[list["NodeRun"]] = relationship(back_populates="run", cascade="all, delete-orphan")


class NodeRun(Base):
    """A node of a run."""

    __tablename__ = "node_runs"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    node: Mapped[str] = mapped_column(String(40), primary_key=True)
    component: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)  # topological order
    state: Mapped[str] = mapped_column(String(10), default="PENDING")
    fingerprint: Mapped[str | None] = mapped_column(String(64), default=None)
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # Text: cache hit or miss, skip
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # done, total, eta_seconds, message
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    seconds: Mapped[float | None] = mapped_column(default=None)
    run: Mapped[Run] = relationship(back_populates="nodes")


class Artifact(Base):
    """What a port carried: a folder in the artifact store."""

    __tablename__ = "artifacts"
    __table_args__ = (Index("ix_artifacts_fingerprint_port", "fingerprint", "port"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    fingerprint: Mapped[str] = mapped_column(String(64))  # of the node that made it
    port: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # content hash, also its name on disk
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)


class NodeArtifact(Base):
    """Which artifact a node of a run gave on which port (its own, or one from the cache)."""

    __tablename__ = "node_artifacts"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    node: Mapped[str] = mapped_column(String(40), primary_key=True)
    port: Mapped[str] = mapped_column(String(40), primary_key=True)
    artifact_id: Mapped[str] = mapped_column(ForeignKey("artifacts.id"), index=True)


class Metric(Base):
    """Append-only history of a run's figures."""

    __tablename__ = "metrics"
    __table_args__ = (Index("ix_metrics_run_name_step", "run_id", "node", "name", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    node: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    value: Mapped[float | None]  # None: not a number
    step: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[float | None] = mapped_column(default=None)
    time: Mapped[float] = mapped_column(default=0.0)


class LatestMetric(Base):
    """The latest value of each figure: serves the list pages, which never join the history."""

    __tablename__ = "latest_metrics"
    __table_args__ = (Index("ix_latest_metrics_name_value", "name", "value"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    node: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[float | None]
    step: Mapped[int] = mapped_column(default=0)
    time: Mapped[float] = mapped_column(default=0.0)


class Model(_Owned, Base):
    """A registered model."""

    __tablename__ = "models"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    versions: Mapped[list["ModelVersion"]] = relationship(
        back_populates="model", order_by="ModelVersion.number", cascade="all, delete-orphan"
    )


class ModelVersion(Base):
    """An immutable version of a model."""

    __tablename__ = "model_versions"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    stage: Mapped[str] = mapped_column(String(12), default="candidate")  # candidate staging production archived
    created_at: Mapped[datetime] = mapped_column(default=now)
    folder: Mapped[str] = mapped_column(String(255))  # relative to the home
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    task: Mapped[str] = mapped_column(String(60))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), default=None)
    node: Mapped[str | None] = mapped_column(String(40), default=None)
    metrics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # Text
    model: Mapped[Model] = relationship(back_populates="versions")
