"""The script that installs, on systems made of stand-ins, and what a start says of missing libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from designer import system_libraries
from designer.__main__ import main

_WITHOUT_HOME = """
import pwd
def nobody(number): raise KeyError(number)
pwd.getpwuid = nobody
from designer import system_libraries
system_libraries.has_fonts()
"""
ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is for a POSIX shell")


class System:
    """A folder of programs that is the whole PATH, a copy of the project, and what was called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.calls = folder / "calls"
        self.project = folder / "my clone"
        self.programs.mkdir()
        (self.project / "resources").mkdir(parents=True)
        (self.project / "designer").mkdir()
        shutil.copy(ROOT / "resources" / "install.sh", self.project / "resources")
        for name in ("sh", "dirname", "mkdir", "sed", "grep", "env", "mv"):
            os.symlink(shutil.which(name) or name, self.programs / name)
        self.program("uname", "echo Linux")
        self.program("id", "echo 0")

    def program(self, name: str, body: str = "") -> None:
        """A program that writes down how it was called, and then does `body`."""
        file = self.programs / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.calls}"\n{body}\n')
        file.chmod(0o755)

    def python(self, version: tuple[int, int] = (3, 11), lacking: str = "") -> None:
        """A Python of that version; asked for the packages that are lacking it answers until they are installed."""
        (self.folder / "lacking").write_text(lacking)
        self.program(
            "python3",
            f"""case "$*" in
            *version_info\\ \\<*) exec "{sys.executable}" -I -S -c "import sys; sys.version_info = {version}; $2" ;;
            *system_libraries*) cat "{self.folder}/lacking" ;;
            *venv*.venv) exit 9 ;;
            esac""",
        )
        os.symlink(shutil.which("cat") or "cat", self.programs / "cat")

    def install(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / "sh", self.project / "resources" / "install.sh", *arguments],
            env={"PATH": str(self.programs), "HOME": str(self.folder), **variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def called(self, program: str) -> list[str]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.startswith(program + " ")]


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "apt-get install -y --no-install-recommends libegl1 libgl1"),
        ("dnf", "dnf install -y libegl1 libgl1"),
        ("zypper", "zypper --non-interactive install libegl1 libgl1"),
        ("pacman", "pacman -S --needed --noconfirm libegl1 libgl1"),
    ],
)
def test_that_what_the_system_lacks_is_named_and_installed(system: System, manager: str, command: str) -> None:
    system.python(lacking="libegl1 libgl1")
    system.program(manager)
    ended = system.install()
    assert f"The system lacks libegl1 libgl1: {manager} installs that." in ended.stdout
    assert command in system.called(manager)


def test_that_sudo_is_used_by_who_is_not_root(system: System) -> None:
    system.python(lacking="libegl1")
    system.program("id", "echo 1000")
    system.program("apt-get")
    system.program("sudo", '"$@"')
    system.install()
    assert system.called("sudo")[-1].endswith("apt-get install -y --no-install-recommends libegl1")
    assert system.called("apt-get") == [
        "apt-get update",
        "apt-get install -y --no-install-recommends libegl1",
    ]


def test_that_it_stops_with_the_line_to_run_where_it_may_not_install(system: System) -> None:
    system.python(lacking="libegl1")
    system.program("id", "echo 1000")
    system.program("apt-get")
    ended = system.install()
    assert ended.returncode == 1
    assert "As an administrator, run\n    apt-get install libegl1" in ended.stderr
    assert not system.called("apt-get")


def test_that_an_unknown_package_manager_is_said(system: System) -> None:
    system.python(lacking="libegl1")
    ended = system.install()
    assert ended.returncode == 1
    assert "lacks libegl1, and its package manager is not known here" in ended.stderr


def test_that_an_old_python_is_not_taken(system: System) -> None:
    system.python(version=(3, 10))
    system.program("dnf")
    ended = system.install()
    assert ended.returncode == 1
    assert "dnf install -y python3.14" in system.called("dnf")
    assert "no Python 3.11 or newer was found" in ended.stderr


