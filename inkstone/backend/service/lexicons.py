"""Word lists: import, versions, editing word by word, export, hits."""

import csv
import io
import shutil
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from inkstone import paths
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, may_write, require_create, require_read, require_write
from inkstone.backend.service.csv_safety import neutralise
from inkstone.backend.service.risk_views import LexiconVersionView, LexiconView, LexiconWord, Reason, WordPage
from inkstone.backend.store import lookup
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_risk import Lexicon, LexiconHit, LexiconVersion
from inkstone.components.artifacts import content_hash
from inkstone.components.nlp.lexicon.entries import Entry, Severity, facts, parse, read_lexicon, tidy, write_lexicon
from inkstone.components.nlp.lexicon.errors import BAD_SEVERITY
from inkstone.components.nlp.lexicon.matching import Matcher

LONGEST_TRIAL = 20_000
SAMPLES = ("sample:lexicon_zh.csv", "sample:lexicon_en.csv")


def list_(actor: Actor) -> list[LexiconView]:
    """Return word lists, newest first."""
    require_read(actor, "lexicon.list")
    wanted = select(Lexicon).where(Lexicon.trashed_at.is_(None), Lexicon.versions.any())
    wanted = wanted.options(selectinload(Lexicon.versions)).order_by(Lexicon.created_at.desc(), Lexicon.id)
    with session() as db:
        return [_view(item, actor) for item in db.scalars(wanted)]


def references(actor: Actor) -> list[str]:
    """Return what ``text.lexicon_match`` may take as ``source``: the newest versions, and the samples."""
    return [item.latest.reference for item in list_(actor)] + list(SAMPLES)


def get(actor: Actor, reference: str) -> LexiconVersionView:
    """Return a version by ``NAME`` (the newest) or ``NAME@2``.

    Raises:
        InkstoneError: ``lexicon.unknown``.
    """
    require_read(actor, "lexicon.get")
    with session() as db:
        return _version_view(lookup.lexicon_version(db, reference))


def versions(actor: Actor, name: str) -> list[LexiconVersionView]:
    """Return all versions of a word list, newest first."""
    require_read(actor, "lexicon.get")
    with session() as db:
        return [_version_view(item) for item in reversed(lookup.lexicon_version(db, name).lexicon.versions)]


def import_file(
    actor: Actor,
    content: bytes,
    file_name: str,
    *,
    name: str | None = None,
    category: str = "",
    severity: Severity = "block",
    add: bool = False,
) -> LexiconVersionView:
    """Make a word list, or its next version, of a TXT or CSV.

    Args:
        actor: Who imports.
        content: The file.
        file_name: What it was called.
        name: Name of the word list; by default that of the file.
        category: Of words without one.
        severity: Of words without one.
        add: Keep the words of the newest version, and add those of the file to them.
    """
    require_create(actor, "lexicon.save")
    if severity not in _SEVERITIES:
        raise BAD_SEVERITY(row=0, severity=severity[:40])
    entries = parse(content, file_name, category, severity)
    chosen = paths.safe_name(name or Path(file_name).stem or "lexicon")
    if add:
        with session() as db:
            found = db.scalars(select(Lexicon).where(Lexicon.name == chosen, Lexicon.trashed_at.is_(None))).first()
            before = _folder(found.versions[-1]) if found is not None and found.versions else None
        if before is not None:
            entries = [*read_lexicon(before), *entries]
    return _save(actor, chosen, entries)


def edit(
    actor: Actor, reference: str, put: Iterable[LexiconWord] = (), remove: Iterable[str] = ()
) -> LexiconVersionView:
    """Make the next version with words added or changed, and others removed."""
    with session() as db:
        version = lookup.lexicon_version(db, reference)
        folder, name = _folder(version), version.lexicon.name
    gone = set(remove)
    entries = [entry for entry in read_lexicon(folder) if entry.word not in gone]
    entries += [Entry(item.word, item.category, item.severity) for item in put]
    return _save(actor, name, entries)


def words(
    actor: Actor, reference: str, search: str = "", *, category: str = "", limit: int = 100, offset: int = 0
) -> WordPage:
    """Return words that hold ``search``, in the order of the list, with their hits."""
    require_read(actor, "lexicon.words")
    with session() as db:
        folder = _folder(lookup.lexicon_version(db, reference))
    wanted = search.casefold()
    found: list[Entry] = []
    total = 0
    for entry in read_lexicon(folder):
        if (category and entry.category != category) or (wanted and wanted not in entry.word.casefold()):
            continue
        if offset <= total < offset + limit:
            found.append(entry)
        total += 1
    counts = _hits([entry.word for entry in found])
    shown = [LexiconWord(**entry._asdict(), hits=counts.get(entry.word, 0)) for entry in found]
    return WordPage(total=total, words=shown)


def find(actor: Actor, reference: str, content: str) -> list[Reason]:
    """Return the words of a word list, and the contacts, that a text holds: for trying a list out."""
    from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions
    from inkstone.components.nlp.lexicon.contacts import contacts

    require_read(actor, "lexicon.find")
    with session() as db:
        version = lookup.lexicon_version(db, reference)
        folder, digest = _folder(version), version.sha256
    aligned = EvasionNormaliser(EvasionOptions()).undo(content[:LONGEST_TRIAL])
    found = [
        Reason(kind="word", **{("text" if name == "found" else name): value for name, value in hit._asdict().items()})
        for hit in _matcher(folder, digest).hits(aligned.original, aligned)
    ]
    for item in contacts(aligned.text):
        start, end = aligned.span(item.start, item.end)
        found.append(Reason(kind="contact", contact=item.kind, value=item.value, start=start, end=end))
    return found


