"""The canvas looks as it did: a few states, light and dark, against pictures that somebody has judged.

Compared small and with tolerance, so that another font or another way to smooth edges is no difference; a card that is
gone, a colour of the other theme or words over each other are. `python -m tests.ui.test_looks` makes the pictures anew:
open them, and judge them, before you commit them. A test that fails leaves what it saw beside pytest's temporary files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.style.theme import LIGHT, Theme
from tests.ui.driving import action

FOLDER = Path(__file__).with_name("looks")
WIDTH = 160
"""Pixels of a picture that is kept and compared."""
TOLERATED_MEAN, STRONG, TOLERATED_STRONG = 3.0, 14, 0.04
"""Of 255: the mean difference of all dots; what is a strong difference; and the share of dots that may have one."""


def network(window: MainWindow) -> None:
    window.scene.select("conv2")


def problems(window: MainWindow) -> None:
    """A kernel that is too large, and what waits behind it."""
    window.editor.set_param("conv3", "kernel_size", (9, 9))
    window.scene.clearSelection()


def branches(window: MainWindow) -> None:
    window.bench.opening.open_example(example("pairs_siamese"))
    QApplication.processEvents()
    window.scene.clearSelection()


def inside(window: MainWindow) -> None:
    """An Inception module, opened."""
    window.bench.opening.open_example(example("digits_inception"))
    QApplication.processEvents()
    window.scene.select("inception1")
    action(window, "actionOpenGroup").trigger()
    window.scene.clearSelection()


def in_place(window: MainWindow) -> None:
    """A group expanded among the others, and the canvas coloured by what its blocks cost."""
    window.bench.opening.open_example(example("digits_resnet"))
    QApplication.processEvents()
    window.scene.select("residual1")
    action(window, "actionExpand").trigger()
    action(window, "actionColourByParameters").trigger()
    window.scene.clearSelection()


def far_away(window: MainWindow) -> None:
    window.view.zoom_by(0.25)
    window.scene.clearSelection()


STATES: dict[str, Callable[[MainWindow], None]] = {
    state.__name__: state for state in (network, problems, branches, inside, in_place, far_away)
}


def taken(window: MainWindow, theme: Theme, name: str, dark: bool) -> QImage:
    """The canvas alone, in a state, without the mouse over it."""
    theme.follow(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    window.resize(1440, 900)
    QApplication.processEvents()
    if action(window, "actionMinimap").isChecked():  # it comes and goes by a timer
        action(window, "actionMinimap").trigger()
    window.view.fit()
    STATES[name](window)
    QApplication.processEvents()
    if name != "far_away":
        window.view.fit()
    QApplication.sendEvent(window.view.viewport(), QEvent(QEvent.Type.Leave))
    around = window.view.mapFromScene(window.scene.blocks_rect()).boundingRect().adjusted(-8, -8, 8, 8)
    seen = window.view.grab(around.intersected(window.view.rect())).toImage()
    return seen.scaledToWidth(WIDTH, Qt.TransformationMode.SmoothTransformation)


def dots(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return (
        np.frombuffer(bytes(plain.constBits()), np.uint8).reshape(plain.height(), plain.width(), 4)[..., :3].astype(int)
    )


def differences(one: QImage, other: QImage) -> tuple[float, float]:
    """The mean difference of the dots, and the share of dots that differ strongly."""
    height = min(one.height(), other.height())
    assert abs(one.height() - other.height()) <= 2
    apart = np.abs(dots(one)[:height] - dots(other)[:height]).max(axis=2)
    return float(apart.mean()), float((apart > STRONG).mean())


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_that_the_canvas_looks_as_it_did(
    name: str, colours: str, window: MainWindow, theme: Theme, tmp_path: Path
) -> None:
    try:
        seen = taken(window, theme, name, colours == "dark")
    finally:
        theme.follow(Qt.ColorScheme.Light)
    seen.save(str(tmp_path / f"{name}_{colours}.png"))
    kept = QImage(str(FOLDER / f"{name}_{colours}.png"))
    assert kept.width() == WIDTH
    mean, strong = differences(seen, kept)
    assert (mean < TOLERATED_MEAN, strong < TOLERATED_STRONG) == (True, True), (mean, strong, tmp_path)


def test_that_the_other_theme_and_a_missing_card_are_differences() -> None:
    """The tolerance tells what it has to tell."""
    light, dark = (QImage(str(FOLDER / f"network_{colours}.png")) for colours in ("light", "dark"))
    assert differences(light, dark)[0] > 10 * TOLERATED_MEAN
    broken = light.copy()
    painter = QPainter(broken)
    painter.fillRect(0, light.height() // 5, WIDTH, light.height() // 14, QColor(LIGHT.canvas))
    painter.end()
    assert differences(light, broken)[1] > TOLERATED_STRONG


def main() -> None:
    """Makes the pictures anew."""
    from benchmarks.stage import pause, stage

    FOLDER.mkdir(exist_ok=True)
    for colours in ("light", "dark"):
        for name in STATES:
            with stage() as (window, theme):
                pause(300)
                taken(window, theme, name, colours == "dark").save(str(FOLDER / f"{name}_{colours}.png"))
                print(FOLDER / f"{name}_{colours}.png")


if __name__ == "__main__":
    main()
