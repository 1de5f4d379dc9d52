#!/bin/sh
# Installs Network Designer into .venv, beside the code:
#
#   sh resources/install.sh        what the program needs
#   sh resources/install.sh dev    what working on it and its tests need, too
#
# It finds Python, installs what the system lacks (with sudo where it is not root), and keeps what it downloads, so that
# it can be run again at any time, after an update of the code or without a network.
#
#   PYTHON             a Python to use instead of the one that is found
#   DESIGNER_WHEELS    where downloads are kept, instead of the user's cache
set -eu
umask 022

say() { printf '\n%s\n' "$*"; }
fail() { printf '\ninstall.sh: %s\n' "$*" >&2; exit 1; }

case "${1:-}" in
    "" | dev) ;;
    *) fail "the only argument is dev, for what the tests need: sh resources/install.sh dev" ;;
esac

has() { command -v "$1" >/dev/null 2>&1; }

# --- the system ----------------------------------------------------------------------------------------------------

manager=""
for name in apt-get dnf zypper pacman; do
    if [ -z "$manager" ] && has "$name"; then manager="$name"; fi
done

elevate=""
if [ "$(id -u)" -ne 0 ]; then
    if has sudo; then elevate=sudo; elif has doas; then elevate=doas; else elevate=none; fi
fi

as_administrator() {
    if [ -n "$elevate" ]; then "$elevate" "$@"; else "$@"; fi
}

refresh_lists() {  # once, and only where something is to be installed: it takes a while
    [ "$manager" = apt-get ] && [ -z "${refreshed:-}" ] || return 0
    refreshed=yes
    as_administrator apt-get update || fail "apt-get could not read its lists of packages. Is there a network?"
}

install_packages() {  # PACKAGE...
    [ -n "$manager" ] || fail "this system lacks $*, and its package manager is not known here. Please install that, then run this again."
    [ "$elevate" != none ] || fail "this system lacks $*. As an administrator, run
    $manager install $*
then run this again."
    say "The system lacks $*: ${elevate:+$elevate }$manager installs that."
    refresh_lists
    case "$manager" in
        apt-get) as_administrator env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ;;
        dnf) as_administrator dnf install -y "$@" ;;
        zypper) as_administrator zypper --non-interactive install "$@" ;;
        pacman) as_administrator pacman -S --needed --noconfirm "$@" ;;
    esac || fail "$manager could not install $*. Please install that by hand, then run this again."
}

# --- Python 3.11 or newer ------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then is_new_enough "$PYTHON" && command -v "$PYTHON"; return; fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$name"; then command -v "$name"; return; fi
    done
    return 1
}

is_offered() {  # PACKAGE
    case "$manager" in
        apt-get) apt-cache show "$1" ;;
        dnf) dnf -q list "$1" ;;
        zypper) zypper -q search --match-exact "$1" ;;
        *) false ;;
    esac >/dev/null 2>&1
}

offered_python() {  # the newest package of Python that this system has
    for name in python3.14 python3.13 python3.12 python3.11 python314 python313 python312 python311; do
        if is_offered "$name"; then echo "$name"; return; fi
    done
    if [ "$manager" = pacman ]; then echo python; else echo python3; fi
}

say "1/4  Python"
if ! python="$(find_python)"; then
    [ -z "${PYTHON:-}" ] || fail "$PYTHON is no Python 3.11 or newer."
    [ "$elevate" = none ] || refresh_lists
    install_packages "$(offered_python)"
    python="$(find_python)" || fail "no Python 3.11 or newer was found. Please install one, and run this again with PYTHON=/path/to/python."
fi
case "$python" in
    /*) ;;
    *) python="$PWD/$python" ;;  # was named from here, and is called from the project's folder
esac
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    case "$manager" in
        apt-get) install_packages "python$version-venv" ;;
        zypper) install_packages "python$(echo "$version" | tr -d .)-pip" ;;
        *) fail "$python has no modules venv and ensurepip. Please install them, or name another Python with PYTHON=/path/to/python." ;;
    esac
fi
echo "$python, $("$python" --version)"

# --- what Qt needs of a Linux --------------------------------------------------------------------------------------

say "2/4  Libraries of the system"
CDPATH='' cd -- "$(dirname -- "$0")/.."
if [ "$(uname -s)" = Linux ]; then
    lacking() { "$python" designer/system_libraries.py "${manager:-apt-get}"; }
    # shellcheck disable=SC2046 # words are meant to be split
    [ -z "$(lacking)" ] || install_packages $(lacking)
    still="$(lacking)"
    if [ -n "$still" ]; then
        echo "Still missing, by the names of their packages: $still. The window may not open."
    else
        echo "looked for, and there"
    fi
fi

# --- the environment -----------------------------------------------------------------------------------------------

say "3/4  Packages of Python"
if ! is_new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear .venv
fi
wheels="${DESIGNER_WHEELS:-${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/network-designer/wheels}"
mkdir -p "$wheels"
wanted=".venv/requirements.txt"
.venv/bin/python - ${1:+"$1"} >"$wanted" <<'END'
import sys
import tomllib

project = tomllib.load(open("pyproject.toml", "rb"))
more = [line for extra in sys.argv[1:] for line in project["project"]["optional-dependencies"][extra]]
print(*project["project"]["dependencies"], *more, *project["build-system"]["requires"], "editables", sep="\n")
END

pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }
from_what_is_kept() { pip install -q --no-index --find-links "$wheels" -c constraints.txt "$@"; }
download() { pip download -d "$wheels" --find-links "$wheels" -c constraints.txt "$@"; }
has_torch() { .venv/bin/python -c 'import importlib.metadata as m; m.version("torch")' >/dev/null 2>&1; }
has_gpu() { has nvidia-smi && nvidia-smi -L 2>/dev/null | grep -q GPU; }

# The usual torch for Linux brings the libraries of NVIDIA's GPUs: several GB that a machine without one has no use for.
# uv knows where PyTorch keeps its builds for the CPU, and keeps what it downloads by itself.
install_small_torch() {
    torch="$(grep '^torch==' constraints.txt)"
    with_uv() { .venv/bin/python -m uv pip install --python .venv/bin/python --torch-backend cpu -c constraints.txt "$@"; }
    if download --retries 1 "$torch+cpu" 2>/dev/null; then
        from_what_is_kept "$torch+cpu"
    else
        { from_what_is_kept uv 2>/dev/null || { download uv && from_what_is_kept uv; }; } &&
            { with_uv "$torch" || with_uv --offline "$torch"; } ||
            echo "The small build of torch for the CPU could not be had: the usual one is installed, which is large."
    fi
}

if from_what_is_kept -r "$wanted" 2>/dev/null; then
    echo "all there, or kept from an earlier time"
else
    if [ "$(uname -s)" = Linux ] && ! has_torch && ! has_gpu; then install_small_torch; fi
    if has_torch; then grep -v '^torch[>=]' "$wanted" >"$wanted.rest"; mv "$wanted.rest" "$wanted"; fi
    if ! from_what_is_kept -r "$wanted" 2>/dev/null; then
        download -r "$wanted" ||
            fail "some packages could not be downloaded (the lines above say which). Is there a network? What came is kept: run this again."
        from_what_is_kept -r "$wanted"
    fi
fi

# --- the program ---------------------------------------------------------------------------------------------------

say "4/4  Network Designer"
if [ "${1:-}" = dev ]; then set -- -e .; else set -- .; fi
pip install -q --no-index --no-deps --no-build-isolation --force-reinstall "$@"
.venv/bin/designer --version
