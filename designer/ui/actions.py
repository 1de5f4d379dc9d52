"""The window's actions, with Qt Designer's usual names, and the menus and the tool bar made of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from designer.ui import icons
from designer.ui.editor import Editor
from designer.ui.theme import Theme

Keys = QKeySequence | QKeySequence.StandardKey | str | None


@dataclass
class Actions:
    """All actions by name."""

    new: QAction
    open: QAction
    save: QAction
    save_as: QAction
    export_pytorch: QAction
    export_model: QAction
    import_keras: QAction
    custom_blocks: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    delete: QAction
    duplicate: QAction
    select_all: QAction
    group: QAction
    ungroup: QAction
    open_group: QAction
    close_group: QAction
    train: QAction
    stop: QAction
    fit: QAction
    zoom_in: QAction
    zoom_out: QAction
    actual_size: QAction
    find_kind: QAction
    gallery: QAction
    about: QAction


def make_actions(parent: QObject, editor: Editor) -> Actions:
    """The actions, not yet connected; undo and redo are the history's own."""

    def action(name: str, text: str, keys: Keys = None, icon_text: str = "") -> QAction:
        made = QAction(text, parent)
        made.setObjectName(name)
        if keys is not None:
            made.setShortcut(QKeySequence(keys))
        if icon_text:
            made.setIconText(icon_text)
        shown = made.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        plain = text.replace("&", "").removesuffix("…")
        made.setToolTip(f"{plain} ({shown})" if shown else plain)
        return made

    standard = QKeySequence.StandardKey
    undo, redo = editor.stack.createUndoAction(parent, "&Undo"), editor.stack.createRedoAction(parent, "&Redo")
    for made, name, keys in ((undo, "actionUndo", standard.Undo), (redo, "actionRedo", standard.Redo)):
        made.setObjectName(name)
        made.setShortcut(QKeySequence(keys))
    redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
    return Actions(
        new=action("actionNew", "&New", standard.New),
        open=action("actionOpen", "&Open…", standard.Open),
        save=action("actionSave", "&Save", standard.Save),
        save_as=action("actionSaveAs", "Save &As…", "Ctrl+Shift+S"),
        export_pytorch=action("actionExportPyTorch", "&PyTorch Script…"),
        export_model=action("actionExportModel", "PyTorch &Model Only…"),
        import_keras=action("actionImport", "&Import from Keras…"),
        custom_blocks=action("actionCustomBlocks", "Custom &Blocks…"),
        quit=action("actionQuit", "&Quit", "Ctrl+Q"),
        undo=undo,
        redo=redo,
        delete=action("actionDelete", "&Delete", standard.Delete),
        duplicate=action("actionDuplicate", "D&uplicate", "Ctrl+D"),
        select_all=action("actionSelectAll", "Select &All", standard.SelectAll),
        group=action("actionGroup", "&Group", "Ctrl+G"),
        ungroup=action("actionUngroup", "&Ungroup", "Ctrl+Shift+G"),
        open_group=action("actionOpenGroup", "&Open Group", "Alt+Down"),
        close_group=action("actionCloseGroup", "&Close Group", "Alt+Up"),
        train=action("actionTrain", "&Train", "F5", "Train"),
        stop=action("actionStop", "&Stop", "Shift+F5", "Stop"),
        fit=action("actionFit", "&Fit Network", "Ctrl+0", "Fit"),
        zoom_in=action("actionZoomIn", "Zoom &In", standard.ZoomIn),
        zoom_out=action("actionZoomOut", "Zoom &Out", standard.ZoomOut),
        actual_size=action("actionActualSize", "&Actual Size", "Ctrl+1"),
        find_kind=action("actionFindKind", "Find a &Block Kind", "Ctrl+K"),
        gallery=action("actionGallery", "&Browse Examples…", "Ctrl+E"),
        about=action("actionAbout", "&About Network Designer"),
    )


_ICONS = ("new", "open", "save", "undo", "redo", "delete", "train", "stop", "fit")


def colour_icons(actions: Actions, theme: Theme) -> None:
    """Icons in the theme's colours."""
    colours = theme.colours
    for name in _ICONS:
        strong = {"train": colours.good, "stop": colours.error}.get(name, colours.text)
        getattr(actions, name).setIcon(icons.icon(name, strong, colours.border))


def make_tool_bar(window: QMainWindow, actions: Actions) -> QToolBar:
    """The tool bar: files, history, training, view."""
    bar = QToolBar("Tool bar")
    bar.setObjectName("toolBar")
    bar.setIconSize(QSize(20, 20))
    bar.setMovable(False)
    for group in (
        (actions.new, actions.open, actions.save),
        (actions.undo, actions.redo, actions.delete),
        (actions.train, actions.stop),
        (actions.fit,),
    ):
        for item in group:
            bar.addAction(item)
        bar.addSeparator()
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for item in (actions.train, actions.stop):
        bar.widgetForAction(item).setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    window.addToolBar(bar)
    return bar


def make_menus(window: QMainWindow, actions: Actions) -> dict[str, QMenu]:
    """The menu bar. The recent files, the examples and the docks are filled in by the window."""
    bar = window.menuBar()
    menus = {name: bar.addMenu(f"&{name}") for name in ("File", "Edit", "View", "Training", "Examples", "Help")}
    menus["File"].addActions([actions.new, actions.open])
    menus["Recent"] = menus["File"].addMenu("Open &Recent")
    menus["Recent"].setObjectName("menuOpenRecent")
    menus["File"].addAction(actions.import_keras)
    menus["Examples"].setObjectName("menuExamples")
    menus["File"].addSeparator()
    menus["File"].addActions([actions.save, actions.save_as])
    menus["Export"] = menus["File"].addMenu("&Export")
    menus["Export"].setObjectName("menuExport")
    menus["Export"].addActions([actions.export_pytorch, actions.export_model])
    menus["File"].addSeparator()
    menus["File"].addAction(actions.custom_blocks)
    menus["File"].addSeparator()
    menus["File"].addAction(actions.quit)
    menus["Edit"].addActions([actions.undo, actions.redo])
    menus["Edit"].addSeparator()
    menus["Edit"].addActions([actions.delete, actions.duplicate, actions.select_all])
    menus["Edit"].addSeparator()
    menus["Edit"].addActions([actions.group, actions.ungroup, actions.open_group, actions.close_group])
    menus["Edit"].addSeparator()
    menus["Edit"].addAction(actions.find_kind)
    menus["View"].addActions([actions.fit, actions.actual_size, actions.zoom_in, actions.zoom_out])
    menus["View"].addSeparator()
    menus["Training"].addActions([actions.train, actions.stop])
    menus["Examples"].addAction(actions.gallery)
    menus["Help"].addAction(actions.about)
    return menus