@lru_cache(maxsize=2)
def _matcher(folder: Path, digest: str) -> Matcher:
    return Matcher(read_lexicon(folder))


def export(actor: Actor, reference: str, format: str = "csv") -> Iterator[str]:
    """Yield a version as text: ``csv`` with a header, ``txt`` one word a line."""
    require_read(actor, "lexicon.export")
    with session() as db:
        folder = _folder(lookup.lexicon_version(db, reference))
    if format == "txt":
        return (f"{entry.word}\n" for entry in read_lexicon(folder))
    return _as_csv(folder)


def top_hits(actor: Actor, limit: int = 50) -> list[LexiconWord]:
    """Return the words found most by models in use."""
    require_read(actor, "lexicon.hits")
    total = func.sum(LexiconHit.hits)
    query = select(LexiconHit.word, func.max(LexiconHit.category), total).group_by(LexiconHit.word)
    with session() as db:
        rows = db.execute(query.order_by(total.desc(), LexiconHit.word).limit(limit)).all()
    return [LexiconWord(word=word, category=category or "default", hits=int(count)) for word, category, count in rows]


def count_hits(db: Session, model_id: str, found: Mapping[tuple[str, str], int]) -> None:
    """Add to the hits of words, by (word, category)."""
    for (word, category), count in found.items():
        row = db.get(LexiconHit, (model_id, word))
        if row is None:
            row = LexiconHit(model_id=model_id, word=word, category=category, hits=0)
            db.add(row)
        row.hits += count
        row.last_at = now()


def trash(actor: Actor, name: str) -> None:
    """Move a word list to the trash; its name becomes free."""
    with session() as db:
        lexicon = lookup.lexicon_version(db, name).lexicon
        require_write(actor, lexicon.owner_id, "lexicon.trash")
        audit.record(db, actor, "lexicon.trash", lexicon.name)
        lexicon.name = f"{lexicon.name[:60]} ({lexicon.id})"
        lexicon.trashed_at = now()


_SEVERITIES = ("block", "review", "note", "allow")


def _save(actor: Actor, name: str, entries: list[Entry]) -> LexiconVersionView:
    require_create(actor, "lexicon.save")
    root = paths.folder("lexicons")
    unfinished = root / f".unfinished-{uuid4().hex}"
    try:
        with disk_errors(root):
            write_lexicon(unfinished, tidy(entries))
        with session() as db:
            lexicon = db.scalars(select(Lexicon).where(Lexicon.name == name)).first()
            if lexicon is None:
                lexicon = Lexicon(name=name, owner_id=actor.user_id)
                db.add(lexicon)
                db.flush()
            else:
                require_write(actor, lexicon.owner_id, "lexicon.save")
            digest = content_hash(unfinished)
            newest = lexicon.versions[-1] if lexicon.versions else None
            if newest is not None and newest.sha256 == digest:
                return _version_view(newest)
            number = newest.number + 1 if newest else 1
            target = paths.inside(root, lexicon.id, str(number))
            known = facts(unfinished)
            version = LexiconVersion(
                lexicon=lexicon,
                number=number,
                folder=target.relative_to(paths.home()).as_posix(),
                sha256=digest,
                words=known["words"],
                facts=known,
                made_by=actor.name,
            )
            db.add(version)
            audit.record(db, actor, "lexicon.save", f"{name}@{number}", words=known["words"])
            db.flush()  # holds the number (unique) before the folder takes its place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)  # left by a process that died before its commit
            unfinished.rename(target)
            return _version_view(version)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _as_csv(folder: Path) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(["word", "category", "severity"])
    for entry in read_lexicon(folder):
        writer.writerow([neutralise(cell) for cell in entry])
        if line.tell() > 1 << 16:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def _hits(found: list[str]) -> dict[str, int]:
    if not found:
        return {}
    query = select(LexiconHit.word, func.sum(LexiconHit.hits)).where(LexiconHit.word.in_(found))
    with session() as db:
        return {word: int(count) for word, count in db.execute(query.group_by(LexiconHit.word))}


def _folder(version: LexiconVersion) -> Path:
    return paths.inside(paths.home(), version.folder)


def _version_view(version: LexiconVersion) -> LexiconVersionView:
    name = version.lexicon.name
    return LexiconVersionView(
        id=version.id,
        name=name,
        version=version.number,
        reference=f"lexicon:{name}@{version.number}",
        created_at=version.created_at,
        made_by=version.made_by,
        words=version.words,
        categories=cast(dict[str, int], version.facts.get("categories", {})),
        severities=cast(dict[str, int], version.facts.get("severities", {})),
    )


def _view(lexicon: Lexicon, actor: Actor) -> LexiconView:
    return LexiconView(
        id=lexicon.id,
        name=lexicon.name,
        created_at=lexicon.created_at,
        versions=len(lexicon.versions),
        latest=_version_view(lexicon.versions[-1]),
        can_write=may_write(actor, lexicon.owner_id),
    )
