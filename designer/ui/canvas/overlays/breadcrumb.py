"""The bar over the canvas while a group is open: where one is, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from designer.core.diff.change import Parts
from designer.core.edits import group_editing
from designer.core.graph.group_paths import GroupPath, use_at
from designer.ui.editing.editor import Editor
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.message_box import as_tip


class Breadcrumb(QWidget):
    """Network › Inception ▸ …: each part but the last goes there when it is clicked. Hidden in the whole network."""

    def __init__(self, editor: Editor, editable: bool = True) -> None:
        super().__init__()
        self._editable = editable
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Open groups")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor = editor
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 3, 10, 3)
        self._row.setSpacing(2)
        self._shown: object = None
        self.parts: list[QToolButton] = []
        """What leads to the whole network, and to each open group."""
        editor.listen(Parts.BLOCKS | Parts.GROUPS | Parts.WHERE, lambda change: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        path, network = self._editor.path, self._editor.design.network
        names = [use_at(network, path[:place]).definition.name for place in range(1, len(path) + 1)]
        used = group_editing.use_count(network, names[-1]) if names else 0
        self.setVisible(bool(self._editor.root))  # in place, a frame on the canvas says where one is
        if (path, names, used) != self._shown:
            self._shown = (path, names, used)
            self._fill(path, names, used)

    def _fill(self, path: GroupPath, names: list[str], used: int) -> None:
        empty_layout(self._row)
        self.parts = []
        self._add("Network", "The whole network", ())
        for place, name in enumerate(names):
            arrow = QLabel("›")
            arrow.setProperty("role", "muted")
            self._row.addWidget(arrow)
            self._add(name, f"Group '{name}', opened at '{path[place]}'", path[: place + 1])
        self._row.addStretch(1)
        if names and self._editable:
            words = QLabel(f"Used {used} times: edits here change every use" if used > 1 else "Used here alone")
            words.setObjectName("breadcrumbUses")
            words.setProperty("role", "muted")
            self._row.addWidget(words)

    def _add(self, text: str, tip: str, path: GroupPath) -> None:
        button = QToolButton()
        button.setObjectName(f"breadcrumb{len(path)}")
        button.setText(text.replace("&", "&&"))  # one alone would underline the next letter
        button.setToolTip(as_tip(tip))
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        here = path == self._editor.path
        button.setEnabled(not here)
        button.setProperty("role", "here" if here else "")
        button.clicked.connect(lambda: self._editor.open_group(path))
        self._row.addWidget(button)
        self.parts.append(button)
