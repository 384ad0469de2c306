# shellcheck shell=bash
# shellcheck disable=SC2016
# The suite of bootstrap.sh and of 'proxkiln self': both as they are shipped, with real signed releases
# served on loopback over TLS, in fresh Debian roots (mmdebstrap) that systemd-nspawn enters with an
# overlay which is thrown away. Proxmox VE is stood in for by a pveversion. Results go where
# Surefire's reports are. The cases are in bootstrap-cases.sh.

readonly SUITE_DIR=$DIST/bootstrap-suite
readonly SUITE_CASES_AT_ONCE=2

# A minimal Debian with what a Proxmox VE node has of our tools, made once for each suite and recipe.
fresh_root() {
  local suite=$1 root=$CACHE/roots/$1
  local include=ca-certificates,curl,openssl,zstd,procps
  if [[ ! -f $root.done || $(<"$root.done") != "$include" ]]; then
    say "making a fresh Debian root: $suite"
    rm -rf "$root" "$root.done"
    mkdir -p "$CACHE/roots"
    mmdebstrap --quiet --variant=minbase --include="$include" "$suite" "$root" "${PROXKILN_DEBIAN_MIRROR:-$(debian_mirror)}" >"$root.log" 2>&1 \
      || { tail -n 5 "$root.log" >&2 && return 1; }
    printf '%s' "$include" >"$root.done"
  fi
  printf '%s' "$root"
}

# The mirror that this machine's own packages come from.
debian_mirror() {
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | grep -m 1 -i debian || printf 'http://deb.debian.org/debian'
}

