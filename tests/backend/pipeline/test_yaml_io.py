"""Documents in YAML: what people write comes through as they meant it, what attackers write does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.pipeline.yaml_io import SIZE_LIMIT, document_from, dump_document, load_document, load_value
from inkstone.components.errors import InkstoneError
from inkstone.components.spec import Resources

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.dictionaries(texts, values, max_size=4), texts)
def test_a_document_survives_writing_and_reading(params, note):
    node = Node(component="data.x@1", params=params, note=note, position=(1, 2.5), resources=Resources(workers=2))
    document = Pipeline(name="流程", nodes={"a": node, "b": Node(component="data.y", inputs={"in": ["a.x", "a.y"]})})
    assert load_document(dump_document(document)) == document


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("3e-4", 3e-4),
        ("1.5", 1.5),
        ("012", 12.0),
        ("0x10", 16),
        ("2024-01-31", "2024-01-31"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ("正常", "正常"),
    ],
)
def test_values_mean_what_yaml_1_2_says(written, meant):
    assert load_value(written) == meant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1", "pipeline.bad_yaml"),
        ("inkstone: 1\nname: x\nnodes: {a: {component: b}, a: {component: c}}", "pipeline.bad_yaml"),
        ("a: &x [1]\nb: [*x, *x]", "pipeline.bad_yaml"),
        ("!!python/object/apply:os.system [id]", "pipeline.bad_yaml"),
        ("[" * 3000, "pipeline.bad_yaml"),
        (b"\x80broken", "pipeline.bad_yaml"),
        ("just words", "pipeline.bad_document"),
        ("", "pipeline.bad_document"),
        ("inkstone: 2\nname: x", "pipeline.bad_document"),
        ("inkstone: 1\nname: x\nnodes: {a: {component: b, params: {}, colour: red}}", "pipeline.bad_document"),
        ("x" * (SIZE_LIMIT + 1), "pipeline.too_large"),
    ],
)
def test_what_is_no_document_is_refused(text, code):
    with pytest.raises(InkstoneError) as caught:
        load_document(text)
    assert caught.value.code == code
    assert caught.value.what.zh and caught.value.fix.en


def test_a_wrong_field_is_named():
    with pytest.raises(InkstoneError) as caught:
        document_from({"inkstone": 1, "name": "x", "nodes": {"a": {"component": "b", "colour": "red"}}})
    assert caught.value.at == "nodes.a.colour"
