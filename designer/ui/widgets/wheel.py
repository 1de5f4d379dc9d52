"""The wheel over a field that nobody edits scrolls what is around it: it never changes a value by the way."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar, QTabBar, QWidget

_FIELDS = (QAbstractSpinBox, QComboBox, QAbstractSlider, QTabBar)


class WheelGuard(QObject):
    """Watches the fields that it is given, and those of every window and panel that comes up later in `root`."""

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        root.installEventFilter(self)
        self.guard(root)

    def guard(self, root: QWidget) -> None:
        """All fields in a widget, and itself."""
        for widget in (root, *root.findChildren(QWidget)):
            if not isinstance(widget, _FIELDS) or isinstance(widget, QScrollBar):
                continue
            if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                # Qt gives the focus before the event comes here, which would then look like one to an edited field.
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            widget.removeEventFilter(self)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the wheel from fields without the focus; it goes on to what is around them."""
        kind = event.type()  # asked once: every event of every field comes by
        if kind == QEvent.Type.Wheel and isinstance(watched, _FIELDS):
            if isinstance(watched, QTabBar) or not watched.hasFocus():
                event.ignore()
                return True
        elif kind == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QWidget):
                self.guard(child)
        return False
