"""The chain of transforms in the Data panel: built, reordered and seen at work, with mouse and keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data import opening
from designer.data.transforms.registry import transforms
from designer.engine.inspection import transform_preview
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data_content import DataContent
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.transform_chain import TransformChain
from designer.ui.panels.transform_views import CurvePair, PicturePair, WordMarks
from designer.ui.widgets.wrapped import WrappedLabel
from tests.data.formats.made import striped_pictures
from tests.ui.driving import ALT, LEFT, NONE
from tests.ui.test_data_panel import opened, seen

THREE = ({"kind": "flip"}, {"kind": "shift"}, {"kind": "noise"})


def with_chain(window: MainWindow, qtbot: QtBot, *chain: dict[str, Any], source: str = "mnist_5k") -> TransformChain:
    design = window.editor.design
    data = DataSettings(source=source, transforms=chain)
    window.editor.open(Design(design.network, data, design.training), None)
    return seen(window, qtbot).transforms


def kinds(window: MainWindow) -> list[Any]:
    return [item["kind"] for item in window.editor.design.data.transforms]


def words(window: MainWindow) -> list[str]:
    return [command.words for command in window.editor.history()]


def add(chain: TransformChain, kind: str) -> None:
    """Chooses it in the list that comes up below the button."""
    chain.menu.aboutToShow.emit()
    next(item for item in chain.menu.actions() if item.objectName() == f"transformAdd_{kind}").trigger()


def preview(chain: TransformChain, qtbot: QtBot, kind: type[Any]) -> Any:
    qtbot.waitUntil(lambda: any(view.isVisible() for view in chain.findChildren(kind)), timeout=30_000)
    return next(view for view in chain.findChildren(kind) if view.isVisible())


def drag(qtbot: QtBot, chain: TransformChain, place: int, onto: int) -> None:
    """By its handle over the middle of another row."""
    qtbot.waitUntil(lambda: len({one.y() for one in chain.rows}) == len(chain.rows))  # laid out
    row, other, at = chain.rows[place], chain.rows[onto], QPoint(6, 10)
    by = other.geometry().center().y() - row.y() - at.y() + (4 if onto > place else -4)
    qtbot.mousePress(row, LEFT, pos=at)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(row, at + QPoint(0, round(by * share)))
    qtbot.mouseRelease(row, LEFT, pos=at + QPoint(0, by))


def test_that_transforms_that_suit_are_offered_with_what_they_do(window: MainWindow, qtbot: QtBot) -> None:
    chain = seen(window, qtbot).transforms
    chain.menu.aboutToShow.emit()
    offered = {item.objectName().removeprefix("transformAdd_"): item.toolTip() for item in chain.menu.actions()}
    assert set(offered) == {"normalise", "flip", "shift", "rotate", "zoom", "colour", "cutout", "noise", "mixup"}
    assert all(summary == transforms()[kind].summary for kind, summary in offered.items())


def test_that_a_mixed_pair_is_seen_with_both_classes_and_its_share(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "flip", "p": 1.0}, {"kind": "mixup", "alpha": 10.0})
    picture = preview(chain, qtbot, PicturePair)
    (shown,) = chain.preview.shown
    dataset = opening.load(window.editor.design.data)
    own = dataset.train.columns["digit"][0]
    assert len(shown.mixtures) == 4
    for mixture, draw in zip(shown.mixtures, shown.draws, strict=True):
        found = re.fullmatch(r"λ = (0\.\d\d|1\.00): (\d+) % of “(\d)” and (\d+) % of “(\d)”", mixture)
        assert found, mixture
        assert int(found[2]) + int(found[4]) == 100
        assert abs(100 * float(found[1]) - int(found[2])) <= 1
        assert int(found[3]) == own
        share = float(found[1])
        rest = (draw - share * shown.fixed[..., ::-1]) / (1 - share)
        others = dataset.train.columns["image"][dataset.train.columns["digit"] == int(found[5])][..., ::-1]
        assert np.abs(others - rest).reshape(len(others), -1).max(1).min() < 0.06
    told = [label.said for label in chain.preview.findChildren(WrappedLabel) if "Mixed" in label.said]
    assert told == [
        "\n".join(
            ["Mixed with others to learn from, draw by draw:", *(f"{n}. {m}" for n, m in enumerate(shown.mixtures, 1))]
        )
    ]
    assert len(picture.after) == 4
    qtbot.mouseClick(chain.preview.again, LEFT)
    qtbot.waitUntil(lambda: chain.preview.shown and chain.preview.shown[0].mixtures != shown.mixtures)


def test_that_why_nothing_can_be_mixed_is_told_where_it_would_be_seen(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "mixup"}, source="movie_reviews")
    qtbot.waitUntil(lambda: "takes tokens" in chain.preview.problem, timeout=30_000)


def test_that_what_is_fixed_comes_first_and_each_step_is_undone_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    chain = seen(window, qtbot).transforms
    add(chain, "flip")
    add(chain, "normalise")
    assert kinds(window) == ["normalise", "flip"]
    assert words(window) == ["Add Flip", "Add Normalise"]
    assert [row.title for row in chain.rows] == ["Normalise", "Flip"]
    assert chain.rows[0].hasFocus()
    window.action("actionUndo").trigger()
    assert [row.title for row in chain.rows] == ["Flip"]
    window.action("actionUndo").trigger()
    assert chain.rows == []


def test_that_a_row_is_dragged_to_another_place(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, *THREE)
    drag(qtbot, chain, 0, 2)
    assert kinds(window) == ["shift", "noise", "flip"]
    assert words(window) == ["Move Flip to the end"]
    drag(qtbot, chain, 1, 0)
    assert kinds(window) == ["noise", "shift", "flip"]
    assert words(window)[-1] == "Move Noise before Shift"


def test_that_keys_move_and_delete_a_row_and_no_block(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "normalise"}, *THREE)
    network = window.editor.design.network
    chain.rows[1].setFocus()
    qtbot.keyClick(chain.rows[1], Qt.Key.Key_Down, ALT)
    assert kinds(window) == ["normalise", "shift", "flip", "noise"]
    assert chain.rows[2].hasFocus()
    qtbot.keyClick(chain.rows[2], Qt.Key.Key_Up)
    assert chain.rows[1].hasFocus()
    qtbot.keyClick(chain.rows[1], Qt.Key.Key_Up, ALT)  # the fixed one stays first
    assert kinds(window) == ["normalise", "shift", "flip", "noise"]
    qtbot.keyClick(chain.rows[1], Qt.Key.Key_Delete)
    assert kinds(window) == ["normalise", "flip", "noise"]
    assert words(window)[-1] == "Delete Shift"
    assert window.editor.design.network == network


def test_that_a_click_unfolds_fields_whose_values_are_edits(window: MainWindow, qtbot: QtBot) -> None:
    chain = seen(window, qtbot).transforms
    add(chain, "flip")
    row = chain.rows[0]
    qtbot.mouseClick(row, LEFT, NONE, QPoint(40, 10))
    assert not row.is_open  # what was just added is open already
    qtbot.mouseClick(row, LEFT, NONE, QPoint(40, 10))
    assert row.form is not None
    assert row.is_open
    row.form.fields["p"].edited.emit(0.3)
    assert words(window)[-1] == "Flip: p 0.5 → 0.3"
    assert row.values == "p 0.3"
    assert chain.rows[0] is row
    button = row.findChild(QToolButton, "transformRemove")
    qtbot.mouseClick(button, LEFT)
    assert kinds(window) == []


def test_that_of_several_columns_one_can_be_chosen(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "noise"}, source="digit_pairs")
    qtbot.mouseClick(chain.rows[0], LEFT, NONE, QPoint(40, 10))
    box = chain.rows[0].findChild(QComboBox, "transformFeature")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    (written,) = window.editor.design.data.transforms
    assert written["feature"] == box.currentText()
    assert words(window) == [f"Noise: feature all → {box.currentText()}"]


def test_that_a_picture_is_seen_before_and_after_and_drawn_anew(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "normalise"}, {"kind": "rotate", "degrees": 90.0})
    view = preview(chain, qtbot, PicturePair)
    assert len(view.after) == transform_preview.DRAWS
    assert len({bytes(image.constBits()) for image in (view.before, *view.after)}) == 5
    first = chain.preview.shown[0]
    assert first.fixed.min() < 0 <= first.before.min()
    qtbot.mouseClick(chain.findChild(QPushButton, "transformAgain"), LEFT)
    qtbot.waitUntil(lambda: chain.preview.shown[0] is not first)
    assert not np.array_equal(chain.preview.shown[0].draws[0], first.draws[0])
    assert np.array_equal(chain.preview.shown[0].before, first.before)


def test_that_the_preview_follows_the_chain_and_the_sample_that_is_looked_at(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "flip", "p": 0.0})
    view = preview(chain, qtbot, PicturePair)
    assert all(image == view.before for image in view.after)
    add(chain, "cutout")
    qtbot.waitUntil(lambda: len({bytes(item.tobytes()) for item in chain.preview.shown[0].draws}) > 1)
    window.panel(SamplePanel).number.setValue(7)
    qtbot.waitUntil(lambda: chain.preview.shown[0].sample == "sample 7 of the test")


def test_that_curves_and_words_have_views_of_their_own(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "time_warp", "share": 0.5}, source="gun_point")
    assert len(preview(chain, qtbot, CurvePair).after) == transform_preview.DRAWS
    chain = with_chain(window, qtbot, {"kind": "token_drop", "p": 0.5}, source="movie_reviews")
    marks = preview(chain, qtbot, WordMarks)
    assert 0 < marks.dropped < len(marks.words)
    assert marks.text().count("<s ") == marks.dropped


def test_that_own_data_keep_their_chain_and_are_not_read_again_for_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content: DataContent = opened(window, qtbot, striped_pictures(tmp_path / "pets"))
    qtbot.waitUntil(lambda: content._at_hand.preview is not None and content._at_hand.preview.samples == 20)
    before = content._at_hand.preview
    add(content.transforms, "normalise")
    add(content.transforms, "flip")
    view = preview(content.transforms, qtbot, PicturePair)
    assert view.shown.measured_on > 0
    assert content._at_hand.preview is before
    content.form.split.fields["test_share"].edited.emit(0.5)
    qtbot.waitUntil(lambda: window.editor.design.data.test_share == 0.5)
    assert kinds(window) == ["normalise", "flip"]
    assert files.parse(files.dumps(window.editor.design), "it").data.transforms == window.editor.design.data.transforms


def test_that_a_chain_that_is_wrong_says_so_and_can_be_mended(window: MainWindow, qtbot: QtBot) -> None:
    chain = with_chain(window, qtbot, {"kind": "melt"}, {"kind": "flip"})
    qtbot.waitUntil(lambda: "none called 'melt'" in chain.preview.problem, timeout=30_000)
    chain.rows[0].setFocus()
    qtbot.keyClick(chain.rows[0], Qt.Key.Key_Delete)
    assert kinds(window) == ["flip"]
    preview(chain, qtbot, PicturePair)
    assert chain.preview.problem == ""
