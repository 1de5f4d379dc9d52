"""The button of a one-click mend: as narrow as its panel wants it, with all of its words in the tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from designer.ui.widgets.message_box import as_tip

_LEAST = 64
_AROUND = 12


class FixButton(QPushButton):
    """Names a mend; where there is no room for the whole name, its end is left out."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setObjectName("fix")
        self.setToolTip(as_tip(title))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for the whole name."""
        return super().sizeHint() + QSize(_AROUND, 0)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters: a long name must not widen a panel."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws what fits of the name."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        metrics = option.fontMetrics
        option.text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - _AROUND)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)
