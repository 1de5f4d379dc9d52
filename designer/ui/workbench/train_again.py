"""The question what Train means for a network that has been trained: on, anew, or beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from designer.ui.prefs.settings import Settings
from designer.ui.style.labels import plural
from designer.ui.widgets.message_box import MessageBox
from designer.ui.workbench.kept_runs import KeptRun, KeptRuns

GO_ON, START_OVER, BRANCH = "go_on", "start_over", "branch"
_Role = QMessageBox.ButtonRole


def train(runs: KeptRuns, settings: Settings, name: str, epochs: int, window: QWidget) -> bool:
    """Trains the open design, after the question where it has been trained; whether it does.

    `epochs` are those of its settings: so many more are trained where the run has had them.
    """
    kept = runs.to_go_on_with
    if kept is None:
        runs.begin()
        return True
    more = epochs - kept.epochs if epochs > kept.epochs else epochs
    choice = settings.train_again if settings.train_again in (GO_ON, START_OVER) else ""
    choice = choice or _asked(kept, settings, name, more, window)
    if choice == GO_ON:
        runs.go_on(kept, more)
    elif choice == BRANCH:
        runs.branch(kept, more)
    elif choice == START_OVER:
        runs.begin()
    return bool(choice)


def _asked(kept: KeptRun, settings: Settings, name: str, more: int, window: QWidget) -> str:
    """What the person chooses; empty where they would rather not train."""
    box = MessageBox(window)
    box.setObjectName("trainAgainQuestion")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Train again")
    box.setText(_told(kept, name))
    box.setInformativeText(
        "Go on with what it has learned, or start over with new weights. A branch goes on as a run of its own. "
        "Nothing is lost: each run is kept."
    )
    buttons = {
        GO_ON: box.addButton(f"Go On for {plural(more, 'Epoch')}", _Role.AcceptRole),
        START_OVER: box.addButton("Start Over", _Role.AcceptRole),
        BRANCH: box.addButton("Branch", _Role.AcceptRole),
    }
    for choice, button in buttons.items():
        button.setObjectName(f"train_{choice}")
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(buttons[GO_ON])
    box.setEscapeButton(cancel)
    always = QCheckBox("Always do this")
    always.setToolTip("Training > When Trained Before changes it again")
    box.setCheckBox(always)
    box.exec()
    choice = next((choice for choice, button in buttons.items() if box.clickedButton() is button), "")
    if always.isChecked() and choice in (GO_ON, START_OVER):
        settings.train_again = choice
    return choice


def _told(kept: KeptRun, name: str) -> str:
    if not kept.epochs:
        return f"“{name}” has been trained for {plural(kept.steps, 'step')}."
    return f"“{name}” has been trained for {plural(kept.epochs, 'epoch')}."
