"""The canvas with large networks: opening, frames while one moves about, edits until they are seen.

    python -m benchmarks.canvas [--blocks 10 100 1000 3000] [--rounds N] [--networks chain residual wide]

The real window at its first size, with all its panels, off screen unless QT_QPA_PLATFORM says otherwise. Milliseconds
of the window's own thread, so that what else runs counts little; the time ends when all that had to be painted has
been, in software as anywhere.

- open: a file, in a window that shows an empty network.
- pan, over, far, zoom: frames of a scripted way, the 95th of 100 (--frames: the median and the slowest, too). `pan`
  is at 100 %, `over` at 25 %, `far` with the whole network in view; `zoom` goes from there to 400 % and back. Each
  frame paints the whole canvas, as it has to be on many screens, though Qt could often move what it had painted.
- drag: frames while a card in the middle follows the mouse, the 95th of 100.
- set: the activation of a block in the middle, chosen in the inspector. No shape changes.
- resize: the channels of that block; it and those up to the next convolution have other shapes.
- insert, remove: a Dropout in front of that block; the block.  undo: of that remove.
- select: another block, with its form in the inspector.

`growth` compares two neighbouring sizes: time / blocks of the larger one, against that of the smaller one. 1.0 grows
as the network does, 0.1 from 100 to 1,000 blocks not at all. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox

from benchmarks.growth import Row, growth
from benchmarks.networks import chain, residual, wide
from benchmarks.stage import pause, stage
from designer.core.assist.drop_targets import Into
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.gestures.wheel_and_touch import ZOOM_STEP
from designer.ui.editing import block_edits
from designer.ui.panels.inspector import InspectorPanel

NETWORKS = {"chain": chain, "residual": residual, "wide": wide}
FRAMES = 60
_BETWEEN_MS = 70
"""Nobody edits faster: what lies out of view has come to its place by then."""
LEFT = Qt.MouseButton.LeftButton
Times = dict[str, list[float]]


def show_now(window: MainWindow) -> None:
    """Does all that waits to be done, and paints all that waits to be painted."""
    QApplication.processEvents()
    QApplication.sendEvent(window, QEvent(QEvent.Type.UpdateRequest))


def until_seen(window: MainWindow, action: Callable[[], object]) -> float:
    """Milliseconds of this thread, from an action to the end of its painting."""
    gc.collect()
    began = time.thread_time()
    action()
    show_now(window)
    return 1000 * (time.thread_time() - began)


def opening(window: MainWindow, path: Path, rounds: int) -> list[float]:
    """A file, each time after an empty network."""
    times = []
    for _ in range(rounds):
        window.editor.open(Design(), None)
        show_now(window)
        times.append(until_seen(window, lambda: window.bench.opening.open_file(path)))
    return times


def panning(window: MainWindow, zoom: float | None) -> list[float]:
    """A way over the canvas at a zoom (None: all is in view), down and to the right, by a few pixels a frame."""
    view = window.view
    if zoom is None:
        view.fit()
    else:
        view.zoom_by(zoom / view.transform().m11())
        view.centerOn(_top(window))
    show_now(window)
    bars = view.horizontalScrollBar(), view.verticalScrollBar()

    def step(frame: int) -> None:
        for bar, by in zip(bars, (5 if frame % 20 < 10 else -5, 23), strict=True):
            bar.setValue(bar.value() + by)
        view.viewport().update()

    return [until_seen(window, lambda: step(frame)) for frame in range(FRAMES)]  # noqa: B023


def _top(window: MainWindow) -> QPointF:
    rect = window.scene.blocks_rect()
    return QPointF(rect.center().x(), rect.top() + min(rect.height(), 400) / 2)


def zooming(window: MainWindow) -> list[float]:
    """From all in view to 400 % on a block in the middle, and back again."""
    view = window.view
    view.fit()
    view.centerOn(_middle(window)[1])
    show_now(window)
    return [
        until_seen(window, lambda: view.zoom_by(factor))  # noqa: B023
        for factor in [ZOOM_STEP] * (FRAMES // 2) + [1 / ZOOM_STEP] * (FRAMES // 2)
    ]


def _middle(window: MainWindow) -> tuple[str, QPointF]:
    """A convolution in the middle of the network that another one takes from, and the middle of its card."""
    network = window.editor.design.network
    convs = [node.id for node in network.of_kind("conv2d")]
    name = next((name for name in convs[len(convs) // 2 :] if _leads_to_one(network, name)), convs[0])
    return name, window.scene.cards[name].scenePos() + QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2)


def _leads_to_one(network: Network, name: str) -> bool:
    """Whether the next block of weights is a convolution: then other channels change few shapes."""
    while len(network.consumers[name]) == 1:
        ((name, _),) = network.consumers[name]
        if network.nodes[name].block.kind not in ("batch_norm2d", "activation"):
            return network.nodes[name].block.kind == "conv2d"
    return False


def dragging(window: MainWindow) -> list[float]:
    """A card follows the mouse, and is then where it was."""
    view, (_, place) = window.view, _middle(window)
    view.zoom_by(1 / view.transform().m11())
    view.centerOn(place)
    show_now(window)
    start = view.mapFromScene(place)
    _mouse(window, QEvent.Type.MouseButtonPress, start)
    times = []
    for frame in range(FRAMES):
        point = start + QPoint(frame, frame // 2)
        times.append(until_seen(window, lambda: _mouse(window, QEvent.Type.MouseMove, point)))  # noqa: B023
    _mouse(window, QEvent.Type.MouseButtonRelease, start + QPoint(FRAMES, FRAMES // 2))
    show_now(window)
    window.editor.stack.undo()
    show_now(window)
    return times


def _mouse(window: MainWindow, kind: QEvent.Type, place: QPoint) -> None:
    viewport = window.view.viewport()
    spot = QPointF(place)
    event = QMouseEvent(kind, spot, QPointF(viewport.mapToGlobal(place)), LEFT, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def edits(window: MainWindow, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Edits of the block in the middle, each undone again."""
    editor, view = window.editor, window.view
    name, place = _middle(window)
    view.centerOn(place)
    window.scene.select(name)
    pause(300)

    def activation() -> None:
        box = window.panel(InspectorPanel).findChild(QComboBox, "activation")
        assert isinstance(box, QComboBox)
        box.setCurrentIndex(box.findData("relu"))
        box.activated.emit(box.currentIndex())

    def channels() -> None:
        box = window.panel(InspectorPanel).findChild(QSpinBox, "out_channels")
        assert isinstance(box, QSpinBox)
        box.setValue(16)

    def insert() -> None:
        block_edits.put(editor, editor.new_block("dropout"), Into(name))

    for column, change in (
        ("set", activation),
        ("resize", channels),
        ("insert", insert),
        ("remove", lambda: editor.remove([name])),
    ):
        times, undone = [], []
        for _ in range(rounds):
            window.scene.select(name)
            pause(_BETWEEN_MS)
            times.append(until_seen(window, change))
            pause(_BETWEEN_MS)
            undone.append(until_seen(window, editor.stack.undo))
        yield column, times
    yield "undo", undone
    others = [node.id for node in editor.design.network.of_kind("batch_norm2d")][:rounds]
    yield "select", [until_seen(window, lambda: window.scene.select(other)) for other in others]  # noqa: B023


