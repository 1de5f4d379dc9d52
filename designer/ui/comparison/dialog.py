"""The dialog that compares: both networks side by side, and a list of what differs that jumps in both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from designer.core.diff import design_diff
from designer.core.diff.change import Parts
from designer.core.diff.design_diff import Comparison, Difference, Mark, MatchedLevel
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, reachable, use_at
from designer.ui.comparison.difference_marks import colour_of, icon_of
from designer.ui.comparison.side import ComparisonSide
from designer.ui.style.theme import Look

_WHERE = Qt.ItemDataRole.UserRole
_MARK = Qt.ItemDataRole.UserRole + 1
_LEAST_FIT = 0.6
_WORDS: dict[Mark, str] = {"added": "added", "removed": "removed", "changed": "changed"}


class CompareDialog(QDialog):
    """Shows what leads from the left network to the right one. Nothing can be edited here."""

    def __init__(self, left: tuple[Design, str], right: tuple[Design, str], theme: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setWindowTitle(f"Compare: {left[1]} with {right[1]}")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1180, 780)
        self._theme = theme
        self.found: Comparison = design_diff.compare(left[0], right[0])
        self.left, self.right = ComparisonSide(*left, theme), ComparisonSide(*right, theme)
        self.list = QListWidget()
        self.list.setObjectName("differences")
        self.list.setAccessibleName("Differences")
        self.list.setIconSize(QSize(20, 20))
        self._summary = QLabel()
        self._summary.setTextFormat(Qt.TextFormat.RichText)
        self._following = False
        self._lay_out()
        self._fill()
        self._connect()
        self._mark()

    def _lay_out(self) -> None:
        halves = QSplitter()
        halves.addWidget(self.left)
        halves.addWidget(self.right)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(9)
        below = QWidget()
        rows = QVBoxLayout(below)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.addWidget(self._summary)
        rows.addWidget(self.list, 1)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(halves)
        whole.addWidget(below)
        whole.setSizes([570, 170])
        whole.setChildrenCollapsible(False)
        self._copy = QPushButton("Copy as Text")
        self._copy.setObjectName("copyDifferences")
        self._copy.setAutoDefault(False)  # Enter in the list is no wish for it
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self._copy)
        foot.addStretch(1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(whole, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(lambda item, before: self._jump(item))
        self.list.itemClicked.connect(self._jump)
        self._copy.clicked.connect(self.copy)
        self._theme.changed.connect(self._colour)
        for side, other, is_left in ((self.left, self.right, True), (self.right, self.left, False)):
            side.view.zoomed.connect(other.view.zoom_at)
            side.view.scrolled.connect(other.view.follow)
            side.view.picked.connect(lambda name, from_left=is_left: self._pick(name, from_left))
        self.left.editor.listen(Parts.WHERE, lambda change: self._follow_path(from_left=True))
        self.right.editor.listen(Parts.WHERE, lambda change: self._follow_path(from_left=False))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """What is done meanwhile is not followed by the other side."""
        outer, views = self._following, (self.left.view, self.right.view)
        self._following = views[0].alone = views[1].alone = True
        try:
            yield
        finally:
            self._following = views[0].alone = views[1].alone = outer

    def _fill(self) -> None:
        for level in self.found.levels:
            for item in level.differences:
                where = f"inside {' › '.join(level.right)}: " if level.right else ""
                self._add(item.mark, where + item.words, (level, item))
        for text in self.found.settings:
            self._add("changed", text, None)
        self._copy.setEnabled(not self.found.same)
        self._colour()

    def _add(self, mark: Mark, words: str, where: tuple[MatchedLevel, Difference] | None) -> None:
        item = QListWidgetItem(words, self.list)
        item.setData(_WHERE, where)
        item.setData(_MARK, mark)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{_WORDS[mark]}: {words}")

    def _colour(self) -> None:
        """Signs and sums in the colours that are in force."""
        colours = self._theme.colours
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setIcon(icon_of(item.data(_MARK), colours))
        parts = [
            f'<b style="color:{colour_of(mark, colours)}">{design_diff.SIGNS[mark]}</b> {self.found.count(mark)} {word}'
            for mark, word in _WORDS.items()
            if self.found.count(mark)
        ]
        if self.found.settings:
            parts.append(f"{len(self.found.settings)} in data and training")
        self._summary.setText("&nbsp;&nbsp;&nbsp;".join(parts) if parts else "The two networks are the same.")

    def _level(self) -> MatchedLevel | None:
        """What is known of the networks that both sides show."""
        sides = (self.left, self.right)
        names = tuple(_group_of(side) for side in sides)
        return next((level for level in self.found.levels if level.names == names), None)

    def _mark(self) -> None:
        level = self._level()
        differences = level.differences if level else ()
        self.left.show_marks({item.left: item.mark for item in differences if item.left})
        self.right.show_marks({item.right: item.mark for item in differences if item.right})

    def _jump(self, item: QListWidgetItem | None) -> None:
        """Shows a difference on both sides; on the side where it is not, what it lies between stays in view."""
        where = item.data(_WHERE) if item else None
        if where is None:
            return
        level, difference = where
        with self._alone():
            if self._open(self.left, level.left) | self._open(self.right, level.right):
                self._fit()
            places = (
                (self.left, difference.left, _neighbour(self.right, difference.right, level, to_left=True)),
                (self.right, difference.right, _neighbour(self.left, difference.left, level, to_left=False)),
            )
            for side, name, _ in places:
                side.scene.select(name)
            if not all(side.sees(name or near) for side, name, near in places):
                for side, name, near in places:
                    side.look_at(name or near)
        self._mark()

    def _open(self, side: ComparisonSide, path: GroupPath) -> bool:
        """Shows the inside of a group, or the whole; whether that was not shown before."""
        other = side.editor.path != path
        if other:
            side.editor.open_group(path)
        return other

    def _pick(self, name: str, from_left: bool) -> None:
        """A click on a card selects its partner, and its difference in the list."""
        level = self._level()
        pairs = dict(level.pairs) if level else {}
        if not from_left:
            pairs = {other: own for own, other in pairs.items()}
        (self.right if from_left else self.left).scene.select(pairs.get(name, "") if level else name)
        for row in range(self.list.count()):
            where = self.list.item(row).data(_WHERE)
            if where and where[0] is level and name == (where[1].left if from_left else where[1].right):
                self.list.blockSignals(True)
                self.list.setCurrentRow(row)
                self.list.blockSignals(False)

    def _follow_path(self, from_left: bool) -> None:
        """A group that is opened on one side is opened on the other, where it is there."""
        side, other = (self.left, self.right) if from_left else (self.right, self.left)
        if not self._following:
            with self._alone():
                path = reachable(other.editor.design.network, self._partner(side.editor.path, from_left))
                self._open(other, path)
                self._fit()
        self._mark()

    def _partner(self, path: GroupPath, from_left: bool) -> GroupPath:
        """The path on the other side, by the blocks that are matched."""
        found: tuple[str, ...] = ()
        for place, name in enumerate(path):
            level = next(
                (one for one in self.found.levels if (one.left if from_left else one.right) == path[:place]), None
            )
            pairs = dict(level.pairs) if level else {}
            if not from_left:
                pairs = {other: own for own, other in pairs.items()}
            found = (*found, pairs.get(name, name))
        return found

    def _fit(self) -> None:
        """Both networks at one zoom: both are seen whole, as far as names can be read then."""
        with self._alone():
            zoom = max(min(self.left.view.fit(), self.right.view.fit()), _LEAST_FIT)
            self.left.view.zoom_to(zoom)
            self.right.view.zoom_to(zoom)

    def copy(self) -> None:
        """The list as text."""
        QGuiApplication.clipboard().setText("\n".join(design_diff.lines(self.found)) + "\n")

    def showEvent(self, event: QShowEvent) -> None:
        """All of both networks at the first sight, with the first difference; the list has the keyboard."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._begin)
        self.list.setFocus()

    def _begin(self) -> None:
        self._fit()
        self.list.setCurrentRow(0)

    def changeEvent(self, event: QEvent) -> None:
        """A larger window shows more."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            QTimer.singleShot(0, self, self._fit)

    def done(self, result: int) -> None:
        """The end; scenes tell of nothing any longer."""
        self.left.close_scene()
        self.right.close_scene()
        super().done(result)


def _group_of(side: ComparisonSide) -> str:
    path = side.editor.path
    return use_at(side.editor.design.network, path).definition.name if path else ""


def _neighbour(side: ComparisonSide, name: str, level: MatchedLevel, to_left: bool) -> str:
    """For a block that is on one side alone: the partner of what it takes from, to look at the same place."""
    pairs = {other: own for own, other in level.pairs.items()} if to_left else dict(level.pairs)
    network = side.editor.shown.network
    while name in network.nodes and name not in pairs:
        name = next(iter(network.nodes[name].sources), "")
    return pairs.get(name, "")
