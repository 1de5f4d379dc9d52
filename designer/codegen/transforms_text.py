"""What is done to samples before a network sees them, in a script: numbers normalised, batches changed by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from designer.codegen.layout import Brackets, broken
from designer.codegen.printing import literal_code
from designer.core.graph.binding import LENGTHS, Feature
from designer.core.ir.expr import literal
from designer.data.transforms.base import Transform
from designer.data.transforms.registry import applied_to
from designer.data.transforms.scaled import kept_axis
from designer.recipe.function import Function

NORMALISE = "normalise"
SHARE, PARTNERS = "share", "partners"
"""How much of each sample stays, and the numbers of those that are mixed in."""


@dataclass(frozen=True)
class TransformsText:
    """The chain of a design, as far as it changes columns that the network takes."""

    chain: tuple[Transform, ...] = ()
    features: tuple[Feature, ...] = ()
    mixed: tuple[str, ...] = ()
    """The columns of numbers that are mixed where samples are."""
    longer: tuple[str, ...] = ()
    """Those of lengths, of which the larger one counts then."""
    mixes_losses: bool = False
    """Whether the losses of classes are mixed then."""

    @property
    def scaled(self) -> tuple[Feature, ...]:
        """The columns that are normalised."""
        return tuple(self._columns(random=False))

    @property
    def is_random(self) -> bool:
        """Whether batches are changed by chance."""
        return any(True for _ in self._columns(random=True))

    @property
    def mixes(self) -> bool:
        """Whether samples are mixed."""
        return any(item.mixes for item in self.chain)

    def _columns(self, random: bool) -> Iterator[Feature]:
        for item in self.chain:
            if item.is_random == random:
                yield from applied_to(item, self.features)

    @property
    def functions(self) -> list[Function]:
        """Those of the recipe that this needs."""
        scaling = ["pieces_of", "mean_and_deviation", "normalised"] if self.scaled else []
        named = [item.function for item in self.chain if item.is_random and not item.mixes]
        random = list(dict.fromkeys(named)) if self.is_random else []
        augmentation = ["chance_of", *random] if self.is_random else []
        found = [Function("scaling", name) for name in scaling]
        found += [Function("augmentation", name) for name in augmentation]
        if not self.mixes:
            return found
        others = [*(["longer"] if self.longer else []), *(["mixed_loss"] if self.mixes_losses else [])]
        return found + [Function("mixing", name) for name in ("mixing_of", "mixed", *others)]

    def normalise_section(self, learned: Brackets | None) -> Iterator[str]:
        """The function that normalises the columns; `learned` is the call that gives the rows to learn from."""
        yield "def normalise(columns: dict[str, np.ndarray], test_columns: dict[str, np.ndarray]) -> None:"
        yield '    """Brings numbers to a mean of 0 and a deviation of 1, as they are in what is learned from."""'
        if learned:
            yield from broken("rows, _ = ", learned, indent=4)
        else:
            yield f"    rows = np.arange(len(columns[{literal(self.scaled[0].name)}]))"
        for feature in self.scaled:
            name, lengths = literal(feature.name), literal(feature.name + LENGTHS)
            given = (f"columns[{name}]", "rows", *([f"columns[{lengths}]"] if feature.shape.varies else []))
            pieces = Brackets("pieces_of(", given)
            yield from broken(
                "mean, deviation = ",
                Brackets("mean_and_deviation(", (pieces, literal(kept_axis(feature.shape)))),
                indent=4,
            )
            yield "    for part in (columns, test_columns):"
            given = (f"part[{name}]", "mean", "deviation", *([f"part[{lengths}]"] if feature.shape.varies else []))
            yield from broken(f"part[{name}] = ", Brackets("normalised(", given), indent=8)

    def batch_lines(self) -> Iterator[str]:
        """What changes a batch of what is learned from."""
        if not self.is_random:
            return
        yield "        chance = chance_of(SEED, epoch, number)"
        for item in self.chain:
            if item.mixes:
                yield from self._mixing_lines(item)
                continue
            for feature in applied_to(item, self.features) if item.is_random else ():
                column = f"batch[{literal(feature.name)}]"
                numbers = (literal_code(value) for value in item.arguments().values())
                changed = Brackets(f"{item.function}(", (column, *numbers, "chance"))
                yield from broken(f"{column} = ", changed, indent=8)

    def _mixing_lines(self, item: Transform) -> Iterator[str]:
        """What mixes all of a batch at once."""
        (alpha,) = item.arguments().values()
        yield f"        {SHARE}, {PARTNERS} = {item.function}(len(rows), {literal(alpha)}, chance)"
        for name in self.mixed:
            column = f"batch[{literal(name)}]"
            yield from broken(f"{column} = ", Brackets("mixed(", (column, SHARE, PARTNERS)), indent=8)
        for name in self.longer:
            column = f"batch[{literal(name)}]"
            yield from broken(f"{column} = ", Brackets("longer(", (column, PARTNERS)), indent=8)
