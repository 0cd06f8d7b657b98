"""What handlers share: who asks, and pages of lists."""

from typing import Annotated

from fastapi import Depends, Query, Request

from inkstone.backend.api.auth import ACTOR
from inkstone.backend.api.errors import LOGIN_REQUIRED
from inkstone.backend.service.actor import Actor


def current_actor(request: Request) -> Actor:
    """Return who asks, as the guard around the application found it; without the guard nobody gets in."""
    actor = request.scope.get(ACTOR)
    if not isinstance(actor, Actor):
        raise LOGIN_REQUIRED()
    return actor


Who = Annotated[Actor, Depends(current_actor)]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most this many")]
Offset = Annotated[int, Query(ge=0, description="Skip this many")]
Search = Annotated[str, Query(max_length=200, description="Part of the name")]
