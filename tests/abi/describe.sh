# Writes the binary interface of the library to a file: describe_abi FILE.

describe_abi() {
    local described=$target/abi-debug
    CARGO_TARGET_DIR=$described CARGO_PROFILE_RELEASE_DEBUG=2 CARGO_PROFILE_RELEASE_LTO=off \
        cargo build --quiet --release -p aftercall-ffi --config 'profile.release.package.aftercall.debug=0'
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --type-id-style hash \
        "$described/release/libaftercall.so" --out-file "$1"
    # Where this machine keeps the sources of crates is nobody's business.
    sed -i "s#path='[^']*/registry/src/[^/]*/#path='#" "$1"
}
