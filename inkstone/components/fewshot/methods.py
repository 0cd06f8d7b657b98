"""Every few-shot method and baseline by name, for components that try several."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from inkstone.components.fewshot.parameters import FewShotParams
from inkstone.components.spec import Params
from inkstone.components.texts import Text, text


@dataclass(frozen=True)
class Entry:
    """A method.

    Attributes:
        title: Its name for a person.
        module: Where its parameters and its function are.
        params: Name of its parameters' class.
        train: Name of its function ``(work, params, target)``.
        component: The component it belongs to.
        neural: It needs an encoder.
        fixed: Parameters that make the method what it is.
    """

    title: Text
    module: str
    params: str
    train: str = "train"
    component: str = ""
    neural: bool = True
    fixed: tuple[tuple[str, Any], ...] = ()

    def parameters(self, wanted: Mapping[str, Any]) -> Any:
        """Return the method's parameters; values of ``wanted`` that it does not know are left out."""
        kind: type[Params] = getattr(import_module(self.module), self.params)
        known = {name: value for name, value in wanted.items() if name in kind.model_fields}
        return kind(**dict(self.fixed) | known)

    def function(self, work: Any, params: Any, target: Path) -> None:
        """Train the method on the rows of ``work`` and write its model folder."""
        getattr(import_module(self.module), self.train)(work, params, target)


_HERE = "inkstone.components.fewshot"
_BASELINES = f"{_HERE}.baselines"
METHODS: Mapping[str, Entry] = {
    "ngram": Entry(
        text("n-gram TF-IDF + 逻辑回归", "n-gram TF-IDF + logistic regression"),
        _BASELINES, FewShotParams.__name__, "train_ngram", "train.ngram_baseline@1", neural=False,
    ),
    "fine_tuning": Entry(
        text("普通微调", "Plain fine-tuning"), _BASELINES, FewShotParams.__name__, "train_fine_tuning",
        "train.text_classification@1",
    ),
    "frozen": Entry(
        text("冻结编码器 + 逻辑回归", "Frozen encoder + logistic regression"), _BASELINES, FewShotParams.__name__,
        "train_frozen", "fewshot.contrastive@1",
    ),
    "zero_shot": Entry(text("零样本", "Zero-shot"), f"{_HERE}.zero_shot", "ZeroShot", component="fewshot.zero_shot@1"),
    "pet": Entry(text("模板填空（PET）", "Prompting (PET)"), f"{_HERE}.pet", "Pet", component="fewshot.pet@1"),
    "auto_prompt": Entry(
        text("自动提示", "Automatic prompts"), f"{_HERE}.auto_prompt", "AutoPrompt", component="fewshot.auto_prompt@1"
    ),
    "ptuning": Entry(
        text("可训练提示（P-Tuning）", "Trainable prompts (P-Tuning)"), f"{_HERE}.ptuning", "PTuning",
        component="fewshot.ptuning@1",
    ),
    "cptuning": Entry(
        text("对比提示（CP-Tuning）", "Contrastive prompts (CP-Tuning)"), f"{_HERE}.cptuning", "CPTuning",
        component="fewshot.cptuning@1",
    ),
    "contrastive": Entry(
        text("对比学习（SetFit）", "Contrastive (SetFit)"), f"{_HERE}.contrastive", "Contrastive",
        component="fewshot.contrastive@1",
    ),
    "ngram_words": Entry(
        text("n-gram + 标签词", "n-gram + label words"), _BASELINES, "PromptParams", "train_ngram_words",
        "train.ngram_baseline@1", neural=False,
    ),
    "ngram_self_training": Entry(
        text("自训练（n-gram）", "Self-training (n-gram)"), f"{_HERE}.self_training", "SelfTraining",
        component="fewshot.self_training@1", neural=False, fixed=(("method", "ngram_words"), ("generations", 2)),
    ),
    "combined": Entry(
        text("组合（提示 + n-gram）", "Combined (prompts + n-grams)"), f"{_HERE}.combined", "Combined",
        component="fewshot.combined@1",
    ),
    "self_training": Entry(
        text("自训练（iPET）", "Self-training (iPET)"), f"{_HERE}.self_training", "SelfTraining",
        component="fewshot.self_training@1",
    ),
}  # fmt: skip
"""Name to method; the two baselines first."""
BASELINES = ("ngram", "fine_tuning")
