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

# Makes sure that a program is there: need PROGRAM PACKAGE. Only root on a
# system with apt-get has it installed; that is said.
need() {
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        skip "$1 is not installed"
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
    cargo build --quiet --release -p aftercall-ffi
    mkdir -p "$work/lib"
    local name
    for name in libaftercall.so libaftercall.so.0; do
        ln -sf "$target/release/libaftercall.so" "$work/lib/$name"
    done
    ln -sf "$target/release/libaftercall.a" "$work/lib/libaftercall.a"
    linked="-L$work/lib -laftercall -Wl,-rpath,$work/lib -pthread"
}

# The vectors of the judge.
vectors() {
    printf '%s\n' "$root"/tests/vectors/judge*.json
}
