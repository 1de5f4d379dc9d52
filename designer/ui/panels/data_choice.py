"""What a design learns from, as a list: the sets that come with the program, none, or a person's own folder or file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.schema.units import noun
from designer.data.preview import Part
from designer.data.sources import sources
from designer.ui.panels.data_thumbnails import thumbnail
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.style import icons
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedBox
from designer.ui.widgets.fields import narrow_box

OWN = "own"
"""The entry of a design's own data; no source is called so."""
_PICTURE, _ROW = 36, 46
_AROUND = 20
_LINE = Qt.ItemDataRole.UserRole + 1
_SIGHT = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex


class DataChoice(QWidget):
    """The list, buttons that open a dialog, and a line for a path. What is chosen goes to the data at hand."""

    def __init__(self, at_hand: DataAtHand, theme: Theme) -> None:
        super().__init__()
        self._at_hand, self._theme = at_hand, theme
        self._asked = False
        self.box = _SourceBox(theme)
        self.box.opened.connect(self._ask_for_sights)
        self.box.activated.connect(lambda place: self._choose(self.box.itemData(place)))
        self.path = QLineEdit()
        self.path.setObjectName("dataPath")
        self.path.setAccessibleName("Path of your own data")
        self.path.setPlaceholderText("or paste a path")
        self.path.setToolTip("Path of a folder or a file with data of your own; Enter looks at it")
        self.path.returnPressed.connect(self._take_path)
        folder = _button("dataFolder", "Folder…", "Data of your own: choose a folder", self.choose_folder)
        file = _button("dataFile", "File…", "Data of your own: choose a file", self.choose_file)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.path, 1)
        row.addWidget(folder)
        row.addWidget(file)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.box)
        column.addLayout(row)

    def show_data(self, data: DataSettings) -> None:
        """The entry of a design's data; one more where they are its own."""
        self.box.show_data(data)

    def choose_folder(self) -> None:
        """A folder that the person chooses."""
        if name := QFileDialog.getExistingDirectory(self.window(), "Data from a Folder", self._near()):
            self._at_hand.open(Path(name))

    def choose_file(self) -> None:
        """A file that the person chooses."""
        name, _ = QFileDialog.getOpenFileName(self.window(), "Data from a File", self._near(), "All files (*)")
        if name:
            self._at_hand.open(Path(name))

    def _near(self) -> str:
        data = self._at_hand.data
        return nearest_folder(Path(data.path)) if data.is_own else str(Path.home())

    def _choose(self, name: str) -> None:
        if name != OWN:
            self._at_hand.choose(name)

    def _take_path(self) -> None:
        if path := path_of(self.path.text()):
            self.path.clear()
            self._at_hand.open(path)

    def _ask_for_sights(self) -> None:
        """Pictures are made once somebody looks at the list."""
        if self._asked:
            return
        self._asked = True
        for name in reversed(sources()):  # what is asked for last comes first
            self._at_hand.ask_for_sight(name, partial(self.box.show_sight, name))


def nearest_folder(path: Path) -> str:
    """The folder that something is in, or was; where that is gone as well, the nearest one around it."""
    return str(next((folder for folder in path.parents if folder.is_dir()), Path.home()))


def path_of(text: str) -> Path | None:
    """The path in a text that was pasted: from a terminal with quotes, from a browser as an address."""
    plain = text.strip().strip("'\"").strip()
    if plain.startswith("file:"):
        plain = QUrl(plain).toLocalFile()
    return Path(plain).expanduser() if plain else None


def _button(name: str, text: str, tip: str, slot: object) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setFixedWidth(button.fontMetrics().horizontalAdvance(text) + _AROUND)
    button.clicked.connect(slot)
    return button


class _SourceBox(ElidedBox):
    """Entries in two lines with a picture. `opened()` when the list comes up."""

    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizeAdjustPolicy(narrow_box().sizeAdjustPolicy())
        self.setMinimumContentsLength(6)
        self.setObjectName("dataChoice")
        self.setAccessibleName("What the network learns from")
        for name, source in sources().items():
            samples = f"{source.samples:,} {noun(source.samples, 'sample')}"
            self._add(name, source.info.title, f"{samples} · {source.licence}", source.description)
        self._add(NO_DATA, "None", "The network is checked by itself", "")
        self.view().setItemDelegate(_SourceDelegate(self, theme))
        self.view().setMinimumWidth(300)
        self.setMaxVisibleItems(9)

    def _add(self, name: str, title: str, line: str, tip: str, place: int = -1) -> None:
        self.insertItem(place if place >= 0 else self.count(), title, name)
        place = self.findData(name)
        self.setItemData(place, line, _LINE)
        self.setItemData(place, f"{tip}\n{line}".strip(), Qt.ItemDataRole.ToolTipRole)

    def show_data(self, data: DataSettings) -> None:
        """The entry of these data in front; without a signal."""
        if self.itemData(0) == OWN:
            self.removeItem(0)
        if data.is_own:
            title = data.known.title if data.known else Path(data.path).name
            self._add(OWN, title, data.known.summary if data.known else data.path, data.path, 0)
        elif self.findData(data.source) < 0:
            self._add(data.source, data.source, "This program does not know these data", "")
        self.setCurrentIndex(0 if data.is_own else self.findData(data.source))

    def show_sight(self, name: str, sight: Part | None) -> None:
        """A picture for an entry."""
        self.setItemData(self.findData(name), sight, _SIGHT)

    def showPopup(self) -> None:
        """What the list shows is made now."""
        self.opened.emit()
        super().showPopup()


class _SourceDelegate(QStyledItemDelegate):
    """Draws an entry: a picture, the title, and below it a line on size and licence."""

    def __init__(self, box: _SourceBox, theme: Theme) -> None:
        super().__init__(box)
        self._theme = theme
        self._pictures: dict[tuple[str, bool], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        return QSize(200, max(_ROW, 2 * option.fontMetrics.height() + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The one that is under the mouse or the keyboard has the colour of what is selected."""
        colours, room = self._theme.colours, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room, option.palette.color(QPalette.ColorRole.Highlight))
        top = room.top() + (room.height() - _PICTURE) // 2
        painter.drawPixmap(room.left() + 6, top, self._picture(index))
        words = room.adjusted(6 + _PICTURE + 8, 4, -6, -4)
        line, metrics = option.fontMetrics.height(), option.fontMetrics
        elide = Qt.TextElideMode.ElideRight
        painter.setPen(QColor(colours.text))
        title = metrics.elidedText(index.data(Qt.ItemDataRole.DisplayRole), elide, words.width())
        painter.drawText(QRect(words.left(), words.top(), words.width(), line), 0, title)
        painter.setPen(QColor(colours.muted))
        below = metrics.elidedText(index.data(_LINE) or "", elide, words.width())
        painter.drawText(QRect(words.left(), words.bottom() - line, words.width(), line), 0, below)

    def _picture(self, index: Index) -> QPixmap:
        """Samples where they are there already; else the sign for data."""
        sight, dark = index.data(_SIGHT), self._theme.dark
        if sight is None:
            return icons.pixmap("data", self._theme.colours.muted, _PICTURE)
        key = (index.data(Qt.ItemDataRole.UserRole), dark)
        if key not in self._pictures:
            self._pictures[key] = thumbnail(sight, _PICTURE, self._theme)
        return self._pictures[key]
