"""What the inspector shows of groups: the definition of a use, and which fields of an inner block are parameters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.core.edits import group_editing
from designer.core.graph.block import Block
from designer.core.graph.definition import Definition, GroupBlock
from designer.ui.editing import group_edits
from designer.ui.editing.editor import Editor


class UseBox(QWidget):
    """The group that a block uses: its name, for all uses, and what can be done with it."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._block_id = ""
        self._name_shown = ""
        self.name = QLineEdit()
        self.name.setObjectName("groupName")
        self.name.setAccessibleName("Name of the group")
        self.name.setToolTip("The name of the group, for all its uses")
        self.name.editingFinished.connect(self._rename)
        self._count = QLabel()
        self._count.setObjectName("groupUses")
        self._count.setProperty("role", "muted")
        opening = QPushButton("Open")
        opening.setObjectName("openGroup")
        opening.setToolTip("Show the inside of the group on the canvas")
        opening.clicked.connect(self._open)
        self._own = QPushButton("Make Independent")
        self._own.setObjectName("makeIndependent")
        self._own.setToolTip("Give this use a copy of the group for itself, so that its edits change no other use")
        self._own.clicked.connect(lambda: group_edits.make_independent(editor, self._block_id))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(QLabel("Group"))
        row.addWidget(self.name, 1)
        column.addLayout(row)
        column.addWidget(self._count)
        row = QHBoxLayout()
        row.addWidget(opening)
        row.addWidget(self._own)
        row.addStretch(1)
        column.addLayout(row)

    def show_block(self, block_id: str, block: object) -> None:
        """Shows the group of a block; nothing for a block that uses none."""
        if not isinstance(block, GroupBlock) or block.definition.name != self._name_shown:
            self.name.setText(self._name_shown)  # what was typed for a group that is left is not taken for another one
        self.setVisible(isinstance(block, GroupBlock))
        self._block_id = block_id
        if not isinstance(block, GroupBlock):
            return
        name = block.definition.name
        if self._name_shown != name or not self.name.isModified():
            self.name.setText(name)
        self._name_shown = name
        used = group_editing.use_count(self._editor.design.network, name)
        self._count.setText("Used here alone" if used == 1 else f"Used {used} times: all follow its edits")
        self._own.setEnabled(used > 1)

    def _open(self) -> None:
        self._editor.open_group((*self._editor.path, self._block_id))

    def _rename(self) -> None:
        new, old = self.name.text().strip(), self._name_shown
        self.name.setModified(False)
        if new != old and not group_edits.rename(self._editor, old, new):
            self.name.setText(old)


class ExposeButton(QToolButton):
    """While a group is open: which fields of the selected block each use of the group sets for itself."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._block_id = ""
        self.setObjectName("exposeParameter")
        self.setToolTip("Choose which of these fields each use of the group sets for itself")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._menu = QMenu(self)
        self._menu.setObjectName("exposeMenu")
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def show_block(self, block_id: str, block: object) -> None:
        """Offers the fields of a block of the open group; is hidden where there is nothing to offer."""
        self._block_id = block_id
        definition = group_edits.open_definition(self._editor)
        self.setVisible(definition is not None and isinstance(block, Block) and bool(block.form_fields()))
        names = ", ".join(exposed_fields(definition, block_id).values())
        self.setText(f"Parameters of the group: {names}" if names else "Make it a parameter of the group")

    def _fill(self) -> None:
        self._menu.clear()
        definition = group_edits.open_definition(self._editor)
        node = self._editor.shown.network.nodes.get(self._block_id)
        block = node.block if node else None
        if definition is None or not isinstance(block, Block):
            return
        known = exposed_fields(definition, self._block_id)
        for field, info in block.form_fields().items():
            parameter = known.get(field)
            if parameter:
                self._add(f"{field}, as {parameter}" if parameter != field else field, field, parameter, checked=True)
                renaming = self._menu.addAction(f"    Rename {parameter}…")
                renaming.setObjectName(f"rename_{parameter}")
                renaming.triggered.connect(lambda checked=False, name=parameter: self._rename(name))
                continue
            self._add(field, field, "", checked=False)
            for other in definition.parameters:
                if definition.info(other).annotation == info.annotation:
                    self._add(f"    {field}, together with {other}", field, other, checked=False)

    def _add(self, text: str, field: str, parameter: str, *, checked: bool) -> None:
        action = self._menu.addAction(text)
        action.setObjectName(f"expose_{field}" + (f"_{parameter}" if parameter and not checked else ""))
        action.setCheckable(True)
        action.setChecked(checked)
        if checked:
            action.triggered.connect(lambda: group_edits.hide(self._editor, parameter))
        else:
            action.triggered.connect(lambda: group_edits.expose(self._editor, self._block_id, field, parameter))

    def _rename(self, parameter: str) -> None:
        name, given = QInputDialog.getText(
            self, "Rename the parameter", "Name of the parameter, for all uses of the group:", text=parameter
        )
        if given and name.strip() != parameter:
            group_edits.rename_parameter(self._editor, parameter, name.strip())


def exposed_fields(definition: Definition | None, block_id: str) -> dict[str, str]:
    """For each field of a block that is a parameter of its group, the parameter."""
    return {
        field: name
        for name, targets in (definition.parameters.items() if definition else ())
        for target, field in targets
        if target == block_id
    }
