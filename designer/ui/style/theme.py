"""One table of colours, light and dark, for Qt's palette, the canvas and the plots."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from designer.core.graph.block import Category
from designer.core.graph.settings import NoteColour


@dataclass(frozen=True)
class Colours:
    """The tokens. Everything that is drawn takes its colour from here."""

    window: str
    base: str
    canvas: str
    grid: str
    card: str
    text: str
    muted: str
    border: str
    edge: str
    accent: str
    on_accent: str
    selection: str
    error: str
    good: str
    found: str
    """Outlines of what a search has found."""
    zero: str
    """Neutral middle of signed colour maps."""
    code_keyword: str
    code_string: str
    code_number: str
    code_name: str
    """Classes and functions where they are defined."""


LIGHT = Colours(
    window="#f3f4f6",
    base="#ffffff",
    canvas="#eaecf0",
    grid="#d9dce2",
    card="#ffffff",
    text="#1b1f24",
    muted="#57606a",
    border="#c9ced6",
    edge="#7b8591",
    accent="#1a63c6",
    on_accent="#ffffff",
    selection="#cfe1fb",
    error="#b42318",
    good="#11713f",
    found="#b87400",
    zero="#f4f4f4",
    code_keyword="#7a3aa8",
    code_string="#11713f",
    code_number="#9a4a00",
    code_name="#1a63c6",
)
DARK = Colours(
    window="#22252a",
    base="#1a1c20",
    canvas="#17191d",
    grid="#26292e",
    card="#2a2e34",
    text="#e8eaed",
    muted="#a3abb5",
    border="#434951",
    edge="#7f8893",
    accent="#6ba4f8",
    on_accent="#0d1117",
    selection="#284a78",
    error="#ff8a7a",
    good="#63c58e",
    found="#f5b83d",
    zero="#26282c",
    code_keyword="#c9a4f5",
    code_string="#8fd3a6",
    code_number="#f0b482",
    code_name="#7fb2fa",
)

# White paper: nothing is shaded, and lines are dark enough for any printer.
PRINT = replace(
    LIGHT,
    window="#ffffff",
    canvas="#ffffff",
    grid="#ffffff",
    text="#000000",
    muted="#333333",
    border="#555555",
    edge="#333333",
)

# Okabe and Ito (2008): hues that people with any colour vision tell apart.
CATEGORY_HUES: dict[Category, str] = {
    "Data": "#999999",
    "Convolution": "#0072b2",
    "Pooling": "#56b4e9",
    "Dense": "#e69f00",
    "Recurrent": "#009e73",
    "Activation": "#d55e00",
    "Regularisation": "#cc79a7",
    "Shape": "#f0e442",
    # Eight hues can be told apart; kinds that are used together have different ones.
    "Attention": "#009e73",
    "Sequence": "#56b4e9",
    "Merging": "#f0e442",
    "Normalisation": "#cc79a7",
    "Groups": "#0072b2",
}
NOTE_SHEETS: dict[NoteColour, tuple[tuple[str, str], tuple[str, str]]] = {
    "yellow": (("#fdf5d3", "#e0cf8b"), ("#39341f", "#6b6138")),
    "green": (("#e3f3e2", "#a9cfa6"), ("#22362a", "#45674f")),
    "blue": (("#e0edfa", "#a6c4e4"), ("#212f42", "#435c7d")),
    "rose": (("#fbe6ea", "#e2b3bd"), ("#3d2830", "#74505d")),
    "grey": (("#f2f3f5", "#c9ced6"), ("#2c3036", "#4d545d")),
}
"""What a note is written on, and its border: by day, and by night."""
TRAIN_HUE, VALIDATION_HUE = "#0072b2", "#d55e00"
TRAIN_HUE_DARK, VALIDATION_HUE_DARK = "#56b4e9", "#e69f00"


def note_sheet(colour: NoteColour, dark: bool) -> tuple[str, str]:
    """The fill and the border of a note."""
    return NOTE_SHEETS[colour][dark]


class Look(QObject):
    """The colours in force; those of a picture never change."""

    changed = Signal()

    def __init__(self, colours: Colours, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colours = colours

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self.colours is DARK


Scheme = Literal["system", "light", "dark"]


class Theme(Look):
    """The window's colours and letters; emits `changed` when they do. Follows the system unless a person has chosen."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(LIGHT, application)
        self._application = application
        self._font = QFont(application.font())
        self.scheme: Scheme = "system"
        self.text_size = 100
        application.setStyle("Fusion")
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self.follow)
        self.follow(hints.colorScheme())

    @property
    def curve_hues(self) -> tuple[str, str]:
        """Colours of the training and the validation curve."""
        return (TRAIN_HUE_DARK, VALIDATION_HUE_DARK) if self.dark else (TRAIN_HUE, VALIDATION_HUE)

    def choose(self, scheme: Scheme) -> None:
        """Light or dark colours whatever the system has, or as the system is."""
        if scheme == self.scheme:
            return
        self.scheme = scheme
        hints = self._application.styleHints()
        hints.setColorScheme(_OF_QT[scheme])  # for what the system draws: frames, and its own dialogs
        self.follow(hints.colorScheme())

    def set_text_size(self, percent: int) -> None:
        """Letters of so many percent of the system's."""
        if percent == self.text_size:
            return
        self.text_size = percent
        font = QFont(self._font)
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * percent / 100)
        else:
            font.setPixelSize(round(font.pixelSize() * percent / 100))
        self._application.setFont(font)
        self._apply()

    def follow(self, scheme: Qt.ColorScheme) -> None:
        """Takes the dark colours for a dark system, else the light ones, unless the person has chosen."""
        dark = scheme == Qt.ColorScheme.Dark if self.scheme == "system" else self.scheme == "dark"
        self.colours = DARK if dark else LIGHT
        self._apply()

    def _apply(self) -> None:
        self._application.setPalette(_palette(self.colours))
        for name in ("QCheckBox", "QRadioButton"):
            self._application.setPalette(_box_palette(self.colours), name)  # type: ignore[arg-type]
        self._application.setStyleSheet(_style_sheet(self.colours))
        if "pyqtgraph" in sys.modules:
            self.prepare_plots()
        _recolour_links()
        self.changed.emit()

    def prepare_plots(self) -> None:
        """The colours of plots that are made from now on. Imports their library, which takes half a second once."""
        import pyqtgraph as pg

        pg.setConfigOptions(background=self.colours.base, foreground=self.colours.muted, antialias=True)


