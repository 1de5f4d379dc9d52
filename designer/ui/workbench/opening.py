"""Opening: another design takes the window, with the whole of it in sight and its first block selected."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from designer.core.graph.roles import InputBlock
from designer.core.storage.file_kinds import is_of_keras
from designer.core.storage.resources import example
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.files.filing import Filing
from designer.ui.files.importing import Importing


class Opening(QObject):
    """Opens files and examples. `explained()` says that what is open has words about it, which may be shown now."""

    explained = Signal()

    def __init__(self, scene: CanvasScene, view: CanvasView, filing: Filing, importing: Importing) -> None:
        super().__init__(scene.editor)
        self._editor, self._scene, self._view = scene.editor, scene, view
        self._filing, self._importing = filing, importing
        importing.imported.connect(self.show_all)

    def ask_for_file(self) -> None:
        """Opens a file that the person chooses."""
        if path := self._filing.ask_for_file():
            self.take_file(path)

    def open_file(self, path: Path) -> None:
        """Opens a file, after the question, and shows all of it."""
        if self._filing.may_leave():
            self.take_file(path)

    def take_file(self, path: Path) -> None:
        """Opens an architecture, imports a model of Keras, or tells why it cannot; what was open may go."""
        if is_of_keras(path):
            self._importing.import_file(path)
        elif self._filing.open(path):
            self.show_all()

    def open_example(self, path: Path) -> None:
        """Opens an example, after the question."""
        if self._filing.may_leave():
            self._filing.open_example(path)
            self.show_all(explained=True)

    def open_first(self) -> None:
        """What a first start shows: the article's CNN, with its first convolution selected."""
        self._filing.open_example(example("mnist_cnn"))
        self.show_all(explained=True)

    def show_all(self, explained: bool = False) -> None:
        """The whole network with its first block selected; for an example its explanation lies on top."""
        self._view.fit()
        nodes = self._editor.design.network.nodes.values()
        looked_at = [node for node in nodes if not isinstance(node.block, InputBlock)]
        if looked_at:
            # After the canvas is drawn: looking inside brings in torch, which takes seconds.
            QTimer.singleShot(0, self, lambda: self._look_at(looked_at[0].id, explained))

    def _look_at(self, block_id: str, explained: bool) -> None:
        self._scene.select(block_id)
        if explained:
            self.explained.emit()
