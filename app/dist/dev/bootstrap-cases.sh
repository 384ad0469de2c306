# shellcheck shell=bash
# The scripts in single quotes are for the shell inside a root.
# shellcheck disable=SC2016
# What bootstrap.sh and 'proxkiln self' must do, see bootstrap-test.sh: NAME, WHERE, NSPAWN OPTIONS, SCRIPT.

suite_cases() {
  local pve="--bind-ro=$SUITE_DIR/pveversion:/usr/bin/pveversion"
  installing_cases "$pve"
  refusing_cases "$pve" "$SUITE_DIR/broken"
  updating_cases
}

installing_cases() {
  local pve=$1
  case_of killed-anywhere fresh "$pve" 'for at in Downloading Unpacking; do
      killed_at "$at" "curl -fsSL $site/bootstrap.sh | bash -s -- --no-launch --version 1.0.0"; [ ! -e /opt/proxkiln/current ]; [ ! -e /usr/local/bin/proxkiln ]
    done; killed_at Recording "curl -fsSL $site/bootstrap.sh | bash -s -- --no-launch"; in_use 1.1.0; proxkiln version
    bootstrap --version 1.2.0; in_use 1.2.0; proxkiln version; [ ! -e /opt/proxkiln/.staging ]; [ "$(ls /opt/proxkiln/releases | xargs)" = "1.1.0 1.2.0" ]'
  case_of updates-and-keeps-the-old installed "$pve" 'bootstrap --channel beta; in_use 1.2.0; [ "$(ls /opt/proxkiln/releases | xargs)" = "1.1.0 1.2.0" ]
    before; refused 3 "is older" bootstrap; unchanged
    refused 3 "does not run here" bootstrap --version 1.3.0; unchanged; proxkiln version
    bootstrap --version 1.0.0 --allow-downgrade; in_use 1.0.0; proxkiln version'
  case_of installs-twice fresh-everywhere "$pve" 'bootstrap --version 1.0.0; echo "# mine" >>/etc/proxkiln/config.yaml; bootstrap --version 1.0.0; grep -q mine /etc/proxkiln/config.yaml
    proxkiln version; [ ! -e /opt/proxkiln/.staging ]; [ "$(ls /opt/proxkiln/releases | wc -l)" = 1 ]'
  case_of offline fresh "$pve --private-network" 'bash /srv/site/bootstrap.sh --no-launch --from /srv/site/v1.0.0; in_use 1.0.0; proxkiln version'
  case_of without-proxmox fresh "" 'refused 3 "Proxmox VE is not installed" bootstrap; unchanged; bootstrap --sandbox --version 1.0.0; in_use 1.0.0; proxkiln version'
  case_of uninstalls installed-everywhere "$pve" 'bash /srv/site/bootstrap.sh --uninstall; [ -e /etc/proxkiln/config.yaml ]
    ! command -v proxkiln; bash /srv/site/bootstrap.sh --uninstall --purge; ! find / -xdev -iname "*proxkiln*" ! -path "/proc/*" | grep .'
  case_of not-while-it-runs installed "$pve" 'cp /bin/sleep /opt/proxkiln/releases/1.1.0/bin/; /opt/proxkiln/current/bin/sleep 60 & before
    refused 3 "is running" bootstrap; refused 3 "is running" bootstrap --uninstall; unchanged; kill %1'
  case_of stopped-by-a-signal fresh "$pve" 'bootstrap >/tmp/out 2>&1 & until grep -q Unpacking /tmp/out 2>/dev/null; do sleep 0.02; done
    pkill -TERM -f "^bash -s -- --no-launch"; wait || true; cat /tmp/out; grep -q "Nothing was changed" /tmp/out; unchanged'
}

