#!/usr/bin/env bash
# Builds the C library and installs it for programs in C and C++:
#   ffi/install.sh PREFIX [DESTDIR]
# Headers, both libraries, a pkg-config file and a CMake package. PREFIX is an
# absolute path, /usr/local by default; DESTDIR is put before it, for packagers.
# LIBDIR (default PREFIX/lib) must be below PREFIX. ffi/build.sh says what else can
# be asked for.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=${1:-/usr/local}
destination=${2:-}
libdir=${LIBDIR:-$prefix/lib}

stop() {
    printf 'ffi/install.sh: %s\n' "$1" >&2
    exit 2
}

[[ $prefix == /* ]] || stop "PREFIX must be an absolute path, not \"$prefix\""
[[ $libdir == "$prefix"/* ]] || stop "LIBDIR must be below PREFIX, not \"$libdir\""

built=$("$root/ffi/build.sh") || stop "the library does not build; cargo's message is above"

version=$(cargo pkgid --manifest-path "$root/Cargo.toml" -p aftercall-ffi)
version=${version##*[#@]}
major=${version%%.*}
rest=${version#*.}
# What the standard library of Rust wants from a static program. The compiler
# adds its own unwinder.
static_libs='-lpthread -ldl -lm'

include=$destination$prefix/include
lib=$destination$libdir
below=${libdir#"$prefix"/}
up=$(sed -E 's#[^/]+#..#g' <<<"$below")

fill_in() {
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@LIBDIR@|$libdir|g" -e "s|@VERSION@|$version|g" \
        -e "s|@MAJOR@|$major|g" -e "s|@MINOR@|${rest%%.*}|g" -e "s|@ABI@|$major|g" \
        -e "s|@LIB_TO_INCLUDE@|$up/include|g" -e "s|@STATIC_LIBS@|$2|g" "$root/ffi/pkg/$1.in"
}

install -d "$include" "$lib/pkgconfig" "$lib/cmake/aftercall"
install -m 644 "$root/include/aftercall.h" "$root/include/aftercall.hpp" "$include"
if [[ ${AFTERCALL_CLIENT:-1} != 0 ]]; then
    install -m 644 "$root/include/aftercall_client.hpp" "$include"
fi
install -m 644 "$built/libaftercall.a" "$lib/libaftercall.a"
install -m 755 "$built/libaftercall.so" "$lib/libaftercall.so.$version"
ln -sf "libaftercall.so.$version" "$lib/libaftercall.so.$major"
ln -sf "libaftercall.so.$major" "$lib/libaftercall.so"
fill_in aftercall.pc "$static_libs" >"$lib/pkgconfig/aftercall.pc"
fill_in aftercallConfig.cmake "${static_libs// /;}" >"$lib/cmake/aftercall/aftercallConfig.cmake"
fill_in aftercallConfigVersion.cmake "" >"$lib/cmake/aftercall/aftercallConfigVersion.cmake"
printf 'installed aftercall %s below %s\n' "$version" "$destination$prefix"
