"""What templates start from when the user says nothing."""

from pathlib import Path

import pytest

import inkstone
from inkstone.backend.service import datasets, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.columns import guessed_columns, required_roles

ENGLISH = "text,label\n" + "".join(f"meet me at {hour} o'clock,ham\nwin {hour} prizes now,spam\n" for hour in range(9))
SAMPLES = Path(inkstone.__file__).parent / "assets" / "samples"


def encoder(reference: str, **more: str) -> str:
    document = templates.build(LOCAL, "text-classification", {"data": reference, **more})
    return str(document.nodes["train"].params["encoder"])


def test_chinese_texts_start_from_the_shipped_encoder_unless_the_user_says_otherwise(home: Path, table: Path, tmp_path: Path) -> None:  # fmt: skip
    chinese = datasets.upload(LOCAL, table, table.name).reference
    assert encoder(chinese) == encoder(chinese, text="文本") == "inkstone-zh-tiny"
    assert encoder(chinese, encoder="scratch") == "scratch"
    (tmp_path / "mail.csv").write_text(ENGLISH, "utf-8")
    assert encoder(datasets.upload(LOCAL, tmp_path / "mail.csv", "mail.csv").reference) == "scratch"


@pytest.mark.parametrize("reference", ["sample:topics_zh.csv", "dataset:nobody"])
def test_samples_and_unknown_data_leave_the_template_as_it_is(home: Path, reference: str) -> None:
    assert encoder(reference) == "scratch"
    file = SAMPLES / "topics_zh.csv"
    assert encoder(datasets.upload(LOCAL, file, file.name).reference) == "scratch"


def test_a_template_of_label_lists_takes_the_label_column() -> None:
    roles = {"text": "内容", "label": "违规类别"}
    wanted = [role for role in ("text", "label", "labels") if role in _bindings("risk-labels")]
    assert guessed_columns(roles, wanted) == {"text": "内容", "labels": "违规类别"}
    assert guessed_columns(roles | {"labels": "多标签"}, wanted)["labels"] == "多标签"
    assert required_roles(wanted) == ["text", "labels"]
    tagging = _bindings("universal-text-tagging")
    assert guessed_columns(roles, tagging) == roles  # which has a place for both
    assert required_roles(tagging) == ["text"]


def _bindings(name: str) -> list[str]:
    template = templates.get(LOCAL, name).template
    assert template is not None
    return list(template.bindings)
