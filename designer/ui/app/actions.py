"""The window's actions, with Qt Designer's usual names, and the menus and the tool bar made of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from designer.ui.editing.editor import Editor
from designer.ui.style import icons
from designer.ui.style.theme import Theme
from designer.ui.widgets.menus import Keys, Menus, make_action


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
    train: QAction
    stop: QAction
    fit: QAction
    zoom_in: QAction
    zoom_out: QAction
    actual_size: QAction
    find_kind: QAction
    gallery: QAction
    about: QAction


def make_actions(parent: QMainWindow, editor: Editor) -> Actions:
    """The actions, not yet connected; undo and redo are the history's own."""

    def action(name: str, text: str, keys: Keys = None, icon_text: str = "") -> QAction:
        made = make_action(parent, name, text, keys)
        if icon_text:
            made.setIconText(icon_text)
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
        if bar.actions():
            bar.addSeparator()
        bar.addActions(group)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for item in (actions.undo, actions.redo):
        # Their words change with each edit. Of one size, they do not have the whole window laid out anew for it.
        button = bar.widgetForAction(item)
        button.setFixedSize(button.sizeHint())
    for item in (actions.train, actions.stop):
        bar.widgetForAction(item).setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    window.addToolBar(bar)
    return bar


def fill_menus(menus: Menus, actions: Actions) -> dict[str, QMenu]:
    """Puts the actions into the menus; gives those menus that the window fills: the recent files and the examples."""
    menus.add("File/open", actions.new, actions.open)
    recent = menus.submenu("File/open", "Open &Recent", "menuOpenRecent")
    menus.add("File/open", actions.import_keras)
    menus.add("File/save", actions.save, actions.save_as)
    export = menus.submenu("File/export", "&Export", "menuExport")
    export.addActions([actions.export_pytorch, actions.export_model])
    menus.add("File/custom", actions.custom_blocks)
    menus.add("File/quit", actions.quit)
    menus.add("Edit/history", actions.undo, actions.redo)
    menus.add("Edit/selection", actions.select_all)
    menus.add("Edit/find", actions.find_kind)
    menus.add("View/zoom", actions.fit, actions.actual_size, actions.zoom_in, actions.zoom_out)
    menus.add("Training/run", actions.train, actions.stop)
    menus.add("Examples/gallery", actions.gallery)
    menus.add("Help/about", actions.about)
    return {"Recent": recent, "Export": export}
