"""The blocks of an architecture file and the groups that they use, as JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from designer.core.graph.block import Block, UnknownBlock
from designer.core.graph.definition import MAX_DEPTH, Definition, DefinitionError, FieldRef, definitions, uses
from designer.core.graph.group_paths import agreeing
from designer.core.graph.messages import validation_messages
from designer.core.graph.network import AnyBlock, Network, NetworkError, Node
from designer.core.graph.registry import find
from designer.core.graph.roles import GroupEntry, GroupExit, GroupPort
from designer.core.graph.settings import View
from designer.core.schema.fields import RuleError
from designer.core.schema.limits import MAX_INPUTS, MAX_KIND_LETTERS

_NODE_FIELDS: dict[str, type] = {"id": str, "kind": str, "params": dict, "inputs": list}
_GROUP_FIELDS: dict[str, type] = {
    "name": str,
    "blocks": list,
    "inputs": list,
    "outputs": list,
    "parameters": dict,
    "view": dict,
}
_JSON_NAMES: dict[type, str] = {str: "a string", dict: "an object", list: "a list"}


def blocks_to_json(network: Network) -> list[dict[str, Any]]:
    """The blocks of a network; those that use a definition name it."""
    return [
        {"id": node.id, "kind": node.block.kind, "params": node.block.params(), "inputs": _written(node)}
        for node in network.nodes.values()
    ]


def groups_to_json(network: Network) -> list[dict[str, Any]]:
    """Each definition that a network uses, once; those within others first."""
    return [
        {
            "name": definition.name,
            "inputs": list(definition.inputs),
            "outputs": list(definition.outputs),
            "parameters": {
                name: [f"{block_id}.{field}" for block_id, field in targets]
                for name, targets in definition.parameters.items()
            },
            "blocks": blocks_to_json(definition.network),
            "view": definition.view.to_json(),
        }
        for definition in definitions(network).values()
    ]


def _written(node: Node) -> list[str | None]:
    """Inputs without optional ports that are free at their end; those of unknown kinds as they were read."""
    inputs = list(node.inputs)
    ports = node.block.input_ports
    while (
        isinstance(node.block, Block)
        and inputs
        and inputs[-1] is None
        and ports[len(inputs) - 1] in node.block.optional
    ):
        inputs.pop()
    return inputs


def known_view(view: View, network: Network) -> View:
    """A view as a file gives it, without what it says of blocks that there are not."""
    groups = {block_id for block_id, _ in uses(network)}
    kept = view.only(network.nodes)
    return kept.but(expanded={key: place for key, place in kept.expanded.items() if key in groups})


def read_network(blocks: Any, groups: Any, problems: list[str]) -> Network | None:
    """The network of a file; what is wrong with its blocks and groups is added to `problems`."""
    reading = _Reading(groups, problems)
    network = reading.network(blocks)
    try:
        return network and agreeing(network)
    except NetworkError as error:
        problems.append(str(error))
        return None


class _Reading:
    """Reads groups when a block first names them, so that each definition is there once."""

    def __init__(self, groups: Any, problems: list[str]) -> None:
        self._problems = problems
        self._items: dict[str, dict[str, Any]] = {}
        self._done: dict[str, Definition | None] = {}
        self._under_way: list[str] = []
        for place, item in enumerate(self._listed(groups, "groups")):
            self._take(item, place)
        for name in self._items:
            if name not in self._done:
                self._read(name)

    def _listed(self, items: Any, where: str) -> list[Any]:
        if isinstance(items, list):
            return items
        self._problems.append(f"{where}: expected a list, got {type(items).__name__}")
        return []

    def _take(self, item: Any, place: int) -> None:
        """Notes a group, where it can be named at all."""
        where = f"group number {place + 1}"
        if not isinstance(item, dict):
            self._problems.append(f"{where}: expected an object, got {type(item).__name__}")
            return
        name = item.get("name")
        if isinstance(name, str):
            where = f"group '{name[:80]}'"
        if not self._fields_fit(item, _GROUP_FIELDS, ("name", "blocks"), where):
            return
        if name in self._items:
            self._problems.append(f"two groups are called '{str(name)[:80]}': names must differ")
            return
        self._items[item["name"]] = item

    def _fields_fit(self, item: dict[str, Any], fields: dict[str, type], needed: Iterable[str], where: str) -> bool:
        before = len(self._problems)
        self._problems += [f"{where}: {str(name)[:60]}: there is no such field" for name in item if name not in fields]
        for name, expected in fields.items():
            if name in needed and name not in item:
                self._problems.append(f"{where}: {name}: is missing")
            elif not isinstance(item.get(name, expected()), expected):
                got = type(item[name]).__name__
                self._problems.append(f"{where}: {name}: expected {_JSON_NAMES[expected]}, got {got}")
        return len(self._problems) == before

    def group(self, name: str) -> Definition:
        """The definition of this name. Raises RuleError for one that there is not, or that cannot be."""
        shown = name[:80]
        if name in self._under_way:
            raise RuleError(f"another group than '{shown}', which would hold itself")
        if len(self._under_way) > MAX_DEPTH:
            raise RuleError(f"groups within groups at most {MAX_DEPTH} deep")
        if name not in self._items:
            there = ", ".join(self._items) or "there are none"
            raise RuleError(f"the name of a group in this file ({there[:100]})", f"'{shown}'")
        if name not in self._done:
            self._read(name)
        found = self._done[name]
        if found is None:
            raise RuleError(f"a group that can be read, but '{shown}' cannot")
        return found

    def _read(self, name: str) -> None:
        self._under_way.append(name)
        self._done[name] = self._definition(self._items[name])
        self._under_way.pop()

    def _definition(self, item: dict[str, Any]) -> Definition | None:
        where = f"group '{item['name'][:80]}'"
        network = self.network(item["blocks"], f"{where}: ")
        if network is None:
            return None
        try:
            view = View.model_validate(item.get("view", {}))
            return Definition(
                item["name"],
                network,
                _names(item, "inputs", network, GroupEntry),
                _names(item, "outputs", network, GroupExit),
                known_view(view, network),
                {name: _targets(name, targets) for name, targets in item.get("parameters", {}).items()},
            )
        except ValidationError as error:
            self._problems += [f"{where}: view: {line}" for line in validation_messages(error)]
        except DefinitionError as error:
            self._problems.append(str(error))
        except ValueError as error:
            self._problems.append(f"{where}: {error}")
        return None

    def network(self, items: Any, where: str = "") -> Network | None:
        """A network of blocks; None where something is wrong."""
        before = len(self._problems)
        nodes = [self._node(item, place, where) for place, item in enumerate(self._listed(items, f"{where}blocks"))]
        if len(self._problems) > before:
            return None
        try:
            return Network.of(node for node in nodes if node)
        except NetworkError as error:
            self._problems.append(f"{where}{error}")
            return None

    def _node(self, item: Any, place: int, prefix: str) -> Node | None:
        """A block of the file; what is wrong with it is added to the problems."""
        if not isinstance(item, dict):
            self._problems.append(f"{prefix}block number {place + 1}: expected an object, got {type(item).__name__}")
            return None
        named = f"block '{str(item['id'])[:80]}'" if "id" in item else f"block number {place + 1}"
        where = f"{prefix}{named}"
        if not self._fields_fit(item, _NODE_FIELDS, ("id", "kind"), where):
            return None
        if not (item["kind"].isprintable() and len(item["kind"]) <= MAX_KIND_LETTERS):
            self._problems.append(f"{where}: kind: expected at most {MAX_KIND_LETTERS} letters that can be shown")
            return None
        block = self._block(item["kind"], item.get("params", {}), where)
        if block is None:
            return None
        inputs = self._inputs(block, item.get("inputs", []), where)
        return None if inputs is None else Node(item["id"], block, inputs)

    def _block(self, kind: str, params: dict[str, Any], where: str) -> AnyBlock | None:
        block_class = find(kind)
        if block_class is None:
            return UnknownBlock(kind, params)
        try:
            return block_class.model_validate(params, context={"groups": self.group})
        except ValidationError as error:
            self._problems += [
                f"{where}: {line}" for line in validation_messages(error, fields=block_class.model_fields)
            ]
            return None

    def _inputs(self, block: AnyBlock, inputs: list[Any], where: str) -> tuple[str | None, ...] | None:
        if not all(source is None or isinstance(source, str) for source in inputs):
            self._problems.append(f"{where}: inputs: expected names of blocks, or null where nothing is connected")
            return None
        if isinstance(block, UnknownBlock) and len(inputs) <= MAX_INPUTS:
            return tuple(inputs)
        count = MAX_INPUTS if isinstance(block, UnknownBlock) else len(block.input_ports)
        if len(inputs) > count:
            self._problems.append(f"{where}: inputs: a {block.title} has {count}, got {len(inputs)}")
            return None
        return (*inputs, *(None,) * (count - len(inputs)))


def _names(item: dict[str, Any], field: str, network: Network, kind: type[GroupPort]) -> tuple[str, ...]:
    """The ports as the file orders them; in the order of the blocks, where it does not say."""
    names = item.get(field, [node.id for node, _ in network.of_type(kind)])
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"{field}: expected names of blocks")
    return tuple(names)


def _targets(name: str, targets: Any) -> tuple[FieldRef, ...]:
    if not isinstance(targets, list) or not all(isinstance(item, str) and item.count(".") == 1 for item in targets):
        raise ValueError(f"parameters: {name[:80]}: expected fields of blocks, as conv1.out_channels")
    pairs = [item.split(".") for item in targets]
    return tuple((block_id, field) for block_id, field in pairs)
