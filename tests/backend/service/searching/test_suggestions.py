"""What a resumed search knows of the trials before it."""

from inkstone.backend.service.searching.settings import SearchSettings
from inkstone.backend.store.tables_search import Trial
from inkstone.components.spec import between

SETTINGS = SearchSettings(
    space={"a.x": between(0, 1), "a.n": between(1, 9)},
    whole=["a.n"],
    node="a",
    figure="dev/score",
    minimise=False,
    trials=12,
    minutes=None,
    parallel=1,
    cpus=1,
    early_stopping=True,
    reduction=2,
    grace=1,
    seed=0,
    promote=False,
    actor={},
)


def drawn(known: int) -> list[dict]:
    import optuna

    from inkstone.backend.service.searching.suggestions import distributions, sampler

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=sampler(SETTINGS, known))
    return [study.ask(distributions(SETTINGS.space, SETTINGS.whole)).params for _ in range(3)]


def test_the_same_seed_draws_the_same_values_and_a_resumed_search_others():
    assert drawn(0) == drawn(0)
    assert not any(item in drawn(0) for item in drawn(4))
    assert all(isinstance(item["a.n"], int) and 0 <= item["a.x"] <= 1 for item in drawn(0))


def test_halving_goes_on_where_it_was():
    from ray.tune.schedulers import TrialScheduler

    from inkstone.backend.service.searching.suggestions import scheduler

    before = [Trial(id=str(n), state="DONE", history=[score, score + 0.1]) for n, score in enumerate((0.4, 0.6, 0.8))]
    bracket = scheduler(SETTINGS, before)._brackets[0]
    new = type("Trial", (), {"trial_id": "new"})
    assert bracket.on_result(new, 1, 0.5) == TrialScheduler.STOP  # the better half of 0.4, 0.6, 0.8 begins at 0.6
    other = type("Trial", (), {"trial_id": "other"})
    assert bracket.on_result(other, 1, 0.7) == TrialScheduler.CONTINUE
    assert scheduler(SETTINGS.model_copy(update={"early_stopping": False}), before) is None
