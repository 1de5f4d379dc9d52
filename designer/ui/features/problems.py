"""Problems: their panel, the count in the status bar, going from one to the next, and mending at the badge."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from designer.core.diff.change import Parts
from designer.core.graph.group_paths import GroupPath
from designer.core.validation.all_problems import Found
from designer.ui.canvas.items.level_of_detail import NEAR
from designer.ui.editing.mending import Mending
from designer.ui.panels.problems import ProblemsPanel
from designer.ui.style import icons
from designer.ui.style.labels import plural
from designer.ui.workbench.navigate import show_block
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench

_ICON = 16


def install(bench: Workbench) -> None:
    """Adds the panel behind the curves, the count, and the actions."""
    mending = Mending(bench.editor)
    panel = ProblemsPanel(mending, bench.theme)
    dock = bench.panels.add("Problems", "Problems", panel, Area.BottomDockWidgetArea, behind="Code")
    bench.panels["Curves"].raise_()
    dock.visibilityChanged.connect(panel.set_seen)
    problems = ProblemsFeature(bench, mending, panel)
    add, editor = bench.menus.action, bench.editor

    def any_problem() -> bool:
        return bool(editor.problems())

    add("Edit/find", "actionNextProblem", "Next &Problem", lambda: problems.step(1), "F8", any_problem)
    add("Edit/find", "actionPreviousProblem", "Previous P&roblem", lambda: problems.step(-1), "Shift+F8", any_problem)
    add("Edit/block", "actionMend", "&Mend…", problems.offer_at_current, "Ctrl+.", problems.current_is_wrong)
    add("Edit/block", "actionMendAll", "Mend &All Problems", problems.mend_all, None, any_problem)


class ProblemsFeature(QObject):
    """Leads from problem to problem, and opens the menu of fixes at a badge."""

    def __init__(self, bench: Workbench, mending: Mending, panel: ProblemsPanel) -> None:
        super().__init__(bench)
        self._bench, self._mending, self._panel = bench, mending, panel
        self._told = ("", "", "")
        """What the count says, and in which colours."""
        self._count = QToolButton()
        self._count.setObjectName("problemCount")
        self._count.setAutoRaise(True)
        self._count.setIconSize(QSize(_ICON, _ICON))
        self._count.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._count.clicked.connect(self.open_panel)
        bench.window.statusBar().addPermanentWidget(self._count)
        bench.editor.listen(Parts.JUDGED, lambda change: self._refresh())
        bench.theme.changed.connect(self._refresh)
        bench.scene.badge_clicked.connect(self._offer_at_badge)
        panel.chosen.connect(self.show)
        self._refresh()

    def open_panel(self) -> None:
        """Shows the panel, with the keyboard at its first row."""
        self._bench.panels.show("Problems")
        if self._panel.rows:
            self._panel.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, way: int) -> None:
        """Goes to the next problem or the one before, and says which one it is."""
        found = self._mending.step(way, self._here())
        if found is None:
            return
        self.show(found)
        listed = self._mending.found()
        number = next(place for place, item in enumerate(listed, 1) if item is found)
        words = f"Problem {number} of {len(listed)}: {found.problem.message}"
        self._bench.say(words)

    def show(self, found: Found) -> None:
        """Goes to the block that a problem is at; where it is at none, to its row in the panel."""
        self._mending.visit(found)
        if found.problem.block:
            show_block(self._bench, found.path, found.problem.block, focus=False)
        else:
            self._bench.panels.show("Problems")
        self._panel.show_here(found)

    def mend_all(self) -> None:
        """Makes all mends that need no choice, and says what is left."""
        done, left = self._mending.mend_all(), len(self._mending.found())
        words = f"{plural(done, 'problem')} mended" if done else "Nothing can be mended without a choice of yours"
        rest = f", {plural(left, 'problem')} left: press F8 to go there" if left else ""
        self._bench.say(words + rest)

    def current_is_wrong(self) -> bool:
        """Whether the selected block has a problem."""
        card = self._bench.scene.cards.get(self._bench.scene.current)
        return card is not None and card.problem is not None

    def offer_at_current(self) -> None:
        """The menu of fixes for the selected block."""
        self.offer_at(self._bench.scene.current)

    def offer_at(self, block_id: str) -> None:
        """A menu of what would mend a block, below its badge."""
        bench = self._bench
        card = bench.scene.cards.get(block_id)
        if card is None or card.problem is None:
            return
        menu = QMenu(bench.window)
        menu.setObjectName("fixMenu")
        menu.setAccessibleName(card.problem.message)
        found = Found(bench.editor.path, card.problem)
        for fix in card.problem.fixes:
            made = menu.addAction(fix.title)
            made.triggered.connect(lambda checked=False, chosen=fix.title: bench.editor.mend(found, chosen))
        menu.addSeparator()
        menu.addAction("Show in Problems").triggered.connect(lambda: self._show_in_panel(block_id))
        menu.aboutToHide.connect(menu.deleteLater)
        corner = card.scenePos() + card.badge_room.bottomLeft()
        menu.popup(bench.view.viewport().mapToGlobal(bench.view.mapFromScene(corner)))

    def _offer_at_badge(self, block_id: str) -> None:
        """Only where the badge is drawn: from far away a click there is one on the card."""
        if self._bench.view.transform().m11() >= NEAR:
            self.offer_at(block_id)

    def _show_in_panel(self, block_id: str) -> None:
        self.open_panel()
        place = (*self._bench.editor.path, block_id)
        found = next((item for item in self._mending.found() if item.place[: len(place)] == place), None)
        self._panel.show_here(found)

    def _here(self) -> GroupPath:
        """The groups and the block that the person is at."""
        current = self._bench.scene.current
        return (*self._bench.editor.path, current) if current else ()

    def _refresh(self) -> None:
        self._panel.refresh()
        number = len(self._mending.found())
        colours = self._bench.theme.colours
        name, hue = ("problem", colours.error) if number else ("well", colours.good)
        words = plural(number, "problem") if number else "No problems"
        if (words, hue, colours.border) == self._told:  # told again, it would have the whole window laid out anew
            return
        self._told = words, hue, colours.border
        self._count.setIcon(icons.icon(name, hue, colours.border))
        self._count.setText(words)
        self._count.setToolTip("Show all problems, with what would mend them (F8 goes to the next one)")
        self._count.setAccessibleName(words)
