"""A panel of fields with something pinned below them: it is in sight wherever the fields are scrolled to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from designer.ui.widgets.field_area import FieldArea

_LEFT, _RIGHT, _ABOVE = 12, 4, 6


class PinnedArea(FieldArea):
    """What is pinned takes room from the fields only while it is shown; what has the focus stays in sight then."""

    def __init__(self) -> None:
        super().__init__()
        self._pinned: QWidget | None = None
        self._bar = QFrame(self)
        self._bar.setObjectName("pinnedBar")
        self._around = QVBoxLayout(self._bar)
        self._bar.hide()

    def pin_below(self, widget: QWidget) -> None:
        """Keeps a widget below the fields, and is there with it."""
        self._pinned = widget
        self._around.addWidget(widget)
        widget.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is pinned was shown or hidden."""
        if watched is self._pinned and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._follow()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """It stays below."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters make it higher."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._place)

    def _follow(self) -> None:
        shown = self._pinned is not None and not self._pinned.isHidden()
        if shown is self._bar.isHidden():
            self._bar.setVisible(shown)
            self._place()
            if shown:
                QTimer.singleShot(0, self, self._keep_focus_in_sight)

    def _place(self) -> None:
        bar = self.verticalScrollBar()
        beside = 0 if bar.isVisible() else bar.sizeHint().width()  # as wide as the fields in either case
        self._around.setContentsMargins(_LEFT, _ABOVE, _RIGHT + beside, _ABOVE)
        height = self._bar.sizeHint().height()
        self._bar.setGeometry(0, self.height() - height, self.viewport().width(), height)
        self.setViewportMargins(0, 0, 0, 0 if self._bar.isHidden() else height)

    def _keep_focus_in_sight(self) -> None:
        if (focus := self.focusWidget()) and focus is not self._pinned:
            self.ensureWidgetVisible(focus)