# Releases by one key: older ones and newer ones, one that does not run here, one that runs only until
# it is in its place; a stranger's signature; a server.
suite_releases() {
  local version out=$SUITE_DIR/site key other platform
  platform=$(release_platform)
  say "packing the suite's releases"
  rm -rf "$SUITE_DIR"
  mkdir -p "$out/channels"
  openssl genpkey -algorithm ed25519 -out "$SUITE_DIR/key.pem" 2>/dev/null
  openssl genpkey -algorithm ed25519 -out "$SUITE_DIR/stranger.pem" 2>/dev/null
  key=$(public_key "$SUITE_DIR/key.pem")
  other=$(public_key "$SUITE_DIR/stranger.pem")
  serve_tls "$out" "$SUITE_DIR/server" "$SUITE_DIR"
  mkdir -p "$out/v1.1.0"
  RELEASE_LEVEL=1 release_archive 1.1.0 "$out/v1.1.0/proxkiln-1.1.0-$platform.tar.zst" 1767225600 "$ADDRESS" "$other" "$key"
  # Only 1.1.0 records its start-up caches, which takes most of the time of an installation.
  suite_variant 1.0.0 '[ -z "${PROXKILN_AOT_TRAINING:-}" ] || exit 0'
  suite_variant 1.2.0 '[ -z "${PROXKILN_AOT_TRAINING:-}" ] || exit 0'
  suite_variant 1.3.0 'echo "no such processor"; exit 1'
  suite_variant 1.4.0 'case $PROXKILN_ROOT in */.staging/root) ;; *) echo "not in this place"; exit 1 ;; esac'
  for version in 1.0.0 1.1.0 1.2.0 1.3.0 1.4.0; do
    (cd "$out/v$version" && sha256sum ./*.zst | sed 's:\./::' >SHA256SUMS)
    sign_file "$SUITE_DIR/key.pem" "$out/v$version/SHA256SUMS"
  done
  rm -rf "$DIST/stage"
  suite_channel stable 1.1.0
  suite_channel beta 1.2.0
  mkdir -p "$out/swapped/channels"
  cp "$out/channels/beta" "$out/swapped/channels/stable"
  cp "$out/channels/beta.sig" "$out/swapped/channels/stable.sig"
  stamp_bootstrap "$ADDRESS" "$other" "$key" >"$out/bootstrap.sh"
  stamp_bootstrap "$ADDRESS" "$other" '' >"$out/other-key.sh"
  printf '#!/bin/sh\necho "pve-manager/9.1.4/5ac30304265fbd8e (running kernel: 6.17.4-1-pve)"\n' >"$SUITE_DIR/pveversion"
  chmod 0755 "$SUITE_DIR/pveversion"
}

# A release as 1.1.0 is, whole and signed, whose launcher does something else first.
suite_variant() {
  local version=$1 name=proxkiln-$1 tree=$DIST/stage out=$SUITE_DIR/site/v$1 platform
  platform=$(release_platform)
  if [[ ! -d $tree/template ]]; then
    rm -rf "$tree"
    mkdir -p "$tree/template"
    tar -C "$tree/template" --strip-components=1 -I zstd -xf "$SUITE_DIR/site/v1.1.0/proxkiln-1.1.0-$platform.tar.zst"
  fi
  mkdir -p "$out"
  mv "$tree/template" "$tree/$name"
  cp "$tree/$name/bin/proxkiln" "$tree/launcher"
  sed -i "s/1\.1\.0/$version/" "$tree/$name/RELEASE.json"
  { printf '#!/bin/sh\n%s\n' "$2" && cat "$tree/launcher"; } >"$tree/$name/bin/proxkiln"
  sed -i -E 's:^[0-9a-f]{64}  (bin/proxkiln|RELEASE\.json)$:\1:' "$tree/$name/MANIFEST.sha256"
  (
    cd "$tree/$name"
    sha256sum bin/proxkiln RELEASE.json >../sums
    { grep -E '^[0-9a-f]{64}  ' MANIFEST.sha256 && cat ../sums; } >../manifest
    mv ../manifest MANIFEST.sha256
  )
  tar -C "$tree" -cf - "$name" | zstd -q -1 -f -o "$out/$name-$platform.tar.zst"
  cp "$tree/launcher" "$tree/$name/bin/proxkiln"
  sed -i "s/$version/1.1.0/" "$tree/$name/RELEASE.json"
  mv "$tree/$name" "$tree/template"
}

suite_channel() {
  printf 'channel %s\nversion %s\nreleased 2026-01-01T00:00:00Z\n' "$1" "$2" >"$SUITE_DIR/site/channels/$1"
  sign_file "$SUITE_DIR/key.pem" "$SUITE_DIR/site/channels/$1"
}

# What the broken cases are given.
suite_broken() {
  local broken=$SUITE_DIR/broken site=$SUITE_DIR/site version
  mkdir -p "$broken"
  cp -r "$site/v1.1.0" "$broken/archive"
  cp -r "$site/v1.2.0" "$broken/newer-archive"
  for version in archive newer-archive; do
    printf 'x' | dd of="$(echo "$broken/$version"/*.zst)" bs=1 seek=100000 conv=notrunc status=none
  done
  mkdir "$broken/list"
  cp "$site/v1.1.0"/SHA256SUMS* "$broken/list"
  sed -i 's/^./0/; s/^0\(.\)/1\1/' "$broken/list/SHA256SUMS"
  printf 'ID=ubuntu\nVERSION_ID="24.04"\n' >"$broken/os-release"
  printf '#!/bin/sh\necho riscv64\n' >"$broken/uname"
  printf '#!/bin/sh\necho "pve-manager/9.8.1/abc (running kernel: 7.0)"\n' >"$broken/newer"
  printf '#!/bin/sh\necho "pve-manager/11.0.1/abc (running kernel: 9.0)"\n' >"$broken/unknown"
  printf '#!/bin/sh\necho "$*" >>/tmp/systemctl\n' >"$broken/systemctl"
  chmod 0755 "$broken"/uname "$broken"/newer "$broken"/unknown "$broken"/systemctl
}

# enter ROOT SCRIPT [nspawn options]: runs a script in a root.
enter() {
  local root=$1 script=$2
  shift 2
  timeout 600 systemd-nspawn -q --register=no --keep-unit --console=pipe \
    --tmpfs=/run/systemd/nspawn --bind-ro="$SUITE_DIR/site:/srv/site" --bind-ro="$SUITE_DIR/test.pem:/srv/tls.pem" \
    --setenv=CURL_CA_BUNDLE=/srv/tls.pem --setenv=SSL_CERT_FILE=/srv/tls.pem --setenv=PROXKILN_RETRY_SECONDS=1 \
    --setenv=TERM=dumb --setenv=site="$ADDRESS" "$@" -D "$root" /bin/bash -euc "$script" </dev/null 2>&1
}

# What every case may use inside the root.
readonly SUITE_TOOLS='
  bootstrap() { curl -fsSL "$site/bootstrap.sh" | bash -s -- --no-launch "$@"; }
  in_use() { [ "$(readlink /opt/proxkiln/current)" = "releases/$1" ] || { echo "in use is $(readlink /opt/proxkiln/current), not $1"; exit 1; }; }
  files() { find /opt /etc /usr /var /root -xdev ! -path "/var/lib/apt/*" ! -path "/var/cache/*" ! -path "/var/log/*" ! -path "/var/lib/proxkiln/*" ! -name .lock \( -type d -printf "%p\n" -o -printf "%p %s %l\n" \) 2>/dev/null | sort; }
  refused() { local want=$1 words=$2 got=0; shift 2; "$@" >/tmp/said 2>&1 || got=$?; cat /tmp/said; [ "$got" = "$want" ] || { echo "exit code $got, not $want"; exit 1; }; grep -q -- "$words" /tmp/said || { echo "it did not say: $words"; exit 1; }; }
  before() { files >/tmp/before; }
  unchanged() { files >/tmp/after; diff /tmp/before /tmp/after || { echo "it changed something"; exit 1; }; }
  # killed_at WORDS COMMAND...: the command and all that it started are killed when it has said the words.
  killed_at() { local words=$1 pid; shift; rm -f /tmp/out; : >/tmp/out; setsid bash -c "$*" >/tmp/out 2>&1 </dev/null & pid=$!
    until grep -q -- "$words" /tmp/out; do kill -0 "$pid" 2>/dev/null || { cat /tmp/out; echo "it ended before it said: $words"; exit 1; }; sleep 0.02; done
    kill -9 -- "-$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  before
'

# case_of NAME WHERE OPTIONS SCRIPT: in a fresh root or an installed one, of every system or of the
# first: WHERE is fresh, fresh-everywhere, installed or installed-everywhere. Two cases run at once.
case_of() {
  local name=$1 where=$2 suite root options
  read -ra options <<<"$3"
  [[ -z ${SUITE_ONLY:-} || " $SUITE_ONLY " == *" $name "* ]] || return 0
  for suite in "${SUITE_SYSTEMS[@]}"; do
    [[ $where == *-everywhere || $suite == "${SUITE_SYSTEMS[0]}" ]] || continue
    root=$CACHE/roots/$suite
    [[ $where != installed* ]] || root=$SUITE_DIR/installed-$suite
    while (($(jobs -rp | wc -l) > SUITE_CASES_AT_ONCE)); do wait -n || true; done
    run_case "$name" "$suite" "$root" "$4" --volatile=overlay "${options[@]}" &
  done
}

# Runs a case and leaves its line and its part of the report in the folder of results.
run_case() {
  local name=$1 suite=$2 root=$3 script=$4 result=$SUITE_DIR/results/$1-$2 started code=0 took
  shift 4
  started=$(now_ms)
  enter "$root" "$SUITE_TOOLS$script" "$@" >"$result.said" || code=$?
  took=$(($(now_ms) - started))
  if ((code == 0)); then
    printf '  ok    %-28s %-9s %6d ms  %s\n' "$name" "$suite" "$took" "$(grep -m 1 '^size ' "$result.said")" >&2
    printf '<testcase classname="bootstrap" name="%s-%s" time="%d"/>' "$name" "$suite" $((took / 1000)) >"$result.xml"
  else
    printf '  FAIL  %-28s %s (exit code %d)\n%s\n' "$name" "$suite" "$code" "$(tail -n 20 "$result.said" | sed 's/^/        /')" >&2
    printf '<testcase classname="bootstrap" name="%s-%s"><failure>exit code %d</failure></testcase>' "$name" "$suite" "$code" >"$result.xml"
  fi
}

# The first installation, which other cases begin with, in a copy of each root.
suite_install() {
  local suite script
  script='bootstrap; in_use 1.1.0; proxkiln version; ! command -v java; proxkiln self check | grep -q "as released"
    [ ! -e /opt/proxkiln/.staging ]; [ "$(stat -c %a /etc/proxkiln /etc/proxkiln/config.yaml | xargs)" = "750 640" ]
    [ -s /opt/proxkiln/current/lib/full.aot ]; [ -e /usr/local/share/bash-completion/completions/proxkiln ]
    echo "size $(du -sm /opt/proxkiln | cut -f1) MiB installed, $(($(stat -c %s /srv/site/v1.1.0/*.zst) / 1048576)) MiB fetched, $SECONDS s"'
  for suite in "${SUITE_SYSTEMS[@]}"; do
    cp -a --reflink=auto "$(fresh_root "$suite")" "$SUITE_DIR/installed-$suite"
    run_case installs "$suite" "$SUITE_DIR/installed-$suite" "$script" --bind-ro="$SUITE_DIR/pveversion:/usr/bin/pveversion" &
  done
  suite_wait
}

# Waits for every case, and not for the server.
suite_wait() {
  local job
  for job in $(jobs -rp); do
    [[ $job == "$SERVER" ]] || wait "$job" || true
  done
}

# bootstrap_suite [SYSTEM...]: bookworm and trixie where none is named.
bootstrap_suite() {
  local began report=$DIST/surefire-reports suite count failed
  ((EUID == 0)) || die "the suite of bootstrap.sh enters Debian roots: run it as root"
  SUITE_SYSTEMS=("$@")
  (($# > 0)) || SUITE_SYSTEMS=(bookworm trixie)
  for suite in "${SUITE_SYSTEMS[@]}"; do
    [[ $suite =~ ^(bookworm|trixie)$ ]] || die "bootstrap-test: '$suite' is no system of the suite; give bookworm, trixie, or nothing for both"
  done
  for suite in "${SUITE_SYSTEMS[@]}"; do fresh_root "$suite" >/dev/null; done
  began=$(now_ms)
  suite_releases
  suite_broken
  mkdir -p "$SUITE_DIR/results" "$report"
  say "installing with bootstrap.sh on fresh Debian: ${SUITE_SYSTEMS[*]}"
  suite_install
  suite_cases
  suite_wait
  stop_serving
  count=$(find "$SUITE_DIR/results" -name '*.xml' | wc -l)
  failed=$(grep -l '<failure>' "$SUITE_DIR"/results/*.xml | wc -l || true)
  {
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="bootstrap" tests="%d" failures="%d" errors="0" skipped="0" time="%d">' \
      "$count" "$failed" $((($(now_ms) - began) / 1000))
    cat "$SUITE_DIR"/results/*.xml
    printf '</testsuite>\n'
  } >"$report/TEST-bootstrap.xml"
  say "bootstrap.sh: $count cases, $failed failed, $((($(now_ms) - began) / 1000)) s"
  ((failed == 0)) || return 1
  rm -rf "$SUITE_DIR"
}