refusing_cases() {
  local pve=$1 broken=$2
  case_of survives-truncation fresh "$pve" 'curl -fsSL "$site/bootstrap.sh" -o /tmp/b; n=0; size=$(stat -c %s /tmp/b)
    while [ "$n" -lt "$size" ]; do head -c "$n" /tmp/b | bash >/dev/null 2>&1 </dev/null || true; head -c "$n" /tmp/b >/tmp/part; bash /tmp/part --yes >/dev/null 2>&1 </dev/null || true; n=$((n + 256)); done; unchanged'
  case_of wrong-hash fresh "$pve --bind-ro=$broken/archive:/srv/from" 'refused 3 "is not what was signed" bootstrap --from /srv/from; unchanged'
  case_of wrong-signature fresh "$pve --bind-ro=$broken/list:/srv/from" 'refused 3 "signature of SHA256SUMS is wrong" bootstrap --from /srv/from; unchanged'
  case_of wrong-key fresh "$pve" 'refused 3 "signature of channel is wrong" bash -c "curl -fsSL $site/other-key.sh | bash -s -- --no-launch"; unchanged'
  case_of swapped-channel fresh "$pve" 'refused 3 "another channel" bootstrap --url "$site/swapped"; unchanged'
  case_of plain-http fresh "$pve" 'refused 2 "is no https address" bootstrap --url http://127.0.0.1:1; unchanged'
  case_of missing-version fresh "$pve" 'refused 3 "could not be downloaded" bootstrap --version 7.7.7; unchanged'
  case_of no-space fresh "$pve --tmpfs=/opt:size=100M" 'refused 3 "MiB free" bootstrap; [ -z "$(ls -A /opt)" ]'
  case_of full-half-way fresh "$pve --tmpfs=/opt:size=410M" 'dd if=/dev/zero of=/opt/filler bs=1M count=5 status=none; before
    (until [ -e /opt/proxkiln/.staging/SHA256SUMS ]; do sleep 0.02; done; dd if=/dev/zero of=/opt/more bs=1M count=380 status=none) &
    refused 3 "Nothing was changed" bootstrap; wait; rm -f /opt/more; unchanged'
  case_of noexec fresh "$pve --tmpfs=/opt:size=900M,noexec" 'refused 3 "mounted noexec" bootstrap; [ -z "$(ls -A /opt)" ]'
  case_of not-root fresh "$pve" 'cp /srv/site/bootstrap.sh /tmp/b; chmod 755 /tmp/b; refused 3 "needs root" setpriv --reuid 65534 --clear-groups bash /tmp/b; unchanged'
  case_of everything-wrong-at-once fresh "--bind-ro=$broken/os-release:/etc/os-release --bind-ro=$broken/uname:/usr/bin/uname" \
    'refused 3 "This is ubuntu 24.04" bootstrap; grep -q "processor is riscv64" /tmp/said; grep -q "Proxmox VE is not installed" /tmp/said; unchanged'
  case_of newer-pve-warns fresh "--bind-ro=$broken/newer:/usr/bin/pveversion" 'bootstrap --dry-run | tee /tmp/said; bootstrap --dry-run 2>&1 | grep -q "newer than what"; unchanged'
  case_of unknown-pve fresh "--bind-ro=$broken/unknown:/usr/bin/pveversion" 'refused 3 "is not supported" bootstrap --dry-run; unchanged'
  case_of dry-run fresh-everywhere "$pve" 'bootstrap --dry-run | grep "These steps would run"; unchanged'
  case_of bad-words fresh "$pve" 'refused 2 "does not know" bootstrap --colour; refused 2 "needs a value" bootstrap --version; refused 2 "is no version" bootstrap --version one; unchanged'
  case_of missing-tools fresh "$pve" 'rm /usr/bin/zstd; refused 3 "packages zstd are missing" bootstrap; rm -rf /opt/proxkiln; [ ! -e /usr/bin/zstd ]'
}

