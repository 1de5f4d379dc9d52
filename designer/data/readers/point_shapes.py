"""Makes sets of points that lie on a shape, in no order."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SHAPES = ("circle", "triangle", "square", "star", "spiral", "cross")
MOST, LEAST = 60, 30
"""Points of a set."""


def read_point_shapes(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Sets of 30 to 60 points [N, 60, 2], zeros behind each; how many points each has; and the number of its shape.

    Nothing is read: all comes from a fixed seed. A shape has a radius of 0.7 to 1, is turned by any angle and moved by
    up to 0.2. Points lie on its lines by chance, a standard deviation of 0.03 off, and two of each set anywhere. Their
    order says nothing.
    """
    random = np.random.default_rng(21)
    return _sets(6000, random), _sets(1000, random)


def _sets(count: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    shape = np.arange(count) % len(SHAPES)
    random.shuffle(shape)
    lines = [_lines(name) for name in SHAPES]
    lengths = random.integers(LEAST, MOST + 1, count)
    points = np.zeros((count, MOST, 2), dtype=np.float32)
    for place, (number, many) in enumerate(zip(shape, lengths, strict=True)):
        points[place, :many] = random.permutation(_points(lines[number], many, random))
    return {"points": points, "points_lengths": lengths, "in_a_row": points, "shape": shape}


def _points(lines: np.ndarray, many: int, random: np.random.Generator) -> np.ndarray:
    """So many points [many, 2] of a shape of lines [S, 2, 2] as it may lie; the last two are anywhere."""
    long = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    chosen = random.choice(len(lines), many, p=long / long.sum())
    along = random.uniform(size=(many, 1))
    points: np.ndarray = lines[chosen, 0] * (1 - along) + lines[chosen, 1] * along
    turned = random.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]])
    points = points @ turn * random.uniform(0.7, 1) + random.uniform(-0.2, 0.2, 2) + random.normal(0, 0.03, (many, 2))
    points[-2:] = random.uniform(-1.3, 1.3, (2, 2))
    return points


def _lines(shape: str) -> np.ndarray:
    """A shape as straight lines [S, 2, 2] from one point to another, none of them further than 1 from the middle."""
    if shape == "cross":
        return np.array([[[-1, 0], [1, 0]], [[0, -1], [0, 1]]], dtype=float)
    sides, inner = {"circle": (48, 1.0), "triangle": (3, 1.0), "square": (4, 1.0), "star": (10, 0.4)}.get(
        shape, (49, 1.0)
    )
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    radius = np.where(np.arange(sides + 1) % 2, inner, 1.0)
    if shape == "spiral":
        angle, radius = 2 * angle, angle / (2 * np.pi)
    corners = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    lines: np.ndarray = np.stack([corners[:-1], corners[1:]], axis=1)
    return lines
