"""Tabs that have no room in their bar: no name is cut and none scrolled away, the others are in a list at its end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QStyle, QTabBar, QToolButton


def tabs_with_room(widths: Sequence[int], current: int, room: int, button: int) -> list[int]:
    """The tabs that are shown, by their places: all, or the current one and the first ones, beside a button."""
    if sum(widths) <= room:
        return list(range(len(widths)))
    used, shown = button + (widths[current] if 0 <= current < len(widths) else 0), []
    for place, width in enumerate(widths):
        if place == current:
            shown.append(place)
        elif used + width <= room:
            used += width
            shown.append(place)
        else:
            room = used  # whatever comes behind it is in the list: their order says where to look
    return shown


class TabOverflow(QObject):
    """Keeps a bar so; it is the bar's child, and there is one a bar."""

    def __init__(self, bar: QTabBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._fits = False
        self._fitted: tuple[object, ...] = ()
        """What the bar was like when that was done last."""
        self.button = QToolButton(bar, autoRaise=True)
        self.button.setObjectName("moreTabs")
        self.button.clicked.connect(self._show_list)
        self.button.hide()
        bar.installEventFilter(self)
        bar.currentChanged.connect(lambda place: self.fit())

    @classmethod
    def of(cls, bar: QTabBar) -> TabOverflow:
        """That of a bar."""
        return bar.findChild(cls) or cls(bar)

    def fit(self) -> None:
        """Shows as many tabs as have room."""
        if self._fits:  # what is done here comes by again
            return
        self._fits = True
        try:
            self._fit()
        finally:
            self._fits = False

    def _fit(self) -> None:
        bar, metrics = self._bar, self._bar.fontMetrics()
        seen = [(bar.tabText(place), bar.isTabVisible(place)) for place in range(bar.count())]
        now = (seen, bar.currentIndex(), bar.size(), bar.font().key())
        if now == self._fitted:  # a window is laid out many times while its panels stay as they are
            return
        space = bar.style().pixelMetric(QStyle.PixelMetric.PM_TabBarTabHSpace, None, bar)
        mnemonic = Qt.TextFlag.TextShowMnemonic.value
        widths = [metrics.size(mnemonic, bar.tabText(place)).width() + space for place in range(bar.count())]
        self._tell(bar.count())
        shown = tabs_with_room(widths, bar.currentIndex(), bar.width(), self.button.sizeHint().width())
        for place in range(bar.count()):
            if bar.isTabVisible(place) is not (place in shown):
                bar.setTabVisible(place, place in shown)
        hidden = bar.count() - len(shown)
        if hidden:
            self._tell(hidden)
            wide = self.button.sizeHint().width()
            self.button.setGeometry(
                min(sum(widths[place] for place in shown), bar.width() - wide), 0, wide, bar.height()
            )
            self.button.raise_()
        self.button.setVisible(bool(hidden))
        seen = [(bar.tabText(place), bar.isTabVisible(place)) for place in range(bar.count())]
        self._fitted = seen, *now[1:]

    def _tell(self, hidden: int) -> None:
        self.button.setText(f"{hidden} more ▾")
        names = [self._bar.tabText(place) for place in range(self._bar.count()) if not self._bar.isTabVisible(place)]
        self.button.setToolTip(", ".join(names))
        self.button.setAccessibleName(f"{hidden} more panels")

    def _show_list(self) -> None:
        """Those that have no room; the one that is chosen has some from then on."""
        menu, bar = QMenu(self.button), self._bar
        menu.aboutToHide.connect(menu.deleteLater)
        for place in (place for place in range(bar.count()) if not bar.isTabVisible(place)):
            action = menu.addAction(bar.tabText(place).replace("&", "&&"))
            action.triggered.connect(lambda checked=False, place=place: self._bring(place))
        above = self.button.mapToGlobal(QPoint(0, 0))
        menu.popup(above - QPoint(0, menu.sizeHint().height()))

    def _bring(self, place: int) -> None:
        self._bar.setTabVisible(place, True)
        self._bar.setCurrentIndex(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The bar has another room, or other tabs."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.FontChange):
            self.fit()
        return False