# The program's own side of it.
updating_cases() {
  local broken=$SUITE_DIR/broken
  case_of updates-itself-and-goes-back installed-everywhere "" 'proxkiln self update --check --update-channel beta --json | grep "\"newer\": true"
    proxkiln self update --json | grep "\"updated\": false"; in_use 1.1.0; before; proxkiln self update --update-channel beta --dry-run | grep "check itself"; unchanged
    proxkiln self update --update-channel beta; in_use 1.2.0; proxkiln self check; ls -l /var/lib/proxkiln/backup/1.1.0-*/config.yaml
    [ "$(ls /opt/proxkiln/releases | xargs)" = "1.1.0 1.2.0" ]
    before; refused 2 "is older" proxkiln self update; unchanged
    proxkiln self rollback; in_use 1.1.0; proxkiln self check; proxkiln self rollback; in_use 1.2.0; proxkiln version'
  case_of returns-by-itself installed "" 'before; refused 4 "no such processor" proxkiln self update 1.3.0; unchanged
    refused 4 "not in this place" proxkiln self update 1.4.0; unchanged; in_use 1.1.0; proxkiln self check'
  # Whether it was killed before the switch or behind it, the program works, and the old one is there.
  case_of self-update-killed installed "" 'for at in 1 2 3 4 5 6 7; do
      killed_at "\[$at/7\]" "proxkiln self update --update-channel beta"; proxkiln self check
      case $(readlink /opt/proxkiln/current) in releases/1.2.0*) proxkiln self rollback ;; esac; in_use 1.1.0; proxkiln version
    done; proxkiln self update 1.0.0 --allow-downgrade; in_use 1.0.0; proxkiln version; [ ! -e /opt/proxkiln/.staging ]'
  case_of self-update-refuses installed "--bind-ro=$broken/newer-archive:/srv/archive --bind-ro=$broken/list:/srv/list" 'before
    refused 4 "not what was signed" proxkiln self update 1.2.0 --from /srv/archive; unchanged
    refused 4 "signature" proxkiln self update 1.2.0 --from /srv/list; unchanged
    refused 2 "https" proxkiln self update --update-url http://127.0.0.1:1; unchanged
    refused 4 "another channel" proxkiln self update --update-url "$site/swapped"; unchanged'
  case_of blocks-one-another installed "" '(exec 9>/opt/proxkiln/.lock; flock 9; touch /tmp/held; exec sleep 60) & for _ in {1..500}; do [ -e /tmp/held ] && break; sleep 0.02; done; before
    refused 6 "at work" proxkiln self update 1.2.0; unchanged; refused 6 "at work" proxkiln self uninstall --yes; in_use 1.1.0; kill %1'
  # A lock of fcntl(2), as the program holds one while it runs its queue.
  case_of blocked-by-a-run installed "" 'mkdir -p /var/lib/proxkiln/queue
    perl -e "open(F, q(>), q(/var/lib/proxkiln/queue/runner.lock)); my \$lock = pack(q(ssx4qqix4), 1, 0, 0, 0, 0); fcntl(F, 6, \$lock) or die; open(R, q(>), q(/tmp/held)); sleep 60" &
    for _ in {1..500}; do [ -e /tmp/held ] && break; sleep 0.02; done; before
    refused 6 "proxkiln is at work: the queue" proxkiln self update 1.2.0; unchanged; kill %1'
  case_of updates-by-a-timer installed "--bind-ro=$broken/systemctl:/usr/bin/systemctl" 'proxkiln self update --update-timer on; grep -q "enable --now proxkiln-update.timer" /tmp/systemctl
    grep -q "^ExecStart=/usr/local/bin/proxkiln self update" /etc/systemd/system/proxkiln-update.service
    proxkiln self update --update-timer off; [ ! -e /etc/systemd/system/proxkiln-update.timer ]; proxkiln self update --update-timer on
    proxkiln self uninstall --yes; [ ! -e /etc/systemd/system/proxkiln-update.timer ]'
  case_of uninstalls-itself installed-everywhere "" 'refused 2 "consent" proxkiln self uninstall; proxkiln self uninstall --yes; [ -e /etc/proxkiln/config.yaml ]; [ ! -e /opt/proxkiln ]
    [ ! -e /usr/local/bin/proxkiln ]; [ -z "$(find /usr/local/share -lname "*proxkiln*")" ]'
  case_of purges-itself installed "" 'proxkiln self uninstall --purge --yes; ! find / -xdev -iname "*proxkiln*" ! -path "/proc/*" ! -path "/run/*" | grep .'
}
