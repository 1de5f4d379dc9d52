"""The system's libraries that Qt needs on Linux: which are missing, and what brings them.

`resources/install.sh` runs this file before anything is installed, so it needs nothing but Python itself.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

MANAGERS = ("apt-get", "dnf", "zypper", "pacman")

# What Qt's libraries and its xcb plugin ask the loader for, and the packages in the order of MANAGERS.
PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "libglvnd"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "libglib-2_0-0", "glib2"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "libdbus-1-3", "dbus"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libX11-xcb1", "libx11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "libxcb-render-util0",
        "xcb-util-renderutil",
    ),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb-shape0", "libxcb"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb", "libxcb-xinerama0", "libxcb"),
}
NEEDED_WITHOUT_A_SCREEN = tuple(PACKAGES)[:5]  # also by Qt's platform "offscreen"
FONTS = ("fonts-dejavu-core", "dejavu-sans-fonts", "dejavu-fonts", "ttf-dejavu")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
INSTALL = ("apt-get install -y", "dnf install -y", "zypper install -y", "pacman -S --needed --noconfirm")


def missing_libraries() -> list[str]:
    """The names of the libraries that the loader does not find; none on systems other than Linux."""
    return [name for name in PACKAGES if not _loads(name)] if sys.platform == "linux" else []


def has_fonts() -> bool:
    """Whether there is any font: without one Qt draws no letter."""
    folders = [Path(os.path.expanduser(folder)) for folder in FONT_FOLDERS]  # which stays as it is without a home
    return any(file.suffix in (".ttf", ".otf", ".ttc", ".pfb") for folder in folders for file in folder.rglob("*"))


def packages_for(libraries: list[str], manager: str, fonts: bool = False) -> list[str]:
    """The packages of `manager` that bring `libraries`, and a font where one is asked for."""
    column = MANAGERS.index(manager)
    names = [PACKAGES[library][column] for library in libraries]
    return list(dict.fromkeys([*names, *([FONTS[column]] if fonts else [])]))


def package_manager() -> str | None:
    """The package manager of this system, if it is one that is known here."""
    return next((manager for manager in MANAGERS if shutil.which(manager)), None)


def mending_command(libraries: list[str]) -> str:
    """The line that installs what is missing; a list of the libraries where the package manager is not known."""
    manager = package_manager()
    if manager is None:
        return f"install the packages of your system that have {', '.join(libraries)}"
    sudo = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    return f"{sudo}{INSTALL[MANAGERS.index(manager)]} {' '.join(packages_for(libraries, manager))}"


def start_problem() -> str | None:
    """Why no window can open here, with what mends it: where Qt would only abort the program."""
    if sys.platform != "linux":
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    on_x11 = platform == "xcb" or (not platform and not os.environ.get("WAYLAND_DISPLAY"))
    libraries = [name for name in missing_libraries() if on_x11 or name in NEEDED_WITHOUT_A_SCREEN]
    if libraries:
        several = len(libraries) > 1
        return (
            f"Qt needs {', '.join(libraries)}, which {'are' if several else 'is'} not on this system. "
            f"This installs {'them' if several else 'it'}:\n    {mending_command(libraries)}"
        )
    if on_x11 and not _reaches_a_display():
        return (
            f"no screen to open a window on: {_display_in_words()}. "
            "The commands without a window need none (designer check --help). Over ssh, use ssh -X."
        )
    return None


def _display_in_words() -> str:
    display = os.environ.get("DISPLAY")
    return f"the display {display} cannot be reached" if display else "neither DISPLAY nor WAYLAND_DISPLAY is set"


def _reaches_a_display() -> bool:
    """Whether an X server answers: asked of the library that Qt itself uses."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    reached = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return reached


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(*packages_for(missing_libraries(), sys.argv[1], fonts=not has_fonts()))
