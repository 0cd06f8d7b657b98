"""*Auto* from data to a model: the methods in their order, what the time did not allow, the winner registered."""

import random

import pytest

from inkstone.backend.service import automatic_search, datasets, models
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.automatic_search import AutoWish
from inkstone.backend.states import RunState

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]
WORDS = {"广告": ["优惠", "促销", "折扣", "抢购"], "诈骗": ["转账", "验证码", "中奖", "汇款"]}


def test_the_winner_of_auto_becomes_a_model_and_the_table_says_why(toy_searches, home, tmp_path):
    choose = random.Random(3)
    lines = ["text,label"]
    for number in range(400):
        label = choose.choice(list(WORDS))
        lines.append(f"{' '.join(choose.choices(WORDS[label], k=3))} 第{number}条,{label}")
    file = tmp_path / "shop.csv"
    file.write_text("\n".join(lines), "utf-8")
    version = datasets.upload(LOCAL, file, file.name)
    # Time for the baseline; what is left would not train an encoder.
    begun = automatic_search.start(LOCAL, AutoWish(data=version.reference, minutes=0.3, name="最好的"))
    done = toy_searches.wait(begun.id, lambda found: found.search.state.is_final)

    assert done.search.state is RunState.SUCCEEDED, done.search.error
    tried = [trial for trial in done.trials if trial.state == "DONE"]
    assert tried[0].title.en.startswith("n-gram")
    assert all(trial.reason for trial in done.trials)
    said = [words["en"] for words in done.report["words"]]
    assert any(words.startswith("Data: 400 rows, 2 classes") for words in said)
    assert any(words.startswith("Winner: ") for words in said)
    assert any(words.startswith("Left out: ") for words in said)
    assert done.model == "最好的@1"
    assert models.get(LOCAL, "最好的@1").metrics
