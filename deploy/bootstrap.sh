#!/bin/sh
# Make .venv and install what requirements.lock names, nothing else. Quick when nothing changed.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    fail "Python 3.11 or newer is needed. On Debian or Ubuntu: apt-get install python3"
}

# Debian ships Python without the part that puts pip into a new environment. Its pip comes as a
# wheel in a package of its own, which can be used without being installed.
pip_from_the_system() {
    wheel=$(ls /usr/share/python-wheels/pip-*.whl .local/programs/pip/usr/share/python-wheels/pip-*.whl 2>/dev/null | head -n 1)
    if [ -z "$wheel" ]; then
        say "Fetching pip (python3-pip-whl, unpacked under .local/, not installed)" >&2
        fetch_pip >&2
        wheel=$(ls .local/programs/pip/usr/share/python-wheels/pip-*.whl | head -n 1)
    fi
    printf '%s/pip' "$wheel"
}

fetch_pip() {
    folder=$PWD/.local/programs/pip
    rm -rf "$folder"
    mkdir -p "$folder/archives" "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
    private="-o APT::Sandbox::User= -o Debug::NoLocking=true -o Dir::State=$folder/apt/state -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache=$folder/apt/cache"
    cd "$folder/archives"
    # shellcheck disable=SC2086
    apt-get -qq -o APT::Sandbox::User= download python3-pip-whl 2>/dev/null ||
        { apt-get -qq $private update && apt-get -qq $private download python3-pip-whl; } ||
        fail "pip is missing and could not be fetched. As root: apt-get install python3-venv"
    for archive in *.deb; do dpkg-deb --extract "$archive" "$folder"; done
    cd - >/dev/null
    rm -rf "$folder/archives" "$folder/apt"
}

make_environment() {
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv .venv 2>/dev/null; then
        return
    fi
    rm -rf .venv
    "$python" -m venv --without-pip .venv || fail "Python's venv is missing. As root: apt-get install python3-venv"
}

pip() {
    if .venv/bin/python -c 'import pip' 2>/dev/null; then
        .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"
    else
        .venv/bin/python "$(pip_from_the_system)" --disable-pip-version-check --quiet "$@"
    fi
}

python=$(find_python)
wanted=$( { "$python" -V; cat requirements.lock pyproject.toml; pwd; } | sha256sum | cut -d ' ' -f 1)
if [ -x .venv/bin/maillage ] && [ "$(cat .venv/installed 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

say "Installing the libraries named in requirements.lock into .venv (a minute or two, once)"
[ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || make_environment
pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock 2>.venv/pip.log ||
    pip install --require-hashes --no-deps -r requirements.lock ||
    fail "The libraries could not be installed; see above."
pip install --no-build-isolation --no-deps --no-index --editable .
printf '%s\n' "$wanted" >.venv/installed
