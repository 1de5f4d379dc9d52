"""The `designer` command: the window, or one of the commands that need none."""

from __future__ import annotations

import argparse
import builtins
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

from designer import __version__
from designer.cli import MODULES
from designer.idle_threads import let_idle_threads_sleep
from designer.system_libraries import start_problem


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit code: 0, 1 for an error, 2 for wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments and arguments[0] in MODULES:
            return _command(arguments)
        return _window(arguments)
    except SystemExit as stop:  # argparse, on wrong usage and --help
        return stop.code if isinstance(stop.code, int) else 2


def _command(arguments: list[str]) -> int:
    from designer.cli.shared import CommandError
    from designer.core.storage.writing import reason

    parser = argparse.ArgumentParser(prog="designer")
    import_module(f"designer.cli.{MODULES[arguments[0]]}").add_command(parser.add_subparsers(required=True))
    options = parser.parse_args(arguments)
    if arguments[0] not in ("custom", "data", "import"):
        from designer.cli.custom import load_custom_kinds

        load_custom_kinds()
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except CommandError as error:
        print(f"designer: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        return 1
    except OSError as error:
        print(f"designer: {error.filename or 'the output'}: it cannot be written: {reason(error)}", file=sys.stderr)
        with suppress(OSError):  # closed, it is not tried once more at the end
            sys.stdout.close()
        return 1
    return code


def _window(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="designer",
        description="Design neural networks by pointing and clicking, train them, and look inside.",
        epilog=f"Commands without a window: {', '.join(MODULES)}. Each explains itself: designer check --help.",
    )
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="an architecture file to open, or a model of Keras to import"
    )
    parser.add_argument(
        "--data", default="", metavar="SOURCE|PATH", help="learn from this data source, or file or folder of your own"
    )
    parser.add_argument("--version", action="version", version=f"designer {__version__}")
    options, more = parser.parse_known_args(arguments)
    if options.file and not os.path.exists(options.file) and (more or not options.file.suffix):
        parser.error(f"there is no command or file {str(options.file)!r}: the commands are {', '.join(MODULES)}")
    if more:
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    if problem := start_problem():
        print(f"designer: {problem}", file=sys.stderr)
        return 1
    data = _data(options.data) if options.data else None
    if isinstance(data, Exception):
        print(f"designer: {data}", file=sys.stderr)
        return 1
    gc.disable()  # what is imported stays; the window collects by itself, see ui/run/gc_control.py
    let_idle_threads_sleep()
    from designer import ahead_of_qt  # noqa: F401

    try:
        if sys.platform == "win32":
            import torch  # noqa: F401 - on Windows its libraries clash with Qt's unless they come first
        # PySide has an import of its own, which would read the source of all that is imported after it.
        with own_import():
            from PySide6 import QtWidgets  # noqa: F401 - before our own modules, whose mistakes are no missing libraries
    except ImportError as error:
        print(f"designer: {error}\nsh resources/install.sh installs what is missing.", file=sys.stderr)
        return 1
    from designer.ui.app.application import run as run_window

    return run_window(options.file, data)


def _data(text: str) -> str | Path | Exception:
    """The name of a source, or a path, that the window is to take data from; why it cannot be either."""
    from designer.core.graph.data_settings import NO_DATA
    from designer.data import opening, sources
    from designer.data.errors import DataError

    try:
        if opening.names_path(text):
            return Path(os.path.abspath(opening.place_of(text)))
    except DataError as error:
        return error
    return text if text in (NO_DATA, *sources.sources()) else DataError(sources.unknown(text))


@contextmanager
def own_import() -> Iterator[None]:
    """Python's import is what it was before, whoever puts another one in its place meanwhile."""
    before = builtins.__import__
    try:
        yield
    finally:
        builtins.__import__ = before


def run() -> None:
    """The script's entry point."""
    from designer.engine.runs import crash_trace

    crash_trace.allow()
    sys.exit(main())


if __name__ == "__main__":
    run()
