# shellcheck shell=bash
# The scripts in single quotes are for the shell inside a root.
# shellcheck disable=SC2016
# The suite of bootstrap.sh: the file as it is shipped, with real signed releases served on loopback over
# TLS, run in fresh Debian roots (mmdebstrap) that systemd-nspawn enters with an overlay which is thrown
# away. Proxmox VE is stood in for by a pveversion. Results go where Surefire's reports are.

readonly SUITE_DIR=$DIST/bootstrap-suite
readonly SUITE_PORT=18443

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

# Four releases by one key: an older one, this one, a newer one, and one that does not run here; and a
# stranger's signature.
suite_releases() {
  local version out=$SUITE_DIR/site folder tree=$DIST/stage
  say "packing the suite's releases"
  rm -rf "$SUITE_DIR"
  mkdir -p "$out/channels"
  openssl genpkey -algorithm ed25519 -out "$SUITE_DIR/key.pem" 2>/dev/null
  openssl genpkey -algorithm ed25519 -out "$SUITE_DIR/stranger.pem" 2>/dev/null
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext 'subjectAltName=IP:127.0.0.1' -keyout "$SUITE_DIR/tls.key" -out "$SUITE_DIR/tls.pem" 2>/dev/null
  for version in 1.0.0 1.1.0 1.2.0 1.3.0; do
    folder=$out/v$version
    mkdir -p "$folder"
    RELEASE_LEVEL=1 release_archive "$version" "$folder/proxkiln-$version-linux-amd64.tar.zst" 1767225600
  done
  # 1.3.0 is whole and signed, and its program fails.
  mkdir -p "$tree"
  tar -C "$tree" -I zstd -xf "$out/v1.3.0/proxkiln-1.3.0-linux-amd64.tar.zst"
  printf '#!/bin/sh\necho "no such processor"\nexit 1\n' >"$tree/proxkiln-1.3.0/bin/proxkiln"
  (cd "$tree/proxkiln-1.3.0" && find . -type f ! -name MANIFEST.sha256 -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >../manifest && mv ../manifest MANIFEST.sha256)
  tar -C "$tree" -cf - proxkiln-1.3.0 | zstd -q -1 -f -o "$out/v1.3.0/proxkiln-1.3.0-linux-amd64.tar.zst"
  rm -rf "$tree"
  for version in 1.0.0 1.1.0 1.2.0 1.3.0; do
    (cd "$out/v$version" && sha256sum ./*.zst | sed 's:\./::' >SHA256SUMS)
    sign_file "$SUITE_DIR/key.pem" "$out/v$version/SHA256SUMS"
  done
  suite_channel stable 1.1.0
  suite_channel beta 1.2.0
  mkdir -p "$out/swapped/channels"
  cp "$out/channels/beta" "$out/swapped/channels/stable"
  cp "$out/channels/beta.sig" "$out/swapped/channels/stable.sig"
  stamp_bootstrap "https://127.0.0.1:$SUITE_PORT" "$(public_key "$SUITE_DIR/stranger.pem")" "$(public_key "$SUITE_DIR/key.pem")" \
    >"$out/bootstrap.sh"
  stamp_bootstrap "https://127.0.0.1:$SUITE_PORT" "$(public_key "$SUITE_DIR/stranger.pem")" '' >"$out/other-key.sh"
  printf '#!/bin/sh\necho "pve-manager/9.1.4/5ac30304265fbd8e (running kernel: 6.17.4-1-pve)"\n' >"$SUITE_DIR/pveversion"
  chmod 0755 "$SUITE_DIR/pveversion"
}

suite_channel() {
  printf 'channel %s\nversion %s\nreleased 2026-01-01T00:00:00Z\n' "$1" "$2" >"$SUITE_DIR/site/channels/$1"
  sign_file "$SUITE_DIR/key.pem" "$SUITE_DIR/site/channels/$1"
}

# enter ROOT SCRIPT [nspawn options]: runs a script in a root; whatever it changes is thrown away.
enter() {
  local root=$1 script=$2
  shift 2
  timeout 240 systemd-nspawn -q --register=no --keep-unit --volatile=overlay \
    --tmpfs=/run/systemd/nspawn --bind-ro="$SUITE_DIR/site:/srv/site" --bind-ro="$SUITE_DIR/tls.pem:/srv/tls.pem" \
    --setenv=CURL_CA_BUNDLE=/srv/tls.pem --setenv=PROXKILN_RETRY_SECONDS=1 --setenv=TERM=dumb \
    "$@" -D "$root" /bin/bash -euc "$script" </dev/null 2>&1
}

# What every case may use inside the root.
readonly SUITE_TOOLS='
  site=https://127.0.0.1:18443
  bootstrap() { curl -fsSL "$site/bootstrap.sh" | bash -s -- --no-launch "$@"; }
  files() { find /opt /etc /usr /var /root -xdev ! -path "/var/lib/apt/*" ! -path "/var/cache/*" ! -path "/var/log/*" \( -type d -printf "%p\n" -o -printf "%p %s %l\n" \) 2>/dev/null | sort; }
  refused() { local want=$1 words=$2 got=0; shift 2; "$@" >/tmp/said 2>&1 || got=$?; cat /tmp/said; [ "$got" = "$want" ] || { echo "exit code $got, not $want"; exit 1; }; grep -q -- "$words" /tmp/said || { echo "it did not say: $words"; exit 1; }; }
  unchanged() { files >/tmp/after; diff /tmp/before /tmp/after || { echo "it changed something"; exit 1; }; }
  files >/tmp/before
'

# NAME|NSPAWN OPTIONS|SCRIPT, one case after the other; PVE stands for the bind of pveversion.
suite_cases() {
  local pve="--bind-ro=$SUITE_DIR/pveversion:/usr/bin/pveversion" broken=$SUITE_DIR/broken
  case_of installs "$pve" 'bootstrap; [ "$(readlink /opt/proxkiln/current)" = releases/1.1.0 ]; proxkiln version
    ! command -v java; proxkiln self check | grep -q "as released"; [ ! -e /opt/proxkiln/.staging ]
    [ "$(stat -c %a /etc/proxkiln /etc/proxkiln/config.yaml | xargs)" = "750 640" ]; [ -s /opt/proxkiln/current/lib/full.aot ]
    echo "size $(du -sm /opt/proxkiln | cut -f1) MiB, time $SECONDS s"'
  case_of installs-twice "$pve" 'bootstrap; echo mine >>/etc/proxkiln/config.yaml; bootstrap; grep -q mine /etc/proxkiln/config.yaml
    proxkiln version; [ -z "$(ls -A /opt/proxkiln/.staging 2>/dev/null)" ]'
  case_of updates-and-keeps-the-old "$pve" 'bootstrap --version 1.0.0; bootstrap; bootstrap --channel beta
    [ "$(readlink /opt/proxkiln/current)" = releases/1.2.0 ]; [ "$(ls /opt/proxkiln/releases | xargs)" = "1.1.0 1.2.0" ]
    files >/tmp/before; refused 3 "is older" bootstrap; unchanged
    refused 3 "does not run here" bootstrap --version 1.3.0; unchanged; proxkiln version
    bootstrap --version 1.0.0 --allow-downgrade; [ "$(readlink /opt/proxkiln/current)" = releases/1.0.0 ]'
  case_of survives-truncation "$pve" 'curl -fsSL "$site/bootstrap.sh" -o /tmp/b; n=0; size=$(stat -c %s /tmp/b)
    while [ "$n" -lt "$size" ]; do head -c "$n" /tmp/b | bash >/dev/null 2>&1 </dev/null || true; head -c "$n" /tmp/b >/tmp/part; bash /tmp/part --yes >/dev/null 2>&1 </dev/null || true; n=$((n + 256)); done; unchanged'
  case_of wrong-hash "$pve --bind-ro=$broken/archive:/srv/from" 'refused 3 "is not what was signed" bootstrap --from /srv/from; unchanged'
  case_of wrong-signature "$pve --bind-ro=$broken/list:/srv/from" 'refused 3 "signature of SHA256SUMS is wrong" bootstrap --from /srv/from; unchanged'
  case_of wrong-key "$pve" 'refused 3 "signature of channel is wrong" bash -c "curl -fsSL $site/other-key.sh | bash -s -- --no-launch"; unchanged'
  case_of swapped-channel "$pve" 'refused 3 "another channel" bootstrap --url "$site/swapped"; unchanged'
  case_of plain-http "$pve" 'refused 2 "is no https address" bootstrap --url http://127.0.0.1:1; unchanged'
  case_of missing-version "$pve" 'refused 3 "could not be downloaded" bootstrap --version 7.7.7; unchanged'
  case_of offline "$pve --private-network" 'bash /srv/site/bootstrap.sh --no-launch --from /srv/site/v1.1.0; proxkiln version'
  case_of no-space "$pve --tmpfs=/opt:size=100M" 'refused 3 "MiB free" bootstrap; [ -z "$(ls -A /opt)" ]'
  case_of noexec "$pve --tmpfs=/opt:size=900M,noexec" 'refused 3 "mounted noexec" bootstrap; [ -z "$(ls -A /opt)" ]'
  case_of not-root "$pve" 'cp /srv/site/bootstrap.sh /tmp/b; chmod 755 /tmp/b; refused 3 "needs root" setpriv --reuid 65534 --clear-groups bash /tmp/b; unchanged'
  case_of everything-wrong-at-once "--bind-ro=$broken/os-release:/etc/os-release --bind-ro=$broken/uname:/usr/bin/uname" \
    'refused 3 "This is ubuntu 24.04" bootstrap; grep -q "processor is riscv64" /tmp/said; grep -q "Proxmox VE is not installed" /tmp/said; unchanged'
  case_of newer-pve-warns "--bind-ro=$broken/newer:/usr/bin/pveversion" 'bootstrap --dry-run | tee /tmp/said; grep -q "newer than what" /tmp/said; unchanged'
  case_of unknown-pve "--bind-ro=$broken/unknown:/usr/bin/pveversion" 'refused 3 "is not supported" bootstrap --dry-run; unchanged'
  case_of dry-run "$pve" 'bootstrap --dry-run | grep "These steps would run"; unchanged'
  case_of bad-words "$pve" 'refused 2 "does not know" bootstrap --colour; refused 2 "needs a value" bootstrap --version; refused 2 "is no version" bootstrap --version one; unchanged'
  case_of killed-anywhere "$pve" 'for at in Downloading Unpacking; do
      (bootstrap >/tmp/out 2>&1) & until grep -q "$at" /tmp/out 2>/dev/null; do sleep 0.05; done
      pkill -9 -f "bash -s -- --no-launch" || true; wait || true; [ ! -e /opt/proxkiln/current ]; rm -f /tmp/out
    done; bootstrap; proxkiln version; [ ! -e /opt/proxkiln/.staging ]'
  case_of stopped-by-a-signal "$pve" '(bootstrap >/tmp/out 2>&1) & until grep -q Unpacking /tmp/out 2>/dev/null; do sleep 0.05; done
    pkill -TERM -f "bash -s -- --no-launch"; wait || true; cat /tmp/out; grep -q "Nothing was changed" /tmp/out; unchanged'
  case_of not-while-it-runs "$pve" 'bootstrap; cp /bin/sleep /opt/proxkiln/releases/1.1.0/bin/; /opt/proxkiln/current/bin/sleep 60 & files >/tmp/before
    refused 3 "is running" bootstrap; refused 3 "is running" bootstrap --uninstall; unchanged; kill %1'
  case_of uninstalls "$pve" 'bootstrap; bash /srv/site/bootstrap.sh --uninstall; [ -e /etc/proxkiln/config.yaml ]
    ! command -v proxkiln; bash /srv/site/bootstrap.sh --uninstall --purge; files | grep -i proxkiln && exit 1; true'
  case_of without-proxmox "" 'refused 3 "Proxmox VE is not installed" bootstrap; unchanged; bootstrap --sandbox; proxkiln version'
}

# case_of NAME OPTIONS SCRIPT: in every root, or in the first one where it does not depend on the system.
case_of() {
  local name=$1 options script=$3 root said started code
  read -ra options <<<"$2"
  for root in "${SUITE_ROOTS[@]}"; do
    case $name in
      installs | installs-twice | uninstalls | offline | without-proxmox) ;;
      *) [[ $root == "${SUITE_ROOTS[0]}" ]] || continue ;;
    esac
    [[ -z ${SUITE_ONLY:-} || " $SUITE_ONLY " == *" $name "* ]] || continue
    started=$(now_ms) code=0
    said=$(enter "$root" "$SUITE_TOOLS$script" "${options[@]}") || code=$?
    SUITE_COUNT=$((SUITE_COUNT + 1))
    if ((code == 0)); then
      printf '  ok    %-26s %-9s %5d ms  %s\n' "$name" "${root##*/}" $(($(now_ms) - started)) "$(grep -m 1 '^size ' <<<"$said")" >&2
      SUITE_XML+="<testcase classname=\"bootstrap\" name=\"$name-${root##*/}\" time=\"$((($(now_ms) - started) / 1000))\"/>"
    else
      printf '  FAIL  %-26s %s (exit code %d)\n%s\n' "$name" "${root##*/}" "$code" "$(tail -n 15 <<<"$said" | sed 's/^/        /')" >&2
      SUITE_FAILED=$((SUITE_FAILED + 1))
      SUITE_XML+="<testcase classname=\"bootstrap\" name=\"$name-${root##*/}\"><failure>exit code $code</failure></testcase>"
    fi
  done
}