def _recolour_links() -> None:
    """Labels take the colour of a link when they are told their words, and keep it whatever the palette becomes."""
    for label in QApplication.allWidgets():
        if isinstance(label, QLabel) and "<a " in (text := label.text()):
            label.setText("")
            label.setText(text)


_OF_QT: dict[Scheme, Qt.ColorScheme] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
_FUSION_DARKER = 140
"""Percent by which Fusion makes a window's colour darker for what is drawn around check boxes."""


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, colours.window),
        (roles.WindowText, colours.text),
        (roles.Base, colours.base),
        (roles.AlternateBase, colours.window),
        (roles.Text, colours.text),
        (roles.Button, colours.window),
        (roles.ButtonText, colours.text),
        (roles.ToolTipBase, colours.card),
        (roles.ToolTipText, colours.text),
        (roles.PlaceholderText, colours.muted),
        (roles.Highlight, colours.selection),
        (roles.HighlightedText, colours.text),
        (roles.Link, colours.accent),
        (roles.Mid, colours.border),
        (roles.Light, colours.card),
        (roles.Accent, colours.accent),
    ):
        palette.setColor(role, QColor(name))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        faded = QColor(colours.muted)
        faded.setAlpha(140)
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


def box_edge(colours: Colours) -> QColor:
    """What a window's colour has to be around a check box, so that Fusion draws its border in that of edges."""
    return QColor(colours.edge).lighter(_FUSION_DARKER)


def _box_palette(colours: Colours) -> QPalette:
    """For check boxes: Fusion draws their border darker than the window, which on a dark one is not to be seen."""
    palette = _palette(colours)
    palette.setColor(QPalette.ColorRole.Window, box_edge(colours))
    return palette


