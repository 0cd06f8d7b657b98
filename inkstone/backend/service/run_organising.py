"""Tags, notes, stars and saved views."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import delete, select

from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_create, require_read, require_write
from inkstone.backend.service.run_errors import BAD_TAG, NO_SUCH_VIEW, NOTE_TOO_LONG
from inkstone.backend.service.run_rows import find_run, run_views
from inkstone.backend.service.run_search import RunFilter
from inkstone.backend.service.views import RunView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_organisation import RunStar, RunTag, SavedView
from inkstone.paths import safe_name

_LONGEST_TAG, _LONGEST_NOTE = 60, 10_000


class ListView(BaseModel):
    """What a saved view of the list of runs remembers."""

    filter: RunFilter = RunFilter()
    order: str = "-created"
    columns: list[str] = []


def tag(actor: Actor, run_ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()) -> list[RunView]:
    """Add and remove tags of runs, all of them or none.

    Raises:
        InkstoneError: ``runs.bad_tag``, ``runs.unknown`` or ``auth.forbidden``.
    """
    new, old = [_tidy(item) for item in add], [_tidy(item) for item in remove]
    with session() as db:
        runs = [find_run(db, run_id) for run_id in run_ids]
        for run in runs:
            require_write(actor, run.owner_id, "run.tag")
            db.execute(delete(RunTag).where(RunTag.run_id == run.id, RunTag.tag.in_([*old, *new])))
            db.add_all(RunTag(run_id=run.id, tag=item) for item in dict.fromkeys(new))
            audit.record(db, actor, "run.tag", run.id, added=new, removed=old)
        db.flush()
        return run_views(db, runs, actor)


def set_note(actor: Actor, run_id: str, note: str) -> RunView:
    """Write the note of a run; an empty one removes it."""
    if len(note) > _LONGEST_NOTE:
        raise NOTE_TOO_LONG(at="note", length=len(note), limit=_LONGEST_NOTE)
    with session() as db:
        run = find_run(db, run_id)
        require_write(actor, run.owner_id, "run.note")
        run.note = note.strip()
        audit.record(db, actor, "run.note", run.id)
        return run_views(db, [run], actor)[0]


def rename(actor: Actor, run_id: str, name: str) -> RunView:
    """Give a run another name."""
    with session() as db:
        run = find_run(db, run_id)
        require_write(actor, run.owner_id, "run.rename")
        run.name = " ".join(name.split())[:120] or run.name
        audit.record(db, actor, "run.rename", run.id)
        return run_views(db, [run], actor)[0]


def star(actor: Actor, run_ids: Sequence[str], on: bool = True) -> list[RunView]:
    """Give runs the asker's star, or take it away. Whoever may read may do so: stars are one's own."""
    require_read(actor, "run.star")
    who = actor.user_id or ""
    with session() as db:
        runs = [find_run(db, run_id) for run_id in run_ids]
        for run in runs:
            db.execute(delete(RunStar).where(RunStar.run_id == run.id, RunStar.user_id == who))
            if on:
                db.add(RunStar(run_id=run.id, user_id=who))
        db.flush()
        return run_views(db, runs, actor)


def saved_views(actor: Actor) -> dict[str, ListView]:
    """Return the asker's saved views by name."""
    require_read(actor, "run.views")
    mine = select(SavedView).where(SavedView.user_id == (actor.user_id or "")).order_by(SavedView.name)
    with session() as db:
        return {row.name: ListView.model_validate(row.content) for row in db.scalars(mine)}


def save_view(actor: Actor, name: str, view: ListView) -> None:
    """Keep a view under a name; one of the same name is replaced.

    Raises:
        InkstoneError: ``path.bad_name``.
    """
    require_create(actor, "run.save_view")
    name, content = safe_name(name), view.model_dump(mode="json")
    with session() as db:
        found = _view(db, actor, name)
        if found is None:
            db.add(SavedView(user_id=actor.user_id or "", name=name, content=content))
        else:
            found.content = content


def delete_view(actor: Actor, name: str) -> None:
    """Forget a saved view.

    Raises:
        InkstoneError: ``runs.no_such_view``.
    """
    with session() as db:
        found = _view(db, actor, name)
        if found is None:
            raise NO_SUCH_VIEW(name=name)
        db.delete(found)


def _view(db: Any, actor: Actor, name: str) -> SavedView | None:
    query = select(SavedView).where(SavedView.user_id == (actor.user_id or ""), SavedView.name == name)
    found: SavedView | None = db.scalar(query)
    return found


def _tidy(words: str) -> str:
    tidied = " ".join(unicodedata.normalize("NFC", words).split())
    if not 0 < len(tidied) <= _LONGEST_TAG or "," in tidied or not tidied.isprintable():
        raise BAD_TAG(at="tags", tag=words[:80])
    return tidied
