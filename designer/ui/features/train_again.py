"""Training > When Trained Before: whether Train asks, goes on or starts over."""

from __future__ import annotations

from PySide6.QtGui import QActionGroup

from designer.ui.widgets.menus import make_action
from designer.ui.workbench.train_again import GO_ON, START_OVER
from designer.ui.workbench.workbench import Workbench

_CHOICES = {
    "ask": ("actionAgainAsk", "&Ask", "Train asks whether to go on or to start over"),
    GO_ON: ("actionAgainGoOn", "&Go On", "Train goes on with what the network has learned"),
    START_OVER: ("actionAgainStartOver", "&Start Over", "Train begins with new weights; the old run is kept"),
}


def install(bench: Workbench) -> None:
    """Adds the menu, which shows what is chosen whenever it is opened."""
    menu = bench.menus.submenu("Training/again", "When Trained &Before", "menuTrainAgain")
    group = QActionGroup(bench)
    made = {}
    for choice, (name, text, tip) in _CHOICES.items():
        action = made[choice] = make_action(bench.window, name, text)
        action.setToolTip(tip)
        action.setCheckable(True)
        group.addAction(action)
        menu.addAction(action)
        action.triggered.connect(lambda checked=False, chosen=choice: _choose(bench, chosen))

    def show() -> None:
        made.get(bench.settings.train_again, made["ask"]).setChecked(True)

    menu.aboutToShow.connect(show)
    show()


def _choose(bench: Workbench, choice: str) -> None:
    bench.settings.train_again = choice
