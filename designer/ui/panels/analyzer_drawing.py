"""How the analyzer's amounts are drawn: a bar for the share of the whole, the number, and the share in words."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from designer.ui.panels.analyzer_model import QUANTITY_OF, Roles
from designer.ui.style.theme import Theme

PAD = 6
_WIDE = 100
"""A column has at least so many pixels where the share is told in words."""
_WIDEST, _WIDEST_SHARE = "99.9 KiB", "100\N{NO-BREAK SPACE}%"
_MARK = 8.0
_BAR_ALPHA = 60


def share_words(share: float | None) -> str:
    """61 %, < 1 %; nothing of nothing."""
    if not share:
        return ""
    return "< 1\N{NO-BREAK SPACE}%" if share < 0.005 else f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def _share_width(metrics: QFontMetrics) -> int:
    return metrics.horizontalAdvance(_WIDEST_SHARE) + PAD


def room_for_share(metrics: QFontMetrics) -> int:
    """Pixels of a column that has an amount and, beside it, its share in words."""
    return max(_WIDE, metrics.horizontalAdvance(_WIDEST) + _share_width(metrics) + 2 * PAD)


class AmountDelegate(QStyledItemDelegate):
    """Draws the cells of the table and of its totals."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A little air above and below the words."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), option.fontMetrics.height() + 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Words as always; amounts with their bars."""
        if index.column() not in QUANTITY_OF:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        words, cell.text = cell.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, option.widget)
        painter.save()
        self._paint_bar(painter, option, index.data(Roles.SHARE), bool(index.data(Roles.STALE)))
        self._paint_words(painter, cell, words, index)
        painter.restore()

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, share: float | None, stale: bool) -> None:
        if not share:
            return
        room = QRectF(option.rect).adjusted(3, 3, -3, -3)
        colour = QColor(self._theme.colours.muted if stale else self._theme.colours.accent)
        colour.setAlpha(_BAR_ALPHA)
        painter.fillRect(
            QRectF(room.left(), room.top(), max(room.width() * min(share, 1.0), 1.0), room.height()), colour
        )

    def _paint_words(
        self, painter: QPainter, cell: QStyleOptionViewItem, words: str, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = self._theme.colours
        room = QRectF(cell.rect).adjusted(PAD, 0, -PAD, 0)
        middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        over, stale, share = (index.data(role) for role in (Roles.OVER, Roles.STALE, Roles.SHARE))
        font = QFont(cell.font)
        if cell.rect.width() >= room_for_share(cell.fontMetrics):
            painter.setFont(font)
            painter.setPen(QColor(colours.muted))
            painter.drawText(room, middle, share_words(share))
            room.setRight(room.right() - _share_width(cell.fontMetrics))
        if over:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(bool(stale))
        painter.setFont(font)
        plain = cell.palette.color(QPalette.ColorRole.Text).name()
        quiet = stale or words in ("–", "shared")
        painter.setPen(QColor(colours.error if over else colours.muted if quiet else plain))
        painter.drawText(room, middle, words)
        if over:
            width = painter.fontMetrics().horizontalAdvance(words)
            self._paint_mark(painter, QPointF(room.right() - width - _MARK, room.center().y()))

    def _paint_mark(self, painter: QPainter, middle: QPointF) -> None:
        """A triangle, so that what is over a budget is not told by its colour alone."""
        half = _MARK / 2
        points = (QPointF(0, -half), QPointF(half, half), QPointF(-half, half))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.error))
        painter.drawPolygon(QPolygonF([middle + point for point in points]))
