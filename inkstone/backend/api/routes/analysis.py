"""Models looked into: thresholds, behaviour."""

from fastapi import APIRouter

from inkstone.backend.api.dependencies import Who
from inkstone.backend.service.analysis import behaviour, thresholds
from inkstone.backend.service.analysis.behaviour import Behaviour, BehaviourWish
from inkstone.backend.service.analysis.thresholds import Thresholds, Wish
from inkstone.backend.service.views import ModelVersionView

router = APIRouter(tags=["analysis"])


@router.post("/models/{reference}/thresholds", summary="Try thresholds on dev rows")
def try_thresholds(who: Who, reference: str, body: Wish) -> Thresholds:
    """Return curves, counts and cost; nothing is saved. An empty body shows what the model has, or a proposal."""
    return thresholds.look(who, reference, body)


@router.put("/models/{reference}/policy", status_code=201, summary="Save thresholds as the policy of the next version")
def save_policy(who: Who, reference: str, body: Wish) -> ModelVersionView:
    """Make the next version of the model: the same classifier, which decides by these thresholds wherever it answers."""
    return thresholds.save(who, reference, body)


@router.post("/models/{reference}/behaviour", status_code=201, summary="Run behavioural tests")
def test_behaviour(who: Who, reference: str, body: BehaviourWish) -> Behaviour:
    """Change texts and see whether the model behaves as each test expects; the result is kept."""
    return behaviour.test(who, reference, body)


@router.get("/models/{reference}/behaviour", summary="Results of behavioural tests")
def behaviour_results(who: Who, reference: str) -> list[Behaviour]:
    """Return the results kept of a version, newest first."""
    return behaviour.results(who, reference)
