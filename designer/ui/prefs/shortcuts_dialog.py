"""Help > Keyboard Shortcuts: every action with its keys, which can be changed, and what the canvas does with keys."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.core.assist.fuzzy_match import best
from designer.ui.prefs.shortcuts import CANVAS_KEYS, Shortcuts, keys_text
from designer.ui.widgets.menus import Placed
from designer.ui.widgets.message_box import MessageBox

_PLACED = Qt.ItemDataRole.UserRole
_CANVAS = "Canvas"
_Buttons = QMessageBox.StandardButton


class ShortcutsDialog(QDialog):
    """A list to search, and a field for other keys for the selected action. What is changed holds at once."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutsDialog")
        self.setWindowTitle("Keyboard Shortcuts")
        self.resize(680, 560)
        self._shortcuts = shortcuts
        self.search = QLineEdit(placeholderText="Search by name, menu or keys", clearButtonEnabled=True)
        self.search.setObjectName("shortcutSearch")
        self.search.setAccessibleName("Search shortcuts")
        self.list = QTreeWidget()
        self.list.setObjectName("shortcutList")
        self.list.setAccessibleName("Commands and their shortcuts")
        self.list.setHeaderLabels(["Command", "Menu", "Shortcut"])
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.keys = QKeySequenceEdit()
        self.keys.setObjectName("shortcutKeys")
        self.keys.setAccessibleName("Press the new keys")
        self.keys.setMaximumSequenceLength(1)
        self.keys.setClearButtonEnabled(True)
        self._label = QLabel()
        self._label.setBuddy(self.keys)
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.said.setObjectName("shortcutSaid")
        self.said.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # stays free: nothing jumps
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.take_over = _button("Take It &Over", "shortcutTakeOver")
        self.reset = _button("&Reset", "shortcutReset")
        self._lay_out()
        self.search.textChanged.connect(self._fill)
        self.list.currentItemChanged.connect(lambda item, before: self._show_current())
        self.list.itemActivated.connect(lambda item: self.keys.setFocus())
        self.keys.editingFinished.connect(self._entered)
        self.take_over.clicked.connect(lambda: self._change(self.keys.keySequence()))
        self.reset.clicked.connect(self._reset)
        self._fill()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        everything = buttons.addButton("Reset &All…", QDialogButtonBox.ButtonRole.ResetRole)
        everything.setObjectName("shortcutResetAll")
        everything.clicked.connect(self._reset_all)
        for button in buttons.buttons():
            assert isinstance(button, QPushButton)
            button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self._label, 1)
        for widget in (self.keys, self.take_over, self.reset):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(buttons)

    @property
    def current(self) -> Placed | None:
        """The selected action; None where something of the canvas is selected."""
        item = self.list.currentItem()
        return item.data(0, _PLACED) if item else None

    def _fill(self) -> None:
        """Lists what suits the search, with the best of it selected."""
        text = self.search.text().strip()
        rows = [(_words(item), item) for item in self._shortcuts.listed()]
        fixed = [(f"{what} {_CANVAS} {keys}", (what, keys)) for keys, what in CANVAS_KEYS]
        self.list.clear()
        row = QSize(0, self.fontMetrics().height() + 8)
        for placed in best(text, rows):
            self._add(placed, row)
        for what, keys in best(text, fixed):
            item = QTreeWidgetItem(self.list, [what, _CANVAS, keys])
            item.setSizeHint(0, row)
            item.setToolTip(0, "The canvas's own: it stays as it is.")
        self.list.setCurrentItem(self.list.topLevelItem(0))  # type: ignore[arg-type]
        self._show_current()

    def _fill_again(self, kept: Placed) -> None:
        """Lists the same, with the same action selected."""
        self._fill()
        for number in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(number)
            placed = item.data(0, _PLACED) if item else None
            if item and placed and placed.action is kept.action:
                self.list.setCurrentItem(item)

    def _add(self, placed: Placed, row: QSize) -> None:
        action = placed.action
        keys = ", ".join(keys_text(one) for one in action.shortcuts())
        item = QTreeWidgetItem(self.list, [placed.title, " › ".join(placed.path), keys])
        item.setData(0, _PLACED, placed)
        item.setSizeHint(0, row)
        item.setToolTip(2, "Changed by you" if self._shortcuts.is_changed(action) else "")
        if self._shortcuts.is_changed(action):
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            item.setFont(2, bold)

    def _show_current(self) -> None:
        placed = self.current
        self.keys.setEnabled(placed is not None)
        self.take_over.hide()
        self.reset.setEnabled(placed is not None and self._shortcuts.is_changed(placed.action))
        self.keys.blockSignals(True)
        self.keys.setKeySequence(placed.action.shortcut() if placed else QKeySequence())
        self.keys.blockSignals(False)
        self._label.setText(f"&Keys for “{placed.title}”" if placed else "")
        if placed:
            self._say("Click the field, or press Enter in the list, and press the new keys.")
        else:
            self._say("" if self.list.topLevelItemCount() else "No command like that.")
            if self.list.currentItem():
                self._say("The canvas's own keys stay as they are.")

    def _entered(self) -> None:
        """Keys were pressed: they hold at once, where they are nobody else's."""
        placed, keys = self.current, self.keys.keySequence()
        if placed is None or keys == placed.action.shortcut():
            return
        refusal = self._shortcuts.refusal(keys)
        owner = self._shortcuts.owner(keys, placed.action) if not keys.isEmpty() else None
        self.take_over.setVisible(owner is not None and not refusal)
        if refusal:
            self._say(refusal, "error")
        elif owner:
            self._say(f"{keys_text(keys)} is the shortcut of “{owner.title}”, which would have none.", "error")
        else:
            self._change(keys)

    def _change(self, keys: QKeySequence) -> None:
        placed = self.current
        if placed:
            self._shortcuts.change(placed.action, keys)
            self._fill_again(placed)
            self._say(f"“{placed.title}”: {keys_text(keys) or 'no shortcut'}.", "good")

    def _reset(self) -> None:
        placed = self.current
        if placed:
            self._shortcuts.reset(placed.action)
            self._fill_again(placed)
            self._say(f"“{placed.title}”: {keys_text(placed.action.shortcut()) or 'no shortcut'}, as at first.", "good")

    def _reset_all(self) -> None:
        box = MessageBox(self)
        box.setObjectName("resetShortcutsQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Reset all shortcuts")
        box.setText("Give every command its first shortcut back?")
        box.setInformativeText("What you have changed here is forgotten.")
        box.setStandardButtons(_Buttons.Reset | _Buttons.Cancel)
        if box.exec() == _Buttons.Reset:
            self._shortcuts.reset_all()
            self._fill()

    def _say(self, text: str, role: str = "muted") -> None:
        self.said.setText(text)
        self.said.setProperty("role", role)
        self.said.style().polish(self.said)


def _words(placed: Placed) -> str:
    """All that an action is searched by."""
    return " ".join((placed.title, *placed.path, *(keys_text(keys) for keys in placed.action.shortcuts())))


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
