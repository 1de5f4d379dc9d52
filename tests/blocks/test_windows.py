"""Convolution and pooling beside plain torch, beside TensorFlow's rule of padding, and over unequal sequences."""

from __future__ import annotations

from itertools import product
from math import ceil
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import Inference, infer
from designer.core.validation.quick_fixes import mendable
from designer.engine.model.build import Model, build
from tests.helpers import block, chain, dense, input_of, output_for

Array = NDArray[np.float64]

STRIDES = (1, 2, 3)
KERNELS = ((1, 1), (2, 1), (3, 1), (4, 1), (3, 2), (2, 3))
"""Kernel sizes with dilations."""
SIZES = (7, 8, 9, 11)


def with_block(kind: str, *sizes: int | None, **params: Any) -> Network:
    """The block, and a mean over what it gives: of the sequence's own steps."""
    return chain(input_of(*sizes), (kind, "block", params), ("global_avg_pool", "mean"), output_for())


def run(network: Network, *arguments: Tensor, inference: Inference | None = None) -> Tensor:
    """What the block gives."""
    with torch.no_grad():
        return build(network, inference, seed=3).eval().trace(*arguments)["block", "out"]


def weight(network: Network, name: str) -> Tensor:
    return build(network, seed=3).get_parameter(name).detach()


