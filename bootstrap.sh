#!/usr/bin/env bash
# Installs proxkiln on a Proxmox VE node:
#
#   curl -fsSL ADDRESS/bootstrap.sh | bash [-s -- OPTIONS]      (as root; with sudo: ... | sudo bash)
#
# It checks this machine, downloads a release, verifies its signature with a key of this file, unpacks it
# beside the installed one, and switches over in one rename: nothing outside /opt/proxkiln/.staging changes
# before that. Everything is a function and the last line calls them: cut short, this file does nothing.
set -euo pipefail

# './dev release' fills in these three. Either key may have signed: so keys can be changed.
readonly ADDRESS=''
readonly KEY_NOW=''
readonly KEY_NEXT=''
readonly KNOWN_MINORS=' 8.0 8.1 8.2 8.3 8.4 9.0 9.1 9.2 ' NEED_MIB=400

# Every path of the installation; PROXKILN_ROOT moves all of them, as it does for the program.
readonly ROOT=${PROXKILN_ROOT:-}
readonly OPT=$ROOT/opt/proxkiln ETC=$ROOT/etc/proxkiln DATA=$ROOT/var/lib/proxkiln LOGS=$ROOT/var/log/proxkiln
readonly CURRENT=$OPT/current PREVIOUS=$OPT/previous LINK=$ROOT/usr/local/bin/proxkiln SHARE=$ROOT/usr/local/share

usage() {
  cat <<'TEXT'
usage: bootstrap.sh [OPTIONS]
  --version V         install this version instead of the channel's newest
  --channel NAME      stable (default), beta or dev; in a checkout dev is what is checked out
  --from DIR          take the release from a folder: SHA256SUMS, SHA256SUMS.sig and the archive
  --url ADDRESS       take releases from here instead
  --dry-run           check everything, print the steps, change nothing
  --yes               install missing Debian packages without a question
  --no-launch         do not start proxkiln afterwards
  --sandbox           without Proxmox VE too: the built-in test node will do
  --force             with an unknown Proxmox VE version too, or while proxkiln runs
  --allow-downgrade   replace a newer version by an older one
  --uninstall         remove proxkiln; configuration and data stay
  --purge             with --uninstall: remove configuration, data and logs too
TEXT
}

