"""The same texts give the same vocabulary in every process: a resumed training finds the one of its checkpoint."""

import json
import subprocess
import sys

CODE = """
import json
from inkstone.components.nlp.wordpiece import learn_wordpiece
texts = ["加vx👍v🔥🔥😊➕看 Hello-World hello_world 2024", "👍v➕vx Ünïcode naïve，免费领取", "v🔥v😊v➕ 中文mixed中文"] * 5
print(json.dumps(learn_wordpiece(lambda: texts, 2000, characters=500, exact_size=False)))
"""


def test_two_processes_learn_the_same_vocabulary():
    run = [subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True).stdout for _ in range(3)]
    vocabularies = [json.loads(out) for out in run]
    assert vocabularies[0] == vocabularies[1] == vocabularies[2]
    assert {"##👍", "##v"} <= set(vocabularies[0])
