"""Work on datasets: profile, data doctor and fixes as jobs; labelling."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.api.dependencies import Limit, Offset, Who
from inkstone.backend.service import data_health, labelling, tag_suggestions
from inkstone.backend.service.views import DatasetVersionView, JobView, LabelQueue, LabelView

router = APIRouter(prefix="/datasets", tags=["datasets"])
Part = Annotated[str | None, Query(description="Another dataset, to look for overlap")]
Model = Annotated[str, Query(max_length=200, description="A registered model: NAME or NAME@2")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Fixes(_Body):
    """Codes of findings whose fixes shall be applied, such as ``duplicates``; ``all`` takes every one."""

    codes: list[str]


class RowLabels(_Body):
    """The labels of a row (by ``_row``), the chief one first."""

    row: int
    labels: list[str]


class Row(_Body):
    """A row, by ``_row``."""

    row: int


class Undone(_Body):
    """The row whose last label was taken back, if there was one."""

    row: int | None


@router.post("/{reference}/profile", status_code=202, summary="Begin a profile")
def begin_profile(who: Who, reference: str) -> JobView:
    """Start a profile in the background; one that is there already comes back at once."""
    return data_health.begin_profile(who, reference)


@router.get("/{reference}/profile", summary="Profile, or how far it is")
def profile(who: Who, reference: str) -> JobView:
    """Return the profile as ``result`` once ``state`` is ``done``."""
    return data_health.look(who, "profile", reference)


@router.delete("/{reference}/profile", status_code=204, summary="Stop a profile")
def stop_profile(who: Who, reference: str) -> None:
    """Stop it where it is under way."""
    data_health.stop(who, "profile", reference)


@router.post("/{reference}/doctor", status_code=202, summary="Begin the data doctor")
def begin_doctor(who: Who, reference: str, dev: Part = None, test: Part = None) -> JobView:
    """Start the data doctor in the background."""
    return _slim(data_health.begin_doctor(who, reference, _others(dev, test)))


@router.get("/{reference}/doctor", summary="Findings, or how far the doctor is")
def doctor(who: Who, reference: str, dev: Part = None, test: Part = None) -> JobView:
    """Return the findings as ``result`` once ``state`` is ``done``."""
    return _slim(data_health.look(who, "doctor", reference, _others(dev, test)))


@router.delete("/{reference}/doctor", status_code=204, summary="Stop the data doctor")
def stop_doctor(who: Who, reference: str, dev: Part = None, test: Part = None) -> None:
    """Stop it where it is under way."""
    data_health.stop(who, "doctor", reference, _others(dev, test))


@router.post("/{reference}/fixes", status_code=202, summary="Begin a version with fixes")
def begin_fix(who: Who, reference: str, fixes: Fixes, dev: Part = None, test: Part = None) -> JobView:
    """Start making a new version with fixes of the doctor; its ``result`` is that version."""
    return data_health.begin_fix(who, reference, fixes.codes, _others(dev, test))


@router.get("/{reference}/fixes", summary="The version with fixes, or how far it is")
def fix(who: Who, reference: str, code: Annotated[list[str], Query()], dev: Part = None, test: Part = None) -> JobView:
    """Return how far the version with the fixes of these codes is."""
    return data_health.look_fix(who, reference, code, _others(dev, test))


@router.get("/{reference}/label-queue", summary="Rows to label next")
def label_queue(who: Who, reference: str, model: str | None = None, limit: Limit = 20) -> LabelQueue:
    """Return rows without a label first; with ``model``, those it is least sure of first."""
    return labelling.queue(who, reference, model, limit)


@router.get("/{reference}/labels", summary="Who gave which label when")
def labels(who: Who, reference: str, limit: Limit = 100, offset: Offset = 0) -> list[LabelView]:
    """Return entries, newest first."""
    return labelling.history(who, reference, limit, offset)


@router.post("/{reference}/labels", status_code=204, summary="Label a row")
def label(who: Who, reference: str, given: RowLabels) -> None:
    """Keep the labels of a row."""
    labelling.label(who, reference, given.row, given.labels)


@router.put("/{reference}/labels", status_code=201, summary="Correct labels")
def edit_labels(who: Who, reference: str, corrected: dict[int, str]) -> DatasetVersionView:
    """Take row to label, and make a new version with these corrections."""
    return labelling.edit_labels(who, reference, corrected)


@router.post("/{reference}/labels/skip", status_code=204, summary="Put a row aside")
def skip(who: Who, reference: str, row: Row) -> None:
    """Put a row at the end of the queue."""
    labelling.skip(who, reference, row.row)


@router.post("/{reference}/labels/undo", summary="Take back the last label")
def undo(who: Who, reference: str) -> Undone:
    """Take back what the caller did last."""
    return Undone(row=labelling.undo(who, reference))


@router.post("/{reference}/labels/version", status_code=201, summary="Make a version of the labels")
def make_version(who: Who, reference: str) -> DatasetVersionView:
    """Make a new version with all labels that people gave."""
    return labelling.make_version(who, reference)


@router.post("/{reference}/uncertainty", status_code=202, summary="Begin to ask a model")
def begin_uncertainty(who: Who, reference: str, model: Model) -> JobView:
    """Start finding the rows that a model is least sure of."""
    return labelling.begin_uncertainty(who, reference, model)


@router.get("/{reference}/uncertainty", summary="Least certain rows, or how far the model is")
def uncertainty(who: Who, reference: str, model: Model) -> JobView:
    """Return rows with the model's suggestion, the least certain first."""
    return labelling.look_uncertainty(who, reference, model)


class Tags(BaseModel):
    """Names of tags, which no model needs to know."""

    tags: list[str] = Field(min_length=1, max_length=200)


@router.post("/{reference}/suggestions", summary="Rows that fit some tags")
def suggestions(who: Who, reference: str, body: Tags) -> JobView:
    """Begin to look for rows like the names of tags and the rows that bear them; asked again, tell how far that is."""
    known = tag_suggestions.look(who, reference, body.tags)
    return tag_suggestions.begin(who, reference, body.tags) if known.state == "none" else known


def _others(dev: str | None, test: str | None) -> dict[str, str]:
    return {name: other for name, other in (("dev", dev), ("test", test)) if other}


def _slim(job: JobView) -> JobView:
    """Leave the row numbers of fixes out: there may be millions, and fixes are asked for by code."""
    return job.model_copy(update={"result": data_health.slim(job.result)}) if job.result else job