say() { printf '%s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
note() { printf 'note: %s\n' "$*" >&2; }

# What is wrong is collected, so that all of it is told at once: problem WHAT NEXT
problem() { PROBLEMS+=("$1"$'\n'"    $2"); }

report_problems() {
  ((${#PROBLEMS[@]} > 0)) || return 0
  printf '! %s\n' "${PROBLEMS[@]}" 'Nothing was changed.' >&2
  exit 3
}

die() { # CODE WHAT NEXT
  printf '! %s\n  %s\n' "$2" "$3" >&2
  exit "$1"
}

read_options() {
  local -A values=(['--version']=VERSION ['--channel']=CHANNEL ['--from']=FROM ['--url']=BASE)
  local -A switches=(['--dry-run']=DRY_RUN ['--yes']=YES ['-y']=YES ['--no-launch']=NO_LAUNCH ['--sandbox']=SANDBOX ['--force']=FORCE
    ['--allow-downgrade']=DOWNGRADE ['--uninstall']=UNINSTALL ['--purge']=PURGE)
  VERSION='' CHANNEL=stable FROM='' BASE=${PROXKILN_ADDRESS:-$ADDRESS} DRY_RUN='' YES='' NO_LAUNCH='' SANDBOX='' FORCE='' DOWNGRADE='' UNINSTALL='' PURGE=''
  while (($# > 0)); do
    if [[ $1 == --help || $1 == -h ]]; then
      usage
      exit 0
    elif [[ -n ${switches[$1]:-} ]]; then
      printf -v "${switches[$1]}" yes
    elif [[ -n ${values[$1]:-} ]]; then
      [[ -n ${2:-} && $2 != --* ]] || die 2 "$1 needs a value." "See: bootstrap.sh --help"
      printf -v "${values[$1]}" '%s' "$2"
      shift
    else
      die 2 "bootstrap.sh does not know '$1'." "See: bootstrap.sh --help"
    fi
    shift
  done
  VERSION=${VERSION#v} BASE=${BASE%/}
  [[ -z $VERSION || $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || die 2 "'$VERSION' is no version." "Write it as 1.4.0."
  [[ $CHANNEL =~ ^(stable|beta|dev)$ ]] || die 2 "There is no channel '$CHANNEL'." "Take stable, beta or dev."
  [[ -z $BASE || $BASE == https://* ]] || die 2 "'$BASE' is no https address." "Releases come over https only."
  [[ -z $PURGE || -n $UNINSTALL ]] || die 2 "--purge goes with --uninstall." "Nothing was changed."
}

# A release installed over itself stands in a folder named VERSION~NUMBER.
installed_version() { basename -- "$(readlink -- "$CURRENT" 2>/dev/null)" | cut -d'~' -f1; }

# Whether $1 is an older version than $2; 1.4.0-rc.1 is older than 1.4.0.
older() {
  local mine=${1/-/\~} theirs=${2/-/\~}
  [[ -n $2 && $1 != "$2" && $(printf '%s\n' "$mine" "$theirs" | sort -V | head -n 1) == "$mine" ]]
}

# Processes that run from the installation, one ID a line.
running() {
  local exe
  for exe in /proc/[0-9]*/exe; do
    [[ $(readlink -- "$exe" 2>/dev/null) != "$(readlink -f -- "$OPT")"/releases/* ]] || cut -d/ -f3 <<<"$exe"
  done
}

check_machine() {
  local system
  system=$(sed -n 's/^ID="\{0,1\}\([^"]*\).*/\1/p; s/^VERSION_ID="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2>/dev/null | sort -r | paste -sd' ') || true
  ((EUID == 0)) || problem "This needs root." "Run it as root; where there is sudo: curl -fsSL ... | sudo bash"
  [[ $system == 'debian 12' || $system == 'debian 13' ]] \
    || problem "This is $system, not Debian 12 or 13." "proxkiln runs on Proxmox VE 8 and 9, which are Debian 12 and 13."
  [[ $PLATFORM =~ ^linux-a(md|rm)64$ ]] || problem "The processor is $(uname -m)." "Releases are made for x86_64 (amd64) and aarch64 (arm64)."
  (($(date +%s) > 1763000000)) || problem "The clock says $(date -I)." "Set it (timedatectl set-ntp true): https fails with a wrong one."
}

check_proxmox() {
  if ! has pveversion; then
    [[ -n $SANDBOX ]] || problem "Proxmox VE is not installed here (no pveversion)." \
      "Run it on a node, or give --sandbox to use the built-in test node on this machine."
    return 0
  fi
  PVE=$(pveversion 2>/dev/null | sed -n 's:^pve-manager/\([0-9][0-9.]*\).*:\1:p') || true
  if [[ $PVE != [89].* ]]; then
    [[ -n $FORCE ]] || problem "Proxmox VE '${PVE:-unknown}' is not supported." "It takes 8.x and 9.x; --force tries it all the same."
  elif [[ $KNOWN_MINORS != *" $(cut -d. -f1,2 <<<"$PVE") "* ]]; then
    note "Proxmox VE $PVE is newer than what this release was tried with."
  fi
}

check_place() {
  local place=$OPT free
  until [[ -d $place ]]; do place=$(dirname "$place"); done
  free=$(df -Pm -- "$place" | awk 'NR == 2 { print $4 }')
  ((free >= NEED_MIB)) || problem "$place has $free MiB free." "At least $NEED_MIB MiB are needed for $OPT."
  ! findmnt -no OPTIONS -T "$place" 2>/dev/null | grep -qw noexec \
    || problem "$place is mounted noexec." "Programs must be able to run from $OPT: mount -o remount,exec ..."
  check_idle
}

check_idle() {
  local pids
  pids=$(running | paste -sd' ')
  [[ -z $pids || -n $FORCE ]] || problem "proxkiln is running (process $pids)." "Let it end, or give --force: what runs keeps its own release."
}

# The Debian packages whose commands are missing; the rest is essential to Debian.
missing_packages() {
  local name
  for name in openssl zstd; do has "$name" || printf '%s\n' "$name"; done
  [[ -n $FROM ]] || has curl || has wget || printf 'curl\n'
  [[ -n $FROM || -e /etc/ssl/certs/ca-certificates.crt ]] || printf 'ca-certificates\n'
}

# Only what is missing is installed; nothing that is there is upgraded.
install_packages() {
  local missing apt=(apt-get -y -q -o Dpkg::Use-Pty=0 --no-install-recommends --no-upgrade install)
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  STEPS+=("install the Debian packages ${missing[*]}")
  [[ -z $DRY_RUN ]] || return 0
  [[ -n $YES ]] || ask "proxkiln needs the Debian packages ${missing[*]}. Install them?" \
    || die 3 "The packages ${missing[*]} are missing." "Give --yes, or install them: apt-get install ${missing[*]}"
  say "Installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  { "${apt[@]}" "${missing[@]}" || { apt-get -q update && "${apt[@]}" "${missing[@]}"; }; } </dev/null >/dev/null 2>&1 \
    || die 3 "apt-get could not install ${missing[*]}." "See why: apt-get install ${missing[*]}"
}

# Asks on the terminal, whatever stdin is; nobody there is a no.
ask() {
  { printf '%s [y/N] ' "$1" >/dev/tty && read -r </dev/tty && [[ $REPLY == [yY]* ]]; } 2>/dev/null
}

# fetch URL FILE: https only, TLS 1.2 or newer, resumed, five tries.
fetch() {
  local shown=-sS
  [[ ! -t 2 ]] || shown=-#
  if has curl; then
    curl -fL "$shown" --proto '=https' --tlsv1.2 --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
      --retry 4 --retry-all-errors --retry-delay "${PROXKILN_RETRY_SECONDS:-3}" -C - -o "$2" -- "$1"
  else
    wget -nv --https-only --secure-protocol=PFS --timeout=60 --tries=5 -c -O "$2" -- "$1"
  fi
}

get() {
  if [[ -n $FROM ]]; then
    [[ -f $FROM/$1 ]] || die 3 "'$FROM' holds no ${1##*/}." "A release is three files: SHA256SUMS, SHA256SUMS.sig and the archive."
    cp -- "$FROM/$1" "$2"
  else
    fetch "$BASE/$1" "$2" || die 3 "$BASE/$1 could not be downloaded." "Check the network and the proxy, or download it elsewhere and give --from DIR."
  fi
}

verify() { # FILE: FILE.sig is an Ed25519 signature by one of the keys
  local key
  for key in $KEY_NOW $KEY_NEXT; do
    printf -- '-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n' "$key" >"$STAGING/key.pem"
    ! openssl pkeyutl -verify -pubin -inkey "$STAGING/key.pem" -rawin -in "$1" -sigfile "$1.sig" >/dev/null 2>&1 || return 0
  done
  die 3 "The signature of ${1##*/} is wrong." "This is not what the project released. Do not install it; report it."
}

resolve() {
  local channel=$STAGING/channel
  if [[ -n $FROM && -z $VERSION ]]; then
    VERSION=$(sed -n 's/^[0-9a-f]\{64\}  proxkiln-\(.*\)-'"$PLATFORM"'\.tar\.zst$/\1/p' "$FROM/SHA256SUMS" 2>/dev/null | head -n 1)
    [[ -n $VERSION ]] || die 3 "'$FROM/SHA256SUMS' names no release for $PLATFORM." "Give the folder of a whole release."
  elif [[ -z $VERSION ]]; then
    get "channels/$CHANNEL" "$channel"
    get "channels/$CHANNEL.sig" "$channel.sig"
    verify "$channel"
    # The channel's name is inside what is signed: one channel's file cannot stand for another's.
    grep -qx "channel $CHANNEL" "$channel" || die 3 "$BASE/channels/$CHANNEL is another channel's file." "Report it."
    VERSION=$(sed -n 's/^version \([0-9A-Za-z.-]*\)$/\1/p' "$channel")
    [[ -n $VERSION ]] || die 3 "$BASE/channels/$CHANNEL names no version." "Give --version, and report it."
  fi
  ARCHIVE=proxkiln-$VERSION-$PLATFORM.tar.zst
  [[ -n $DOWNGRADE ]] || ! older "$VERSION" "$(installed_version)" \
    || die 3 "Version $(installed_version) is installed, and $VERSION is older." "Give --allow-downgrade to install it all the same."
}

download() {
  local folder=v$VERSION/
  [[ -z $FROM ]] || folder=
  get "${folder}SHA256SUMS" "$STAGING/SHA256SUMS"
  get "${folder}SHA256SUMS.sig" "$STAGING/SHA256SUMS.sig"
  verify "$STAGING/SHA256SUMS"
  grep -q "^[0-9a-f]\{64\}  $ARCHIVE\$" "$STAGING/SHA256SUMS" || die 3 "The signed list does not name $ARCHIVE." "Report it."
  say "Downloading proxkiln $VERSION ..."
  get "$folder$ARCHIVE" "$STAGING/$ARCHIVE"
  (cd "$STAGING" && grep "  $ARCHIVE\$" SHA256SUMS | sha256sum --check --status) \
    || die 3 "$ARCHIVE is not what was signed (SHA-256 differs)." "Try again; if it stays so, report it."
}

# What was unpacked is good when every file is as its manifest says and its own check agrees.
unpack() {
  TREE=$STAGING/proxkiln-$VERSION
  say "Unpacking ..."
  zstd -dcq -- "$STAGING/$ARCHIVE" | tar -xf - --no-same-owner -C "$STAGING" \
    || die 3 "$ARCHIVE could not be unpacked." "Is there room? See: df -h $OPT"
  (cd "$TREE" && sha256sum --check --status --strict MANIFEST.sha256) \
    || die 3 "The unpacked release is not what its manifest says." "Try again; if it stays so, report it."
  PROXKILN_ROOT=$STAGING/root "$TREE/bin/proxkiln" self check >"$STAGING/check.log" 2>&1 </dev/null \
    || die 3 "The new release does not run here; its self check said:" "$(<"$STAGING/check.log")"
}

build_here() {
  say "Building from this checkout ..."
  "$CHECKOUT/dev" release --unsigned --out "$STAGING/out" || die 3 "The build failed." "See what ./dev build says."
  mv -- "$STAGING/out/v$VERSION/$ARCHIVE" "$STAGING/"
}

# Makes LINK lead to TARGET in one rename: point LINK TARGET
point() { ln -sfn "$2" "$1.new" && mv -T -- "$1.new" "$1"; }

switch_over() {
  local release=$OPT/releases/$VERSION
  [[ ! -e $release ]] || release+="~$(date +%s)"
  mkdir -p "$OPT/releases"
  mv -T -- "$TREE" "$release"
  # Where 'proxkiln self rollback' goes.
  [[ ! -L $CURRENT || $(installed_version) == "$VERSION" ]] || point "$PREVIOUS" "$(readlink -- "$CURRENT")"
  point "$CURRENT" "releases/${release##*/}"
  COMMITTED=yes
}

# Completion and man pages are links into the current release, so they follow every update.
link_shared() {
  local file
  find "$SHARE" -lname "$CURRENT/*" -delete 2>/dev/null || true
  (cd "$CURRENT/share" 2>/dev/null && find . -type f -printf '%P\n') | while IFS= read -r file; do
    install -d -m 0755 "$SHARE/$(dirname "$file")"
    ln -sfn "$CURRENT/share/$file" "$SHARE/$file"
  done
}

finish() {
  local cache
  install -d -m 0755 "$(dirname "$LINK")"
  install -d -m 0750 "$ETC" "$DATA" "$LOGS"
  ln -sfn "$CURRENT/bin/proxkiln" "$LINK"
  [[ -e $ETC/config.yaml ]] || (umask 027 && printf '# Settings of proxkiln; see: proxkiln help\n' >"$ETC/config.yaml")
  link_shared || true
  say "Recording the start-up caches ..."
  for cache in quick menu full node; do
    PROXKILN_ROOT=$STAGING/root PROXKILN_AOT_TRAINING=$cache "$CURRENT/bin/proxkiln" >/dev/null 2>&1 </dev/null || true
    [[ -s $CURRENT/lib/$cache.aot ]] || note "the start-up cache '$cache' was not made; starts will be slower"
  done
  prune
}

# The current release and the one before stay, and all while a process runs from one of them.
prune() {
  local release kept
  [[ -z $(running) ]] || return 0
  kept=" $(readlink -- "$CURRENT") $(readlink -- "$PREVIOUS") " || true
  for release in "$OPT"/releases/*; do
    [[ $kept == *" releases/${release##*/} "* ]] || rm -rf -- "$release"
  done
}

launch() {
  if [[ -z $NO_LAUNCH ]] && { : </dev/tty; } 2>/dev/null && [[ -t 1 ]]; then
    cleanup
    trap - EXIT
    exec "$LINK" </dev/tty
  fi
  say "Start it with: proxkiln"
}

uninstall() {
  local doomed path
  ((EUID == 0)) || problem "This needs root." "Run it as root."
  check_idle
  report_problems
  mapfile -t doomed < <(find "$SHARE" -lname "$CURRENT/*" 2>/dev/null)
  doomed+=("$ROOT"/etc/systemd/system/proxkiln-* "$LINK" "$OPT")
  [[ -z $PURGE ]] || doomed+=("$ETC" "$DATA" "$LOGS" "$ROOT/run/proxkiln")
  for path in "${doomed[@]}"; do
    [[ -e $path || -L $path ]] || continue
    say "${DRY_RUN:+would be }removed: $path"
    [[ -z $DRY_RUN ]] || continue
    [[ $path != *.timer ]] || systemctl disable --now "${path##*/}" >/dev/null 2>&1 || true
    rm -rf -- "$path"
  done
  [[ -n $PURGE ]] || say "Kept: $ETC, $DATA and $LOGS (--purge removes them too). Guests and templates are never touched."
  exit 0
}

cleanup() {
  local code=$?
  [[ -z $OPENED ]] || rm -rf -- "$STAGING"
  if ((code != 0)) && [[ -z $COMMITTED ]]; then
    [[ -e $OPT/releases ]] || rm -f -- "$OPT/.lock"
    rmdir -- "$OPT" 2>/dev/null || true
    printf 'Nothing was changed.\n' >&2
  fi
}

plan() {
  STEPS+=("get $ARCHIVE and its signed checksums from ${CHECKOUT:-${FROM:-$BASE/v$VERSION}}"
    "verify signature, checksum and manifest; run its self check"
    "put it into $OPT/releases/$VERSION"
    "point $CURRENT to it (installed now: $(installed_version | grep . || printf 'nothing'))"
    "link $LINK; completion and man pages; $ETC/config.yaml where it is missing")
  say "proxkiln $VERSION${PVE:+ on Proxmox VE $PVE}. These steps would run; nothing was changed:"
  printf '  %s\n' "${STEPS[@]}"
  exit 0
}

# Where the release comes from: the checkout that this file lies in, a folder, or the address.
choose_origin() {
  local here=${BASH_SOURCE[0]:-}
  if [[ -f $here && -z $FROM$VERSION && (-z $KEY_NOW || $CHANNEL == dev) ]] && here=$(cd "$(dirname "$here")" && pwd -P) \
    && [[ -x $here/dev && -f $here/pom.xml ]]; then
    CHECKOUT=$here VERSION=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$here/pom.xml" | head -n 1)
  elif [[ -z $KEY_NOW ]]; then
    problem "This copy of bootstrap.sh holds no release key." "Take bootstrap.sh from a release, or run it inside a checkout."
  elif [[ -z $FROM$BASE ]]; then
    problem "This copy of bootstrap.sh knows no address." "Give --url ADDRESS or --from DIR."
  fi
}

# The one folder that is written before the switch; nothing is left of it, however this ends.
open_staging() {
  if [[ -n $DRY_RUN ]]; then STAGING=$(mktemp -d); else
    mkdir -p "$OPT"
    exec 9>"$OPT/.lock"
    flock -n 9 || die 6 "Another installation is at work." "Wait for it to end."
    rm -rf -- "$STAGING" && mkdir -m 0700 "$STAGING"
  fi
  OPENED=yes
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

main() {
  umask 022
  export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
  PROBLEMS=() STEPS=() PVE='' CHECKOUT='' OPENED='' COMMITTED='' STAGING=$OPT/.staging
  PLATFORM=linux-$(uname -m | sed 's/^x86_64$/amd64/; s/^aarch64$/arm64/')
  read_options "$@"
  if [[ -n $UNINSTALL ]]; then uninstall; fi
  choose_origin
  check_machine
  check_proxmox
  check_place
  report_problems
  install_packages
  open_staging
  resolve
  if [[ -n $DRY_RUN ]]; then plan; fi
  if [[ -n $CHECKOUT ]]; then build_here; else download; fi
  unpack
  switch_over
  finish
  say "proxkiln $VERSION is installed in $OPT."
  launch
}

main "$@"
