"""Looking inside: views from outside, gradients after a backward pass, and several who watch at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import sources
from designer.engine.inspection import registry
from designer.engine.inspection.probe import Looked, capture, captures
from designer.engine.inspection.registry import GivenByPort, InsideView, Reading, Subject
from designer.engine.inspection.sample_pass import arguments_of
from designer.engine.model.build import Model, build
from designer.engine.protocol.codec import event_of, to_json
from designer.engine.protocol.events import ActivationsCaptured, BatchesEnded, CaptureFailed, Done
from designer.engine.protocol.requests import Show, Stop, Train, Unwatch, Watch
from designer.engine.protocol.seen import Sight
from tests.engine.service.test_answers import Listener
from tests.engine.training.test_several import joined_data, joined_network
from tests.helpers import block, chain, dense, design_of, input_of, output_for

DIGITS = chain(
    input_of(1, 28, 28),
    ("conv2d", "conv1", {"out_channels": 3, "activation": "relu"}),
    ("max_pool2d", "pool1"),
    "flatten",
    dense(10),
    output_for(),
)


def spectra(subject: Subject) -> Iterator[Reading]:
    """Of each map, how strong its frequencies are."""
    for name, port in subject.ports.items():
        if port.shape.names == ("C", "H", "W"):
            yield Reading(("C", "H", "W"), "spectrum", partial(spectrum_of, port), name)


def spectrum_of(port: GivenByPort) -> Tensor:
    return torch.fft.fft2(port.sample(port.value)).abs()


@pytest.fixture
def spectrum() -> Iterator[InsideView]:
    """A view that the engine knows nothing of."""
    yield registry.register(InsideView("spectrum", {3: "spectra"}, spectra))
    registry.forget("spectrum")


def test_that_a_view_that_is_registered_from_outside_goes_through_the_whole_service(spectrum: InsideView) -> None:
    listener = Listener()
    listener.submit(Show(design_of(DIGITS)), Watch("conv1", 3), Watch("conv1", 3, "spectrum:out", "outside"))
    plain, seen = (
        listener.wait_for(lambda event, name=name: isinstance(event, ActivationsCaptured) and event.watcher == name)  # type: ignore[misc]
        for name in ("", "outside")
    )
    assert listener.worker.close()
    assert isinstance(plain, ActivationsCaptured)
    assert isinstance(seen, ActivationsCaptured)
    assert seen.sight == Sight("spectrum:out", "spectrum", ("C", "H", "W"), "spectra")
    assert plain.sight == Sight("feature_maps:out", "out", ("C", "H", "W"), "maps")
    assert seen.views == plain.views
    np.testing.assert_allclose(seen.values, np.abs(np.fft.fft2(plain.values)), rtol=1e-4, atol=1e-4)
    back = event_of(to_json(seen))
    assert isinstance(back, ActivationsCaptured)
    assert back.sight == seen.sight
    np.testing.assert_array_equal(back.values, seen.values)


def test_that_a_view_has_an_id_of_its_own_and_shows_no_axes_that_it_does_not_declare(spectrum: InsideView) -> None:
    for view_id in ("spectrum", "kernels", "two words", "a:b"):
        with pytest.raises(ValueError, match="cannot be the id"):
            registry.register(InsideView(view_id, {3: "maps"}, spectra))
    model, data = build(DIGITS, seed=1), sources.load("mnist_5k")
    registry.forget("spectrum")
    registry.register(InsideView("spectrum", {2: "spectra"}, spectra))
    with pytest.raises(ValueError, match="the view spectrum has no panel for values of 3 axes"):
        capture(model, DIGITS, data, Watch("conv1", 0), "untrained", 0)


def looked(design: Design, model: Model | None = None, **settings: Any) -> Looked:
    data = sources.load(design.data.source)
    model = model or build(design.network, seed=3)
    return Looked(model, design.network, data, settings=TrainingSettings(**settings))


def gradient(at: Looked, block_id: str, port: str = "out", sample: int = 2) -> np.ndarray[Any, Any]:
    wanted = f"gradient:{port}"
    ((_, event),) = captures(at, [Watch(block_id, sample, wanted)])
    assert isinstance(event, ActivationsCaptured), event
    assert (event.view, event.sight.panel) == (wanted, "")
    assert event.values.ndim == len(event.axes)
    return event.values


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_that_gradients_are_those_of_autograd_by_hand(smoothing: float) -> None:
    at = looked(design_of(DIGITS), label_smoothing=smoothing)
    state = at.model.state_dict()
    x = torch.from_numpy(at.dataset.test.sample("image", 2).copy())[None].requires_grad_()
    target = torch.from_numpy(np.array([at.dataset.test.sample("digit", 2)]))
    maps = F.relu(F.conv2d(x, state["conv1.weight"], state["conv1.bias"]))
    pooled = F.max_pool2d(maps, 2)
    flat = pooled.flatten(1)
    logits = F.linear(flat, state["dense1.weight"], state["dense1.bias"])
    loss = F.cross_entropy(logits, target, label_smoothing=smoothing)
    values = {"input": x, "conv1": maps, "pool1": pooled, "flatten": flat, "dense1": logits, "output": logits}
    expected = torch.autograd.grad(loss, list(values.values()))
    for name, wanted in zip(values, expected, strict=True):
        assert wanted.abs().max() > 0
        np.testing.assert_allclose(gradient(at, name), wanted[0].numpy(), atol=1e-6, err_msg=name)


def test_that_the_gradient_is_that_of_all_outputs_with_their_weights() -> None:
    network, data = joined_network(), joined_data()
    at = Looked(build(network, seed=1), network, data)
    found = {name: gradient(at, name) for name in at.model.outputs}
    binding = bind(network, data.info)
    results = at.model.eval()(*arguments_of(binding, data, 2, torch.device("cpu")))
    kinds, numbers = (result.detach().requires_grad_() for result in results)
    wanted = [
        torch.from_numpy(np.array([data.test.sample(binding.targets[name].name, 2)])) for name in ("kinds", "numbers")
    ]
    (F.cross_entropy(kinds, wanted[0]) + 0.3 * F.mse_loss(numbers, wanted[1])).backward()  # type: ignore[no-untyped-call]
    for name, result in (("kinds", kinds), ("numbers", numbers)):
        assert result.grad is not None
        np.testing.assert_allclose(found[name], result.grad[0].numpy(), atol=1e-6)


def with_hook(at: Looked, module: str) -> Tensor:
    """The gradient by what a module gives, as a hook of torch has it in a plain pass of the whole model."""
    given: list[Tensor] = []

    def keep(_: object, __: object, result: Any) -> None:
        while isinstance(result, tuple):  # of a packed sequence, its steps
            result = result[0]
        given.append(result)

    handle = at.model.get_submodule(module).register_forward_hook(keep)
    binding = bind(at.network, at.dataset.info)
    result = at.model.eval()(*arguments_of(binding, at.dataset, 2, torch.device("cpu")))
    handle.remove()
    (target,) = binding.targets.values()
    loss = F.cross_entropy(result, torch.from_numpy(np.array([at.dataset.test.sample(target.name, 2)])))
    return torch.autograd.grad(loss, given[0])[0]


@pytest.mark.parametrize(
    ("name", "block_id", "module", "port"),
    [
        ("digits_resnet", "residual2/conv1", "residual2.conv1", "out"),
        ("vowels_lstm", "lstm1", "lstm1", "sequence"),
    ],
)
def test_that_gradients_are_right_in_groups_and_of_sequences(name: str, block_id: str, module: str, port: str) -> None:
    at = looked(read(example(name)))
    found = gradient(at, block_id, port)
    assert np.abs(found).max() > 0
    np.testing.assert_allclose(found, with_hook(at, module).numpy().reshape(found.shape), atol=1e-6)


def test_that_what_the_loss_does_not_need_has_a_gradient_of_zeros_and_tokens_have_none() -> None:
    nodes = [
        Node("input", block("input", sizes=(None,), axes="tokens"), ()),
        Node("embedding1", block("embedding", num_embeddings=7000, embedding_dim=8), ("input",)),
        Node("gru1", block("gru", hidden_size=4), ("embedding1", None)),
        Node("dense1", block("dense", out_features=2), ("gru1.last",)),
        Node("output", block("output"), ("dense1",)),
    ]
    network = Network.of(nodes)
    at = looked(design_of(network, "movie_reviews"))
    assert np.abs(gradient(at, "gru1", "last")).max() > 0
    assert not gradient(at, "gru1", "sequence").any()
    assert np.abs(gradient(at, "embedding1")).max() > 0
    ((_, event),) = captures(at, [Watch("input", 2)])
    assert isinstance(event, ActivationsCaptured)
    assert [sight.id for sight in event.views] == ["tokens:out"]


def test_that_looking_at_gradients_leaves_the_model_as_it_was() -> None:
    at = looked(design_of(DIGITS))
    at.model.train()
    kept = torch.ones_like(at.model.get_parameter("conv1.weight"))
    at.model.get_parameter("conv1.weight").grad = kept.clone()
    gradient(at, "conv1")
    assert at.model.training
    assert torch.equal(at.model.get_parameter("conv1.weight").grad, kept)
    assert at.model.get_parameter("dense1.weight").grad is None
    assert all(module.runner is None for module in at.model.modules() if hasattr(module, "runner"))


def test_that_all_who_watch_a_sample_share_one_pass_and_one_that_fails_disturbs_no_other() -> None:
    at = looked(design_of(DIGITS))
    passes: list[object] = []
    at.model.get_submodule("conv1").register_forward_hook(lambda *_: passes.append(_))
    watches = [Watch(name, 3, watcher=f"canvas {name}") for name in ("conv1", "pool1", "nobody", "dense1", "g/conv1")]
    found = list(captures(at, watches))
    assert len(passes) == 1
    assert [watch for watch, _ in found] == watches
    assert [type(event) for _, event in found] == [
        ActivationsCaptured,
        ActivationsCaptured,
        KeyError,
        ActivationsCaptured,
        KeyError,
    ]
    alone = [capture(at.model, at.network, at.dataset, watch, "untrained", 0) for watch in watches[:2]]
    for (_, event), same in zip(found, alone, strict=False):
        assert isinstance(event, ActivationsCaptured)
        np.testing.assert_array_equal(event.values, same.values)


def test_that_a_watcher_that_goes_disturbs_no_other_while_it_trains(vowels_example: Design) -> None:
    settings = vowels_example.training.model_copy(update={"epochs": 500})
    listener = Listener(lambda event: isinstance(event, BatchesEnded))
    listener.submit(Train(Design(vowels_example.network, vowels_example.data, settings)))
    listener.wait_until_held()
    gone = Unwatch("canvas")
    listener.submit(Watch("lstm1", 2, watcher="panel"), Watch("lstm2", 2, watcher="canvas"))
    listener.let_go()

    def shown(watcher: str) -> list[int]:
        seen = [event for event in listener.events if isinstance(event, ActivationsCaptured)]
        return [event.step for event in seen if event.watcher == watcher]

    listener.wait_for(lambda event: isinstance(event, ActivationsCaptured) and event.watcher == "canvas")
    listener.submit(gone)
    assert isinstance(listener.answer(gone), Done)
    before, count = shown("canvas"), len(shown("panel"))
    listener.wait_for(lambda event: len(shown("panel")) >= count + 2)
    listener.submit(Stop())
    assert listener.worker.close(60)
    assert shown("canvas") == before
    assert not any(isinstance(event, CaptureFailed) for event in listener.events)
