"""Classes are never named, though there are samples of them."""

from __future__ import annotations

from designer.core.schema.units import few_of, plural
from designer.engine.training.doctor.observed import Diagnosis, EpochSeen, Observed

_EPOCHS = 5
_SHARE = 0.2
"""Of all epochs: so long it may take until each class is named."""
_AT_A_TIME = 3
"""Epochs one behind the other in which a class is not named."""
_FEWEST = 5
_MANY = 10
_RARE, _RARE_OF_MANY = 0.05, 0.5
"""Of what each class would have if all were as frequent: rarer ones are hard to tell, and of many nobody expects it."""
_NAMED = 3


def find(observed: Observed) -> Diagnosis | None:
    """By the answers in validation: it takes samples of a class to miss it."""
    epochs = observed.epochs
    if len(epochs) < max(_EPOCHS, _SHARE * observed.design.training.epochs) or len(observed.classes) < 2:
        return None
    ignored = set.intersection(*(_ignored(item) for item in epochs[-_AT_A_TIME:]))
    wanted = epochs[-1].answers.wanted
    if not ignored:
        return None
    names = few_of([f"“{observed.classes[place]}” ({wanted[place]:,})" for place in sorted(ignored)], _NAMED)
    share = sum(wanted[place] for place in ignored)
    offers = () if observed.design.training.class_weights else ("class_weights",)
    count = plural(len(ignored), "class", "classes")
    was = "was" if len(ignored) == 1 else "were"
    return Diagnosis(
        "classes_ignored",
        f"{count} of {len(observed.classes)} {was} never named in validation for {plural(_AT_A_TIME, 'epoch')}: "
        f"{names}. {plural(share, 'validation sample')} of {sum(wanted):,} should be.",
        (*offers, "look_at_data"),
    )


def _ignored(seen: EpochSeen) -> set[int]:
    answers = seen.answers
    classes = max(len(answers.wanted), 1)
    rare = _RARE_OF_MANY if classes > _MANY else _RARE
    least = max(_FEWEST, rare * sum(answers.wanted) / classes)
    pairs = zip(answers.wanted, answers.named, strict=True)
    return {place for place, (wanted, named) in enumerate(pairs) if wanted >= least and not named}
