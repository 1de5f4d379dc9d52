"""The palette: all kinds by category, with a search; drag one to the canvas, or double-click it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QMimeData,
    QObject,
    QPoint,
    QPointF,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QFont, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.core.graph.block import CATEGORIES
from designer.core.graph.definition import definitions
from designer.core.graph.registry import kinds
from designer.ui.canvas.gestures.drags import KIND_MIME
from designer.ui.editing.editor import USE, Editor
from designer.ui.prefs.settings import Settings
from designer.ui.search.kind_search import KindOffer, kinds_found
from designer.ui.style import icons
from designer.ui.style.theme import CATEGORY_HUES, Theme
from designer.ui.widgets.timers import once_after

_KIND = Qt.ItemDataRole.UserRole
_CATEGORY = Qt.ItemDataRole.UserRole + 1
_HEAD_HEIGHT = 25
_DRAGGED = 28
_LONGEST = 28
"""Letters of a kind's name that there is always room for; those of a person's own may be longer."""
_AROUND_NAME = 2
"""Pixels between the icon, the name and the ends of its row, beside the width of a letter."""
_OPEN, _FOLDED = "▾", "▸"


class KindTree(QTreeWidget):
    """The list; what is dragged from it carries the kind's name. `left_upwards()` when the cursor leaves it above."""

    chosen = Signal(str)
    left_upwards = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paletteList")
        self.setAccessibleName("Block kinds")
        self.setHeaderHidden(True)
        self.setIndentation(4)
        self.setIconSize(QSize(26, 20))
        self.setRootIsDecorated(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.itemActivated.connect(self._activate)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # Conv1d and Conv2d differ at their ends

    def _activate(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _KIND):
            self.chosen.emit(item.data(0, _KIND))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up from the first row goes to the search; Enter and Space fold and unfold a category."""
        item, folding = self.currentItem(), (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() == Qt.Key.Key_Up and item is self.topLevelItem(0):
            self.left_upwards.emit()
        elif item and item.data(0, _CATEGORY) and event.key() in folding:
            item.setExpanded(not item.isExpanded())
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drags the kind, with its icon as the picture."""
        item = self.currentItem()
        if item is None or not (kind := item.data(0, _KIND)):
            return
        mime = QMimeData()
        mime.setData(KIND_MIME, QByteArray(kind.encode()))
        drag = QDrag(self)
        drag.setMimeData(mime)
        picture = self._picture(item.icon(0))
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(_DRAGGED // 2, _DRAGGED // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self, icon: QIcon) -> QPixmap:
        """The kind's icon on a small card: over the canvas a ghost says more, and must not be covered."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(_DRAGGED * ratio), round(_DRAGGED * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.palette().base().color())
        painter = QPainter(picture)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(0, 0, _DRAGGED - 1, _DRAGGED - 1)
        icon.paint(painter, 3, 4, 26, 20)
        painter.end()
        return picture


class PalettePanel(QWidget):
    """Search and list. `chosen(kind)` when a kind is double-clicked or Enter is pressed.

    Without a search, kinds stand under categories that can be folded, which is remembered; with one, the best first.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, settings: Settings, editor: Editor) -> None:
        super().__init__()
        self._theme, self._settings, self._editor = theme, settings, editor
        self.search = QLineEdit(placeholderText="Search blocks", clearButtonEnabled=True)
        self.search.setObjectName("paletteSearch")
        self.search.setAccessibleName("Search blocks")
        self.tree = KindTree()
        self._nothing = QLabel("No block of this name.", alignment=Qt.AlignmentFlag.AlignCenter)
        self._nothing.setProperty("role", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 4, 4)
        self._column.addWidget(self.search)
        self._column.addWidget(self._nothing)
        self._column.addWidget(self.tree, 1)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self.refill)
        self.search.returnPressed.connect(self._choose_current)
        self.tree.chosen.connect(self.chosen)
        self.tree.left_upwards.connect(self.search.setFocus)
        self.tree.itemClicked.connect(self._fold_on_click)
        self.tree.itemExpanded.connect(self._folded_or_opened)
        self.tree.itemCollapsed.connect(self._folded_or_opened)
        theme.changed.connect(self._paint)
        # Later: the list may be telling of a double click on one of the items that would go.
        self._soon = once_after(self, 0, self.follow)
        editor.listen(Parts.GROUPS | Parts.WHERE, lambda change: self._soon.start())
        self.refill()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the longest name of a kind, whatever the size of its letters; names of groups may be cut."""
        self.ensurePolished()
        letters = self.tree.fontMetrics()
        names = max((letters.horizontalAdvance(block.title[:_LONGEST]) for block in kinds().values()), default=0)
        margins, bar = self._column.contentsMargins(), self.tree.verticalScrollBar().sizeHint().width()
        around = margins.left() + margins.right() + 2 * self.tree.indentation() + self.tree.iconSize().width()
        return QSize(
            names + around + bar + letters.averageCharWidth() + _AROUND_NAME, super().minimumSizeHint().height()
        )

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room, once the list has them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self.updateGeometry)

    def follow(self) -> None:
        """Shows the document's own groups, what may stand where the canvas is, and the kinds that there are."""
        if self.offers() != self._shown:
            scrolled = self.tree.verticalScrollBar().value()
            self.refill()
            self.tree.verticalScrollBar().setValue(scrolled)

    def offers(self) -> list[KindOffer]:
        """The kinds that may stand in what the canvas shows, and the document's groups, which may be used again."""
        elsewhere = "network" if self._editor.path else "group"
        names = sorted(definitions(self._editor.design.network), key=str.lower)
        return [KindOffer.of(block) for block in kinds().values() if block.belongs != elsewhere] + [
            KindOffer(f"{USE}{name}", name, "Groups", f"One more use of the group '{name}'.") for name in names
        ]

    def refill(self) -> None:
        """Shows the kinds that there are now, as far as they suit what is searched for."""
        self._shown = self.offers()
        with QSignalBlocker(self.tree):
            self._fill()
        self._nothing.setVisible(not self.items())
        self._paint()

    def _fill(self) -> None:
        self.tree.clear()
        text = self.search.text().strip()
        if text:
            self._add(self.tree.invisibleRootItem(), kinds_found(self._shown, text))
            self.tree.setCurrentItem(self.tree.topLevelItem(0))  # type: ignore[arg-type]
        else:
            self._fill_by_category()

    def _fill_by_category(self) -> None:
        folded = self._settings.folded_categories
        for category in CATEGORIES:
            members = [offer for offer in self._shown if offer.category == category]
            if not members:
                continue
            head = QTreeWidgetItem(self.tree)
            head.setData(0, _CATEGORY, category)
            head.setData(0, Qt.ItemDataRole.AccessibleTextRole, category)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            head.setFont(0, bold)
            head.setSizeHint(0, QSize(0, _HEAD_HEIGHT))
            self._add(head, members)
            head.setExpanded(category not in folded)
            _name(head)

    def _add(self, parent: QTreeWidgetItem, offers: Iterable[KindOffer]) -> None:
        for offer in offers:
            item = QTreeWidgetItem(parent, [offer.title])
            item.setData(0, _KIND, offer.kind)
            way = "Double-click to put it behind the selected block, or drag it onto an edge, a block or the canvas."
            item.setToolTip(0, f"<p><b>{escape(offer.title)}</b></p><p>{escape(offer.summary)}</p>{way}")

    def items(self) -> list[QTreeWidgetItem]:
        """The kinds' items."""
        top = _children(self.tree.invisibleRootItem())
        return [item for head in top for item in (_children(head) if head.data(0, _CATEGORY) else [head])]

    def _paint(self) -> None:
        striped: dict[str, QIcon] = {category: _striped(category, self._theme) for category in CATEGORIES}
        categories = {offer.kind: offer.category for offer in self._shown}
        for item in self.items():
            item.setIcon(0, striped[categories[item.data(0, _KIND)]])
        muted = QColor(self._theme.colours.muted)
        for head in _children(self.tree.invisibleRootItem()):
            if head.data(0, _CATEGORY):
                head.setForeground(0, muted)

    def _fold_on_click(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _CATEGORY):
            item.setExpanded(not item.isExpanded())

    def _folded_or_opened(self, head: QTreeWidgetItem) -> None:
        if not head.data(0, _CATEGORY):
            return
        _name(head)
        folded = [item.data(0, _CATEGORY) for item in _children(self.tree.invisibleRootItem()) if not item.isExpanded()]
        self._settings.folded_categories = folded

    def _choose_current(self) -> None:
        item = self.tree.currentItem()
        if item and item.data(0, _KIND):
            self.chosen.emit(item.data(0, _KIND))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys go from the search into the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            first = self.tree.currentItem() or self.tree.topLevelItem(0)
            if first:
                self.tree.setCurrentItem(first)
                self.tree.setFocus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears the search."""
        if event.key() == Qt.Key.Key_Escape:
            self.search.clear()
            self.search.setFocus()
        else:
            super().keyPressEvent(event)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for place in range(item.childCount()) if (child := item.child(place))]


def _name(head: QTreeWidgetItem) -> None:
    """A category's name, with a mark that says whether it is folded, and then how many kinds it has."""
    category, count = head.data(0, _CATEGORY), head.childCount()
    head.setText(0, f"{_OPEN} {category}" if head.isExpanded() else f"{_FOLDED} {category} ({count})")


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
