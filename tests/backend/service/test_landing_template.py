"""The template ``land-a-large-model`` fits together, with and without the optional files."""

import pytest

from inkstone.backend.pipeline.validation import validate
from inkstone.backend.service import templates
from inkstone.backend.service.actor import LOCAL


@pytest.mark.parametrize("further", [{}, {"unlabelled": "dataset:more", "test": "dataset:test", "encoder": "scratch"}])
def test_the_landing_template_is_valid(home, further):
    document = templates.build(
        LOCAL, "land-a-large-model", {"data": "sample:topics_zh.csv", "name": "small", **further}
    )
    assert validate(document) == []
    steps = [node.component for node in document.nodes.values()]
    for wanted in (
        "data.augment@1",
        "compress.distil@1",
        "compress.prune@1",
        "compress.quantise@1",
        "deliver.deploy@1",
    ):
        assert wanted in steps
    assert document.nodes["read_unlabelled"].enabled is bool(further)
