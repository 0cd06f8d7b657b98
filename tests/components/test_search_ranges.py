"""Every range that a component proposes lies within what its parameter allows."""

import pytest

from inkstone.components.registry import registry

RANGES = [
    (spec.id, name, field.json_schema_extra["search"])
    for spec in (item.spec for item in registry().values())
    for name, field in spec.params.model_fields.items()
    if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("search")
]


def test_trainers_propose_ranges() -> None:
    proposed = {component for component, _, found in RANGES if found["chosen"]}
    assert {"train.text_classification", "train.ngram_baseline", "train.sequence_labelling", "fewshot.pet"} <= proposed


@pytest.mark.parametrize(("component", "name", "found"), RANGES, ids=[f"{item[0]}.{item[1]}" for item in RANGES])
def test_the_ends_of_a_range_are_allowed(component: str, name: str, found: dict) -> None:
    params = next(item.spec.params for item in registry().values() if item.spec.id == component)
    required = {key: "x" for key, field in params.model_fields.items() if field.is_required()}
    for end in found["values"] or (found["low"], found["high"]):
        params.model_validate(required | {name: end})
    if not found["values"]:
        assert found["low"] < found["high"]
        assert not found["log"] or found["low"] > 0
