"""An edit goes down and comes back once: its difference is found once, and told to those who asked for its parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from designer.core.assist.drop_targets import Into
from designer.core.diff.change import Change, Parts
from designer.core.diff.change import difference as compared
from designer.core.graph.design import Design
from designer.core.session import document
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.editing import block_edits, commands, editor
from designer.ui.panels.training import TrainingPanel

GROUP = "inception1"


@pytest.fixture
def shown(window: MainWindow) -> Iterator[list[Change]]:
    """All changes that the editor tells."""
    told: list[Change] = []
    window.editor.changed.connect(told.append)
    yield told
    window.editor.changed.disconnect(told.append)


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Design, Design]]:
    """The designs that are compared, wherever that is done for an edit."""
    asked: list[tuple[Design, Design]] = []

    def counted(before: Design, after: Design) -> Change:
        asked.append((before, after))
        return compared(before, after)

    for module in (document, commands, editor):
        monkeypatch.setattr(module, "difference", counted)
    return asked


def test_that_an_edit_finds_its_difference_once_and_undo_finds_none(
    window: MainWindow, shown: list[Change], comparisons: list[tuple[Design, Design]]
) -> None:
    before = window.editor.design
    block_edits.put(window.editor, window.editor.new_block("dropout"), Into("pool1"))
    after = window.editor.design
    assert comparisons == [(before, after)]
    assert window.editor.history()[-1].words == "Insert Dropout between conv1 and pool1"
    window.editor.stack.undo()
    window.editor.stack.redo()
    assert len(comparisons) == 1
    assert [(change.before, change.after) for change in shown] == [(before, after), (after, before), (before, after)]
    assert [change.blocks.added for change in shown] == [("dropout1",), (), ("dropout1",)]
    assert [change.blocks.removed for change in shown] == [(), ("dropout1",), ()]


def test_that_a_change_is_told_once_wherever_it_comes_from(window: MainWindow, shown: list[Change]) -> None:
    window.editor.open(files.read(example("digits_inception")), None)
    assert [change.after for change in shown] == [window.editor.design]
    window.editor.open_group((GROUP,), alone=True)
    assert shown[-1].parts == Parts.WHERE
    window.editor.edit_shown("", lambda design: design.moved(["input"], 8.0, 0.0))
    assert shown[-1].groups.changed == ("Inception",)
    window.editor.open(files.read(example("mnist_cnn")), None)
    assert shown[-1].touches(Parts.PATH)
    assert shown[-1].touches(Parts.BLOCKS)
    assert window.editor.path == ()
    assert len(shown) == 4
    assert set(window.scene.cards) == set(window.editor.design.network.nodes)


def test_that_who_asks_for_a_part_hears_of_no_other(window: MainWindow) -> None:
    heard: list[Parts] = []
    for part in Parts:
        window.editor.listen(part, lambda change, part=part: heard.append(part))
    card = window.scene.cards["conv1"]
    card.setSelected(True)
    card.setPos(card.pos() + QPointF(40, 0))
    window.scene.cards_dropped()
    window.editor.set_training("epochs", 3)
    window.editor.set_param("conv1", "bias", False)
    window.editor.disconnect_block("pool1", 0)
    assert heard == [Parts.PLACES, Parts.TRAINING, Parts.BLOCKS, Parts.EDGES]


def test_that_a_card_that_moves_leaves_training_settings_and_problems_alone(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    training = window.panel(TrainingPanel)
    for name in ("_show_settings", "_show_problems"):
        monkeypatch.setattr(training, name, lambda name=name: called.append(name))
    window.editor.move({"conv1": (400.0, 40.0)})
    assert not called
    window.editor.disconnect_block("pool1", 0)
    assert called == ["_show_problems"]
    window.editor.set_training("epochs", 3)
    assert called == ["_show_problems", "_show_settings"]
