"""Samples changed by chance while the network learns. Each function takes a batch and gives one as large."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def chance_of(seed: int, epoch: int, number: int) -> torch.Generator:
    """Random numbers for a batch, made from the seed, the epoch and its number alone: a run can go on anywhere.

    torch takes no more than 32 bits of what it is seeded with.
    """
    return torch.Generator().manual_seed(((seed * 1_000_003 + epoch) * 1_000_003 + number) % 2**32)


def uniform(like: Tensor, least: float, most: float, chance: torch.Generator) -> Tensor:
    """A number for each sample [N], evenly spread, on the device of the samples."""
    return (torch.rand(len(like), generator=chance) * (most - least) + least).to(like.device)


def random_flip(images: Tensor, p: float, chance: torch.Generator) -> Tensor:
    """Images [N, ..., W], each with the probability p as in a mirror."""
    flipped = (uniform(images, 0, 1, chance) < p).view(-1, *(1,) * (images.dim() - 1))
    return torch.where(flipped, images.flip(-1), images)


def random_shift(images: Tensor, pixels: int, chance: torch.Generator) -> Tensor:
    """Images [N, C, H, W], each moved by up to so many pixels in both directions; 0 where nothing comes from."""
    count, _, height, width = images.shape
    padded = F.pad(images, (pixels, pixels, pixels, pixels))
    down, right = (torch.randint(0, 2 * pixels + 1, (count,), generator=chance).to(images.device) for _ in range(2))
    rows = (down[:, None] + torch.arange(height, device=images.device))[:, None, :, None]
    columns = (right[:, None] + torch.arange(width, device=images.device))[:, None, None, :]
    samples = torch.arange(count, device=images.device)[:, None, None, None]
    channels = torch.arange(images.shape[1], device=images.device)[None, :, None, None]
    return padded[samples, channels, rows, columns]


def random_rotation(images: Tensor, degrees: float, chance: torch.Generator) -> Tensor:
    """Images [N, C, H, W], each turned about its middle by up to so many degrees; 0 where nothing comes from."""
    angles = torch.deg2rad(uniform(images, -degrees, degrees, chance))
    height, width = images.shape[-2:]
    cosine, sine, nothing = angles.cos(), angles.sin(), torch.zeros_like(angles)
    turned = [
        torch.stack([cosine, -sine * height / width, nothing], 1),
        torch.stack([sine * width / height, cosine, nothing], 1),
    ]
    grid = F.affine_grid(torch.stack(turned, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def random_zoom(images: Tensor, share: float, chance: torch.Generator) -> Tensor:
    """Images [N, C, H, W], each larger or smaller by up to a share of its size; 0 where nothing comes from."""
    scale, nothing = 1 / (1 + uniform(images, -share, share, chance)), torch.zeros(len(images), device=images.device)
    zoomed = [torch.stack([scale, nothing, nothing], 1), torch.stack([nothing, scale, nothing], 1)]
    grid = F.affine_grid(torch.stack(zoomed, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def random_colour(images: Tensor, brightness: float, contrast: float, chance: torch.Generator) -> Tensor:
    """Images [N, C, H, W], each with another brightness and contrast, by up to these shares."""
    shape = (-1, *(1,) * (images.dim() - 1))
    lighter = uniform(images, 1 - brightness, 1 + brightness, chance).view(shape)
    stronger = uniform(images, 1 - contrast, 1 + contrast, chance).view(shape)
    mean = images.mean(dim=tuple(range(1, images.dim())), keepdim=True)
    return ((images - mean) * stronger + mean) * lighter


def random_cutout(images: Tensor, share: float, chance: torch.Generator) -> Tensor:
    """Images [N, C, H, W], each with a rectangle of 0 whose sides are a share of its own (DeVries and Taylor 2017)."""
    height, width = images.shape[-2:]
    tall, wide = max(round(share * height), 1), max(round(share * width), 1)
    top = torch.randint(0, height - tall + 1, (len(images), 1), generator=chance).to(images.device)
    left = torch.randint(0, width - wide + 1, (len(images), 1), generator=chance).to(images.device)
    rows, columns = torch.arange(height, device=images.device), torch.arange(width, device=images.device)
    cut_rows, cut_columns = (rows >= top) & (rows < top + tall), (columns >= left) & (columns < left + wide)
    return images.masked_fill((cut_rows[:, :, None] & cut_columns[:, None, :])[:, None], 0)


def random_noise(values: Tensor, deviation: float, chance: torch.Generator) -> Tensor:
    """Numbers [N, ...] with normal noise of this deviation; what is 0 at every feature of a step, as padding, stays."""
    noisy = values + deviation * torch.randn(values.shape, generator=chance).to(values.device)
    return torch.where((values != 0).any(-1, keepdim=True), noisy, values) if values.dim() == 3 else noisy


def random_time_shift(sequences: Tensor, steps: int, chance: torch.Generator) -> Tensor:
    """Sequences [N, L, F], each moved by up to so many steps; its first or last step stands where none comes from."""
    length = sequences.shape[1]
    by = torch.randint(-steps, steps + 1, (len(sequences), 1), generator=chance)
    places = (torch.arange(length) + by).clamp(0, length - 1).to(sequences.device)
    return sequences.gather(1, places[:, :, None].expand(sequences.shape))


def random_time_warp(sequences: Tensor, share: float, chance: torch.Generator) -> Tensor:
    """Sequences [N, L, F], each slower or faster about its middle by up to a share, with steps between two steps."""
    length = sequences.shape[1]
    pace = uniform(sequences, 1 - share, 1 + share, chance)[:, None]
    middle = (length - 1) / 2
    places = ((torch.arange(length, device=sequences.device) - middle) * pace + middle).clamp(0, length - 1)
    before = places.floor().long()
    behind = (before + 1).clamp(max=length - 1)
    weight = (places - before)[:, :, None]
    first, second = (sequences.gather(1, at[:, :, None].expand(sequences.shape)) for at in (before, behind))
    return first + (second - first) * weight


def random_token_drop(tokens: Tensor, p: float, chance: torch.Generator) -> Tensor:
    """Tokens [N, L], each with the probability p as the unknown one, 1; padding, 0, stays."""
    dropped = (torch.rand(tokens.shape, generator=chance) < p).to(tokens.device)
    return torch.where(dropped & (tokens > 0), torch.ones_like(tokens), tokens)
