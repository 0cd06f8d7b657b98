"""Make the folder that ships from the newest checkpoint of a training.

    python pretraining/export.py pretraining/zh_tiny.yaml CORPUS RUN inkstone/assets/encoders/inkstone-zh-tiny

Weights go out in 16 bit; ``AutoModel`` loads them as 32 bit again. ``README.md`` of the target stays as it is.
"""

import argparse
from pathlib import Path

import yaml
from train import task_of

from inkstone.components.artifacts import write_json
from inkstone.components.nlp.model_io import load_weights
from inkstone.components.nlp.pretraining import checkpoints
from inkstone.components.nlp.zoo import DIGESTS, file_digests


def main() -> None:
    """Write the encoder folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    recipe = yaml.safe_load(options.recipe.read_text("utf-8"))
    recipe["task"].pop("warm_start", None)
    task = task_of(recipe, options.corpus)
    model = task.build()
    step = max(checkpoints(options.run / "checkpoints"))
    tensors = load_weights(options.run / "checkpoints" / f"checkpoint-{step:08d}" / "state.safetensors")
    for name, value in model.named_parameters():
        value.data.copy_(tensors[name])
    task.save(model.half(), options.target)
    config = options.target / "config.json"
    config.write_text(config.read_text("utf-8").replace('"float16"', '"float32"'), "utf-8")
    (options.target / "vocab.txt").write_bytes((options.corpus / "tokenizer" / "vocab.txt").read_bytes())
    write_json(options.target / DIGESTS, file_digests(options.target))
    (options.target / "model.safetensors").chmod(0o644)
    print(f"step {step}: {sum(item.stat().st_size for item in options.target.iterdir()):,} bytes")


if __name__ == "__main__":
    main()
