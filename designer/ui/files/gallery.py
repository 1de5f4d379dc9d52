"""The gallery: the examples by section, each with its explanation, its source and what it reached."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.core.graph.settings import About
from designer.core.storage import files
from designer.core.storage.resources import examples
from designer.ui.style.theme import Theme

SECTIONS = ("Images", "Video", "Sequences", "Sound", "Text", "Tables", "Forecasting", "Structures")
_PATH = Qt.ItemDataRole.UserRole


@lru_cache(maxsize=64)
def _about(path: Path, changed: int) -> About:
    """What an example says of itself: read once, unless it is `changed`."""
    return files.read_about(path)


def by_section() -> dict[str, list[tuple[Path, About]]]:
    """The examples with their words, in the order of the sections and of their files' names."""
    found: dict[str, list[tuple[Path, About]]] = {section: [] for section in SECTIONS}
    for path in examples():
        about = _about(path, path.stat().st_mtime_ns)
        found.setdefault(about.section or "Others", []).append((path, about))
    return {section: listed for section, listed in found.items() if listed}


def title_of(path: Path, about: About) -> str:
    """What an example is called."""
    return about.title or path.name.removesuffix(files.SUFFIX)


class Gallery(QDialog):
    """Lists the examples; `chosen` is the one to open once the dialog was accepted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, verb: str = "Open") -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setWindowTitle("Examples")
        self.resize(860, 520)
        self._theme = theme
        self._abouts: dict[Path, About] = {}
        self.list = QTreeWidget()
        self.list.setObjectName("galleryList")
        self.list.setAccessibleName("Examples")
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(12)
        self.page = QTextBrowser()
        self.page.setObjectName("galleryPage")
        self.page.setAccessibleName("About the example")
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.document().setDocumentMargin(16)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._open = buttons.button(QDialogButtonBox.StandardButton.Open)
        self._open.setText(verb)
        self._open.setProperty("role", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        halves = QSplitter()
        halves.addWidget(self.list)
        halves.addWidget(self.page)
        halves.setSizes([300, 560])
        halves.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.addWidget(halves, 1)
        row = QHBoxLayout()
        row.addWidget(buttons)
        column.addLayout(row)
        self.list.currentItemChanged.connect(lambda item, before: self._show(item))
        self.list.itemActivated.connect(self._activate)
        self._fill()

    @property
    def chosen(self) -> Path | None:
        """The selected example."""
        item = self.list.currentItem()
        return item.data(0, _PATH) if item else None

    def _fill(self) -> None:
        first = None
        for section, listed in by_section().items():
            head = QTreeWidgetItem(self.list, [section])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = self.list.font()
            font.setBold(True)
            head.setFont(0, font)
            for path, about in listed:
                item = QTreeWidgetItem(head, [title_of(path, about)])
                item.setData(0, _PATH, path)
                self._abouts[path] = about
                first = first or item
            head.setExpanded(True)
        if first:
            self.list.setCurrentItem(first)

    def _activate(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _PATH):
            self.accept()

    def _show(self, item: QTreeWidgetItem | None) -> None:
        path = item.data(0, _PATH) if item else None
        self._open.setEnabled(path is not None)
        if path is not None:
            self.page.setHtml(_page(title_of(path, self._abouts[path]), self._abouts[path], self._theme.colours.muted))


def _page(title: str, about: About, muted: str) -> str:
    """The words as HTML; what a file says is shown as it stands."""
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in about.text.split("\n\n") if part.strip())
    facts = "".join(
        f'<p><span style="color:{muted}">{name}</span><br>{escape(text)}</p>'
        for name, text in (("Try it", about.to_try), ("Result", about.result), ("Source", about.source))
        if text
    )
    return f"<h3>{escape(title)}</h3>{paragraphs}{facts}"
