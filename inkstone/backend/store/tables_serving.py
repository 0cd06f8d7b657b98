"""Tables of served models: what is deployed, how it was used, a sample of what was asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inkstone.backend.store.tables import Base, _Owned, new_id, now


class Deployment(_Owned, Base):
    """A name under which model versions answer requests. Every change adds one to ``revision``: servers watch it."""

    __tablename__ = "deployments"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("model_versions.id", ondelete="CASCADE"))
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("model_versions.id", ondelete="SET NULL"), default=None)
    canary_id: Mapped[str | None] = mapped_column(ForeignKey("model_versions.id", ondelete="SET NULL"), default=None)
    canary_share: Mapped[float] = mapped_column(default=0.0)
    running: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class DeploymentMinute(Base):
    """What one version of a deployment answered within a minute; several servers add up."""

    __tablename__ = "deployment_minutes"
    __table_args__ = (UniqueConstraint("deployment_id", "version_id", "minute", "server"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployments.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[str] = mapped_column(String(16))
    minute: Mapped[datetime] = mapped_column(index=True)
    server: Mapped[str] = mapped_column(String(40))  # which process counted: no two write one row
    requests: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    texts: Mapped[int] = mapped_column(BigInteger, default=0)
    characters: Mapped[int] = mapped_column(BigInteger, default=0)
    latencies: Mapped[dict[str, Any]] = mapped_column(default=dict)  # upper bound in ms -> requests
    labels: Mapped[dict[str, Any]] = mapped_column(default=dict)  # label -> texts
    lengths: Mapped[dict[str, Any]] = mapped_column(default=dict)  # upper bound in characters -> texts


class DeploymentSample(Base):
    """One of some texts that were asked, with digits and addresses masked."""

    __tablename__ = "deployment_samples"
    __table_args__ = (Index("ix_deployment_samples_deployment_at", "deployment_id", "at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployments.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    score: Mapped[float]
    seconds: Mapped[float]
