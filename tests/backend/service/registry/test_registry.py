"""Stages, aliases, rules of promotion and cards."""

import pytest

from inkstone.backend.service import datasets, models
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.registry import aliases, card, comparing, promotion, stages
from inkstone.components.errors import InkstoneError


def refused(code: str):
    return pytest.raises(InkstoneError, match=code.replace(".", r"\."))


def test_an_alias_moves_and_stands_wherever_a_reference_does(make_model) -> None:
    first, second = make_model(right=0.6), make_model()
    aliases.set_(LOCAL, first, "champion")
    assert models.get(LOCAL, "模型@champion").version == 1
    moved = aliases.set_(LOCAL, second, "champion")
    assert (moved.version, moved.by) == (2, "local")
    assert models.predict(LOCAL, "模型@champion", ["领红包"])[0][0].label == "广告"
    assert [item.version for item in aliases.list_(LOCAL, "模型")] == [2]
    aliases.remove(LOCAL, "模型", "champion")
    with refused("models.unknown"):
        models.get(LOCAL, "模型@champion")


@pytest.mark.parametrize("alias", ["production", "latest", "7", "", "a b", "<b>", "a@b", "../x", "x" * 61])
def test_an_alias_that_means_something_else_is_refused(alias: str, make_model) -> None:
    with refused("models.bad_alias"):
        aliases.set_(LOCAL, make_model(), alias)


def test_a_stage_is_a_reference_and_its_history_says_who_and_why(make_model) -> None:
    first, second = make_model(right=0.6), make_model()
    stages.set_stage(LOCAL, first, "production", reason="第一个")
    stages.set_stage(LOCAL, second, "production")
    assert models.get(LOCAL, "模型@production").version == 2
    assert models.get(LOCAL, first).stage == "archived"
    events = stages.history(LOCAL, "模型")
    assert [(item.version, item.before, item.after) for item in events if item.before] == [
        (2, "candidate", "production"),
        (1, "production", "archived"),
        (1, "candidate", "production"),
    ]
    assert {item.by for item in events} == {"local"}
    assert "第一个" in {item.reason for item in events}
    assert sum(item.before is None for item in events) == 2
    with refused("models.bad_stage"):
        stages.set_stage(LOCAL, first, "live")


def test_a_rule_lets_only_what_is_significantly_better_become_production(make_model, test_set) -> None:
    weak, strong = make_model(right=0.6), make_model()
    promotion.set_rule(LOCAL, "模型", "accuracy", test_set)
    stages.set_stage(LOCAL, weak, "production")  # nothing to beat yet
    found = promotion.check(LOCAL, strong)
    assert found.passed
    assert found.rows == 80
    assert found.candidate_value == 1.0
    assert found.difference == pytest.approx(1.0 - found.production_value)
    assert found.low > 0
    assert found.only_production == 0
    stages.set_stage(LOCAL, strong, "production")
    assert stages.history(LOCAL, "模型")[0].check == found
    with refused("models.not_better") as error:
        stages.set_stage(LOCAL, weak, "production")
    assert f"{found.production_value:.4f}" in error.value.what.en


def test_an_equal_model_is_not_better_and_an_override_keeps_its_reason(make_model, test_set) -> None:
    stages.set_stage(LOCAL, make_model("甲"), "production")
    equal = make_model("甲", right=0.6)
    promotion.set_rule(LOCAL, "甲", "macro_f1", test_set)
    with refused("models.not_better"):
        stages.set_stage(LOCAL, equal, "production")
    with refused("models.reason_needed"):
        stages.set_stage(LOCAL, equal, "production", override=True, reason="  ")
    stages.set_stage(LOCAL, equal, "production", override=True, reason="旧版有法律问题")
    newest = next(item for item in stages.history(LOCAL, "甲") if item.after == "production")
    assert (newest.overridden, newest.reason, newest.check.passed) == (True, "旧版有法律问题", False)


def test_without_common_test_rows_the_rule_refuses_and_says_why(make_model) -> None:
    stages.set_stage(LOCAL, make_model(right=0.6), "production")
    promotion.set_rule(LOCAL, "模型")
    with refused("models.not_better") as error:
        stages.set_stage(LOCAL, make_model(), "production")
    assert "test set" in error.value.what.en


def test_members_promote_their_own_but_neither_set_rules_nor_override(member: Actor, make_model, test_set) -> None:
    own = make_model("我的", owner=member)
    stages.set_stage(member, own, "production")
    with refused("auth.forbidden"):
        promotion.set_rule(member, "我的", "macro_f1", test_set)
    with refused("auth.forbidden"):
        stages.set_stage(member, own, "staging", override=True, reason="x")
    with refused("auth.forbidden"):
        aliases.set_(member, make_model("他的"), "x")


def test_a_rule_needs_a_known_figure_and_a_known_test_set(make_model) -> None:
    make_model()
    with refused("models.bad_rule"):
        promotion.set_rule(LOCAL, "模型", "loss")
    with refused("data.unknown_dataset"):
        promotion.set_rule(LOCAL, "模型", "accuracy", "dataset:nothing")


def test_versions_side_by_side_tell_what_differs_and_whether_it_counts(make_model, test_set) -> None:
    found = comparing.compare(LOCAL, [make_model(right=0.6), make_model()], figure="accuracy", test_set=test_set)
    assert found.versions == ["模型@1", "模型@2"]
    line = next(item for item in found.lines if item.name == "macro_f1")
    assert (line.values, line.differs) == ([0.6, 1.0], True)
    assert found.checks[0].passed


def test_a_card_is_written_from_facts_and_escapes_what_people_wrote(make_model) -> None:
    reference = make_model()
    card.describe(LOCAL, reference, "用于 <script>alert(1)</script> [x](javascript:1)")
    view = card.card(LOCAL, reference)
    assert {part.key for part in view.parts} >= {"identity", "learned", "figures", "limits"}
    page = card.as_markdown(view, "zh")
    assert "<script>" not in page
    assert "[x](" not in page
    assert "广告" in page


def test_the_interval_of_a_share_is_that_of_wilson() -> None:
    low, high = card.wilson(0.5, 100)  # statsmodels: proportion_confint(50, 100, method="wilson")
    assert (low, high) == pytest.approx((0.4038315, 0.5961685), abs=1e-6)


def test_the_licence_of_data_is_noted(test_set, home) -> None:
    assert datasets.set_licence(LOCAL, test_set, " CC BY\n4.0 ").licence == "CC BY 4.0"


def test_a_trashed_model_answers_to_no_alias(make_model) -> None:
    aliases.set_(LOCAL, make_model(), "champion")
    models.trash(LOCAL, "模型")
    with refused("models.unknown"):
        models.get(LOCAL, "模型@champion")
