#!/bin/sh
# Installs the program in every way that the README names, and runs it. The first way compiles everything in release
# mode, the others reuse what they can. What this machine has no tool for is skipped by name.
# With STSLINT_REPRODUCE=1 the release is built a second time, in another folder, and compared.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="$here/target/install"

step() { printf '\n== %s\n' "$*"; "$@"; }
fail() { echo "$*" >&2; exit 1; }

version="stslint $(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)"
# Says its version, and judges: a folder with findings ends with 1.
works() {
    printed=$("$@" --version)
    [ "$printed" = "$version" ] || fail "$*: prints $printed, not $version"
    "$@" check --select service-not-found --fail-on note "$scratch/user" >"$scratch/out" && fail "$*: found nothing"
    grep -q 'service-not-found' "$scratch/out" || fail "$*: $(cat "$scratch/out")"
}

mkdir "$scratch/user"
cat >"$scratch/user/set.yaml" <<'YAML'
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: ledger, image: ledger, args: [--peer=ledger-0.ledger]}]}
YAML

step cargo install --path . --locked --quiet --root "$scratch/cargo"
works "$scratch/cargo/bin/stslint"

if command -v kubectl >/dev/null; then
    ln -s "$scratch/cargo/bin/stslint" "$scratch/cargo/bin/kubectl-stslint"
    step env PATH="$scratch/cargo/bin:$PATH" kubectl stslint --version
    help=$(PATH="$scratch/cargo/bin:$PATH" kubectl stslint --help)
    printf '%s\n' "$help" | grep -q '^Usage: kubectl stslint ' || fail "kubectl stslint --help names another program"
else
    echo "skipped: kubectl is not installed"
fi

if python3 -m venv "$scratch/venv" && "$scratch/venv/bin/pip" download --quiet --no-deps --dest "$scratch/pip" maturin; then
    step "$scratch/venv/bin/pip" install --quiet .
    works "$scratch/venv/bin/stslint"
else
    echo "skipped: maturin is not to be had here"
fi

# The hooks that build the program, from a repository with what would be committed now.
mkdir "$scratch/hooks"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory "$scratch/hooks"
in_git() { git -c user.name=ci -c user.email=ci@example.com -C "$@"; }
for folder in hooks user; do
    in_git "$scratch/$folder" init --quiet
    in_git "$scratch/$folder" add --all
    in_git "$scratch/$folder" commit --quiet --message "as it is"
done
revision=$(git -C "$scratch/hooks" rev-parse HEAD)
command -v pre-commit >/dev/null || echo "skipped: pre-commit is not installed"
for hook in $(command -v pre-commit >/dev/null && echo stslint stslint-python); do
    printf '\n== pre-commit run %s --all-files\n' "$hook"
    printf 'repos: [{repo: %s, rev: %s, hooks: [{id: %s}]}]\n' "$scratch/hooks" "$revision" "$hook" \
        >"$scratch/user/.pre-commit-config.yaml"
    in_git "$scratch/user" add --all
    # Offline, so that what was compiled above is found again: `cargo install` would take newer dependencies.
    (cd "$scratch/user" && CARGO_NET_OFFLINE=true PRE_COMMIT_HOME="$scratch/cache" pre-commit run --all-files) \
        >"$scratch/out" 2>&1 && fail "$hook: passed: $(cat "$scratch/out")"
    grep -q 'service-not-found' "$scratch/out" || fail "$hook: $(cat "$scratch/out")"
    tail -n 3 "$scratch/out"
done

# What the container file runs; its second stage is an empty folder with the program in it.
printf '\n== .ci/release.sh\n'
unset CARGO_TARGET_DIR
released=$(.ci/release.sh)
echo "$released"
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir "$scratch/empty"
cp "target/$host/release/stslint" "$scratch/empty/stslint"
if [ "$(id -u)" = 0 ] && command -v chroot >/dev/null; then
    step chroot --userspec=65532:65532 "$scratch/empty" /stslint --version
else
    echo "skipped: only root can run it in an empty folder"
fi
if [ "${STSLINT_REPRODUCE:-}" = 1 ]; then
    cp -r "$scratch/hooks" "$scratch/another-folder"
    again=$("$scratch/another-folder/.ci/release.sh")
    [ "${released%% *}" = "${again%% *}" ] || fail "built again elsewhere, the release differs: $again"
    echo "the same bytes from another folder"
fi