# What the broken cases are given.
suite_broken() {
  local broken=$SUITE_DIR/broken site=$SUITE_DIR/site
  mkdir -p "$broken"
  cp -r "$site/v1.1.0" "$broken/archive"
  printf 'x' | dd of="$(echo "$broken"/archive/*.zst)" bs=1 seek=100000 conv=notrunc status=none
  cp -r "$site/v1.1.0" "$broken/list"
  sed -i 's/^./0/; s/^0\(.\)/1\1/' "$broken/list/SHA256SUMS"
  printf 'ID=ubuntu\nVERSION_ID="24.04"\n' >"$broken/os-release"
  printf '#!/bin/sh\necho riscv64\n' >"$broken/uname"
  printf '#!/bin/sh\necho "pve-manager/9.8.1/abc (running kernel: 7.0)"\n' >"$broken/newer"
  printf '#!/bin/sh\necho "pve-manager/11.0.1/abc (running kernel: 9.0)"\n' >"$broken/unknown"
  chmod 0755 "$broken"/uname "$broken"/newer "$broken"/unknown
}

bootstrap_suite() {
  local server began suite report=$DIST/surefire-reports
  began=$(now_ms)
  SUITE_ROOTS=() SUITE_COUNT=0 SUITE_FAILED=0 SUITE_XML=''
  suite_releases
  suite_broken
  for suite in bookworm trixie; do SUITE_ROOTS+=("$(fresh_root "$suite")"); done
  (cd "$SUITE_DIR/site" && exec openssl s_server -quiet -WWW -accept "127.0.0.1:$SUITE_PORT" -cert "$SUITE_DIR/tls.pem" -key "$SUITE_DIR/tls.key") \
    >"$SUITE_DIR/server.log" 2>&1 </dev/null &
  server=$!
  say "installing with bootstrap.sh on fresh Debian 12 and 13"
  suite_cases
  kill "$server" 2>/dev/null || true
  mkdir -p "$report"
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="bootstrap" tests="%d" failures="%d" errors="0" skipped="0" time="%d">%s</testsuite>\n' \
    "$SUITE_COUNT" "$SUITE_FAILED" $((($(now_ms) - began) / 1000)) "$SUITE_XML" >"$report/TEST-bootstrap.xml"
  say "bootstrap.sh: $SUITE_COUNT cases, $SUITE_FAILED failed, $((($(now_ms) - began) / 1000)) s"
  rm -rf "$SUITE_DIR"
  ((SUITE_FAILED == 0))
}
