"""Classifies texts with the model beside this file. Needs no Inkstone: ``pip install -r requirements.txt``.

python predict.py "a text" "another text"
python predict.py --file texts.txt > answers.jsonl      (a text a line; second texts of pairs after a tab)
"""

import argparse
import json
from itertools import islice
from pathlib import Path

import normalise
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent


class Classifier:
    """``Classifier()(["text"])`` classifies."""

    def __init__(self, threads: int = 0) -> None:
        self.facts = json.loads((HERE / "model.json").read_text("utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(HERE / "model.onnx"), options, ["CPUExecutionProvider"])
        self.inputs = [item.name for item in self.session.get_inputs()]
        self.clean = normalise.Normaliser.from_json(self.facts["normalised"]) or str
        self.tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.facts["max_length"])
        self.tokenizer.enable_padding(pad_id=self.facts["pad"])

    def __call__(self, texts: list[str], pairs: list[str] | None = None) -> list[list[dict[str, object]]]:
        """Return for each text (or pair) its classes with their probabilities, best first."""
        first = [self.clean(text) for text in texts]
        rows = first if pairs is None else list(zip(first, map(self.clean, pairs), strict=True))
        encoded = self.tokenizer.encode_batch(rows)
        columns = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        feeds = {name: np.array([getattr(row, columns[name]) for row in encoded], np.int64) for name in self.inputs}
        logits = self.session.run(None, feeds)[0].astype(np.float64) / self.facts["temperature"]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores = odds / odds.sum(axis=1, keepdims=True)
        labels = self.facts["labels"]
        return [[{"label": labels[i], "score": round(float(row[i]), 6)} for i in np.argsort(-row)] for row in scores]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="*")
    parser.add_argument("--file", type=argparse.FileType(encoding="utf-8"))
    options = parser.parse_args()
    classify = Classifier()
    lines = (line.rstrip("\n") for line in options.file or options.texts)
    while batch := list(islice(lines, 32)):
        first, _, second = zip(*(line.partition("\t") for line in batch), strict=True)
        answers = classify(list(first), list(second)) if classify.facts["pairs"] else classify(batch)
        for text, ranked in zip(batch, answers, strict=True):
            print(json.dumps({"text": text, "ranked": ranked}, ensure_ascii=False))
