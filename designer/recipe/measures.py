"""What may be measured beside the loss and the accuracy: sums of a batch, and figures of the sums of all batches.

Each batch gives one tensor that stays on the device; those of all batches are added up, or put one behind the other
where a figure needs every sample. Nothing is read from the device before a figure is asked for. Classes are int64 [n]
from logits [n, C]; numbers are [n, ...]. A figure that the samples say nothing of is NaN.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def class_counts(result: Tensor, wanted: Tensor) -> Tensor:
    """Of each class, int64 [3, C]: how often it is named rightly, how often it is named, and how often it is there."""
    named, ones = result.argmax(-1), torch.ones_like(wanted)
    counts = torch.zeros(3, result.shape[-1], dtype=torch.int64, device=result.device)
    counts[0].index_add_(0, wanted, (named == wanted).long())
    counts[1].index_add_(0, named, ones)
    counts[2].index_add_(0, wanted, ones)
    return counts


def balanced_accuracy(counts: Tensor) -> float:
    """Mean recall of the classes that are there."""
    right, _, there = counts.double()
    return float((right / there)[there > 0].mean())


def precision(counts: Tensor) -> float:
    """Share of those named so that are of the class: the mean over classes that are there or named; 0 / 0 is 0."""
    right, named, there = counts.double()
    return float((right / named.clamp_min(1))[named + there > 0].mean())


def recall(counts: Tensor) -> float:
    """Share of those of the class that are named so: the mean over classes that are there or named; 0 / 0 is 0."""
    right, named, there = counts.double()
    return float((right / there.clamp_min(1))[named + there > 0].mean())


def f1(counts: Tensor) -> float:
    """2 × precision × recall / (precision + recall) of each class: the mean over those that are there or named."""
    right, named, there = counts.double()
    both = named + there
    return float((2 * right / both)[both > 0].mean())


def kappa(counts: Tensor) -> float:
    """Cohen's kappa (1960): how far right answers exceed those that would come by chance, as a share of what is left.

    NaN where there is one class, and nothing else is named.
    """
    right, named, there = counts.double()
    count = there.sum()
    by_chance = (named * there).sum() / count**2
    return float((right.sum() / count - by_chance) / (1 - by_chance))


def top_hits(result: Tensor, wanted: Tensor, k: int) -> Tensor:
    """How many classes are among the k with the largest logits, and of how many, int64 [2].

    Of classes with equal logits the first ones count as larger, as argmax has it.
    """
    own = result.gather(-1, wanted[:, None])
    first = torch.arange(result.shape[-1], device=result.device) < wanted[:, None]
    rank = (result > own).sum(-1) + ((result == own) & first).sum(-1)
    return torch.stack([(rank < k).sum(), torch.ones_like(wanted).sum()])


def surprise(result: Tensor, wanted: Tensor) -> Tensor:
    """−log softmax(logits)[class], added up, and of how many, [2]."""
    total = F.cross_entropy(result, wanted, reduction="sum")
    return torch.stack([total, torch.ones_like(result[:, 0]).sum()]).to(precise(result))


def share(sums: Tensor) -> float:
    """The first number of two as a share of the second."""
    part, whole = sums.tolist()
    return part / whole if whole else math.nan


def perplexity(sums: Tensor) -> float:
    """e to the mean surprise: among how many classes a choice would be as hard; at most e^700."""
    return math.exp(min(share(sums), 700.0))


def class_scores(result: Tensor, wanted: Tensor) -> Tensor:
    """log softmax(logits) and the class behind it, [n, C + 1]."""
    return torch.cat([result.log_softmax(-1).float(), wanted[:, None].float()], 1)


def auroc(scores: Tensor) -> float:
    """Area under the ROC curve of each class against all others, the mean over those that some are of, and some not.

    It is how often one of the class has the higher score of two, by Mann and Whitney (1947): a tie counts half. Of two
    classes it is that of the second.
    """
    values = scores.cpu().numpy()
    wanted, first = values[:, -1], 1 if values.shape[1] == 3 else 0
    areas = []
    for number in range(first, values.shape[1] - 1):
        inside, outside = (np.sort(values[wanted == number, number]), np.sort(values[wanted != number, number]))
        if len(inside) and len(outside):
            below = np.searchsorted(outside, inside, "left") + np.searchsorted(outside, inside, "right")
            areas.append(below.sum() / (2 * len(inside) * len(outside)))
    return float(np.mean(areas)) if areas else math.nan


def embedded(result: Tensor, wanted: Tensor) -> Tensor:
    """Embeddings [n, F] and the class behind each, [n, F + 1]."""
    return torch.cat([result.float(), wanted[:, None].float()], 1)


def recall_at_1(points: Tensor) -> float:
    """Share of samples whose nearest neighbour among all others is of their class; NaN where there is no other."""
    classes, named = points[:, -1], nearest_classes(points)
    return float((named == classes).double().mean()) if len(points) > 1 else math.nan


def nearest_classes(points: Tensor) -> Tensor:
    """The class of each sample's nearest neighbour among all others, [n], of embeddings and classes [n, F + 1]."""
    found = [points[:0, -1]]
    for first in range(0, len(points), 1024):
        some = points[first : first + 1024, :-1]
        apart = torch.cdist(some, points[:, :-1], compute_mode="donot_use_mm_for_euclid_dist")
        apart[:, first:].fill_diagonal_(math.inf)
        found.append(points[apart.argmin(1), -1])
    return torch.cat(found)


