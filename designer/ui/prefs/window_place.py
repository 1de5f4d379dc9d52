"""Where windows stand: always on a screen that is there, and never larger than it."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QEvent, QMargins, QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QDialog, QMainWindow, QStyle, QWidget

WANTED = QSize(1440, 900)
_BORDER = 1
_FRAME_MS = 300
"""Milliseconds until the system has drawn its frame."""
LEAST = QSize(900, 600)
"""In pixels of the screen's own scale; on a smaller screen, all of it is the least."""


def fitted_to_screen(wanted: QRect, available: QRect, frame: QMargins) -> QRect:
    """The nearest place and size of a window's inside with which it lies on the screen, frame and all."""
    room = available.marginsRemoved(frame)
    size = wanted.size().boundedTo(room.size())
    x = min(max(wanted.x(), room.x()), room.x() + room.width() - size.width())
    y = min(max(wanted.y(), room.y()), room.y() + room.height() - size.height())
    return QRect(QPoint(x, y), size)


def frame_of(window: QWidget) -> QMargins:
    """What the system draws around a window. It comes late, and not at all before the window is shown: no less than
    the usual, so that nothing has to move when it comes."""
    inner, outer = window.geometry(), window.frameGeometry()
    title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    return QMargins(
        max(inner.left() - outer.left(), _BORDER),
        max(inner.top() - outer.top(), title),
        max(outer.right() - inner.right(), _BORDER),
        max(outer.bottom() - inner.bottom(), 0),
    )


def bring_onto_screen(window: QWidget, available: QRect) -> None:
    """Moves and shrinks a window as far as it takes to lie on the screen."""
    if window.isMaximized() or window.isFullScreen():
        return
    now = window.geometry()
    wanted = fitted_to_screen(now, available, frame_of(window))
    if wanted != now:
        window.setGeometry(wanted)


def bring_dialog(dialog: QDialog, available: QRect) -> None:
    """The same for a dialog; one that nobody has placed comes to the middle of its window.

    On X11 Qt leaves that to the system, which takes it for a person's wish where a dialog was moved by a pixel.
    """
    parent = dialog.parentWidget()
    if parent is None or not dialog.geometry().topLeft().isNull():
        bring_onto_screen(dialog, available)
        return
    place = dialog.geometry()
    place.moveCenter(parent.window().geometry().center())
    dialog.setGeometry(fitted_to_screen(place, available, frame_of(dialog)))
    QTimer.singleShot(0, dialog, lambda: bring_onto_screen(dialog, available))  # message boxes grow as they are shown


class WindowPlace(QObject):
    """Keeps a window on its screen at the start and when screens go, and its dialogs whenever they come up."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._placed = QSize()
        self._screen: QScreen | None = None
        window.installEventFilter(self)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._soon)
        application.primaryScreenChanged.connect(self._soon)

    def first(self) -> None:
        """The size of a first start, in the middle of the screen."""
        available = self._available()
        frame = frame_of(self._window)
        room = available.marginsRemoved(frame)
        place = QRect(QPoint(0, 0), WANTED.boundedTo(room.size()))
        place.moveCenter(room.center())
        self._allow(available)
        self._window.setGeometry(fitted_to_screen(place, available, frame))
        self._placed = self._window.size()

    def settle(self) -> None:
        """Brings the window onto the screen that is there, such as after its place of another day was restored."""
        available = self._available()
        self._allow(available)
        bring_onto_screen(self._window, available)
        self._placed = self._window.size()

    def _settle_with_frame(self) -> None:
        """The frame may be larger than was guessed; who has another size by now has been given it by somebody."""
        if self._window.size() == self._placed:
            self.settle()

    def _available(self) -> QRect:
        screen = self._window.screen()
        if screen is not self._screen:
            if self._screen is not None and self._screen in QGuiApplication.screens():
                self._screen.availableGeometryChanged.disconnect(self._soon)
            self._screen = screen
            screen.availableGeometryChanged.connect(self._soon)
        return screen.availableGeometry()

    def _allow(self, available: QRect) -> None:
        self._window.setMinimumSize(LEAST.boundedTo(available.marginsRemoved(frame_of(self._window)).size()))

    def _soon(self, *_: object) -> None:
        """When the system has told all that has changed."""
        QTimer.singleShot(0, self, self.settle)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window comes up, a dialog is made, or a dialog comes up."""
        kind = event.type()
        if kind == QEvent.Type.Show and isinstance(watched, QDialog):
            bring_dialog(watched, watched.screen().availableGeometry())
        elif kind == QEvent.Type.Show and watched is self._window:
            QTimer.singleShot(_FRAME_MS, self, self._settle_with_frame)
        elif kind == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QDialog):
                child.installEventFilter(self)
        return False
