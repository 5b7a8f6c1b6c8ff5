#!/bin/sh
# Builds the program that is released: the same bytes from every folder with the compiler and the linker of one machine
# image (`STSLINT_REPRODUCE=1 .ci/install.sh` compares). Statically linked on Linux, so that it runs in an
# empty container. Prints where it is, and its SHA-256.
set -eu
cd "$(dirname "$0")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-$PWD/target}
# Paths that panics would name; the compiler's own library says /rustc already.
flags="--remap-path-prefix=$PWD=/stslint --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$target=/target"
case $host in
*-linux-*) flags="$flags -C target-feature=+crt-static" ;;
esac
# With --target the flags are not for build scripts and macros, which cannot be static.
RUSTFLAGS=$flags SOURCE_DATE_EPOCH=0 CARGO_INCREMENTAL=0 cargo build --release --locked --target "$host" >&2
if command -v sha256sum >/dev/null; then
    sha256sum "$target/$host/release/stslint"
else
    shasum -a 256 "$target/$host/release/stslint"
fi
