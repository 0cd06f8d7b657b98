"""Tables of searches for better settings: what was tried, and which run it was."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inkstone.backend.store.tables import Base, _Owned, new_id


class Search(_Owned, Base):
    """A search: *tune* varies the parameters of one pipeline, *auto* tries several methods."""

    __tablename__ = "searches"

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))  # tune or auto
    state: Mapped[str] = mapped_column(String(12), default="QUEUED", index=True)
    template: Mapped[str | None] = mapped_column(String(100), default=None)
    document: Mapped[dict[str, Any]]  # what is varied
    settings: Mapped[dict[str, Any]]  # SearchSettings or AutoSettings
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)  # auto: what was left out, and why the winner
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    seconds_before: Mapped[float] = mapped_column(Float, default=0.0)  # spent by attempts before the present one
    pid: Mapped[int | None] = mapped_column(default=None)
    pid_started: Mapped[float | None] = mapped_column(Float, default=None)
    host: Mapped[str | None] = mapped_column(String(255), default=None)
    promoted_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), default=None)
    trials: Mapped[list["Trial"]] = relationship(
        back_populates="search", order_by="Trial.number", cascade="all, delete-orphan"
    )


class Trial(Base):
    """One thing that a search tried."""

    __tablename__ = "search_trials"
    __table_args__ = (UniqueConstraint("search_id", "number"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    search_id: Mapped[str] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="RUNNING")
    params: Mapped[dict[str, Any]]  # node.parameter to value
    title: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # Text: of a method
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # Text: why it was tried
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), default=None, index=True)
    value: Mapped[float | None] = mapped_column(Float, default=None)
    history: Mapped[list[Any]] = mapped_column(default=list)  # the best figure so far at each dev pass
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    search: Mapped[Search] = relationship(back_populates="trials")