def precise(values: Tensor) -> torch.dtype:
    """In which numbers sums are kept: Apple's devices have none of 64 bits."""
    return torch.float32 if values.device.type == "mps" else torch.float64


def in_own_units(values: Tensor, offsets: tuple[float, ...], scales: tuple[float, ...]) -> Tensor:
    """value × scale + offset of numbers [n, ..., F], by as many offsets and scales, or a part that comes again."""
    again = values.shape[-1] // len(scales)
    by, beyond = (values.new_tensor(numbers * again, dtype=precise(values)) for numbers in (scales, offsets))
    return values.to(precise(values)) * by + beyond


def number_sums(result: Tensor, wanted: Tensor) -> Tensor:
    """What the figures of numbers [n, ...] need, [8 + F].

    Rows, numbers, |x − y|, (x − y)², |x − y| / |y| where y is not 0 and how many these are, how often y ≤ x, y², and
    the sums of each of the F numbers of a row.
    """
    told, seen = (values.flatten(1).to(precise(values)) for values in (result, wanted))
    missed, is_something = (told - seen).abs(), seen != 0
    relative = torch.where(is_something, missed / seen.abs(), torch.zeros_like(missed))
    rows = torch.ones_like(seen[:, 0]).sum()
    parts = [rows, torch.ones_like(seen).sum(), missed.sum(), (missed**2).sum()]
    parts += [relative.sum(), is_something.sum(), (seen <= told).sum(), (seen**2).sum()]
    return torch.cat([torch.stack([part.to(seen.dtype) for part in parts]), seen.sum(0)])


def mae(sums: Tensor) -> float:
    """Mean of |x − y|."""
    return float(sums[2] / sums[1])


def rmse(sums: Tensor) -> float:
    """Root of the mean of (x − y)²."""
    return float((sums[3] / sums[1]).sqrt())


def mape(sums: Tensor) -> float:
    """Mean of |x − y| / |y| over all y that are not 0; NaN where all are."""
    return float(sums[4] / sums[5])


def coverage(sums: Tensor) -> float:
    """Share of y that are no larger than x: near q where x is the quantile q of what may be seen."""
    return float(sums[6] / sums[1])


def r2(sums: Tensor) -> float:
    """1 − (x − y)² over the squares of y around the mean of each number; NaN where there is nothing around it."""
    around = float(sums[7] - (sums[8:] ** 2).sum() / sums[0])
    return 1 - float(sums[3]) / around if around > 1e-12 * float(sums[7]) else math.nan


def in_words(figures: dict[str, float]) -> str:
    """Names and figures in a line."""
    return " ".join(f"{name} {value:.6g}" for name, value in figures.items())