def _style_sheet(colours: Colours) -> str:
    """Only what the palette cannot say."""
    return _window_rules(colours) + _rules_by_name(colours) + _rules_by_role(colours)


def _window_rules(colours: Colours) -> str:
    """Flat docks and tool bars with hairlines."""
    return f"""
    QMainWindow::separator {{ background: {colours.border}; width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {colours.accent}; }}
    QDockWidget {{ font-weight: 600; }}
    QDockWidget::title {{ background: {colours.window}; padding: 3px 8px; border-bottom: 1px solid {colours.border}; }}
    QDockWidget[role="here"]::title {{ border-bottom: 2px solid {colours.accent}; padding-bottom: 2px; }}
    QToolBar {{ background: {colours.window}; border: 0; border-bottom: 1px solid {colours.border};
        spacing: 4px; padding: 3px 6px; }}
    QProgressBar {{ background: {colours.border}; border: 0; border-radius: 4px; }}
    QProgressBar::chunk {{ background: {colours.accent}; border-radius: 4px; }}
    QStatusBar {{ border-top: 1px solid {colours.border}; }}
    QToolTip {{ color: {colours.text}; background: {colours.card}; border: 1px solid {colours.border}; padding: 4px; }}
    """


def _rules_by_name(colours: Colours) -> str:
    """Bars, boxes and lists by their object names."""
    return f"""
    #heatLegend {{ background: {colours.card}; border: 1px solid {colours.border}; border-radius: 4px; }}
    #pinnedBar {{ border: 0; border-top: 1px solid {colours.border}; }}
    #analyzerTotals {{ border: 0; border-top: 1px solid {colours.border}; }}
    #exposeParameter {{ padding: 2px 18px 2px 6px; }}
    #notice {{ background: {colours.card}; border: 0; border-bottom: 1px solid {colours.border};
        border-left: 3px solid {colours.accent}; }}
    #breadcrumb, #findBar {{ background: {colours.window}; border-bottom: 1px solid {colours.border}; }}
    #problemsList {{ background: {colours.base}; }}
    #problemRow {{ background: {colours.base}; border: 1px solid transparent;
        border-bottom: 1px solid {colours.border}; }}
    #problemRow:hover, #problemRow[here="true"] {{ background: {colours.window}; }}
    #problemRow:focus {{ border: 1px solid {colours.accent}; }}
    #transformRow {{ background: {colours.base}; border: 1px solid {colours.border}; border-radius: 4px; }}
    #transformRow:hover {{ border: 1px solid {colours.edge}; }}
    #transformRow:focus {{ border: 1px solid {colours.accent}; }}
    #transformDrop {{ background: {colours.accent}; }}
    #nameField {{ background: {colours.base}; border: 1px solid {colours.accent}; border-radius: 3px; padding: 0 2px; }}
    """


def _rules_by_role(colours: Colours) -> str:
    """Words, buttons and what opens over the window, by what they are for."""
    return f"""
    QToolButton[role="here"]:disabled {{ color: {colours.text}; font-weight: 600; }}
    QToolButton[role="menu"]::menu-indicator {{ image: none; }}
    QFrame[role="popup"] {{ background: {colours.card}; border: 1px solid {colours.edge}; border-radius: 6px; }}
    QFrame[role="popup"] QListView {{ background: {colours.card}; }}
    QLabel[role="muted"] {{ color: {colours.muted}; }}
    QLabel[role="error"] {{ color: {colours.error}; }}
    QLabel[role="bubble"] {{ color: {colours.error}; background: {colours.card}; padding: 4px 8px;
        border: 1px solid {colours.error}; border-radius: 4px; }}
    QLabel[role="good"] {{ color: {colours.good}; }}
    QLabel[role="formula"] {{ background: {colours.base}; border-left: 3px solid {colours.accent}; padding: 5px 8px;
        font-family: "Cambria Math", "STIX Two Text", "DejaVu Serif", serif; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QPushButton[role="primary"] {{ background: {colours.accent}; color: {colours.on_accent}; font-weight: 600;
        border: 0; border-radius: 4px; padding: 6px 14px; }}
    QPushButton[role="primary"]:disabled {{ background: {colours.border}; color: {colours.muted}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {colours.text}; }}
    """
