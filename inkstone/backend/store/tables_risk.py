"""Tables of risk control: word lists with their hits, and the queue of texts that a person must look at."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inkstone.backend.store.tables import Base, _Owned, new_id, now


class Lexicon(_Owned, Base):
    """A named word list."""

    __tablename__ = "lexicons"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    versions: Mapped[list["LexiconVersion"]] = relationship(
        back_populates="lexicon", order_by="LexiconVersion.number", cascade="all, delete-orphan"
    )


class LexiconVersion(Base):
    """An immutable version of a word list: ``words.tsv`` in its folder."""

    __tablename__ = "lexicon_versions"
    __table_args__ = (UniqueConstraint("lexicon_id", "number"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    lexicon_id: Mapped[str] = mapped_column(ForeignKey("lexicons.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
    folder: Mapped[str] = mapped_column(String(255))  # relative to the home
    sha256: Mapped[str] = mapped_column(String(64))
    words: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # words by category and by severity
    made_by: Mapped[str] = mapped_column(String(100), default="")
    lexicon: Mapped[Lexicon] = relationship(back_populates="versions")


class LexiconHit(Base):
    """How often a word was found by a risk-control model in use."""

    __tablename__ = "lexicon_hits"

    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(String(200), primary_key=True)
    category: Mapped[str] = mapped_column(String(200), default="")
    hits: Mapped[int] = mapped_column(BigInteger, default=0)
    last_at: Mapped[datetime] = mapped_column(default=now)


class Review(Base):
    """A text that waits for a person, or was judged by one."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_model_judged", "model_id", "judged_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"))
    version: Mapped[int]  # of the model that decided
    created_at: Mapped[datetime] = mapped_column(default=now)
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # of the text: the same one waits only once
    text: Mapped[str] = mapped_column(Text)
    decision: Mapped[dict[str, Any]]  # what the model answered
    label: Mapped[str | None] = mapped_column(
        String(200), default=None
    )  # what a person said; None: not yet, or put aside
    labels: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  # where a text may have several
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    judged_by: Mapped[str | None] = mapped_column(String(100), default=None)
