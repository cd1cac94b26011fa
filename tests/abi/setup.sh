# What every guard needs; each guard sources it.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/abi
strict='-pedantic-errors -Wall -Wextra -Werror'
cc=${CC:-gcc}
cxx=${CXX:-g++}
mkdir -p "$work"
cd "$root"

# This guard cannot run here, and why. Not a failure, but not silent either.
skip() {
    printf '%s\n' "$1"
    exit 77
}

# Makes sure that a program is there: need PROGRAM PACKAGE. It is installed, and
# that is said, only in CI or if AFTERCALL_INSTALL=1 asks for it.
need() {
    command -v "$1" >/dev/null && return
    if [ "${AFTERCALL_INSTALL:-}" != 1 ] && [ "${CI:-}" != true ]; then
        skip "$1 is not installed; AFTERCALL_INSTALL=1 has it installed with apt-get, by root"
    fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        skip "$1 is not installed, and only root can have it installed, with apt-get"
    fi
    printf 'installing %s with apt-get, for %s\n' "$2" "$1"
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2"; } \
        >"$work/apt.log" 2>&1; then
        skip "$1 is not installed, and apt-get cannot install $2"
    fi
    command -v "$1" >/dev/null || skip "$2 is installed but brings no $1"
}

# The shared library as release builds it, in a folder of its own under the
# names that linkers and programs look for.
library() {
    libraries=$("$root/tests/library")
    linked="-L$libraries -laftercall -Wl,-rpath,$libraries -pthread"
}

# The vectors that C and C++ play.
vectors() {
    printf '%s\n' "$root"/tests/vectors/{judge,retry,words,redact}*.json
}
