#!/usr/bin/env bash
# Builds the C library as it is shipped and prints the folder it is in:
#   ffi/build.sh
# With AFTERCALL_CLIENT=0 it has no client and no network code. CARGO_PROFILE_NAME
# (default dist, and small without the client) says how it is built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
profile=dist
options=(-p aftercall-ffi)
if [[ ${AFTERCALL_CLIENT:-1} == 0 ]]; then
    profile=small
    options+=(--no-default-features)
fi
profile=${CARGO_PROFILE_NAME:-$profile}

# What no profile of cargo can ask for: where functions keep a frame pointer, the
# tables that tell how to unwind them are 17 KB shorter. It is added to what the
# user wants of the compiler, in the variables that cargo looks at and in this order.
if [[ $profile == small ]]; then
    flag=-Cforce-frame-pointers=yes
    if [[ -v CARGO_ENCODED_RUSTFLAGS ]]; then
        export CARGO_ENCODED_RUSTFLAGS+=${CARGO_ENCODED_RUSTFLAGS:+$'\x1f'}$flag
    elif [[ -v RUSTFLAGS ]]; then
        export RUSTFLAGS+=" $flag"
    else
        options+=(--config "build.rustflags = ['$flag']")
    fi
fi

cargo build --quiet --profile "$profile" --manifest-path "$root/Cargo.toml" "${options[@]}" >&2
# Cargo keeps what the profile "dev" builds in a folder of another name.
printf '%s\n' "${CARGO_TARGET_DIR:-$root/target}/${profile/#dev/debug}"
