"""The README's pictures, made with the real program.

    python -m benchmarks.screenshots [cnn] [data] [lstm] [inception] [transformer] [costs] [boxes]

The article's CNN is shown while it learns, after six epochs; the others after their last one: a network begun for a
folder of pictures, beside what was found in it (shapes that are drawn for it, as a person's own would lie there); the
LSTM with its hidden states, the inside of an Inception module with its code, the attention of a Transformer; then,
untrained, a group that is open in place on a canvas coloured by costs, and the CNN as boxes in perspective. Each is
taken in the light and in the dark colours, the window at 1440 × 900 pixels. Weights and samples follow the seeds of
the examples, so that a new picture differs from the old one only by the moment at which it was taken.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QLineEdit, QPushButton

from benchmarks.stage import pause, stage, wait_for, wait_until
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.inspection import Inspection
from designer.ui.pictures.rendering import Options, Picture
from designer.ui.style.theme import Theme

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "screenshots"
SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
EPOCH = 7
STEPS_INTO_EPOCH = 30
DRAWN_MS = 400


def look_into(window: MainWindow, block: str, panel: str) -> None:
    """Selects a block of what the canvas shows, `group/block` within an open group, and waits for what it gives."""

    looking = window.bench.findChild(Inspection)
    assert looking is not None
    panels = looking.panels

    def shown() -> bool:
        capture = panels[panel].shown
        return capture is not None and capture.block == block

    window.scene.clearSelection()
    window.scene.select(block.split("/")[-1])
    wait_until(shown)


def take(window: MainWindow, theme: Theme, name: str) -> None:
    """Keeps a picture in each of the two colour schemes."""
    for scheme, value in SCHEMES.items():
        theme.follow(value)
        pause(DRAWN_MS)
        target = FOLDER / f"{name}_{scheme}.png"
        picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        if not picture.save(str(target), "PNG", quality=0):  # 0 packs tightest; a PNG loses nothing
            raise SystemExit(f"{target} cannot be written")
        print(f"{target.name}: {picture.width()}×{picture.height()}, {target.stat().st_size / 1000:.0f} kB", flush=True)


def picture_cnn() -> None:
    """While it learns, with the maps of the first convolution."""
    with stage() as (window, theme):
        look_into(window, "conv1", "maps")
        loss = window.panel(CurvesPanel).loss
        goal = (EPOCH - 1) * 100 + STEPS_INTO_EPOCH
        wait_for(window.bridge.started, window.action("actionTrain").trigger)
        wait_until(lambda: loss.series.count >= goal)
        take(window, theme, "cnn")
        if not window.bridge.training:
            print("The run was over before the pictures were taken.")


def picture_data() -> None:
    """After the last epoch of a CNN that is offered for a folder of pictures, beside what is in it."""
    with tempfile.TemporaryDirectory() as home, stage() as (window, theme):
        draw_shapes(Path(home) / "Shapes")
        window.action("actionNew").trigger()
        window.bench.panels.show("Data")
        wait_until(lambda: window.findChild(QLineEdit, "dataPath") is not None)
        path = window.findChild(QLineEdit, "dataPath")
        path.setText(str(Path(home) / "Shapes"))
        path.returnPressed.emit()
        wait_until(lambda: window.editor.design.data.is_own and offered(window) is not None)
        offered(window).click()
        pause(DRAWN_MS)
        wait_for(window.bridge.finished, window.action("actionTrain").trigger)
        first = next(iter(window.editor.design.network.consumers["input"]))[0]
        look_into(window, first, "maps")
        window.bench.panels.show("Data")
        take(window, theme, "data")


def offered(window: MainWindow) -> QPushButton | None:
    """The first network for the data, once it is the data's that are there now."""
    button = window.findChild(QPushButton, "startingNetwork1")
    return button if button is not None and button.isEnabled() else None


