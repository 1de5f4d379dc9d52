"""Shape rule and checks of everything that slides a window over an image: convolution and pooling."""

from __future__ import annotations

from collections.abc import Sequence

from designer.core.block import IMAGE, Mend, ShapeError, WrongInputError
from designer.core.shape import Shape, image

Pair = tuple[int, int]


def expect_image(shape: Shape) -> None:
    """Raises WrongInputError for anything that is not an image."""
    if shape.names != IMAGE:
        raise WrongInputError("takes images (N×C×H×W)", "connect a block that gives images")


def slide(
    shape: Shape, channels: int, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair = (1, 1)
) -> Shape:
    """The image after a window has slid over it: floor((H + 2·padding − dilation·(kernel_size − 1) − 1) / stride) + 1.

    The formula of torch.nn.Conv2d's documentation. Raises ShapeError where the window is larger than the image.
    """
    sizes = []
    for name, size, kernel, step, pad, spread in zip(
        ("height", "width"), shape.fixed_sizes[1:], kernel_size, stride, padding, dilation, strict=True
    ):
        reach = spread * (kernel - 1) + 1
        if size + 2 * pad < reach:
            raise too_large(name, reach, size + 2 * pad, shape, kernel_size, padding, dilation)
        sizes.append((size + 2 * pad - reach) // step + 1)
    return image(channels, sizes[0], sizes[1])


def too_large(
    axis: str, reach: int, room: int, shape: Shape, kernel_size: Pair, padding: Pair, dilation: Pair
) -> ShapeError:
    """The error for a window larger than the image, with the kernel that would fit as the mend."""
    fits = [
        min(kernel, (size + 2 * pad - 1) // spread + 1)
        for kernel, size, pad, spread in zip(kernel_size, shape.fixed_sizes[1:], padding, dilation, strict=True)
    ]
    mends: Sequence[Mend] = [Mend("set", name="kernel_size", value=(fits[0], fits[1]))]
    return ShapeError(
        f"kernel_size covers {reach} of the {axis}, but the image has only {room} ({shape} with its padding)",
        f"set kernel_size to {pair_text((fits[0], fits[1]))} or less, or add padding",
        mends,
        field="kernel_size",
    )


def pair_text(pair: Pair) -> str:
    """3×5."""
    return f"{pair[0]}×{pair[1]}"


def pair_code(pair: Pair) -> int | Pair:
    """The argument a person would write: one number where both are the same."""
    return pair[0] if pair[0] == pair[1] else pair
