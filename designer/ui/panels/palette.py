"""The palette: all kinds by category, with a search; drag one to the canvas, or double-click it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFont, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.core.block import CATEGORIES
from designer.core.registry import find, kinds
from designer.ui import icons
from designer.ui.canvas.view import KIND_MIME
from designer.ui.theme import CATEGORY_HUES, Theme

_KIND = Qt.ItemDataRole.UserRole


class KindTree(QTreeWidget):
    """The list; what is dragged from it carries the kind's name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paletteList")
        self.setAccessibleName("Block kinds")
        self.setHeaderHidden(True)
        self.setIndentation(8)
        self.setIconSize(QSize(26, 20))
        self.setRootIsDecorated(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setMouseTracking(True)
        self.itemActivated.connect(self._activate)
        self.setExpandsOnDoubleClick(False)

    def _activate(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _KIND):
            self.chosen.emit(item.data(0, _KIND))

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drags the kind, with its name as the picture."""
        item = self.currentItem()
        kind = item.data(0, _KIND) if item else None
        if not kind:
            return
        mime = QMimeData()
        mime.setData(KIND_MIME, QByteArray(kind.encode()))
        drag = QDrag(self)
        drag.setMimeData(mime)
        picture = self._picture(item.text(0))
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(picture.width() // 2, picture.height() // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self, title: str) -> QPixmap:
        width = self.fontMetrics().horizontalAdvance(title) + 24
        picture = QPixmap(width, 28)
        picture.fill(self.palette().base().color())
        painter = QPainter(picture)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(picture.rect().adjusted(0, 0, -1, -1))
        painter.setPen(self.palette().text().color())
        painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, title)
        painter.end()
        return picture


class PalettePanel(QWidget):
    """Search and list. `chosen(kind)` when a kind is double-clicked or Enter is pressed."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.search = QLineEdit(placeholderText="Search blocks", clearButtonEnabled=True)
        self.search.setObjectName("paletteSearch")
        self.search.setAccessibleName("Search blocks")
        self.tree = KindTree()
        self._nothing = QLabel("No block of this name.", alignment=Qt.AlignmentFlag.AlignCenter)
        self._nothing.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.addWidget(self.search)
        layout.addWidget(self._nothing)
        layout.addWidget(self.tree, 1)
        self._fill()
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._choose_first)
        self.tree.chosen.connect(self.chosen)
        theme.changed.connect(self._paint_icons)
        self._filter("")

    def refill(self) -> None:
        """Shows the kinds that there are now."""
        self.tree.clear()
        self._fill()
        self._filter(self.search.text())

    def _fill(self) -> None:
        for category in CATEGORIES:
            head = QTreeWidgetItem(self.tree, [category])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            head.setFont(0, bold)
            for kind, block in kinds().items():
                if block.category == category and block.belongs != "group":
                    item = QTreeWidgetItem(head, [block.title])
                    item.setData(0, _KIND, kind)
                    item.setToolTip(0, f"{block.summary}\nDouble-click to append it, or drag it to the canvas.")
            head.setExpanded(True)
        self._paint_icons()

    def items(self) -> list[QTreeWidgetItem]:
        """The kinds' items."""
        return [item for head in self._heads() for item in _children(head)]

    def _heads(self) -> list[QTreeWidgetItem]:
        root = self.tree.invisibleRootItem()
        return _children(root)

    def _paint_icons(self) -> None:
        for item in self.items():
            block = find(item.data(0, _KIND))
            assert block is not None
            item.setIcon(0, _striped(block.category, self._theme))
        muted = QColor(self._theme.colours.muted)
        for head in self._heads():
            head.setForeground(0, muted)

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for item in self.items():
            block = find(item.data(0, _KIND))
            assert block is not None
            searched = f"{block.kind} {block.title} {block.category} {block.summary}".lower()
            item.setHidden(not all(word in searched for word in words))
        visible = [item for item in self.items() if not item.isHidden()]
        for head in self._heads():
            head.setHidden(not any(item.parent() is head for item in visible))
        named = [item for item in visible if item.text(0).lower().startswith(text.lower())]
        best = (named or visible)[:1] if text else []
        self.tree.setCurrentItem(best[0] if best else None)  # type: ignore[arg-type]
        self._nothing.setVisible(not visible)

    def _choose_first(self) -> None:
        item = self.tree.currentItem()
        if item and not item.isHidden() and item.data(0, _KIND):
            self.chosen.emit(item.data(0, _KIND))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears the search."""
        if event.key() == Qt.Key.Key_Escape:
            self.search.clear()
        else:
            super().keyPressEvent(event)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for place in range(item.childCount()) if (child := item.child(place))]


def _striped(category: str, theme: Theme) -> QIcon:
    """The category's icon beside a stripe in its hue, as on the card."""
    picture = QPixmap(52, 40)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.fillRect(0, 1, 3, 18, QColor(CATEGORY_HUES[category]))  # type: ignore[index]
    painter.drawPixmap(QPointF(7, 1), icons.pixmap(category.lower(), theme.colours.muted, size=18))
    painter.end()
    return QIcon(picture)
