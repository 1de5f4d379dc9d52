"""What stands in a field and is not entered yet: keys of commands, and buttons beside the menus, leave it there."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit

from designer.ui.widgets.number_boxes import RealBox, WholeBox


def take_typed() -> None:
    """What is being typed counts: who gives a command has typed all, and means what the field shows."""
    field = QApplication.focusWidget()
    if isinstance(field, WholeBox | RealBox):
        field.finish()
    elif isinstance(field, QLineEdit) and field.isModified():
        field.editingFinished.emit()
