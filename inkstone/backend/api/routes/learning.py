"""Label a few more and train again."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.api.dependencies import Who
from inkstone.backend.service import active_learning
from inkstone.backend.service.views import LabelRound, RunView

router = APIRouter(prefix="/runs", tags=["runs"])


class Wanted(BaseModel):
    """Which texts to pick."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(20, ge=1, le=1000)
    measure: active_learning.Measure = "entropy"
    diversity: float = Field(0.5, ge=0, le=1)


@router.post("/{run_id}/label-more", status_code=202, summary="Begin to pick texts to label")
def choose(who: Who, run_id: str, wanted: Wanted | None = None) -> LabelRound:
    """Start picking the unlabelled texts that the run's model is least sure of and that differ from each other."""
    asked = wanted or Wanted()
    return active_learning.choose(who, run_id, asked.count, asked.measure, asked.diversity)


@router.get("/{run_id}/label-more", summary="Texts to label, or how far picking is")
def look(who: Who, run_id: str) -> LabelRound:
    """Return the texts with the model's suggestions and the labels given so far, once ``job.state`` is ``done``."""
    return active_learning.look(who, run_id)


@router.post("/{run_id}/label-more/labels", summary="Label texts of the round")
def label(who: Who, run_id: str, labels: dict[int, str]) -> LabelRound:
    """Take row to label; an empty label skips the text."""
    return active_learning.label(who, run_id, labels)


@router.post("/{run_id}/label-more/retrain", status_code=201, summary="Train again with the new labels")
def retrain(who: Who, run_id: str) -> RunView:
    """Make a new version of the labelled data, and queue the run again with it."""
    return active_learning.retrain(who, run_id)
