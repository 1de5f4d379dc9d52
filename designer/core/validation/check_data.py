"""Whether a network suits its data: the columns, shapes, tasks and sizes of its Inputs and Outputs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from designer.core.edits import network_edits
from designer.core.graph.binding import Binding, DataInfo, Feature, Target, bind
from designer.core.graph.block import Block
from designer.core.graph.design import Design
from designer.core.graph.messages import Fix, Later, Problem
from designer.core.graph.network import Network, Node, block_of
from designer.core.graph.registry import find
from designer.core.graph.roles import OF_CLASSES, EmbeddingBlock, InputBlock, OutputBlock, given_by
from designer.core.inference.infer import Inference, infer_after
from designer.core.schema.shape import Shape
from designer.core.schema.units import noun, plural
from designer.core.validation.check_weights import unknown_classes
from designer.core.validation.fixes import insert_fix, keep_sizes_fix, remove_fix, set_fix
from designer.core.validation.quick_fixes import cuts
from designer.core.validation.shape_adapters import to_shape


def against_data(design: Design, inference: Inference, data: DataInfo) -> list[Problem]:
    """All that does not suit the data: Inputs first, then Outputs, each in the network's order."""
    network, binding = design.network, bind(design.network, data)
    listed: list[Problem] = []
    listed += against_inputs(design, inference, data)
    listed += _vocabularies(network, binding, data)
    for node, block in network.of_type(OutputBlock):
        listed += _output(node, block, inference, data, binding)
    return listed + unknown_classes(design, binding, data)


def against_inputs(design: Design, inference: Inference, data: DataInfo) -> list[Problem]:
    """What does not suit the data in the Inputs, which can be told before other shapes are known."""
    binding = bind(design.network, data)
    inputs = design.network.of_type(InputBlock)
    return [problem for node, block in inputs for problem in _input(node, block, inference, data, binding)]


def suited(block: Block, network: Network, data: DataInfo) -> Block:
    """A new Input with the sizes of the first feature that is free, an Output with the task of the first such target.

    Any other block is as it was, and so is one for which no column is left.
    """
    binding = bind(network, data)
    if isinstance(block, InputBlock):
        taken = {item.name for item in binding.features.values()}
        feature = next((item for item in data.features if item.name not in taken), None)
        return suited_to_feature(block, feature) if feature else block
    if isinstance(block, OutputBlock):
        taken = {item.name for item in binding.targets.values()}
        target = next((item for item in data.targets if item.name not in taken), None)
        return suited_to_target(block, target) if target else block
    return block


def suited_to_feature(block: Block, feature: Feature, named: bool = False) -> Block:
    """An Input with the shape of a feature; it names the feature where that is wanted."""
    name = {"feature": feature.name} if named else {}
    return _with(block, sizes=feature.shape.sizes, axes=_axes(feature.shape), **name)


def suited_to_target(block: Block, target: Target, named: bool = False) -> Block:
    """An Output with the task of a target and, unless its loss suits that as well, the usual loss."""
    keeps = isinstance(block, OutputBlock) and block.task == target.task and not target.per_step
    loss = {} if keeps else {"loss": _loss_for(target)}
    return _with(block, task=target.task, **loss, **({"target": target.name} if named else {}))


def _with(block: Block, **params: Any) -> Block:
    return type(block).model_validate({**block.model_dump(), **params})


def _input(node: Node, block: InputBlock, inference: Inference, data: DataInfo, binding: Binding) -> list[Problem]:
    feature, shape = binding.features.get(node.id), inference.shape(node.id)
    if feature is None:
        return [_no_column(node, "feature", block.feature, data, [item.name for item in data.features])]
    if shape == feature.shape:
        return []
    takes = f"takes {_described(shape, feature)}" if shape else "has no shape"
    message = (
        f"Input '{node.id}' {takes}, but {_named(data, feature)} gives "
        f"{feature.shape.noun} {feature.shape}: set its sizes to those of the data"
    )
    sizes = feature.shape.sizes
    fixes = [set_fix(node.id, "sizes", sizes, also={"axes": _axes(feature.shape)})]
    others = [item for item in data.features if item.shape == shape]
    fixes += [set_fix(node.id, "feature", item.name) for item in others]
    return [Problem(message, node.id, "sizes", tuple(fixes))]


