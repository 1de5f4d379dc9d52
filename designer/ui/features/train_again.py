"""Training > When Trained Before: whether Train asks, goes on or starts over."""

from __future__ import annotations

from designer.ui.widgets.menus import add_choices
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
    made = add_choices(bench.window, menu, _CHOICES, lambda choice: _choose(bench, choice))

    def show() -> None:
        made.get(bench.settings.train_again, made["ask"]).setChecked(True)

    menu.aboutToShow.connect(show)
    show()


def _choose(bench: Workbench, choice: str) -> None:
    bench.settings.train_again = choice
