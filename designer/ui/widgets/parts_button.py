"""A button with a title and what is to be told behind it: as many whole parts as fit, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton

from designer.ui.widgets.message_box import as_tip


class PartsButton(QToolButton):
    """Is as wide as there is room; `about` is its tip, with all parts below it where some are left out."""

    def __init__(self, title: str, about: str) -> None:
        super().__init__(autoRaise=True)
        self._title, self._about = title, about
        self._parts: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tell(())

    def tell(self, parts: Sequence[str]) -> None:
        """Other parts are to be told."""
        self._parts = tuple(parts)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is another room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        texts = list(self._texts())
        text = next((text for text in texts if self._width_of(text) <= self.width()), texts[-1])
        if text != self.text():
            self.setText(text)
        whole = "" if text == texts[0] else f"\n{texts[0]}."
        self.setToolTip(as_tip(f"{self._about}{whole}"))
        self.setAccessibleName(texts[0])

    def _texts(self) -> list[str]:
        """All that may stand there, the longest first; of a part that stands alone the first words, if no more fit."""
        parts, many = self._parts, len(self._parts)
        if not parts:
            return [self._title]
        fewer = [f"{', '.join(parts[:some])} and {many - some} more" for some in range(many - 1, 0, -1)]
        words = parts[0].split() if many == 1 else []
        cut = [f"{' '.join(words[:some]).rstrip(',')} …" for some in range(len(words) - 1, 0, -1)]
        return [f"{self._title}: {told}" for told in (", ".join(parts), *fewer, *cut, f"{many} changed")]

    def _width_of(self, text: str) -> int:
        """With the arrow and what is around it, which the style knows of the text that is there."""
        around = self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        return around + self.fontMetrics().horizontalAdvance(text)
