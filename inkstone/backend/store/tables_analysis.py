"""Table of what was found out about a model beside its run."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inkstone.backend.store.tables import Base, new_id, now


class BehaviourResult(Base):
    """Behavioural tests of a model version: when, on which data, by whom, and how they went."""

    __tablename__ = "behaviour_results"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    version_id: Mapped[str] = mapped_column(ForeignKey("model_versions.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    made_by: Mapped[str] = mapped_column(String(100))
    data: Mapped[str] = mapped_column(String(120))
    options: Mapped[dict[str, Any]]
    tests: Mapped[list[Any]]