SHAPES = {
    "Diamond": ((0, -1), (0.7, 0), (0, 1), (-0.7, 0)),
    "House": ((0, -1), (0.8, -0.2), (0.8, 0.9), (-0.8, 0.9), (-0.8, -0.2)),
    "Arrow": ((1, 0), (0, -0.9), (0, -0.4), (-1, -0.4), (-1, 0.4), (0, 0.4), (0, 0.9)),
}


def draw_shapes(folder: Path) -> None:
    """Forty pictures of each shape, in one folder each: in colours, sizes and places by chance."""
    chance = random.Random(0)
    for name, corners in SHAPES.items():
        (folder / name).mkdir(parents=True)
        for number in range(40):
            image = QImage(48, 48, QImage.Format.Format_RGB888)
            image.fill(QColor.fromHsv(chance.randrange(360), 40, chance.randrange(170, 250)))
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor.fromHsv(chance.randrange(360), 190, chance.randrange(60, 190)))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.translate(chance.uniform(17, 31), chance.uniform(17, 31))
            painter.rotate(chance.uniform(-25, 25))
            size = chance.uniform(9, 16)
            painter.drawPolygon(QPolygonF([QPointF(x * size, y * size) for x, y in corners]))
            painter.end()
            image.save(str(folder / name / f"{number:02}.png"))


def picture_lstm() -> None:
    """After the last epoch, with the hidden states of the first LSTM."""
    with stage() as (window, theme):
        window.bench.opening.open_example(example("vowels_lstm"))
        look_into(window, "lstm1", "states")
        wait_for(window.bridge.finished, window.action("actionTrain").trigger)
        take(window, theme, "lstm")


def picture_inception() -> None:
    """After the last epoch, with a module open, the maps of its 3×3 branch, and the code."""
    with stage() as (window, theme):
        window.bench.opening.open_example(example("digits_inception"))
        pause(DRAWN_MS)
        wait_for(window.bridge.finished, window.action("actionTrain").trigger)
        window.docks["Code"].raise_()
        look_into(window, "inception1", "maps")
        window.findChild(QAction, "actionOpenGroup").trigger()
        look_into(window, "inception1/three", "maps")
        take(window, theme, "inception")


def picture_transformer() -> None:
    """After the last epoch, with what the words of a review attend to."""
    with stage() as (window, theme):
        window.bench.opening.open_example(example("reviews_transformer"))
        pause(DRAWN_MS)
        wait_for(window.bridge.finished, window.action("actionTrain").trigger)
        look_into(window, "encoder", "maps")
        take(window, theme, "transformer")


def picture_costs() -> None:
    """An Inception module open in place, the canvas coloured by multiply-adds, and the analyzer's table."""
    with stage() as (window, theme):
        window.bench.opening.open_example(example("digits_inception"))
        window.scene.select("inception1")
        for name in ("actionExpand", "actionColourByMultiplyAdds"):
            window.findChild(QAction, name).trigger()
        window.docks["Analyzer"].raise_()
        pause(DRAWN_MS)
        window.view.fit()
        take(window, theme, "costs")


def picture_boxes() -> None:
    """The CNN as papers draw networks: as File > Export > Picture and `designer draw --style boxes` make it."""
    with stage():
        for scheme in SCHEMES:
            design = files.read(example("mnist_cnn"))
            picture = Picture(design, Options("boxes", scheme, 2.0))  # type: ignore[arg-type]
            (FOLDER / f"boxes_{scheme}.png").write_bytes(picture.encoded("png", "CNN on handwritten digits"))


PICTURES: dict[str, Callable[[], None]] = {
    "cnn": picture_cnn,
    "data": picture_data,
    "lstm": picture_lstm,
    "inception": picture_inception,
    "transformer": picture_transformer,
    "costs": picture_costs,
    "boxes": picture_boxes,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(PICTURES)} (all)")
    names = parser.parse_args().names or list(PICTURES)
    unknown = [name for name in names if name not in PICTURES]
    if unknown:
        parser.error(f"there is no picture called {unknown[0]}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        PICTURES[name]()


if __name__ == "__main__":
    main()
