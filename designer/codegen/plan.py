"""What a training script is about: the columns it reads, what each Output learns, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from designer.codegen.layout import Brackets, Code
from designer.core.graph.binding import LENGTHS, DataInfo, Feature, Split, Target, bind, loss_function, split_of
from designer.core.graph.design import Design
from designer.core.graph.roles import OutputBlock
from designer.core.graph.settings import TrainingSettings
from designer.core.ir.expr import Program


@dataclass(frozen=True)
class Goal:
    """What one Output learns, by the name of its block."""

    name: str
    target: Target
    loss: str
    """The function, `F.cross_entropy` or a part."""
    weight: float

    @property
    def wanted(self) -> str:
        """The target of a batch."""
        return f'batch["{self.target.name}"]'

    @property
    def lengths(self) -> str:
        """The lengths of the target of a batch, where they vary."""
        return f'batch["{self.target.name}{LENGTHS}"]' if self.target.shape.varies else ""

    def loss_of(self, result: Code, weighted: bool = False) -> Brackets:
        """The call that gives the mean loss of a batch, with its weight if wanted."""
        factor = f"{self.weight} * " if weighted and self.weight != 1 else ""
        lengths = (self.lengths,) if self.lengths else ()
        return Brackets(f"{factor}{self.loss}(", (result, self.wanted, *lengths))

    def right_of(self, result: str) -> str:
        """How many classes are named rightly."""
        equal = f"{result}.argmax(-1) == {self.wanted}"
        return f"int(real_steps({equal}, {self.lengths}).sum())" if self.lengths else f"int(({equal}).sum())"

    @property
    def size(self) -> str:
        """How many values the mean loss of a batch is over: samples, or steps."""
        if self.lengths:
            return f"int({self.lengths}.sum())"
        return f"{self.wanted}.shape[:2].numel()" if self.target.per_step else f"len({self.wanted})"


@dataclass(frozen=True)
class Plan:
    """Everything that the sections of a training script are written from."""

    settings: TrainingSettings
    data: DataInfo
    features: tuple[Feature, ...]
    goals: tuple[Goal, ...]
    weights: str = ""
    """The file beside the script that holds trained weights."""

    @classmethod
    def of(cls, design: Design, program: Program, data: DataInfo, weights: str = "") -> Plan:
        """The plan of a design that suits its data."""
        binding = bind(design.network, data)
        outputs = {node.id: block for node, block in design.network.of_type(OutputBlock)}
        goals = tuple(_goal(outputs[name], name, binding.targets[name]) for name in program.results)
        return cls(design.training, data, tuple(binding.features.values()), goals, weights)

    @cached_property
    def columns(self) -> dict[str, Feature | Target]:
        """The columns that the network takes or learns."""
        features: dict[str, Feature | Target] = {item.name: item for item in self.features}
        return features | {item.target.name: item.target for item in self.goals if item.target.name not in features}

    @property
    def varying(self) -> list[str]:
        """The columns whose length differs from sample to sample."""
        return [name for name, item in self.columns.items() if item.shape.varies]

    @property
    def images(self) -> list[str]:
        """The columns of images."""
        return [name for name, item in self.columns.items() if item.shape.is_image]

    @property
    def takes_all(self) -> bool:
        """Whether every column of the data is used."""
        known = {item.name for item in self.data.features} | {item.name for item in self.data.targets}
        return known == set(self.columns) and not (self.data.groups or self.data.spans)

    @property
    def split(self) -> Split:
        """How samples are kept apart for validation."""
        return split_of(self.data, (goal.target for goal in self.goals))

    @property
    def split_call(self) -> str:
        """The call that gives the rows to learn from and those to validate with."""
        column = f'columns["{self.split.column}"]' if self.split.column else f'len(columns["{self.any_column}"])'
        seed = ", SEED" if self.split.is_random else ""
        return f"{self.split.function}({column}, VALIDATION_SHARE{seed})"

    @property
    def validates(self) -> bool:
        """Whether samples are kept apart for validation."""
        return self.settings.validation_share > 0

    @property
    def is_penalised(self) -> bool:
        """Whether large weights are made small by the loss."""
        return bool(self.settings.l1 or self.settings.l2)

    @property
    def parts(self) -> list[str]:
        """The functions of designer.parts that the training loop calls."""
        names = [goal.loss for goal in self.goals if not goal.loss.startswith("F.")]
        names += ["real_steps"] if any(goal.lengths and goal.target.classes for goal in self.goals) else []
        return [*names, "penalised_weights"] if self.is_penalised else names

    @property
    def reader(self) -> str:
        """The function that reads the data, and, after `designer.data.readers.`, where it is."""
        return f"read_{self.data.name}"

    @property
    def called(self) -> Brackets:
        """The model called on a batch."""
        names: list[str] = []
        for item in self.features:
            names += [item.name, item.name + LENGTHS] if item.shape.varies else [item.name]
        return Brackets("model(", tuple(f'batch["{name}"]' for name in names))

    @property
    def any_column(self) -> str:
        """A column that counts the samples."""
        return self.goals[0].target.name


def _goal(block: OutputBlock, name: str, target: Target) -> Goal:
    return Goal(name, target, loss_function(block.criterion, target), block.weight)
