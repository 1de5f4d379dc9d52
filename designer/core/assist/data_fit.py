"""A network brought into line with its data: Inputs, Outputs and the last sizes, in one step."""

from __future__ import annotations

from dataclasses import replace

from designer.core.graph.binding import DataInfo, bind
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError
from designer.core.graph.parameters import replace_block, set_params
from designer.core.graph.roles import InputBlock, OutputBlock
from designer.core.inference.infer import infer
from designer.core.validation import check
from designer.core.validation.check_data import suited_to_feature, suited_to_target

_MOST_STEPS = 40
"""Mends one after the other, at most."""


def fitted(design: Design, data: DataInfo) -> Design | None:
    """The design with Inputs and Outputs as the data have them, and what follows from that mended where it is plain.

    None where more is amiss than sizes, tasks and columns: where other blocks are needed, a person chooses them.
    """
    named = replace(design, network=_with_columns_that_are_there(design.network, data))
    fitted = replace(named, network=_suited(named.network, data))
    for _ in range(_MOST_STEPS):
        found = check.problems(fitted, infer(fitted.network), data)
        if not found:
            return fitted
        fix = next((fix for fix in found[0].fixes if not (fix.loses or fix.guess)), None)
        if fix is None:
            return None
        try:
            mended = fix.apply(fitted)
        except NetworkError:  # within a group whose uses could not take it
            return None
        if mended.network == fitted.network or mended.network.nodes.keys() > fitted.network.nodes.keys():
            return None
        fitted = mended
    return None


def _with_columns_that_are_there(network: Network, data: DataInfo) -> Network:
    """Columns that Inputs and Outputs name, and that these data do not have, are named no longer."""
    features = {item.name for item in data.features}
    targets = {item.name for item in data.targets}
    for node, block in network.of_type(InputBlock):
        if block.feature and block.feature not in features:
            network = set_params(network, node.id, feature="")
    for node, output in network.of_type(OutputBlock):
        if output.target and output.target not in (features if output.copies else targets):
            network = set_params(network, node.id, target="")
    return network


def _suited(network: Network, data: DataInfo) -> Network:
    """Inputs and Outputs with the shapes and tasks of the columns that they take."""
    binding = bind(network, data)
    for node, block in network.of_type(InputBlock):
        if feature := binding.features.get(node.id):
            network = replace_block(network, node.id, suited_to_feature(block, feature))
    for node, output in network.of_type(OutputBlock):
        target = binding.targets.get(node.id)
        if target and not output.copies:
            network = replace_block(network, node.id, suited_to_target(output, target))
    return network
