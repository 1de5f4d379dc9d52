"""One sample before and after the transforms of the design, made anew once nobody has changed them for a while."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.core.graph.design import Design
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.sample_facts import facts_of
from designer.ui.editing.editor import Editor
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.style.theme import Theme
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.timers import AfterEdit
from designer.ui.widgets.wrapped import WrappedLabel

if TYPE_CHECKING:
    from designer.engine.inspection.transform_preview import Transformed

_PAUSE_MS = 150
_LANE = "transforms"


class TransformPreview(QWidget):
    """Worked out on the thread that reads data. `shown` is what is seen, column by column."""

    def __init__(self, editor: Editor, at_hand: DataAtHand, theme: Theme) -> None:
        super().__init__()
        self._editor, self._at_hand, self._theme = editor, at_hand, theme
        self.shown: tuple[Transformed, ...] = ()
        self._sample: int | None = None
        self._draw = 0
        self._seen = False
        self._asked: tuple[object, ...] | None = None
        """What the view is of, or will be."""
        self._of = "", ""
        self._words = WrappedLabel(self, role="muted")
        self._problem = WrappedLabel(self, role="error")
        self.again = QPushButton("Again")
        self.again.setObjectName("transformAgain")
        self.again.setToolTip("Draws the chance anew")
        self.again.clicked.connect(self._redraw)
        self._after = AfterEdit(self, _PAUSE_MS, self._ask)
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self.again)
        self.again.hide()
        self._views = QVBoxLayout()
        self._views.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addLayout(self._views)
        editor.listen(Parts.DATA | Parts.TRAINING, lambda change: self._changed())
        self.hide()

    @property
    def problem(self) -> str:
        """Why there is nothing to see."""
        return self._problem.said

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks: nothing is worked out for nobody."""
        self._seen = seen
        self._changed()

    def look_at(self, sample: int | None) -> None:
        """Another sample of the test; the first one to learn from for None."""
        self._sample = sample
        self._changed()

    def _redraw(self) -> None:
        self._draw += 1
        self._ask()

    def _changed(self) -> None:
        data = self._editor.design.data
        has_any = bool(data.transforms) and self._editor.data is not None
        self.setVisible(has_any)
        if (data.source, data.path) != self._of:
            self._of = data.source, data.path
            self._asked = None
            self._show(())  # what is seen is of other data
        if has_any and self._seen:
            self._after.start()

    def _ask(self) -> None:
        design, sample, draw = self._editor.design, self._sample, self._draw
        wanted = design.data, design.training, sample, draw
        if wanted == self._asked or not design.data.transforms or self._editor.data is None:
            return
        self._asked = wanted
        self._at_hand.ask(_LANE, partial(_worked_out, design, sample, draw), self._show)

    def _show(self, found: tuple[Transformed, ...] | str | None) -> None:
        if found is None or isinstance(found, str):
            self.shown, problem = (), found or "The samples cannot be shown."
        else:
            self.shown, problem = found, ""
        self._problem.tell(problem)
        self._tell()
        empty_layout(self._views)
        if not self.shown:
            return
        from designer.ui.panels.transform_views import view_of

        sounds = facts_of(self._editor.design.data).spectrograms
        for item in self.shown:
            self._add_words(item.feature.name if len(self.shown) > 1 else "")
            self._views.addWidget(view_of(item, self._theme, sounds.get(item.feature.name)))
            self._add_words(_numbers_told(item))
        self._add_words(_mixtures_told(self.shown[0]))

    def _add_words(self, text: str) -> None:
        """Words in their place, which are shown once they have one: before, they would be a window."""
        words = WrappedLabel(self, role="muted")
        self._views.addWidget(words)
        words.tell(text)

    def _tell(self) -> None:
        """Which sample it is."""
        sample = self.shown[0].sample if self.shown else ""
        self._words.tell(f"{sample[:1].upper()}{sample[1:]}")
        self.again.setVisible(any(item.draws for item in self.shown))


def _worked_out(design: Design, sample: int | None, draw: int) -> tuple[Transformed, ...] | str:
    from designer.engine.inspection.transform_preview import transformed  # brings in torch

    try:
        return transformed(design, sample, draw)
    except DataError as error:
        return str(error)


def _numbers_told(item: Transformed) -> str:
    """The scale of numbers, and by how many samples it was measured where not by all."""
    from designer.ui.panels.transform_views import ranges

    if item.feature.vocabulary:
        return ""
    few = f" Measured by {plural(item.measured_on, 'sample')} alone." if item.measured_on else ""
    return f"Numbers {ranges(item)}.{few}"


def _mixtures_told(item: Transformed) -> str:
    """Of which two samples each draw is, a line for each."""
    lines = (f"{place}. {mixture}" for place, mixture in enumerate(item.mixtures, 1))
    return "\n".join(("Mixed with others to learn from, draw by draw:", *lines)) if item.mixtures else ""
