"""What a training script is about: the columns it reads, what each Output learns, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from designer.codegen.layout import Brackets, Code, flat
from designer.codegen.own_data import READ_DATA, OwnData
from designer.codegen.recipe_text import called, inlined
from designer.codegen.transforms_text import PARTNERS, SHARE, TransformsText
from designer.core.graph.binding import LENGTHS, DataInfo, Feature, Split, Target, bind, split_of
from designer.core.graph.carrying import carried_window, carries
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.learning import Learning, learning_of
from designer.core.ir.expr import Program, literal
from designer.core.schema.fields import BALANCED
from designer.data.formats.base import ReaderCall
from designer.data.formats.target_scale import Units
from designer.data.sample_facts import facts_of
from designer.data.transforms.mixup import expect_mixable, expect_unmixed, mixed_columns
from designer.data.transforms.registry import chain_of
from designer.recipe import choices
from designer.recipe.function import Function
from designer.recipe.goals import Goal, goals_of

WEIGHTS = "weights"
STATES, GOES_ON = "states", "goes_on"
"""The states that are carried over, and the column that says which samples go on where those before have ended."""
_IN_EVERY_SCRIPT = {"epochs": -2, "batch_size": -1, "seed": 1}
"""Settings that main and the loops over epochs and batches need, with their places ahead of the others and behind."""


@dataclass(frozen=True)
class GoalText:
    """What one Output learns, as text."""

    goal: Goal
    settings: TrainingSettings
    is_alone: bool = True
    """Whether there is no other."""
    units: Units | None = None
    """In which its numbers are measured, where they are learned in others."""

    @property
    def metrics(self) -> tuple[choices.Metric, ...]:
        """What is measured of it beside the loss and the right answers."""
        return choices.metrics_of(self.goal, self.settings)

    @property
    def wanted(self) -> Code:
        """What the result is compared with: the target of a batch, or all steps of it that count."""
        return self._laid_out(f"batch[{literal(self.goal.target.name)}]")

    @property
    def wanted_of_partners(self) -> Code:
        """The same of the samples that are mixed in."""
        return self._laid_out(f"batch[{literal(self.goal.target.name)}][{PARTNERS}]")

    def mixed_loss_of(self, result: Code, wanted: Code) -> Brackets:
        """The loss by what the samples of a batch are, and by what those are that were mixed in."""
        losses = (self.loss_of(result, wanted), self.loss_of(result, self.wanted_of_partners))
        return Brackets("mixed_loss(", (*losses, SHARE))

    def compared(self, result: Code) -> Code:
        """What the network gives, row by row as it is compared."""
        return self._laid_out(result)

    def _laid_out(self, values: Code) -> Code:
        steps = choices.steps_of(self.goal)
        if steps is None:
            return values
        given = {"values": values, "lengths": f"batch[{literal(self.goal.lengths)}]"}
        return called(steps, self.settings, **given)

    def loss_of(self, result: Code, wanted: Code) -> Code:
        """The mean loss of what is compared."""
        function = choices.loss_of(self.goal)
        given: dict[str, Code] = {"result": result, "wanted": wanted, "class_weights": self.weights}
        if function.is_copied:
            return called(
                function, self.settings, **given, **{name: literal(value) for name, value in self.goal.options}
            )
        told = {name: "" if value == function.parameters[name] else literal(value) for name, value in self.goal.options}
        return inlined(function, self.settings, **given, **told)

    @property
    def weights(self) -> str:
        """How much each of its classes counts; empty where all count alike."""
        if not choices.is_weighed(self.goal, self.settings):
            return ""
        return WEIGHTS if self.is_alone else f"{WEIGHTS}[{literal(self.goal.output)}]"

    def size_of(self, wanted: Code) -> str:
        """What the mean loss of a batch is over: a number of samples or steps, or the weight of their classes."""
        if not self.weights:
            return f"len({flat(wanted)})"
        return f"{flat(called(choices.WEIGHT_OF, self.settings, wanted=wanted, weights=self.weights))}.item()"

    def weighted(self, loss: Code) -> Code:
        """The loss with its weight, in a network with one Output."""
        factor = f"{self.goal.weight} * " if self.goal.weight != 1 else ""
        return Brackets(factor + loss.head, loss.items) if isinstance(loss, Brackets) else factor + flat(loss)

    @property
    def measuring(self) -> list[Function]:
        """The functions that measure it."""
        found = [function for item in self.metrics for function in (item.of_batch, item.figure)]
        in_own_units = self.units is not None and self.goal.target.classes is None
        return found + ([choices.IN_OWN_UNITS] if found and in_own_units else [])

    def right_of(self, result: Code, wanted: Code) -> str:
        """How many classes are named rightly."""
        function = choices.right_answers_of(self.goal)
        assert function is not None
        write = called if function.is_copied else inlined
        return f"int({flat(write(function, self.settings, result=result, wanted=wanted))})"


@dataclass(frozen=True)
class ScriptPlan:
    """Everything that the sections of a training script are written from."""

    settings: TrainingSettings
    data: DataInfo
    features: tuple[Feature, ...]
    goals: tuple[GoalText, ...]
    weights: str = ""
    """The file beside the script that holds trained weights."""
    own: OwnData | None = None
    """How the data are read that are a person's own, and no set that comes with the program."""
    transforms: TransformsText = field(default_factory=TransformsText)
    learning: Learning = field(default_factory=Learning)
    """How modules learn that are frozen, or have rates of their own."""
    window: int = 0
    """Steps of the windows from whose end states are carried over to the next batch; 0 where none are."""

    @classmethod
    def of(cls, design: Design, program: Program, data: DataInfo, weights: str = "") -> ScriptPlan:
        """The plan of a design that suits its data. Raises DataError where the settings of the data are wrong."""
        binding = bind(design.network, data)
        learned = goals_of(design.network, binding, program.results)
        units = facts_of(design.data).units
        goals = tuple(
            GoalText(goal, design.training, len(learned) == 1, units.get(goal.target.name)) for goal in learned
        )
        own = OwnData.of(design.data, data) if design.data.is_own else None
        features = tuple(binding.features.values())
        chain = chain_of(design.data)
        expect_mixable(chain, binding)
        has_classes = any(goal.target.classes is not None for goal in learned)
        once = tuple({item.name: item for item in features}.values())
        transforms = TransformsText(chain, once, *mixed_columns(binding), has_classes)
        learning = learning_of(design.network, program)
        window = carried_window(design.network, binding) if carries(design.network, design.training) else 0
        expect_unmixed(chain, window > 0)
        return cls(design.training, data, features, goals, weights, own, transforms, learning, window)

    @cached_property
    def columns(self) -> dict[str, Feature | Target]:
        """The columns that the network takes or learns."""
        features: dict[str, Feature | Target] = {item.name: item for item in self.features}
        return features | {
            item.goal.target.name: item.goal.target for item in self.goals if item.goal.target.name not in features
        }

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
        """Whether every column of the data is used. A reader of a person's own may give more than the data have."""
        if self.own:
            return False
        known = {item.name for item in self.data.features} | {item.name for item in self.data.targets}
        return known == set(self.columns) and not (self.data.groups or self.data.spans)

    @property
    def split(self) -> Split:
        """How samples are kept apart for validation."""
        return split_of(self.data, (item.goal.target for item in self.goals))

    @property
    def split_call(self) -> Brackets:
        """The call that gives the rows to learn from and those to validate with."""
        function = choices.split_by(self.split)
        counted = f"len(columns[{literal(self.any_column)}])"
        given = f"columns[{literal(self.split.column)}]" if self.split.column else counted
        return called(function, self.settings, **{next(iter(function.parameters)): given})

    @property
    def placing(self) -> tuple[Function, ...]:
        """What makes tensors of the columns."""
        return choices.placing(images=bool(self.images), sequences=bool(self.varying))

    @property
    def taking(self) -> Function:
        """What makes a batch of some rows."""
        return choices.taking(sequences=bool(self.varying))

    @property
    def validates(self) -> bool:
        """Whether samples are kept apart for validation."""
        return self.settings.validation_share > 0

    @property
    def names_classes(self) -> bool:
        """Whether an Output names classes."""
        return any(item.goal.target.classes for item in self.goals)

    @property
    def evaluation_order(self) -> Code:
        """The order in which samples are evaluated."""
        count = f"len(samples[{literal(self.any_column)}])"
        if not choices.mixes_evaluation(item.goal for item in self.goals):
            return f"torch.arange({count})"
        return called(choices.EPOCH_ORDER, self.settings, count=count, epoch=str(choices.EVALUATION_EPOCH))

    @property
    def measures(self) -> bool:
        """Whether anything is measured beside the loss and the right answers."""
        return any(item.metrics for item in self.goals)

    @property
    def mixing(self) -> tuple[GoalText, ...]:
        """The Outputs whose losses are mixed where samples are: those of classes."""
        return tuple(item for item in self.goals if self.transforms.mixes and item.goal.target.classes is not None)

    @property
    def weighed(self) -> tuple[GoalText, ...]:
        """The Outputs whose classes count differently."""
        return tuple(item for item in self.goals if item.weights)

    @property
    def is_balanced(self) -> bool:
        """Whether what each class counts is found in the data."""
        return bool(self.weighed) and self.settings.class_weights == BALANCED

    @property
    def penalties(self) -> str:
        """What is added to the loss."""
        terms = [called(item, self.settings, model="model") for item in choices.penalties_of(self.settings)]
        return "".join(f" + {flat(term)}" for term in terms)

    @property
    def carries(self) -> bool:
        """Whether states are carried over from batch to batch."""
        return self.window > 0

    @property
    def tells_series(self) -> bool:
        """Whether states begin anew where a sample does not go on where the one before has ended."""
        return self.carries and self.settings.reset_states == "series"

    @property
    def schedule(self) -> tuple[Function, ...]:
        """What changes the learning rate; nothing where it stays the same."""
        return choices.schedule_functions(self.settings, bool(self.learning.rates))

    @property
    def accumulates(self) -> bool:
        """Whether several batches make a step."""
        return bool(choices.accumulating(self.settings))

    @property
    def counts_batches(self) -> bool:
        """Whether a step depends on which batch it is."""
        return bool(self.schedule) or self.accumulates or self.averages or self.is_noisy

    @property
    def numbers_steps(self) -> bool:
        """Whether a step depends on its number in the whole training."""
        rate = choices.rate_of(self.settings)
        by_number = choices.warms_up(self.settings) or (rate is not None and "step" in rate.parameters)
        return self.averages or self.is_noisy or by_number

    @property
    def averages(self) -> bool:
        """Whether a mean of the weights is evaluated."""
        return bool(choices.averaging(self.settings))

    @property
    def is_noisy(self) -> bool:
        """Whether there is noise on the gradients, by the number of the step."""
        return any("step" in item.parameters for item in choices.descent_of(self.settings))

    @property
    def scales(self) -> bool:
        """Whether gradients are made larger until the step."""
        return choices.scales(self.settings)

    @property
    def functions(self) -> list[Function]:
        """The functions of the recipe that the training loop consists of."""
        goals = [item.goal for item in self.goals]
        steps = [found for goal in goals if (found := choices.steps_of(goal))]
        right = [found for goal in goals if (found := choices.right_answers_of(goal))]
        split = [choices.split_by(self.split)] if self.validates else []
        batches = [
            *self.transforms.functions,
            *self.placing,
            *(choices.carrying(self.settings) if self.carries else (choices.EPOCH_ORDER,)),
            choices.SPLIT_ORDER,
            self.taking,
        ]
        right += [choices.WEIGHT_OF] if self.weighed else []
        right += [choices.BALANCED_WEIGHTS] if self.is_balanced else []
        right += [function for item in self.goals for function in item.measuring]
        right += [choices.IN_WORDS] if self.measures else []
        several = [choices.WEIGHTED_SUM] if len(goals) > 1 else []
        optimizer, penalties = choices.optimizer_of(self.settings), choices.penalties_of(self.settings)
        return [
            *split,
            *batches,
            *steps,
            *map(choices.loss_of, goals),
            *right,
            *several,
            *choices.learning_functions(self.learning),
            optimizer,
            *self.schedule,
            *penalties,
            *choices.preparing(self.settings),
            *choices.in_fewer_digits(self.settings, self.carries),
            choices.backward_of(self.settings),
            *choices.descent_of(self.settings),
            *choices.accumulating(self.settings),
            *choices.averaging(self.settings),
            *choices.stopping(self.settings),
        ]

    @property
    def told(self) -> list[str]:
        """The settings at the top of the script: what every script has, and what functions of the recipe take."""
        used = {name for item in self.functions for name in item.told(self.settings)} | _IN_EVERY_SCRIPT.keys()
        used.discard("class_weights")  # numbers for each Output, in the order of its classes
        place = {name: place for place, name in enumerate(TrainingSettings.model_fields)}
        return sorted(used, key=lambda name: (_IN_EVERY_SCRIPT.get(name, 0), place[name]))

    @property
    def reader(self) -> ReaderCall:
        """The function that reads the data; a script gives it the folder that it is in, or where a person's own are."""
        return self.own.call if self.own else ReaderCall(self.data.name, f"read_{self.data.name}", {})

    @property
    def reading(self) -> str:
        """The call that gives the columns to learn from, and those for the test."""
        return f"{READ_DATA}()" if self.own else f"{self.reader.function}(FOLDER)"

    @property
    def needs_folder(self) -> bool:
        """Whether anything is found from where the script is."""
        return self.own is None or self.own.is_beside or bool(self.weights)

    @property
    def called(self) -> Brackets:
        """The model called on a batch."""
        if self.carries:
            return Brackets(f"{choices.CONTINUED.name}(", ("model", STATES, *self._arguments))
        return Brackets("model(", self._arguments)

    @property
    def called_to_learn(self) -> Brackets:
        """The same where it learns, perhaps in numbers of fewer digits."""
        if not (found := choices.in_fewer_digits(self.settings, self.carries)):
            return self.called
        first, *others = self._arguments
        values: Code = Brackets("(", (first, *others)) if others else f"({first},)"
        states: dict[str, Code] = {"states": STATES} if self.carries else {}
        return called(found[0], self.settings, model="model", values=values, device="DEVICE", **states)

    @property
    def _arguments(self) -> tuple[str, ...]:
        names: list[str] = []
        for item in self.features:
            names += [item.name, item.name + LENGTHS] if item.shape.varies else [item.name]
        return tuple(f"batch[{literal(name)}]" for name in names)

    @property
    def any_column(self) -> str:
        """A column that counts the samples."""
        return self.goals[0].goal.target.name
