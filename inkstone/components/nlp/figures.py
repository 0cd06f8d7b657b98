"""Names of the figures by which models are chosen. Imports nothing heavy: component specs use it."""

from inkstone.components.texts import Text, text

FIGURES: dict[str, Text] = {
    "macro_f1": text("宏平均 F1", "Macro F1"),
    "accuracy": text("准确率", "Accuracy"),
    "weighted_f1": text("加权 F1", "Weighted F1"),
    "micro_f1": text("微平均 F1", "Micro F1"),
    "loss": text("损失", "Loss"),
}
LOWER_IS_BETTER = {"loss"}
