"""Overrides, bindings of templates, variables."""

import pytest

from inkstone.backend.pipeline.edit import apply_overrides, bind, parse_overrides, resolve_variables
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.components.errors import InkstoneError

DOCUMENT = load_document("""
inkstone: 1
name: t
variables: {lr: 0.1}
nodes:
  read: {component: data.toy_number, params: {name: x}}
  dev: {component: data.toy_number, enabled: false}
  train: {component: train.toy_train, params: {rate: "${lr}", nested: ["${lr}", {a: "${lr}"}]}}
template:
  category: c
  summary: {zh: 概, en: s}
  story: {zh: 故事, en: story}
  metrics_node: train
  model_node: train
  bindings:
    data: {targets: [read.name, train.name]}
    dev: {targets: [dev.name], enables: [dev]}
""")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("好评=好\n差评=差", "好评=好\n差评=差"),
        ('"a\\nb"', "a\nb"),
        ("plain text", "plain text"),
        ("[a, b]", ["a", "b"]),
    ],
)
def test_texts_of_several_lines_stay_so(written, meant):
    assert parse_overrides([f"node.words={written}"]) == {"node.words": meant}


def test_overrides_are_typed_and_leave_the_rest():
    texts = ["train.epochs=5", "train.rate=3e-4", "train.on=true", "train.label=no", "train.list=[a, b]",
             "train.note=a: b", "train.none=null", "train.resources.workers=2"]  # fmt: skip
    changed = apply_overrides(DOCUMENT, parse_overrides(texts))
    params = changed.nodes["train"].params
    assert {key: params[key] for key in ("epochs", "rate", "on", "label", "list", "note", "none")} == {
        "epochs": 5, "rate": 3e-4, "on": True, "label": "no", "list": ["a", "b"], "note": {"a": "b"}, "none": None,
    }  # fmt: skip
    assert changed.nodes["train"].resources.workers == 2
    assert changed.nodes["read"] == DOCUMENT.nodes["read"]
    assert "epochs" not in DOCUMENT.nodes["train"].params


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("epochs=5", "pipeline.bad_override"),
        ("train.epochs", "pipeline.bad_override"),
        ("trian.epochs=5", "pipeline.unknown_node"),
        ("train.resources.worker=5", "pipeline.bad_resource"),
        ("train.resources.workers=0", "pipeline.bad_resource"),
    ],
)
def test_wrong_overrides_are_told(text, code):
    with pytest.raises(InkstoneError) as caught:
        apply_overrides(DOCUMENT, parse_overrides([text]))
    assert caught.value.code == code


def test_bindings_set_their_targets_and_enable_their_nodes():
    bound = bind(DOCUMENT, {"data": "d", "dev": None})
    assert bound.nodes["read"].params["name"] == bound.nodes["train"].params["name"] == "d"
    assert not bound.nodes["dev"].enabled
    assert bind(DOCUMENT, {"dev": "e"}).nodes["dev"].enabled
    with pytest.raises(InkstoneError) as caught:
        bind(DOCUMENT, {"encoder": "x"})
    assert caught.value.code == "pipeline.unknown_binding"


def test_variables_keep_their_type_wherever_they_stand():
    params = resolve_variables(DOCUMENT).nodes["train"].params
    assert params == {"rate": 0.1, "nested": [0.1, {"a": 0.1}]}
