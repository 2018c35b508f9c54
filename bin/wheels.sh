# Tools that come from the Python package index, pinned by version and hash; sourced by bin/test and bin/fuzz.
# They go to target/test-tools ($TOOLS), each into an environment of its own.
# shellcheck shell=bash

DENY_VERSION=0.20.2
DENY_SHA256=ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee # linux x86_64
FUZZ_VERSION=0.13.2
FUZZ_SHA256=612108f626b6ee0e5d63b1a0e257c89c13abffbd8fff539ccbffb7205b33093f # linux x86_64
SCHEMATHESIS_VERSION=4.32.5                                                  # and tests/schemathesis.txt

# have_cargo_tool NAME VERSION
have_cargo_tool() {
  [[ "$("$TOOLS/bin/$1" --version 2>/dev/null)" == "$1 $2" ]]
}

# install_cargo_tool NAME VERSION SHA256: the wheel takes a second and building minutes, so the build is only for machines
# without a wheel
install_cargo_tool() {
  local name=$1 version=$2 sha256=$3 venv="$TOOLS/$1-venv" wanted
  have_cargo_tool "$name" "$version" && return 0
  mkdir -p "$TOOLS/bin"
  wanted=$(mktemp) || return 1
  echo "astral-dev-toolchain-$name==$version --hash=sha256:$sha256" >"$wanted"
  if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --no-deps --only-binary :all: --require-hashes \
    --disable-pip-version-check -r "$wanted"; then
    ln -sf "$venv/bin/$name" "$TOOLS/bin/$name"
  else
    echo "No wheel of $name for this machine: building it"
    cargo install --locked --quiet --root "$TOOLS" --version "$version" "$name" || return 1
  fi
  rm -f "$wanted"
  have_cargo_tool "$name" "$version"
}

have_schemathesis() {
  [[ "$("$TOOLS/schemathesis/bin/schemathesis" --version 2>/dev/null)" == "schemathesis, version $SCHEMATHESIS_VERSION" ]]
}

install_schemathesis() {
  have_schemathesis && return 0
  rm -rf "$TOOLS/schemathesis"
  python3 -m venv "$TOOLS/schemathesis" && "$TOOLS/schemathesis/bin/pip" install --quiet --no-deps --only-binary :all: \
    --require-hashes --disable-pip-version-check -r tests/schemathesis.txt || return 1
  have_schemathesis
}
