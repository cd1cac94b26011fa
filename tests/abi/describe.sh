# Writes the binary interface of the library to a file: describe_abi FILE.

describe_abi() {
    local described=$target/abi-debug
    # The types of other crates are nobody's interface.
    CARGO_TARGET_DIR=$described CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_LTO=off \
        cargo build --quiet --release -p aftercall-ffi \
        --config 'profile.release.package.aftercall-ffi.debug=2'
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --type-id-style hash \
        "$described/release/libaftercall.so" --out-file "$1"
    # Where this machine keeps the sources of crates is nobody's business.
    sed -i "s#path='[^']*/registry/src/[^/]*/#path='#" "$1"
}
