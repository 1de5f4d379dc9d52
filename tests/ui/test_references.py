"""Items of the canvas are held by as many as hold them: one count too few, and the process ends somewhere else."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from designer.ui.app.main_window import MainWindow


def test_that_cards_are_held_as_often_after_many_selections_from_far_away(window: MainWindow) -> None:
    window.view.zoom_by(0.05)
    cards = [window.scene.cards["conv1"], window.scene.cards["pool1"]]

    def counted() -> list[int]:
        for card in cards:
            window.scene.select(card.block_id)
            QApplication.processEvents()
        return [sys.getrefcount(card) for card in cards]

    first = counted()
    assert [counted() for _ in range(4)] == [first] * 4
