"""Several batches to a step: which they are. Batches are counted from 0 in their epoch, at whose end they are fewer."""


def begins_step(number: int, accumulation: int) -> bool:
    """Whether a batch is the first one of its step."""
    return number % accumulation == 0


def ends_step(number: int, batches: int, accumulation: int) -> bool:
    """Whether a batch is the last one of its step, of so many batches in the epoch."""
    return (number + 1) % accumulation == 0 or number + 1 == batches


def batches_of_step(number: int, batches: int, accumulation: int) -> int:
    """How many batches there are in the step of this one: their mean is what the step makes small."""
    return min(accumulation, batches - number // accumulation * accumulation)
