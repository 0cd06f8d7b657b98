"""Rows on which two models disagree."""

from fastapi import APIRouter
from pydantic import BaseModel

from inkstone.backend.api.dependencies import Limit, Offset, Who
from inkstone.backend.service.comparing import disagreements
from inkstone.backend.service.comparing.disagreements import DisagreementFilter, Disagreements

router = APIRouter(prefix="/compare", tags=["compare"])


class Pair(BaseModel):
    """Two evaluations (``RUN`` or ``RUN:NODE``) and which of their disagreements."""

    first: str
    second: str
    filter: DisagreementFilter = DisagreementFilter()
    limit: Limit = 50
    offset: Offset = 0


@router.post("/disagreements", summary="Rows on which two models disagree")
def disagree(who: Who, body: Pair) -> Disagreements:
    """Return test rows to which the two give different classes, those first where both are surest."""
    return disagreements.disagreements(who, body.first, body.second, body.filter, limit=body.limit, offset=body.offset)
