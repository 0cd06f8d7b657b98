"""Lists of runs: search, tags, notes, stars, saved views, trash, the queue."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Offset, Who
from inkstone.backend.service import run_organising, run_queue, run_search, run_trash
from inkstone.backend.service.run_organising import ListView
from inkstone.backend.service.run_search import RunChoices, RunFilter, RunPage
from inkstone.backend.service.views import RunView

router = APIRouter(tags=["runs"])


class SearchBody(BaseModel):
    """Which runs, in which order, with which columns."""

    filter: RunFilter = RunFilter()
    order: str = Field(
        "-created", description="created, name, state, seconds, figure:NAME, param:NODE.NAME; - for down"
    )
    columns: list[str] = Field([], max_length=100, description="figure:NAME or param:NODE.NAME")
    limit: Limit = 50
    offset: Offset = 0


class Runs(BaseModel):
    """Some runs."""

    runs: list[str] = Field(max_length=5000)


class Tags(Runs):
    """Tags to add to runs, and tags to remove."""

    add: list[str] = []
    remove: list[str] = []


class Star(Runs):
    """Whether runs have the asker's star."""

    on: bool = True


class Words(BaseModel):
    """Name or note of a run; what is not given stays."""

    name: str | None = None
    note: str | None = None


class PurgeBody(BaseModel):
    """Runs in the trash; without them all of the asker's."""

    runs: list[str] | None = None


class OnOff(BaseModel):
    """On or off."""

    on: bool


class Move(BaseModel):
    """Where to in the queue."""

    to: run_queue.Place


@router.post("/run-search", summary="Search runs")
def search(who: Who, body: SearchBody) -> RunPage:
    """Return a page of runs with the chosen columns, and how many there are."""
    return run_search.search(
        who, body.filter, order=body.order, columns=body.columns, limit=body.limit, offset=body.offset
    )


@router.get("/run-choices", summary="What runs can be filtered by")
def choices(who: Who) -> RunChoices:
    """Return figures, parameters, tags, templates, datasets and owners with their numbers of runs."""
    return run_search.choices(who)


@router.post("/run-tags", summary="Tag runs")
def tag(who: Who, body: Tags) -> list[RunView]:
    """Add and remove tags of several runs, all of them or none."""
    return run_organising.tag(who, body.runs, body.add, body.remove)


@router.post("/run-stars", summary="Star runs")
def star(who: Who, body: Star) -> list[RunView]:
    """Give runs the asker's star, or take it away."""
    return run_organising.star(who, body.runs, body.on)


@router.patch("/runs/{run_id}", summary="Rename a run, or write its note")
def change(who: Who, run_id: str, body: Words) -> RunView:
    """Change name and note."""
    if body.name is not None:
        run_organising.rename(who, run_id, body.name)
    return run_organising.set_note(who, run_id, body.note) if body.note is not None else _view(who, run_id)


@router.get("/run-views", summary="Saved views")
def saved_views(who: Who) -> dict[str, ListView]:
    """Return the asker's saved views by name."""
    return run_organising.saved_views(who)


@router.put("/run-views/{name}", status_code=204, summary="Save a view")
def save_view(who: Who, name: str, body: ListView) -> None:
    """Keep filter, order and columns under a name."""
    run_organising.save_view(who, name, body)


@router.delete("/run-views/{name}", status_code=204, summary="Forget a view")
def delete_view(who: Who, name: str) -> None:
    """Forget a saved view."""
    run_organising.delete_view(who, name)


@router.post("/run-trash", status_code=204, summary="Move runs to the trash")
def trash(who: Who, body: Runs) -> None:
    """Move runs that have ended to the trash, all of them or none."""
    run_trash.trash(who, body.runs)


@router.post("/run-restore", status_code=204, summary="Bring runs back")
def restore(who: Who, body: Runs) -> None:
    """Bring runs back from the trash."""
    run_trash.restore(who, body.runs)


@router.post("/run-purge", summary="Delete runs in the trash for good")
def purge(who: Who, body: PurgeBody) -> run_trash.Purged:
    """Delete rows and files together; 409 while any run is under way or queued."""
    return run_trash.purge(who, body.runs)


@router.get("/queue", summary="The queue")
def queue(who: Who) -> run_queue.Queue:
    """Return the queue in its order, what runs use, and what the machine has."""
    return run_queue.get(who)


@router.post("/queue/pause", status_code=204, summary="Pause the queue")
def pause(who: Who, body: OnOff) -> None:
    """Start nothing new, or go on."""
    run_queue.pause(who, body.on)


@router.post("/queue/{run_id}/hold", summary="Hold a queued run back")
def hold(who: Who, run_id: str, body: OnOff) -> RunView:
    """Hold a queued run back, or let it go."""
    return run_queue.hold(who, run_id, body.on)


@router.post("/queue/{run_id}/move", summary="Move a queued run")
def move(who: Who, run_id: str, body: Move) -> list[RunView]:
    """Move a run within the queue, and return the queue."""
    return run_queue.move(who, run_id, body.to)


def _view(who: Who, run_id: str) -> RunView:
    from inkstone.backend.service import runs

    return runs.view(who, run_id)
