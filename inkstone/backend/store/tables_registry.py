"""Tables of the model registry: aliases, who moved which version to which stage, rules of promotion."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inkstone.backend.store.tables import Base, now


class ModelAlias(Base):
    """A name for one version of a model, such as ``champion``: ``MODEL@champion`` means that version."""

    __tablename__ = "model_aliases"
    __table_args__ = (UniqueConstraint("model_id", "alias"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(ForeignKey("model_versions.id", ondelete="CASCADE"), index=True)
    alias: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(100))


class StageChange(Base):
    """A version moved to another stage. ``checked`` keeps what the rule of promotion found, ``reason`` why it was overridden."""

    __tablename__ = "stage_changes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("model_versions.id", ondelete="CASCADE"), index=True)
    before: Mapped[str] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(100))  # stays when the user is removed
    reason: Mapped[str] = mapped_column(Text, default="")
    overridden: Mapped[bool] = mapped_column(default=False)
    checked: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)


class PromotionRule(Base):
    """What a version must show before it becomes the production version of its model."""

    __tablename__ = "promotion_rules"

    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    figure: Mapped[str] = mapped_column(String(100))
    test_set: Mapped[str] = mapped_column(String(120), default="")  # dataset:NAME@N; empty: the test rows of their runs
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(100))
