"""Transforms: what is done to samples before the network sees them, as a chain that can be built and reordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.core.graph.binding import DataInfo
from designer.core.graph.data_settings import MAX_TRANSFORMS
from designer.core.graph.design import Design
from designer.data.transforms import chain_edits
from designer.data.transforms.base import Transform
from designer.data.transforms.chain_edits import Chain
from designer.ui.editing.editor import BY_ITSELF, Editor
from designer.ui.panels.transform_preview import TransformPreview
from designer.ui.panels.transform_row import TransformRow
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.style.theme import Theme
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.wrapped import WrappedLabel

_LONGEST_SUMMARY = 400
"""Pixels of what a transform does in the list of those that can be added."""
_NONE = "Nothing is done to the samples before the network sees them."
_DROP = 2


class TransformChain(QWidget):
    """A row for each transform, in order; a list of those that can be added; one of the samples before and after."""

    def __init__(self, editor: Editor, at_hand: DataAtHand, theme: Theme) -> None:
        super().__init__()
        self._editor, self._theme = editor, theme
        self.rows: list[TransformRow] = []
        self._shape: tuple[object, ...] = ()
        """What the rows are made for: others need other ones."""
        self._open: int | None = None
        self._drop: int | None = None
        self._nothing = WrappedLabel(self, role="muted")
        self.add = QPushButton("Add…")
        self.add.setObjectName("transformAdd")
        self.add.setAccessibleName("Add a transform")
        self.menu = QMenu(self.add, toolTipsVisible=True)
        self.menu.aboutToShow.connect(self._offer)
        self.add.setMenu(self.menu)
        self.preview = TransformPreview(editor, at_hand, theme)
        self._line = QFrame(self)
        self._line.setObjectName("transformDrop")
        self._line.hide()
        self._lay_out()
        self._seen = False
        editor.listen(Parts.DATA, lambda change: self.refresh())

    def _lay_out(self) -> None:
        heading = QLabel("Transforms")
        heading.setProperty("role", "heading")
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.add)
        self._rows_at = QVBoxLayout()
        self._rows_at.setSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._nothing)
        column.addLayout(self._rows_at)
        column.addWidget(self.preview)

    @property
    def chain(self) -> Chain:
        """The design's, as its file has it."""
        return self._editor.design.data.transforms

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks: nothing is shown, nor worked out, for nobody."""
        self._seen = seen
        self.refresh()
        self.preview.set_seen(seen)

    def refresh(self) -> None:
        """Shows the chain of the design."""
        if not self._seen:
            return
        data = self._editor.data
        self.setVisible(data is not None)
        if data is None:
            return
        chain, shape = self.chain, self._shape_of(data)
        if shape != self._shape:
            self._shape = shape
            self._make(data)
        for place, (row, item) in enumerate(zip(self.rows, chain, strict=True)):
            row.show_written(item)
            row.name_place(place, len(chain))
            row.unfold(place == self._open)
        self._nothing.tell("" if chain else _NONE)
        self.add.setEnabled(len(chain) < MAX_TRANSFORMS)

    def _shape_of(self, data: DataInfo) -> tuple[object, ...]:
        return data.features, tuple(item.get("kind") for item in self.chain)

    def _make(self, data: DataInfo) -> None:
        """New rows, where others are needed."""
        empty_layout(self._rows_at)
        self.rows = []
        if self._open is not None and self._open >= len(self.chain):
            self._open = None
        for place, item in enumerate(self.chain):
            row = TransformRow(self._theme, item)
            row.features = _suited(row.transform, data)
            row.toggled.connect(partial(self._toggle, place))
            row.removed.connect(partial(self._remove, place))
            row.step.connect(partial(self._step, place))
            row.focus_moved.connect(partial(self._focus_beside, place))
            row.edited.connect(partial(self._change, place))
            row.dragged.connect(partial(self._drag, place))
            row.dropped.connect(partial(self._let_go, place))
            self.rows.append(row)
            self._rows_at.addWidget(row)
            row.show()  # what is hidden cannot have the keyboard

    def _offer(self) -> None:
        """The transforms that suit the data, with what they do."""
        self.menu.clear()
        data = self._editor.data
        metrics = self.menu.fontMetrics()
        for item in chain_edits.offered(data.features, self.chain) if data else ():
            does = metrics.elidedText(item.summary, Qt.TextElideMode.ElideRight, _LONGEST_SUMMARY)
            action = self.menu.addAction(f"{item.title}\t{does}", partial(self._append, item.kind))
            action.setObjectName(f"transformAdd_{item.kind}")
            action.setToolTip(item.summary)

    def _append(self, kind: str) -> None:
        new = chain_edits.added(self.chain, kind)
        place = next(at for at in reversed(range(len(new))) if new[at].get("kind") == kind)
        self._edit(lambda chain: new, place, place)

    def _toggle(self, place: int) -> None:
        self._open = None if self._open == place else place
        self.refresh()

    def _remove(self, place: int) -> None:
        self._edit(lambda chain: chain_edits.without(chain, place), place, None)

    def _step(self, place: int, by: int) -> None:
        self._move(place, place + by)

    def _focus_beside(self, place: int, by: int) -> None:
        if 0 <= place + by < len(self.rows):
            self.rows[place + by].setFocus(Qt.FocusReason.TabFocusReason)

    def _move(self, place: int, to: int) -> None:
        to = min(max(to, 0), len(self.chain) - 1)
        new = chain_edits.moved(self.chain, place, to)
        if new == self.chain:
            return
        at = next(at for at, item in enumerate(new) if item is self.chain[place])
        self._shape = ()  # the rows follow their transforms, whatever their kinds
        self._edit(lambda chain: new, at, at if self._open == place else None)

    def _change(self, place: int, name: str, value: Any) -> None:
        self._edit(
            lambda chain: chain_edits.changed(chain, place, {name: value}),
            None,
            self._open,
            key=f"transform {place} {name}",
        )

    def _edit(self, change: Callable[[Chain], Chain], focus: int | None, opened: int | None, key: str = "") -> None:
        """One edit of the data; then the row `focus` has the keyboard, and the fields of `opened` are unfolded."""

        def changed(design: Design) -> Design:
            chain = change(design.data.transforms)
            return replace(design, data=design.data.model_copy(update={"transforms": chain}))

        self._open = opened
        self._editor.edit(BY_ITSELF, changed, key=key)
        if focus is None:
            return
        if self.rows:
            self.rows[min(focus, len(self.rows) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.add.setFocus()

    def _drag(self, place: int, y: float) -> None:
        """Shows where a row would come to."""
        middles = [row.geometry().center().y() for row in self.rows]
        to = sum(middle < y for at, middle in enumerate(middles) if at != place)
        new = chain_edits.moved(self.chain, place, to)
        at = next(at for at, item in enumerate(new) if item is self.chain[place])
        self._drop = at
        rest = [row for row in self.rows if row is not self.rows[place]]
        top = rest[at].geometry().top() - _DROP if at < len(rest) else rest[-1].geometry().bottom() + 1 if rest else 0
        self._line.setGeometry(0, top, self.width(), _DROP)
        self._line.setVisible(bool(rest))
        self._line.raise_()

    def _let_go(self, place: int) -> None:
        self._line.hide()
        to, self._drop = self._drop, None
        if to is not None:
            self._move(place, to)


def _suited(transform: Transform | None, data: DataInfo) -> tuple[str, ...]:
    """The columns that a transform could be for."""
    if transform is None or transform.mixes:
        return ()
    return tuple(item.name for item in data.features if transform.suits(item.shape))
