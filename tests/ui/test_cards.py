"""What a card says: in the room that it has, and of its ports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from designer.core.graph.registry import kinds
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.block_item import WORDS_WIDTH
from designer.ui.canvas.items.card_texts import kind_words
from designer.ui.canvas.items.level_of_detail import SMALL_PIXELS, card_font
from tests.helpers import block, pairs_file
from tests.ui.conftest import Opening
from tests.ui.driving import action

USUAL: list[tuple[str, dict[str, Any]]] = [
    *((f"conv{dims}d", {"out_channels": 128, "activation": "relu"}) for dims in (1, 2, 3)),
    *((f"conv_transpose{dims}d", {"out_channels": 128, "activation": "relu"}) for dims in (1, 2)),
    *((f"separable_conv{dims}d", {"out_channels": 128, "activation": "relu"}) for dims in (1, 2)),
    *((f"depthwise_conv{dims}d", {"activation": "relu"}) for dims in (1, 2)),
    ("depthwise_conv2d", {"depth_multiplier": 2}),
    ("dense", {"out_features": 1024, "activation": "leaky_relu"}),
    *((kind, {"hidden_size": 128, "num_layers": 2, "bidirectional": True}) for kind in ("rnn", "gru", "lstm")),
    ("transformer_encoder", {"num_layers": 4}),
    ("transformer_encoder", {"causal": True}),
    ("multi_head_attention", {"causal": True}),
    ("embedding", {"num_embeddings": 20_000, "embedding_dim": 256}),
    ("concatenate", {"count": 4}),
    ("concatenate", {"count": 4, "axis": "length"}),
    ("output", {"task": "sequence_to_sequence", "loss": "mse"}),
    ("output", {"task": "classification", "loss": "bce"}),
    ("batch_norm2d", {"momentum": 0.01}),
    ("layer_norm", {"axes": "all"}),
    ("upsample", {"mode": "bilinear"}),
]


def test_that_a_card_has_room_for_the_usual_parameters_of_each_kind(window: MainWindow) -> None:
    metrics = QFontMetricsF(card_font(SMALL_PIXELS))
    said = [kind_words(block(kind, **params)) for kind, params in [*((kind, {}) for kind in kinds()), *USUAL]]
    assert [words for words in said if metrics.horizontalAdvance(words) > WORDS_WIDTH] == []


def test_that_a_card_names_its_ports_where_it_has_several(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    window = opening(pairs_file(tmp_path))
    window.scene.clearSelection()
    for name in ("flatten1", "flatten2"):
        window.scene.cards[name].setSelected(True)
    action(window, "actionGroup").trigger()
    qtbot.waitUntil(lambda: "flatten1" not in window.scene.cards)
    (name,) = (name for name, card in window.scene.cards.items() if card.result.node.block.kind == "group")
    use = window.scene.cards[name].result.node.block
    first, second = use.input_ports
    out, other = use.output_ports
    tip = window.scene.cards[name].toolTip()
    assert f"Inputs from left to right: {first}, {second}" in tip
    assert f"outputs from left to right: {out} 784, {other} 784" in tip
    assert "Inputs" not in window.scene.cards["dense1"].toolTip()
    assert "Inputs" not in window.scene.cards["multiply1"].toolTip()  # they have numbers for names