def windows_as_tensorflow_pads(x: Array, kernel: int, stride: int, dilation: int) -> list[tuple[Any, ...]]:
    """For each place in the output, what the window sees along every axis of x [H, W]; padding lies outside of x."""
    axes = []
    for size in x.shape:
        out = ceil(size / stride)
        total = max((out - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
        starts = [place * stride - total // 2 for place in range(out)]
        axes.append([[start + dilation * k for k in range(kernel)] for start in starts])
    return list(product(*axes))


def seen(x: Array, places: tuple[Any, ...]) -> tuple[Array, Array]:
    """The numbers of a window with zeros outside, and which of them are inside."""
    numbers, inside = [], []
    for place in product(*places):
        is_inside = all(0 <= at < size for at, size in zip(place, x.shape, strict=True))
        inside.append(is_inside)
        numbers.append(x[place] if is_inside else 0.0)
    return np.array(numbers), np.array(inside)


def as_tensor(x: Array, dims: int) -> Tensor:
    """One sample with one channel: L×F for one axis, C×H×W for two."""
    tensor = torch.from_numpy(x.astype(np.float32))
    return tensor[None, :, None] if dims == 1 else tensor[None, None]


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize(("kernel", "dilation"), KERNELS)
def test_that_a_convolution_with_padding_rule_same_pads_as_tensorflow_does(
    dims: int, stride: int, kernel: int, dilation: int
) -> None:
    for size in SIZES:
        x = np.random.default_rng(size).normal(size=(size, size + 2)[:dims])
        sizes = (size, 1) if dims == 1 else (1, *x.shape)
        params = {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding_rule": "same", "bias": False}
        network = with_block(f"conv{dims}d", *sizes, out_channels=1, **params)
        kernel_weights = weight(network, "block.weight").flatten().double().numpy()
        found = run(network, as_tensor(x, dims)).flatten().numpy()
        places = windows_as_tensorflow_pads(x, kernel, stride, dilation)
        np.testing.assert_allclose(found, [seen(x, place)[0] @ kernel_weights for place in places], atol=1e-5)


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_that_the_padding_of_same_is_never_the_maximum_and_never_counts_in_a_mean(
    dims: int, stride: int, kernel: int
) -> None:
    rules = {"max": np.max, "avg": np.mean, "sum": np.sum}
    for size, (name, rule) in product((4, 7), rules.items()):
        if dims == 3 and name == "sum":
            continue
        x = np.random.default_rng(size).normal(size=(size, size + 1, 4)[:dims]) - 5
        sizes = (size, 1) if dims == 1 else (1, *x.shape)
        network = with_block(f"{name}_pool{dims}d", *sizes, kernel_size=kernel, stride=stride, padding_rule="same")
        found = run(network, as_tensor(x, dims)).flatten().numpy()
        windows = [seen(x, place) for place in windows_as_tensorflow_pads(x, kernel, stride, 1)]
        np.testing.assert_allclose(found, [rule(numbers[inside]) for numbers, inside in windows], rtol=1e-4)


def test_that_a_causal_convolution_sees_nothing_that_comes_later() -> None:
    network = with_block("conv1d", 12, 3, out_channels=4, kernel_size=3, dilation=2, padding_rule="causal")
    x = torch.randn(1, 12, 3)
    expected = F.conv1d(
        F.pad(x.transpose(1, 2), (4, 0)), weight(network, "block.weight"), weight(network, "block.bias"), dilation=2
    )
    torch.testing.assert_close(run(network, x), expected.transpose(1, 2))
    changed = x.clone()
    changed[:, 7:] += 1.0
    assert torch.equal(run(network, x)[:, :7], run(network, changed)[:, :7])
    assert not torch.equal(run(network, x)[:, 7:], run(network, changed)[:, 7:])


def test_that_a_transposed_convolution_is_that_of_torch() -> None:
    params = {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1, "groups": 2}
    network = with_block("conv_transpose1d", 7, 4, out_channels=6, **params)
    x = torch.randn(2, 7, 4)
    weights = weight(network, "block.weight"), weight(network, "block.bias")
    expected = F.conv_transpose1d(x.transpose(1, 2), *weights, stride=2, padding=1, output_padding=1, groups=2)
    torch.testing.assert_close(run(network, x), expected.transpose(1, 2))
    network = with_block("conv_transpose2d", 4, 5, 6, out_channels=6, **params)
    x = torch.randn(2, 4, 5, 6)
    weights = weight(network, "block.weight"), weight(network, "block.bias")
    expected = F.conv_transpose2d(x, *weights, stride=2, padding=1, output_padding=1, groups=2)
    torch.testing.assert_close(run(network, x), expected)


def test_that_a_depthwise_convolution_does_not_mix_channels() -> None:
    network = with_block("depthwise_conv2d", 3, 8, 8, depth_multiplier=2)
    x = torch.randn(1, 3, 8, 8)
    kernels, biases = weight(network, "block.weight"), weight(network, "block.bias")
    each = [F.conv2d(x[:, c : c + 1], kernels[2 * c : 2 * c + 2], biases[2 * c : 2 * c + 2]) for c in range(3)]
    torch.testing.assert_close(run(network, x), torch.cat(each, dim=1))


@pytest.mark.parametrize("dims", [1, 2])
def test_that_a_separable_convolution_is_a_plain_one_with_kernels_that_are_products(dims: int) -> None:
    network = with_block(f"separable_conv{dims}d", *((9, 3), (3, 9, 9))[dims - 1], out_channels=5, depth_multiplier=2)
    depthwise, pointwise = weight(network, "block_depthwise.weight"), weight(network, "block_pointwise.weight")
    whole = torch.einsum("ocm,cmk->ock", pointwise.reshape(5, 3, 2), depthwise.reshape(3, 2, -1))
    x = torch.randn(2, *((9, 3), (3, 9, 9))[dims - 1])
    bias = weight(network, "block_pointwise.bias")
    if dims == 1:
        expected = F.conv1d(x.transpose(1, 2), whole, bias).transpose(1, 2)
    else:
        expected = F.conv2d(x, whole.reshape(5, 3, 3, 3), bias)
    torch.testing.assert_close(run(network, x), expected, atol=1e-5, rtol=1e-4)


LENGTHS = (9, 4, 1, 6, 2, 7)
CONVOLUTIONS = ("conv1d", "depthwise_conv1d", "separable_conv1d")
POOLINGS = ("max_pool1d", "avg_pool1d", "sum_pool1d")
OVER_UNEQUAL = [
    *(
        (kind, {"kernel_size": kernel, "stride": stride, "dilation": dilation, **rule})
        for kind in CONVOLUTIONS
        for kernel, dilation in ((1, 1), (2, 1), (3, 2), (5, 1))
        for stride in STRIDES
        for rule in ({}, {"padding": 2}, {"padding_rule": "same"}, {"padding_rule": "causal"})
    ),
    *(
        (kind, {"kernel_size": kernel, "stride": stride, **rule})
        for kind in POOLINGS
        for kernel in (1, 2, 3, 5)
        for stride in (0, *STRIDES)
        for rule in ({}, {"padding": kernel // 2}, {"padding_rule": "same"})
    ),
    *(
        ("conv_transpose1d", {"kernel_size": kernel, "stride": stride, "output_padding": stride - 1})
        for kernel in (1, 2, 4)
        for stride in STRIDES
    ),
    ("conv_transpose1d", {"kernel_size": 4, "stride": 2, "padding": 1}),
]


def unequal_batch() -> tuple[Tensor, Tensor]:
    """Sequences of unequal length, and behind the end of each large numbers that must change nothing."""
    x = torch.from_numpy(np.random.default_rng(1).normal(size=(len(LENGTHS), max(LENGTHS), 2)).astype(np.float32))
    for sample, length in zip(x, LENGTHS, strict=True):
        sample[length:] = 1000.0
    return x, torch.tensor(LENGTHS)


def named(value: object) -> str:
    """What a case is called in pytest's report."""
    return "-".join(f"{name}={item}" for name, item in value.items()) if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(
    ("kind", "params"), OVER_UNEQUAL, ids=lambda value: value if isinstance(value, str) else named(value)
)
def test_that_a_batch_of_unequal_sequences_gives_what_each_gives_alone(kind: str, params: dict[str, Any]) -> None:
    x, lengths = unequal_batch()
    network = with_block(kind, None, 2, **params)
    model = build(network, seed=3).eval()
    with torch.no_grad():
        together = model.trace(x, lengths)
        for place, length in enumerate(LENGTHS):
            alone = model.trace(x[place : place + 1, :length], lengths[place : place + 1])
            steps = alone["block", "out"].shape[1]
            torch.testing.assert_close(together["block", "out"][place, :steps], alone["block", "out"][0])
            torch.testing.assert_close(together["mean", "out"][place], alone["mean", "out"][0])
            fixed = with_block(kind, length, 2, **params)
            inference = infer(fixed)
            if not inference.problems:
                given = run(fixed, x[place : place + 1, :length], inference=inference)
                torch.testing.assert_close(given, alone["block", "out"])


@pytest.mark.parametrize("kind", [*CONVOLUTIONS, *POOLINGS, "conv_transpose1d"])
@pytest.mark.parametrize("rule", ["explicit", "same"])
def test_that_what_stands_behind_a_sequence_s_end_changes_no_gradient(kind: str, rule: str) -> None:
    params = {} if kind == "conv_transpose1d" else {"padding_rule": rule}
    before = chain(input_of(None, 2), dense(3, "first"), (kind, "block", {"kernel_size": 3, "stride": 2, **params}))
    network = edits.append(edits.append(before, block("global_avg_pool"), "block"), block("output"), "pool1")
    x, lengths = unequal_batch()
    other = x.clone()
    for sample, length in zip(other, LENGTHS, strict=True):
        sample[length:] = -3.0
    first, second = gradients(build(network, seed=3), x, lengths), gradients(build(network, seed=3), other, lengths)
    for one, two in zip(first, second, strict=True):
        assert one.isfinite().all()
        torch.testing.assert_close(one, two)


def gradients(model: Model, *arguments: Tensor) -> list[Tensor]:
    model(*arguments).square().sum().backward()
    return [parameter.grad for parameter in model.parameters() if parameter.grad is not None]


@pytest.mark.parametrize(("kind", "method"), [("max", "amax"), ("avg", "mean"), ("sum", "sum")])
def test_that_a_global_pooling_reduces_all_places_and_each_sequence_s_own_steps(kind: str, method: str) -> None:
    def of(*sizes: int | None) -> Network:
        return chain(input_of(*sizes), (f"global_{kind}_pool", "block"), output_for())

    x, lengths = unequal_batch()
    expected = [getattr(sample[:length], method)(dim=0) for sample, length in zip(x, LENGTHS, strict=True)]
    torch.testing.assert_close(run(of(None, 2), x, lengths), torch.stack(expected))
    for shape, axes in (((5, 3), 1), ((3, 4, 5), (2, 3)), ((3, 4, 5, 2), (2, 3, 4))):
        value = torch.randn(2, *shape)
        torch.testing.assert_close(run(of(*shape), value), getattr(value, method)(dim=axes))


def test_that_kim_s_text_cnn_reads_sentences_shorter_than_its_filters() -> None:
    def filters(size: int) -> list[Node]:
        conv = block("conv1d", out_channels=4, kernel_size=size, activation="relu")
        return [Node(f"conv{size}", conv, ("words",)), Node(f"pool{size}", block("global_max_pool"), (f"conv{size}",))]

    nodes = [Node("input", block("input", sizes=(None,), axes="tokens"), ())]
    nodes += [Node("words", block("embedding", num_embeddings=50, embedding_dim=6), ("input",))]
    nodes += [node for size in (3, 4, 5) for node in filters(size)]
    nodes += [Node("joined", block("concatenate", count=3), ("pool3", "pool4", "pool5"))]
    nodes += [Node("output", block("output"), ("joined",))]
    network = Network.of(nodes)
    assert infer(network).problems == []
    assert str(infer(network).shape("joined")) == "12"
    model = build(network, seed=3).eval()
    words, lengths = torch.randint(1, 50, (3, 9)), torch.tensor([9, 2, 4])
    together = model(words, lengths)
    for place, length in enumerate(lengths.tolist()):
        alone = model(words[place : place + 1, :length], lengths[place : place + 1])
        torch.testing.assert_close(alone[0], together[place])


def test_that_a_layer_of_wavenet_keeps_every_step() -> None:
    dilated = {"out_channels": 8, "kernel_size": 2, "padding_rule": "causal"}
    nodes = [
        Node("input", block("input", sizes=(64, 8)), ()),
        Node("filter", block("conv1d", dilation=16, activation="tanh", **dilated), ("input",)),
        Node("gate", block("conv1d", dilation=16, activation="sigmoid", **dilated), ("input",)),
        Node("gated", block("multiply"), ("filter", "gate")),
        Node("mixed", block("conv1d", out_channels=8, kernel_size=1), ("gated",)),
        Node("residual", block("add"), ("input", "mixed")),
    ]
    found = infer(Network.of(nodes))
    assert found.problems == []
    assert str(found.shape("residual")) == "64×8"


def test_that_the_sizes_and_counts_of_mobilenet_s_first_blocks_are_those_of_keras() -> None:
    found = infer(
        chain(
            input_of(3, 224, 224),
            ("conv2d", "conv1", {"out_channels": 32, "stride": 2, "padding_rule": "same", "bias": False}),
            ("depthwise_conv2d", "conv_dw_1", {"padding_rule": "same", "bias": False}),
            ("conv2d", "conv_pw_1", {"out_channels": 64, "kernel_size": 1, "padding_rule": "same", "bias": False}),
            ("depthwise_conv2d", "conv_dw_2", {"stride": 2, "padding_rule": "same", "bias": False}),
        )
    )
    assert [str(found.shape(name)) for name in ("conv1", "conv_dw_1", "conv_pw_1", "conv_dw_2")] == [
        "32×112×112", "32×112×112", "64×112×112", "64×56×56",
    ]  # fmt: skip
    assert [found.results[name].parameters for name in ("conv1", "conv_dw_1", "conv_pw_1", "conv_dw_2")] == [
        864, 288, 2048, 576,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("network", "message", "field"),
    [
        (
            chain(input_of(4, 2), ("conv1d", "block", {"kernel_size": 5})),
            "Conv1d 'block': kernel_size covers 5 of the length, but the sequence has only 4 (4×2 with its padding): "
            "set kernel_size to 4 or less, or add padding",
            "kernel_size",
        ),
        (
            chain(input_of(None, 2), ("conv_transpose1d", "block", {"kernel_size": 2, "padding": 1})),
            "ConvTranspose1d 'block': padding 1 cuts off all that the kernel makes of a sequence of one step: "
            "make the padding smaller or the kernel larger",
            "padding",
        ),
        (
            chain(input_of(2, 4, 4), ("conv_transpose2d", "block", {"stride": 2, "output_padding": 2})),
            "ConvTranspose2d 'block': output_padding 2×2 is not less than stride or dilation: "
            "make output_padding smaller, or the stride larger",
            "output_padding",
        ),
        (
            chain(input_of(3), ("global_max_pool", "block")),
            "GlobalMaxPool 'block' takes sequences (N×L×F), images or volumes, but 'input' gives features 3: "
            "connect a block that gives one of them",
            "",
        ),
    ],
)
def test_that_what_does_not_fit_is_told_in_these_words(network: Network, message: str, field: str) -> None:
    (problem,) = infer(network).problems
    assert problem.message == message
    assert problem.field == field


def test_that_the_mend_of_a_kernel_too_long_is_one_number() -> None:
    network = chain(input_of(4, 2), ("conv1d", "block", {"kernel_size": 5}))
    (problem,) = mendable(infer(network))
    mended = problem.fixes[0].apply(Design(network)).network
    assert problem.fixes[0].title == "Set kernel_size of 'block' to 4"
    assert infer(mended).problems == []