def _described(shape: Shape | None, feature: Feature) -> str:
    """The shape; with its noun where the sizes alone would not tell the difference."""
    if shape is not None and shape.sizes == feature.shape.sizes:
        return f"{shape.noun} {shape}"
    return str(shape)


def _axes(shape: Shape) -> str:
    return {("L",): "tokens", ("L", "C", "H", "W"): "image_sequence"}.get(shape.names, "usual")


def _named(data: DataInfo, column: Feature | Target) -> str:
    """The data; with the column, where there are several."""
    columns: Iterable[Feature | Target] = data.features if isinstance(column, Feature) else data.targets
    return f"the data '{data.title}'" if len(list(columns)) == 1 else f"'{column.name}' of the data '{data.title}'"


def _no_column(node: Node, role: str, wanted: str, data: DataInfo, names: list[str]) -> Problem:
    """An Input or an Output names a column that there is not, or there are more of them than columns."""
    who = f"{node.block.title} '{node.id}'"
    there = ", ".join(names) or "none"
    if wanted:
        message = f"{who} names the {role} '{wanted}', but the data '{data.title}' has {there}: choose one of them"
    else:
        message = f"No {role} of the data '{data.title}' is left for {who} (there is {there}): name one, or remove it"
    fixes = [set_fix(node.id, role, name) for name in names[:3]]
    return Problem(message, node.id, role, fixes if wanted else [*fixes, remove_fix(node)])


def _vocabularies(network: Network, binding: Binding, data: DataInfo) -> list[Problem]:
    """Embeddings that know fewer tokens than their feature has."""
    listed = []
    for node, block in network.of_type(EmbeddingBlock):
        feature = binding.features.get(_first_before(network, node))
        known = block.num_embeddings
        if feature is None or feature.vocabulary is None or known >= feature.vocabulary:
            continue
        message = (
            f"{block.title} '{node.id}' knows {known:,} {noun(known, 'token')}, but {_named(data, feature)} has "
            f"{feature.vocabulary:,}: set num_embeddings to {feature.vocabulary}"
        )
        fix = set_fix(node.id, "num_embeddings", feature.vocabulary)
        listed.append(Problem(message, node.id, "num_embeddings", (fix,)))
    return listed


def _first_before(network: Network, node: Node) -> str:
    """The block at the start of the chain that leads here."""
    while node.sources:
        node = network.nodes[node.sources[0]]
    return node.id


def _output(node: Node, block: OutputBlock, inference: Inference, data: DataInfo, binding: Binding) -> list[Problem]:
    target = binding.targets.get(node.id)
    if target is None:
        columns: Iterable[Feature | Target] = data.features if block.copies else data.targets
        return [_no_column(node, "target", block.target, data, [item.name for item in columns])]
    shape = inference.shape(node.id)
    assert shape is not None
    if block.copies:
        return _copy(inference.network, node, shape, target)
    listed = _task(node, block, target, data)
    if not shape.is_features and not target.per_step:
        return listed  # the size is told once the task is the right one
    if shape.last != target.outputs and given_by(block.criterion) != "embeddings":
        listed.append(_wrong_size(inference.network, node, shape.last, target, data))
    if target.per_step and shape.is_sequence and shape.sizes[0] != target.shape.sizes[0]:
        listed.append(_wrong_length(inference, node, shape, target, data))
    return listed


def _task(node: Node, block: OutputBlock, target: Target, data: DataInfo) -> list[Problem]:
    """The task, and for a target with numbers at each step the loss."""
    if block.task != target.task:
        message = (
            f"Output '{node.id}' is for {block.task.replace('_', ' ')}, but {_named(data, target)} has {_has(target)}"
        )
        fix = set_fix(node.id, "task", target.task, also={"loss": _loss_for(target)})
        return [Problem(message, node.id, "task", (fix,))]
    if (block.criterion in OF_CLASSES) == (target.classes is not None):
        return []
    what = "classes" if target.classes is not None else "numbers"
    message = f"Output '{node.id}' has the loss {block.criterion}, but {_named(data, target)} has {what} at each step"
    return [Problem(message, node.id, "loss", (set_fix(node.id, "loss", _loss_for(target)),))]


def _has(target: Target) -> str:
    if target.per_step:
        return f"{'numbers' if target.classes is None else 'a class'} for each step as target"
    return f"{'numbers' if target.classes is None else 'classes'} as targets"


