"""Files: new, open, save, the examples, and what is made of other programs' files and for them."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from designer.ui.files.gallery import Gallery
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions."""
    filing, opening, importing = bench.filing, bench.opening, bench.importing
    add, standard = bench.menus.action, QKeySequence.StandardKey
    new = add("File/open", "actionNew", "&New", filing.new, standard.New)
    open_file = add("File/open", "actionOpen", "&Open…", opening.ask_for_file, standard.Open)
    _add_recent(bench)
    add("File/open", "actionImport", "&Import from Keras…", importing.ask_and_import)
    save = add("File/save", "actionSave", "&Save", filing.save, standard.Save)
    add("File/save", "actionSaveAs", "Save &As…", filing.save_as, "Ctrl+Shift+S")
    for action, icon in ((new, "new"), (open_file, "open"), (save, "save")):
        bench.tool_bar.add("files", action, icon)
    _add_export(bench)
    add("Examples/gallery", "actionGallery", "&Browse Examples…", lambda: _browse_examples(bench), "Ctrl+E")
    filing.fill_examples(bench.menus.menu("Examples"), opening.open_example)


def _add_recent(bench: Workbench) -> None:
    recent = bench.menus.submenu("File/open", "Open &Recent", "menuOpenRecent")
    recent.aboutToShow.connect(lambda: bench.filing.fill_recent(recent, bench.opening.open_file))
    bench.filing.fill_recent(recent, bench.opening.open_file)


def _add_export(bench: Workbench) -> None:
    exporting, editor, add = bench.exporting, bench.editor, bench.menus.action
    menu = bench.menus.submenu("File/export", "&Export", "menuExport")
    add(
        menu,
        "actionExportPyTorch",
        "&PyTorch Script…",
        exporting.export_pytorch,
        enabled=lambda: not editor.problems(),
    )
    add(
        menu,
        "actionExportModel",
        "PyTorch &Model Only…",
        lambda: exporting.export_pytorch(model_only=True),
        enabled=editor.is_a_model,
    )
    exporting.done.connect(bench.say)


def _browse_examples(bench: Workbench) -> None:
    gallery = Gallery(bench.theme, bench.window)
    if gallery.exec() and gallery.chosen:
        bench.opening.open_example(gallery.chosen)
