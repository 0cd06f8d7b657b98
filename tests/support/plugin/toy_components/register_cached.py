"""Registers a toy model; its pointer may come from the cache while the model is there."""

from toy_components import register

SPEC = register.SPEC.model_copy(update={"id": "deliver.toy_register_cached", "cacheable": True})
run = register.run