def _loss_for(target: Target) -> str:
    """`auto` stands for the cross-entropy in sequence to sequence, which numbers do not have."""
    return "mse" if target.per_step and target.classes is None else "auto"


def _wrong_length(inference: Inference, node: Node, shape: Shape, target: Target, data: DataInfo) -> Problem:
    def steps(size: int | None) -> str:
        return "a varying number of steps" if size is None else plural(size, "step")

    message = (
        f"Output '{node.id}' gets {steps(shape.sizes[0])}, but {_named(data, target)} has a value for "
        f"{steps(target.shape.sizes[0])}: the network must keep the length"
    )
    return Problem(message, node.id, fixes=Later(lambda: _kept_length(inference, node, target)))


def _kept_length(inference: Inference, node: Node, target: Target) -> list[Fix]:
    """Padding for all windows before an Output, where that makes the length right."""
    network = inference.network
    before = network.upstream(node.id)
    fix = keep_sizes_fix(name for name in network.nodes if name in before and cuts(inference.results[name]))
    if fix is None:
        return []
    kept = infer_after(inference, fix.apply(Design(network)).network).shape(node.id)
    return [fix] if kept is not None and kept.sizes[0] == target.shape.sizes[0] else []


def _wrong_size(network: Network, output: Node, size: int, target: Target, data: DataInfo) -> Problem:
    number = target.outputs
    wanted = plural(number, "class", "classes") if target.classes else f"{plural(number, 'number')} to predict"
    last = _last_sized(network, output)
    if last is None:
        message = f"Output '{output.id}' gets {plural(size, 'number')}, but {_named(data, target)} has {wanted}"
        fix = _insert_fix(output.id, "dense", f"with {plural(target.outputs, 'unit')}", out_features=target.outputs)
        return Problem(f"{message}: put a Dense of {target.outputs} before it", output.id, fixes=fix)
    message = (
        f"{last.block.title} '{last.id}' gives {plural(size, 'number')}, but {_named(data, target)} has {wanted}: "
        f"set out_features to {target.outputs}"
    )
    return Problem(message, last.id, "out_features", (set_fix(last.id, "out_features", target.outputs),))


def _copy(network: Network, node: Node, shape: Shape, target: Target) -> list[Problem]:
    """An autoencoder gives back the shape that its feature has."""
    wanted = target.shape
    if wanted.is_tokens:
        message = f"Output '{node.id}' cannot give back '{target.name}': tokens are names, not numbers"
        return [Problem(message, node.id, "task", (set_fix(node.id, "task", "sequence_to_sequence"),))]
    if shape == wanted:
        return []
    message = (
        f"Output '{node.id}' gets {shape.noun} {shape}, but is to give back '{target.name}', {wanted.noun} {wanted}"
    )
    last = _last_sized(network, node)
    if last is not None and len(shape.sizes) == len(wanted.sizes) and shape.sizes[:-1] == wanted.sizes[:-1]:
        fix = set_fix(last.id, "out_features", wanted.last)
        return [Problem(f"{message}: set out_features to {wanted.last}", last.id, "out_features", (fix,))]
    if shape.is_features and not wanted.varies and shape.last == wanted.elements:
        fixes = _insert_fix(node.id, "unflatten", f"to {wanted}", sizes=wanted.sizes)
        return [Problem(f"{message}: put an Unflatten before it", node.id, fixes=fixes)]
    ways = Later(lambda: [insert_fix(node, way, 0) for way in islice(to_shape(shape, wanted), 3)])
    return [Problem(f"{message}: make its last blocks give that shape", node.id, fixes=ways)]


def _insert_fix(block_id: str, kind: str, words: str, **params: Any) -> tuple[Fix, ...]:
    """A new block in front of an Output; nothing where the kind is not there."""
    found = find(kind)
    if found is None:
        return ()
    block = found.model_validate(params)
    return (
        Fix(
            f"Insert {block.title} {words}",
            lambda design: design.edit(lambda net: network_edits.insert(net, block, block_id)),
        ),
    )


def _last_sized(network: Network, output: Node) -> Node | None:
    """The Dense that sets the size of the output, through blocks that keep it."""
    source = output.inputs[0]
    while source is not None:
        node = network.nodes[block_of(source)]
        if node.block.kind == "dense":
            return node
        if node.block.kind not in ("dropout", "activation"):
            return None
        source = node.inputs[0]
    return None
