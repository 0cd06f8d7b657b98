"""The form that is made from a component's spec."""

import pytest
from streamlit.testing.v1 import AppTest

from inkstone.components.registry import registry


def form_page(component: str, values: dict) -> None:
    import streamlit as st

    from inkstone.components.registry import find
    from inkstone.studio.parts.param_form import Choices, param_form

    choices = Choices(columns=["文本", "标签"], datasets=["dataset:a@1"], encoders=["scratch"])
    st.session_state["answer"] = param_form(find(component).spec.describe(), values, key="form", choices=choices)


def shown(component: str, values: dict | None = None) -> AppTest:
    app = AppTest.from_function(form_page, kwargs={"component": component, "values": values or {}}, default_timeout=60)
    app.run()
    assert not app.exception, [item.message for item in app.exception]
    return app


@pytest.mark.parametrize("component", sorted(registry()))
def test_every_component_has_a_form_and_defaults_stay_unsaid(component: str) -> None:
    assert not shown(component).session_state["answer"]


def test_values_are_shown_and_given_back() -> None:
    app = shown("train.text_classification@1", {"epochs": 4.0, "class_weights": "balanced"})
    assert app.number_input(key="form.epochs").value == 4.0
    assert app.session_state["answer"] == {"epochs": 4.0, "class_weights": "balanced"}


def test_a_changed_field_is_given_back_and_bounds_hold() -> None:
    app = shown("train.text_classification@1")
    field = app.number_input(key="form.max_length")
    assert (field.min, field.max) == (4, 8192)
    field.set_value(64).run()
    assert app.session_state["answer"] == {"max_length": 64}


def test_a_variable_is_left_alone() -> None:
    app = shown("train.text_classification@1", {"learning_rate": "${lr}"})
    assert app.session_state["answer"] == {"learning_rate": "${lr}"}
    assert app.text_input(key="form.learning_rate.variable").disabled