def measured(network: Network, rounds: int) -> Times:
    """All times by column, each as they came."""
    with tempfile.TemporaryDirectory() as folder, stage() as (window, _):
        path = Path(folder) / "large.json"
        files.write(Design(network), path)
        pause(2000)  # torch comes in behind the window at a first selection
        times = {"open": opening(window, path, rounds)}
        times |= {"pan": panning(window, 1.0), "over": panning(window, 0.25), "far": panning(window, None)}
        times |= {"zoom": zooming(window), "drag": dragging(window), **dict(edits(window, rounds))}
    return times


FRAME_COLUMNS = ("pan", "over", "far", "zoom", "drag")


def figure(name: str, times: list[float]) -> float:
    """The 95th of 100 frames; the median of anything else."""
    return sorted(times)[round(0.95 * (len(times) - 1))] if name in FRAME_COLUMNS else median(times)


def main() -> None:
    """Prints a table for each sort of network."""
    parser = argparse.ArgumentParser(description="Times of the canvas.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--blocks", type=int, nargs="+", default=[10, 100, 1000, 3000])
    parser.add_argument("--networks", choices=list(NETWORKS), nargs="+", default=list(NETWORKS))
    parser.add_argument("--frames", action="store_true", help="the median and the slowest of the frames, too")
    arguments = parser.parse_args()
    for sort in arguments.networks:
        head: list[str] = []
        before: Row | None = None
        for blocks in arguments.blocks:
            network = NETWORKS[sort](blocks)
            count, times = len(network.nodes), measured(network, arguments.rounds)
            figures = {name: figure(name, row) for name, row in times.items()}
            if not head:
                head = [f"{name:>8} growth" for name in figures]
                print(f"\n{sort:>8} blocks" + "".join(head))
            print(f"{'':>8} {count:6}" + "".join(_cell(name, (count, figures), before) for name in figures), flush=True)
            if arguments.frames:
                for word, of in (("p50", median), ("slowest", max)):
                    rows = "".join(f"{of(row):8.2f}{'':7}" for row in times.values())
                    print(f"{word:>15}{rows}")
            before = count, figures


def _cell(name: str, now: Row, before: Row | None) -> str:
    return f"{now[1][name]:8.2f} {growth(name, now, before):>6}"


if __name__ == "__main__":
    main()
