"""Fingerprints: the same fingerprint means the same outputs, so they are taken from the cache.

A fingerprint is the SHA-256 over the versioned component, its parameters (validated, defaults included, those that
cannot change the result left out), the content hashes of its inputs, the digests behind references to datasets,
encoders and models, and the seed where the component uses one. Content hashes of inputs stand for everything upstream, as
in a Merkle tree: ids, titles and positions of nodes never matter, and a change upstream that gives the same bytes
stops there.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from inkstone.backend.pipeline.parameters import extra, names_of_kind
from inkstone.components.spec import Component, Params
from inkstone.components.texts import Text, text

FIRST_TIME = text("首次运行", "It runs for the first time")
HIT = text("输入和参数都没有变化，直接使用已有结果", "Nothing changed: the stored outputs are used")
FINISHED_BEFORE = text("在中断之前已经完成", "It had finished before the run was interrupted")
FRESH_RUN = text("本次运行不使用缓存", "This run uses no cache")
IGNORE_CACHE = text("该节点设置为忽略缓存", "This node is set to ignore the cache")
FORCED = text("从该节点重新运行", "It was asked to run again")
NOT_CACHEABLE = text("该组件每次都运行", "This component always runs")
ARTIFACT_GONE = text("之前的结果已被清理", "The earlier outputs were removed")


class Fingerprint(BaseModel):
    """What a node's result depends on, and the digest of it.

    Attributes:
        digest: The fingerprint itself.
        component: The versioned id.
        params: The parameters that matter, as JSON.
        references: Parameter name to the digest of the dataset, encoder or model behind it.
        inputs: Input port to the content hashes of its artifacts, in the order of the edges.
        seed: The seed, where it matters.
        continued: The fingerprint of the training that is continued.
    """

    model_config = ConfigDict(frozen=True)

    digest: str
    component: str
    params: dict[str, Any]
    references: dict[str, str] = {}
    inputs: dict[str, list[str]] = {}
    seed: int | None = None
    continued: str | None = None


def uses_seed(component: Component) -> bool:
    """Return whether the run's seed can change the result: the component trains, or has a parameter of kind ``seed``."""
    return component.trains or bool(names_of_kind(component, "seed"))


def with_seed(component: Component, params: Params, seed: int) -> Params:
    """Return the parameters with those of kind ``seed`` that are None filled from the run's seed."""
    unset = [name for name in names_of_kind(component, "seed") if getattr(params, name) is None]
    return params.model_copy(update=dict.fromkeys(unset, seed))


def fingerprint(
    component: Component,
    params: Params,
    *,
    inputs: Mapping[str, list[str]],
    references: Mapping[str, str],
    seed: int,
    continued: str | None = None,
) -> Fingerprint:
    """Return the fingerprint of a node.

    Args:
        component: Its component.
        params: Its validated parameters, seeds filled in.
        inputs: Input port to content hashes; unconnected ports are absent.
        references: Digests of parameters that refer to data, encoders and models.
        seed: The seed of the run.
        continued: The fingerprint of the training that is continued.
    """
    values = params.model_dump(mode="json")
    kept = {name: value for name, value in values.items() if extra(component, name).get("fingerprint", True)}
    parts = {
        "component": component.key,
        "params": kept,
        "references": dict(references),
        "inputs": {port: list(hashes) for port, hashes in inputs.items()},
        "seed": seed if uses_seed(component) else None,
        "continued": continued,
    }
    # A reference counts by what it leads to, so that a renamed dataset changes nothing.
    hashed = {**parts, "params": {name: value for name, value in kept.items() if name not in references}}
    canonical = json.dumps(hashed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Fingerprint(digest=hashlib.sha256(canonical.encode()).hexdigest(), **parts)


def explain(old: Fingerprint | None, new: Fingerprint) -> Text:
    """Return why the cache was missed, given the fingerprint of the last time the node ran."""
    if old is None:
        return FIRST_TIME
    if old.digest == new.digest:
        return ARTIFACT_GONE
    if old.component != new.component:
        return text("组件版本变化：{old} → {new}", "The component changed: {old} → {new}").format(
            old=old.component, new=new.component
        )
    changes = [*_params(old, new), *_inputs(old, new)]
    if old.seed != new.seed:
        changes.append(text("随机种子：{old} → {new}", "seed: {old} → {new}").format(old=old.seed, new=new.seed))
    if old.continued != new.continued:
        changes.append(text("接着之前的训练", "continues an earlier training"))
    zh, en = "；".join(item.zh for item in changes), "; ".join(item.en for item in changes)
    return Text(zh=f"有变化：{zh}", en=f"Changed: {en}")


def _params(old: Fingerprint, new: Fingerprint) -> list[Text]:
    found = []
    for name in sorted(old.params.keys() | new.params.keys()):
        before, after = old.params.get(name), new.params.get(name)
        if before != after and old.references.get(name, 0) != new.references.get(name, 1):
            found.append(
                text("参数 {name}：{old} → {new}", "parameter {name}: {old} → {new}").format(
                    name=name, old=_short(before), new=_short(after)
                )
            )
        elif old.references.get(name) != new.references.get(name):
            found.append(text("{name} 的内容", "what {name} leads to").format(name=name))
    return found


def _inputs(old: Fingerprint, new: Fingerprint) -> list[Text]:
    ports = sorted(old.inputs.keys() | new.inputs.keys())
    changed = [port for port in ports if old.inputs.get(port) != new.inputs.get(port)]
    return [text("输入 {port}", "input {port}").format(port=port) for port in changed]


def _short(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return shown if len(shown) <= 60 else shown[:57] + "..."
