"""What to try where a loss is no longer finite, in words that fit the network."""

from __future__ import annotations

from designer.core.graph.definition import definitions
from designer.core.graph.roles import OutputBlock
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import Inference, Result

_NORMS = {
    ("C", "H", "W"): "BatchNorm2d",
    ("C", "D", "H", "W"): "BatchNorm3d",
    ("L", "F"): "LayerNorm",
    ("F",): "BatchNorm1d",
}
"""The normalisation that most use for values with these axes; one over a batch would count the padding of sequences."""
_FAST = 1e-3
"""A learning rate above this is the likeliest reason."""


def after_divergence(inference: Inference, settings: TrainingSettings) -> str:
    """A smaller rate, and a normalisation where the network has blocks with weights before its last ones, and none."""
    rate = settings.learning_rate
    slower = f"a smaller learning rate (now {rate:g}; {max(rate / 10, 1e-8):g}, for example)"
    if settings.precision == "float16":
        return f"Try the precision bfloat16 or float32, which have room for larger numbers, or {slower}."
    for node, block in inference.network.of_type(OutputBlock):
        if block.loss_options.get("log_input") is False:
            return (
                f"Give '{node.id}' positive numbers, as its loss takes their logarithm: set the activation in front to "
                f"softplus, or log_input to true; or try {slower}."
            )
    norm = _missing_norm(inference)
    if rate > _FAST:
        return f"Try {slower}" + (f", or {norm}." if norm else ".")
    scale = "numbers around 0 to 1 at the Input, by a Standardize"
    return f"Try {norm or scale}, or {slower}."


def _missing_norm(inference: Inference) -> str:
    """Which normalisation goes behind which block; empty where there is one, or no place for one."""
    network = inference.network
    inside = [item.network for item in definitions(network).values()]
    if any(node.block.category == "Normalisation" for part in (network, *inside) for node in part.nodes.values()):
        return ""
    for result in inference.results.values():
        names = [shape.names for shape in result.shapes or ()]
        kind = next((norm for axes, norm in _NORMS.items() if axes in names), "")
        if kind and result.parameters and not _comes_last(inference, result):
            return f"a {kind} behind '{result.node.id}', where sums may grow large"
    return ""


def _comes_last(inference: Inference, result: Result) -> bool:
    """Whether an Output takes what a block gives: it is compared with the target as it is."""
    takers = [inference.network.nodes[name] for name, _ in inference.network.consumers[result.node.id]]
    return not takers or any(not taker.block.output_ports for taker in takers)
