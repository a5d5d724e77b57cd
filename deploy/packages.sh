# The Debian 12 packages of Plumbline, each once. Sourced by the scripts that need them:
#   . deploy/packages.sh; install_missing "${build_packages[@]}" …
# shellcheck shell=bash disable=SC2034

build_packages=(g++ cmake ninja-build libsimdjson-dev rapidjson-dev libssl-dev libpoco-dev libsqlite3-dev libpq-dev libjemalloc-dev prometheus-cpp-dev)
demo_packages=(curl)
test_packages=(libgtest-dev libgmock-dev zlib1g-dev clang-format openssl valgrind python3 redis-server)
page_packages=(chromium fonts-dejavu-core)
deploy_packages=()  # those of tests/run.sh, which looks for programs since several packages bring the same
bench_packages=(wrk libbenchmark-dev nginx-light)
full_packages=(clang libclang-rt-14-dev clang-tidy gcovr)

# Installs those of its arguments that are missing, as root or with sudo. With neither it prints the one
# line to run as root and exits 2.
install_missing() {
  local package missing=() as_root=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null || ! sudo true 2>/dev/null; then
      echo "Packages are missing. Run this as root, then try again:" >&2
      echo "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
      exit 2
    fi
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Compilers run through ccache where it is installed; nothing needs it.
use_ccache() {
  if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
}
