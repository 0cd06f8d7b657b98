"""Tables that help to find, sort and queue runs: tags, stars, parameter values, saved views, switches."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inkstone.backend.store.tables import Base, new_id, now


class RunTag(Base):
    """A tag of a run."""

    __tablename__ = "run_tags"
    __table_args__ = (Index("ix_run_tags_tag", "tag"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)


class RunStar(Base):
    """A star that a person gave to a run. ``user_id`` is empty for the local user, so it cannot be a foreign key."""

    __tablename__ = "run_stars"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(16), primary_key=True)


class RunValue(Base):
    """A parameter of a run, named ``node.parameter``: lists filter and sort by it without opening documents.

    ``number`` is there for numbers alone, ``text`` always.
    """

    __tablename__ = "run_values"
    __table_args__ = (Index("ix_run_values_name_number", "name", "number"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    number: Mapped[float | None] = mapped_column(Float, default=None)


class SavedView(Base):
    """Filters, columns and order of a list, under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(String(16))  # empty for the local user
    name: Mapped[str] = mapped_column(String(100))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Switch(Base):
    """Something that is on or off for everybody, such as ``queue.paused``."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    on: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(100), default="")
