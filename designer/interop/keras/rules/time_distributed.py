"""Layers and models at every step of a sequence."""

from __future__ import annotations

from dataclasses import replace

from designer.interop.keras.building.builder import Use, rule
from designer.interop.keras.building.subnetworks import at_every_step
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Value
from designer.interop.keras.file.graph import layer_of
from designer.interop.keras.layer.consumers import works_along_steps
from designer.interop.keras.layer.training_only import LEFT_OUT


@rule("TimeDistributed")
def time_distributed(use: Use) -> list[Value]:
    """What works on the last axis alone needs no block around it; all else becomes the network of one."""
    layer = layer_of(use.config.get("layer"))
    variables = None if use.variables is None else use.variables.below("layer")
    value = use.only
    plain = works_along_steps(layer) and value.rank > 1 and value.shape.names != IMAGE_SEQUENCE
    if plain or layer.class_name in LEFT_OUT:
        return use.apply(replace(use, layer=replace(layer, name=use.layer.name), variables=variables))
    return [at_every_step(use, layer, variables)]