def test_that_a_python_that_was_named_is_the_one_that_is_used(system: System) -> None:
    system.python()
    ended = system.install(PYTHON="python2")
    assert (ended.returncode, "python2 is no Python 3.11 or newer." in ended.stderr) == (1, True)


def test_that_a_python_may_be_named_from_the_folder_where_one_is(system: System) -> None:
    system.python()
    ended = system.install(PYTHON="bin/python3")
    assert f"{system.programs / 'python3'}, " in ended.stdout
    assert "python3 designer/system_libraries.py apt-get" in system.called("python3")


def test_that_what_could_not_be_installed_is_not_said_to_be_there(system: System) -> None:
    system.python(lacking="libegl1")
    system.program("apt-get")
    ended = system.install()
    assert "Still missing, by the names of their packages: libegl1." in ended.stdout
    assert "and there" not in ended.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries of a Linux")
def test_that_libraries_are_found_by_a_user_without_a_home() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _WITHOUT_HOME], env={}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_that_a_failing_installation_ends_with_a_line_of_ours(system: System) -> None:
    system.python(lacking="libegl1")
    system.program("apt-get", '[ "$1" = update ]')
    ended = system.install()
    assert ended.returncode == 1
    assert "apt-get could not install libegl1" in ended.stderr


def test_that_wrong_arguments_are_said_before_anything_is_done(system: System) -> None:
    ended = system.install("developer")
    assert ended.returncode == 1
    assert "the only argument is dev" in ended.stderr
    assert not system.calls.exists()


def test_that_every_library_has_a_package_in_every_package_manager() -> None:
    for library, packages in system_libraries.PACKAGES.items():
        assert len(packages) == len(system_libraries.MANAGERS), library
        assert all(packages), library
    assert len(system_libraries.INSTALL) == len(system_libraries.FONTS) == len(system_libraries.MANAGERS)


@pytest.fixture
def without_cursor_library(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = system_libraries._loads
    monkeypatch.setattr(system_libraries, "_loads", lambda name: name != "libxcb-cursor.so.0" and loads(name))
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: name if name == "dnf" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries of a Linux")
@pytest.mark.usefixtures("without_cursor_library")
def test_that_a_start_names_the_missing_library_and_the_line_that_mends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert main([]) == 1
    told = capsys.readouterr().err
    assert told.startswith("designer: Qt needs libxcb-cursor.so.0, which is not on this system.")
    assert told.rstrip().endswith("sudo dnf install -y xcb-util-cursor")


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries of a Linux")
@pytest.mark.usefixtures("without_cursor_library")
@pytest.mark.parametrize(("variable", "value"), [("QT_QPA_PLATFORM", "offscreen"), ("WAYLAND_DISPLAY", "wayland-0")])
def test_that_the_libraries_of_x11_are_not_asked_for_where_it_is_not_used(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv(variable, value)
    assert system_libraries.start_problem() is None


@pytest.mark.skipif(sys.platform != "linux", reason="a Linux without a screen")
@pytest.mark.parametrize("display", [None, ":4711"])
def test_that_a_machine_without_a_screen_is_told_so_where_qt_would_abort(display: str | None) -> None:
    environment = {key: value for key, value in os.environ.items() if "DISPLAY" not in key and key != "QT_QPA_PLATFORM"}
    environment |= {"DISPLAY": display} if display else {}
    ended = subprocess.run(
        [sys.executable, "-m", "designer"], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("designer: no screen to open a window on: ")
    assert (display or "neither DISPLAY") in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_that_ci_runs_the_readme_s_test_command() -> None:
    commands = [line for line in (ROOT / "README.md").read_text().splitlines() if line.endswith("-m tests")]
    assert commands == ["sh resources/install.sh dev && .venv/bin/python -m tests"]
    assert "sed -n '/-m tests$/p' README.md" in (ROOT / ".ci" / "run").read_text()
