"""A network as a program: modules and statements. The engine runs it, codegen prints it, so they cannot differ."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable
from dataclasses import replace

from designer.core.graph.block import Block
from designer.core.graph.definition import Definition, class_name
from designer.core.graph.network import Network, block_of, named_port, port_of
from designer.core.graph.roles import GroupEntry, InputBlock, Link, OutputBlock
from designer.core.inference.infer import Inference, Result, infer
from designer.core.ir.expr import Call, Expr, Module, Name, Op, Program, Ref, Statement, WithLengths, resolved, walk
from designer.core.schema.shape import Shape
from designer.core.schema.transliteration import in_latin

# Names that nn.Module has for itself: a block called so gets an underscore.
_RESERVED = (
    "add_module append apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval "
    "extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half insert ipu "
    "load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters pop "
    "register_backward_hook register_buffer register_forward_hook register_forward_pre_hook "
    "register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook "
    "register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook "
    "register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict "
    "T_destination to to_empty train training type xpu zero_grad"
)
_TAKEN = frozenset(_RESERVED.split())


def is_taken(name: str) -> bool:
    """Whether nn.Module has this name for itself, so that a block called so would get another one as an attribute."""
    return name in _TAKEN


def compiled(
    network: Network, inference: Inference | None = None, title: str = "Net", *, for_loss: bool = True
) -> Program:
    """The program of a valid network. Raises ValueError where a block's shapes are not known.

    `for_loss` leaves out a last softmax or sigmoid that the loss applies itself.
    """
    found = inference or infer(network)
    outputs = [node for node in network.nodes.values() if not node.block.output_ports]
    used: set[str] = set()
    for output in outputs:
        used |= network.upstream(output.id)
    making = _Making([node.id for node, _ in network.of_type(InputBlock) if node.id in used])
    for result in found.results.values():
        if result.node.id in used:
            making.add(result)
    results = {}
    for output in outputs:
        value = making.ref(output.inputs[0], network)
        link = output.block.link if for_loss and isinstance(output.block, OutputBlock) else ""
        results[output.id] = _logits(value, making.statements, link)
    return making.program(title, results)


def compiled_group(definition: Definition, inputs: Iterable[tuple[Shape, bool]], inside: Inference) -> Program:
    """The program of a definition, titled as its class; `inside` holds what leads to its outputs.

    `inputs`: the shape of each one, and whether its lengths come with it.

    `arguments` are those of its inputs, in order. `results` holds its outputs, in order, and then the lengths [N] of
    those outputs that have other lengths than any input.
    """
    making = _Making(definition.inputs, definition.outputs)
    for port, (shape, has_lengths) in zip(definition.inputs, inputs, strict=True):
        making.add_argument(port, shape, has_lengths)
    for result in inside.results.values():
        if not isinstance(result.node.block, GroupEntry):
            making.add(result)
    results: dict[str, Expr] = {}
    own: dict[str, Expr] = {}
    lengths: dict[str, str] = {}
    for port in definition.outputs:
        value = making.ref(inside.network.nodes[port].inputs[0], inside.network)
        results[port] = value
        if isinstance(value.lengths, Name):
            lengths[port] = value.lengths.name
        elif value.lengths is not None:
            lengths[port] = making.lengths_of(port)
            own[lengths[port]] = value.lengths
    program = making.program(class_name(definition.name), {**results, **own}, lengths)
    return replace(program, parameters=definition.parameters)


class _Making:
    """Statements and modules, as they are added block by block."""

    def __init__(self, inputs: Collection[str], outputs: Collection[str] = ()) -> None:
        self._inputs = inputs
        self._ports = {*inputs, *outputs}
        self.arguments: list[str] = []
        self.modules: dict[str, Module] = {}
        self.names: dict[Module, str] = {}
        self.statements: list[Statement] = []
        self._refs: dict[tuple[str, str], Ref] = {}
        self._first: dict[str, str] = {}
        self._shared: dict[str, str] = {}

    def program(self, title: str, results: dict[str, Expr], lengths: dict[str, str] | None = None) -> Program:
        """All that was added, as a program."""
        statements = tuple(self.statements)
        shapes = {key: ref.shape for key, ref in self._refs.items()}
        shapes |= {(name, "out"): value.shape for name, value in results.items() if isinstance(value, Ref)}
        return Program(
            title, tuple(self.arguments), self.modules, statements, results, self.names, lengths or {}, shapes=shapes
        )

    def ref(self, source: str | None, network: Network) -> Ref:
        """The value that an input takes."""
        assert source is not None
        block = network.nodes[block_of(source)].block
        return self._refs[block_of(source), port_of(source, block)]

    def add(self, result: Result) -> None:
        """Takes a block in; Outputs have no value of their own."""
        node, block = result.node, result.node.block
        if not isinstance(block, Block) or result.shapes is None:
            raise ValueError(f"'{node.id}' cannot be built: its network is not valid")
        if isinstance(block, InputBlock):
            self.add_argument(node.id, result.shapes[0], result.shapes[0].varies)
            return
        if not block.output_ports:
            return
        inputs = tuple(self._refs[block_of(ref), self._port(ref)] for ref in node.inputs if ref)
        value = block.forward(*inputs)
        values = value if isinstance(value, tuple) else (value,)
        lengths = block.lengths(*inputs) if any(shape.varies for shape in result.shapes) else None
        for port, item, shape in zip(block.output_ports, values, result.shapes, strict=True):
            self._collect(node.id, item)
            own = item.lengths if isinstance(item, WithLengths) else lengths
            plain = item.value if isinstance(item, WithLengths) else item
            self._define(node.id, port, plain, shape, own if shape.varies else None)
        if lengths is not None:
            self._collect(node.id, lengths)

    def _port(self, ref: str) -> str:
        block, port = block_of(ref), named_port(ref)
        return port or self._first[block]

    def add_argument(self, block_id: str, shape: Shape, has_lengths: bool) -> None:
        """Takes in what enters: its value and, where its length varies, its lengths."""
        alone = len(self._inputs) == 1
        name = "x" if alone else self._argument(block_id)
        self.arguments.append(name)
        lengths: Expr | None = None
        if has_lengths:
            lengths = Name(self.lengths_of("" if alone else name))
            self.arguments.append(lengths.name)
        self._define(block_id, "out", Name(name), shape, lengths)

    def _argument(self, block_id: str) -> str:
        """What a value that enters is called: names of two scripts may be one in Latin letters."""
        name = in_latin(block_id)
        while name in self.arguments or (name != block_id and name in self._ports):
            name += "_"
        return name

    def lengths_of(self, port: str) -> str:
        """What the lengths of a value that enters or leaves are called: as no port is."""
        name = f"{in_latin(port)}_lengths" if port else "lengths"
        while name in self._ports or name in self.arguments:
            name += "_"
        return name

    def _define(self, block_id: str, port: str, value: Expr, shape: Shape, lengths: Expr | None) -> None:
        self.statements.append(Statement(block_id, port, value, lengths))
        self._first.setdefault(block_id, port)
        self._refs[block_id, port] = Ref(block_id, port, shape, lengths)

    def _collect(self, block_id: str, value: Expr) -> None:
        """Gives the modules in an expression their names."""
        for item in walk(value):
            if isinstance(item, Module) and item not in self.names:
                self.names[item] = self._named(block_id, item)

    def _named(self, block_id: str, item: Module) -> str:
        if item.shared in self._shared:
            return self._shared[item.shared]
        own = in_latin(block_id)
        name = item.shared or (f"{own}_{item.suffix}" if item.suffix else own)
        while name in _TAKEN or keyword.iskeyword(name) or name in self.modules:
            name += "_"
        self.modules[name] = item
        if item.shared:
            self._shared[item.shared] = name
        return name


_WITHIN: dict[Link, tuple[str, ...]] = {"softmax": ("nn.Softmax", "nn.LogSoftmax"), "sigmoid": ("nn.Sigmoid",)}
"""What the losses that take logits apply themselves."""


def _logits(value: Expr, statements: Iterable[Statement], link: Link) -> Expr:
    """What a last softmax or sigmoid is applied to, where the loss applies it, so that it is not applied twice."""
    whole = resolved(value, statements)
    if isinstance(whole, Op) and ends_as_loss_begins(whole, link):
        inner = whole.args[1]
        assert isinstance(inner, Expr)
        return inner
    return value


def ends_as_loss_begins(value: object, link: Link) -> bool:
    """Whether a value comes out of a softmax or a sigmoid that the loss applies itself."""
    if not isinstance(value, Op) or value.form != "module":
        return False
    target = value.args[0].target
    return isinstance(target, Call) and target.target in _WITHIN.get(link, ())
