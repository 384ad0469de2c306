#!/bin/bash
# Provision template debian-12-web version 20261120 from 9000 (debian-12) with web.yml
# Made by: proxkiln plan template provision --format sh (plan 1df6d5135cb3)
# Run it as root on node pve. It stops at the first error and undoes nothing.
set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
run_id=s$(date +%s)
run_date=$(date -u +%Y-%m-%dT%H:%M:%SZ)

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# pick PATH: the value at a path of the JSON on standard input, nothing where there is none.
# meets PATH TEST VALUE: whether the JSON on standard input is as expected.
json() {
  perl -MJSON::PP -e '
    my ($do, $path, $test, $want) = @ARGV;
    my $part;
    ($path, $part) = ($1, $2) if $do eq "pick" && $path =~ /^(.*?) ~ (.*)$/s;
    local $/; my $v = JSON::PP->new->allow_nonref->decode(scalar <STDIN>);
    $path =~ s/\[/.[/g;
    for my $part (grep { length } split /\./, $path) {
      if ($part =~ /^\[(.+?)=(.*)\]$/) {
        my ($k, $x) = ($1, $2);
        ($v) = ref $v eq "ARRAY" ? grep { ($_->{$k} // "") eq $x } @$v : ();
      } elsif ($part =~ /^\[(\d+)\]$/) { $v = ref $v eq "ARRAY" ? $v->[$1] : undef }
      else { $v = ref $v eq "HASH" ? $v->{$part} : undef }
      last unless defined $v;
    }
    my $t = defined $v && !ref $v ? "$v" : "";
    $t = $t =~ /$part/ ? $1 : "" if defined $part;
    if ($do eq "pick") { print $t; exit 0 }
    my %ok = (
      EQUALS => sub { defined $v && $t eq $want },
      EQUALS_OR_ABSENT => sub { !defined $v || $t eq $want },
      DIFFERS => sub { $t ne $want },
      HAS_WORD => sub { grep { $_ eq $want } split /[,; ]+/, $t },
      CONTAINS => sub { index($t, $want) >= 0 },
      MATCHES => sub { $t =~ /$want/ },
      AT_LEAST_IF_KNOWN => sub { $t !~ /^[0-9.e+]+$/ || $t >= $want },
      PRESENT => sub { defined $v }, ABSENT => sub { !defined $v });
    exit($ok{$test}->() ? 0 : 1);' -- "$@"
}
pick() { json pick "$1"; }
meets() { json meets "$@"; }

# found ' ~ PATTERN': the first group of a pattern in the text on standard input.
found() { perl -0777 -ne 'BEGIN { $p = shift; $p =~ s/^.*? ~ //s } print $1 if /$p/' -- "$1"; }

# 1 of 29: Check that it is the template that was looked at
if answer=$(pvesh get /nodes/pve/qemu/9000/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets name EQUALS debian-12 <<<"$answer" && meets digest EQUALS 0123456789abcdef0123456789abcdef01234567 <<<"$answer"; then :; else fail 'Guest '\''9000'\'' is not as it was any more. Start again, so that the plan is made of what is there now.'; fi

# 2 of 29: Take the playbook's digest
playbook_out=$(sha256sum -- /srv/plays/web.yml)
playbook_sha256=$(printf %s "$playbook_out" | found ' ~ ^\\?([0-9a-f]{64})')

# 3 of 29: Make a folder to work in
folder_out=$(install -d -m 0700 -- /var/lib/proxkiln/cache/scratch/"${run_id}")

# 4 of 29: Make a key for this run
key_out=$(ssh-keygen -q -t ed25519 -N '' -C proxkiln-"${run_id}" -f /var/lib/proxkiln/cache/scratch/"${run_id}"/key)

# 5 of 29: Read its public half
public_out=$(cat -- /var/lib/proxkiln/cache/scratch/"${run_id}"/key.pub)

# 6 of 29: Look for a free VM ID
answer=$(pvesh get /cluster/nextid --output-format json | tail -n 1)
vmid=$(pick '' <<<"$answer")

# 7 of 29: Make a full clone on node pve
qm clone 9000 "${vmid}" --name pk-provision-"${run_id}" --description 'Being provisioned by proxkiln, run '"${run_id}". --full 1

# 8 of 29: Set what holds while it is provisioned
qm set "${vmid}" --ciupgrade 0 --onboot 0 --protection 0

# 9 of 29: Start the clone
qm start "${vmid}"

# 10 of 29: Wait until the clone answers
deadline=$((SECONDS + 600))
until answer=$(pvesh create /nodes/pve/qemu/"${vmid}"/agent/ping --output-format json 2>/dev/null); do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait until the clone answers'
  sleep 1
done

# 11 of 29: Let the key of this run in, by the guest agent
answer=$(pvesh create /nodes/pve/qemu/"${vmid}"/agent/exec --command /bin/sh --command -c --command '#!/bin/sh
# Runs inside the clone as root, by the guest agent: sh -c THIS NAME USER KEY. Waits for cloud-init,
# lets the user in by the key, and prints one key=value line for each finding.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
wanted=$1 key=$2

state=missing
if command -v cloud-init >/dev/null; then
  while :; do
    state=$(cloud-init status 2>/dev/null | sed -n '\''s/^status: *//p'\'' | head -n 1)
    case $state in done* | error* | degraded* | disabled*) break ;; esac
    sleep 2
  done
fi
echo "cloud-init=$state"

user='\'''\'' let_in=no
entry=$(grep "^$wanted:" /etc/passwd)
if [ -n "$entry" ]; then
  user=$wanted
  group=$(printf '\''%s'\'' "$entry" | cut -d : -f 4)
  folder=$(printf '\''%s'\'' "$entry" | cut -d : -f 6)/.ssh
  if mkdir -p "$folder" && chmod 700 "$folder" && printf '\''%s\n'\'' "$key" >>"$folder/authorized_keys" \
    && chmod 600 "$folder/authorized_keys" && chown "$user:$group" "$folder" "$folder/authorized_keys"; then
    let_in=yes
  fi
  ! command -v restorecon >/dev/null || restorecon -R "$folder" >/dev/null 2>&1
fi
echo "user=$user"
echo "key=$let_in"

# Port 22 is 0016; 0A is a listening socket.
ssh=no tries=0
while [ $tries -lt 60 ]; do
  if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null \
    | awk '\''$4 == "0A" && $2 ~ /:0016$/ { found = 1 } END { exit !found }'\''; then
    ssh=yes
    break
  fi
  tries=$((tries + 1))
  sleep 1
done
echo "ssh=$ssh"

# By this channel nobody on the network can pass off another machine as this one.
for type in ed25519 ecdsa rsa; do
  [ -s "/etc/ssh/ssh_host_${type}_key.pub" ] || continue
  echo "host-key=$(cut -d '\'' '\'' -f 1,2 "/etc/ssh/ssh_host_${type}_key.pub")"
  break
done

# The address that this guest itself would send from.
address=$(ip -o -4 route get 192.0.2.1 2>/dev/null | sed -n '\''s/.* src \([0-9.]*\).*/\1/p'\'')
[ -n "$address" ] \
  || address=$(ip -o -6 route get 2001:db8::1 2>/dev/null | sed -n '\''s/.* src \([0-9a-f:]*\).*/\1/p'\'')
[ -n "$address" ] \
  || address=$(ip -o addr show scope global 2>/dev/null | sed -n '\''s/.* inet6\{0,1\} \([0-9a-f.:]*\)\/.*/\1/p'\'' | head -n 1)
echo "address=$address"
' --command proxkiln --command debian --command "${public_out}" --output-format json | tail -n 1)
welcome_pid=$(pick pid <<<"$answer")

# 12 of 29: Wait for cloud-init in the clone
deadline=$((SECONDS + 600))
until answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/agent/exec-status --pid "${welcome_pid}" --output-format json 2>/dev/null) && meets exited MATCHES '^(?:1|true)$' <<<"$answer"; do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait for cloud-init in the clone'
  sleep 1
done
welcomed_address=$(pick 'out-data ~ (?m)^address=([0-9a-f.:]+)' <<<"$answer")
welcomed_cloud_init=$(pick 'out-data ~ (?m)^cloud-init=([a-z ]+)$' <<<"$answer")
welcomed_host_key=$(pick 'out-data ~ (?m)^host-key=([a-z0-9-]+ [A-Za-z0-9+/]+=*)$' <<<"$answer")
welcomed_key=$(pick 'out-data ~ (?m)^key=([a-z]+)$' <<<"$answer")
welcomed_ssh=$(pick 'out-data ~ (?m)^ssh=([a-z]+)$' <<<"$answer")
welcomed_user=$(pick 'out-data ~ (?m)^user=(\S+)$' <<<"$answer")

# 13 of 29: Ask the sandbox for the port that leads to the clone's ssh
answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/agent/network-get-interfaces --output-format json | tail -n 1)
endpoint_host=$(pick 'sandbox.ssh-host ~ ^([0-9.]+)$' <<<"$answer")
endpoint_port=$(pick 'sandbox.ssh-port ~ ^(\d+)$' <<<"$answer")

# 14 of 29: Check that Ansible can get in
if grep -Pqz -- '^(?:done|disabled|missing)' <<<"${welcomed_cloud_init}"; then :; else fail 'Cloud-init did not end well in the clone. Look at what the template hands it: proxkiln template show 9000'; fi
if grep -Pqz -- '^.' <<<"${welcomed_user}"; then :; else fail 'The clone has no user '\''debian'\''. Name one that it has with --user.'; fi
if grep -Pqz -- '^yes$' <<<"${welcomed_key}"; then :; else fail 'The key of this run could not be written in the clone.'; fi
if grep -Pqz -- '^yes$' <<<"${welcomed_ssh}"; then :; else fail 'Nothing listens on port 22 of the clone. Ansible needs an OpenSSH server in the template.'; fi
if grep -Pqz -- '^.' <<<"${welcomed_host_key}"; then :; else fail 'The clone'\''s agent told no host key. Without one nobody knows that it is the clone that answers.'; fi
if grep -Pqz -- '^\d' <<<"${endpoint_port}"; then :; else fail 'The sandbox has no port that leads to the clone'\''s ssh. Start its guests in QEMU: proxkiln sandbox start --boot real'; fi

# 15 of 29: Pin the guest's host key
known_hosts_out=$(printf %s 'proxkiln-guest '"${welcomed_host_key}"'
' | install -m 0600 /dev/stdin /var/lib/proxkiln/cache/scratch/"${run_id}"/known_hosts)

# 16 of 29: Write how to reach the guest
ssh_config_out=$(printf %s 'Host *
  HostKeyAlias proxkiln-guest
  StrictHostKeyChecking yes
  UserKnownHostsFile "/var/lib/proxkiln/cache/scratch/'"${run_id}"'/known_hosts"
  GlobalKnownHostsFile none
  IdentityFile "/var/lib/proxkiln/cache/scratch/'"${run_id}"'/key"
  IdentitiesOnly yes
  IdentityAgent none
' | install -m 0600 /dev/stdin /var/lib/proxkiln/cache/scratch/"${run_id}"/ssh_config)

# 17 of 29: Write the inventory
inventory_out=$(printf %s '{"all":{"children":{"proxkiln":{"hosts":{"debian-12-web":{"ansible_host":"'"${endpoint_host}"'","ansible_port":"'"${endpoint_port}"'","ansible_user":"debian"}}}}}}
' | install -m 0600 /dev/stdin /var/lib/proxkiln/cache/scratch/"${run_id}"/inventory.json)

# 18 of 29: Run the playbook web.yml against the clone
play_out=$(env ANSIBLE_CALLBACK_RESULT_FORMAT=json ANSIBLE_DISPLAY_FAILED_STDERR=False ANSIBLE_HOST_KEY_CHECKING=True ANSIBLE_NOCOLOR=1 ANSIBLE_NOCOWS=1 ANSIBLE_RETRY_FILES_ENABLED=False ANSIBLE_STDOUT_CALLBACK=default ANSIBLE_TIMEOUT=60 LC_ALL=C.UTF-8 'ANSIBLE_SSH_COMMON_ARGS=-F "/var/lib/proxkiln/cache/scratch/'"${run_id}"'/ssh_config"' ansible-playbook --inventory /var/lib/proxkiln/cache/scratch/"${run_id}"/inventory.json -- /srv/plays/web.yml)
play_message=$(printf %s "$play_out" | found ' ~ (?s)\A.*\n(?:TASK|RUNNING HANDLER) \[[^\n]*?\] \*+\n(?:(?!(?:TASK|RUNNING HANDLER) \[|PLAY )[^\n]*\n){0,300}?(?:fatal|failed): \[(?=[^\n]*\n(?!\.\.\.ignoring))[^\n]*?"msg": "([^\n]{0,400}?)(?:"[,}]|\n)')
play_recap=$(printf %s "$play_out" | found ' ~ (?m)^debian-12-web +: (ok=\d+[^\n]*?) *$')
play_task=$(printf %s "$play_out" | found ' ~ (?s)\A.*\n(?:TASK|RUNNING HANDLER) \[([^\n]*?)\] \*+\n(?:(?!(?:TASK|RUNNING HANDLER) \[|PLAY )[^\n]*\n){0,300}?(?:fatal|failed): \[(?=[^\n]*\n(?!\.\.\.ignoring))')

# 19 of 29: Check that the playbook did something
if grep -Pqz -- '^ok=[1-9]' <<<"${play_recap}"; then :; else fail 'The playbook '\''web.yml'\'' did nothing with the clone. Name the group that its plays are for with --inventory-group.'; fi

# 20 of 29: Remove the key, and what only one machine may have
answer=$(pvesh create /nodes/pve/qemu/"${vmid}"/agent/exec --command /bin/sh --command -c --command '#!/bin/sh
# Runs inside the image as root, with /proc, /sys and /dev mounted and no service manager. What is to
# be done stands below these functions, one call each; free text comes as base64 on standard input.
set -eu
umask 022
export LC_ALL=C HOME=/root DEBIAN_FRONTEND=noninteractive
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '\''%s\n'\'' "customize: $*" >&2; }
die() {
  say "$*"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
decoded() { tr -d '\''\n '\'' | base64 -d; }
debian() { [ -e /etc/debian_version ]; }

manager=
policy=
no_services() {
  # Packages must not start what they bring: this is no running system.
  if [ -d /usr/sbin ] && [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '\''#!/bin/sh\nexit 101\n'\'' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    policy=yes
  fi
}
services_again() { [ -z "$policy" ] || rm -f /usr/sbin/policy-rc.d; }
trap services_again EXIT

# ---- packages ----

begin() {
  manager=$1
  no_services
}

refreshed=
refresh() {
  [ -z "$refreshed" ] || return 0
  refreshed=yes
  case $manager in
    apt) apt-get -q -o Acquire::Retries=3 update ;;
    zypper) zypper --non-interactive --gpg-auto-import-keys refresh ;;
    apk) apk update ;;
    pacman)
      if [ ! -d /etc/pacman.d/gnupg ]; then
        pacman-key --init
        pacman-key --populate
      fi
      ;;
  esac
}

install_packages() {
  refresh
  say "installing: $*"
  case $manager in
    apt) apt-get -q -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o Acquire::Retries=3 install -- "$@" ;;
    dnf) if has dnf; then dnf -y install -- "$@"; else yum -y install -- "$@"; fi ;;
    zypper) zypper --non-interactive install --auto-agree-with-licenses -- "$@" ;;
    pacman) pacman -Syu --noconfirm --needed -- "$@" ;;
    apk) apk add -- "$@" ;;
    *) die "there is no package manager for: $*" ;;
  esac
}

# repositories NAME...: packages that bring further repositories.
repositories() {
  install_packages "$@"
  refreshed=
}

# In a virtual machine of its own the image can see its disk, and takes all of it. In a container it
# sees none: there others have done it.
grow() {
  device=$(findmnt -n -o SOURCE / 2>/dev/null | sed '\''s/\[.*//'\'') || return 0
  [ -b "$device" ] || return 0
  name=${device##*/}
  if [ -e "/sys/class/block/$name/partition" ] && has growpart; then
    disk=$(readlink -f "/sys/class/block/$name/..")
    growpart "/dev/${disk##*/}" "$(cat "/sys/class/block/$name/partition")" >/dev/null 2>&1 || return 0
  fi
  case $(findmnt -n -o FSTYPE /) in
    ext*) resize2fs "$device" ;;
    xfs) xfs_growfs / ;;
    btrfs) btrfs filesystem resize max / ;;
  esac >/dev/null 2>&1 || say "note: the root file system keeps its size"
}

# ---- files, certificates, proxy ----

# put MODE PATH_BASE64: a file from standard input.
put() {
  path=$(printf '\''%s'\'' "$2" | base64 -d)
  say "writing $path"
  mkdir -p "${path%/*}/"
  decoded >"$path.proxkiln"
  chmod "$1" "$path.proxkiln"
  mv -f "$path.proxkiln" "$path"
}

# certificate NAME: a certificate authority, PEM, from standard input.
certificate() {
  if [ -d /etc/pki/ca-trust/source/anchors ]; then
    folder=/etc/pki/ca-trust/source/anchors
  elif [ -d /etc/pki/trust/anchors ]; then
    folder=/etc/pki/trust/anchors
  elif [ -d /etc/ca-certificates/trust-source/anchors ]; then
    folder=/etc/ca-certificates/trust-source/anchors
  else
    folder=/usr/local/share/ca-certificates
  fi
  mkdir -p "$folder"
  decoded >"$folder/$1.crt"
  chmod 0644 "$folder/$1.crt"
}
trust_certificates() {
  if has update-ca-trust; then
    update-ca-trust
  elif has update-ca-certificates; then
    update-ca-certificates >/dev/null
  else
    say "note: nothing here trusts the certificates: ca-certificates is not installed"
  fi
}

# proxy URL: for the packages now, and for what clones do later.
proxy() {
  export http_proxy="$1" https_proxy="$1"
  touch /etc/environment
  sed -i '\''/^https\{0,1\}_proxy=/d'\'' /etc/environment
  printf '\''http_proxy=%s\nhttps_proxy=%s\n'\'' "$1" "$1" >>/etc/environment
  case $manager in
    apt) printf '\''Acquire::http::Proxy "%s";\nAcquire::https::Proxy "%s";\n'\'' "$1" "$1" >/etc/apt/apt.conf.d/95proxkiln-proxy ;;
    dnf) sed -i '\''/^proxy=/d'\'' /etc/dnf/dnf.conf && printf '\''proxy=%s\n'\'' "$1" >>/etc/dnf/dnf.conf ;;
  esac
}

# apt_cache URL: where apt gets packages from, now and in clones.
apt_cache() {
  [ "$manager" = apt ] || return 0
  printf '\''Acquire::http::Proxy "%s";\nAcquire::https::Proxy "DIRECT";\n'\'' "$1" >/etc/apt/apt.conf.d/96proxkiln-cache
}

# ---- settings ----

timezone() {
  if [ ! -e "/usr/share/zoneinfo/$1" ]; then install_packages tzdata; fi
  [ -e "/usr/share/zoneinfo/$1" ] || die "this system does not know the time zone $1"
  ln -snf "/usr/share/zoneinfo/$1" /etc/localtime
  if debian || [ -e /etc/alpine-release ]; then printf '\''%s\n'\'' "$1" >/etc/timezone; fi
}

locale() {
  language=${1%%_*}
  if debian && [ "$1" != C.UTF-8 ]; then
    has locale-gen || install_packages locales
    if has locale-gen && [ -e /etc/locale.gen ]; then
      printf '\''%s UTF-8\n'\'' "$1" >>/etc/locale.gen
      locale-gen
    else
      locale-gen "$1"
    fi
    printf '\''LANG=%s\n'\'' "$1" >/etc/default/locale
    return 0
  fi
  case $manager in
    dnf) [ "$1" = C.UTF-8 ] || install_packages "glibc-langpack-$language" ;;
    zypper) [ "$1" = C.UTF-8 ] || install_packages glibc-locale ;;
    pacman)
      if [ "$1" != C.UTF-8 ]; then
        printf '\''%s UTF-8\n'\'' "$1" >>/etc/locale.gen
        locale-gen
      fi
      ;;
    apk)
      printf '\''export LANG=%s\n'\'' "$1" >/etc/profile.d/20locale.sh
      return 0
      ;;
  esac
  if debian; then printf '\''LANG=%s\n'\'' "$1" >/etc/default/locale; else printf '\''LANG=%s\n'\'' "$1" >/etc/locale.conf; fi
}

# keyboard LAYOUT [VARIANT]
keyboard() {
  if debian; then
    printf '\''XKBMODEL="pc105"\nXKBLAYOUT="%s"\nXKBVARIANT="%s"\nXKBOPTIONS=""\nBACKSPACE="guess"\n'\'' \
      "$1" "${2:-}" >/etc/default/keyboard
  elif [ -e /etc/alpine-release ]; then
    has setup-keymap || die "this system cannot set a keyboard"
    setup-keymap "$1" "${2:-$1}"
  else
    printf '\''KEYMAP=%s%s\n'\'' "$1" "${2:+-$2}" >/etc/vconsole.conf
  fi
}

# The agent starts by itself where the package says so; elsewhere it is switched on.
agent() {
  if has rc-update; then
    rc-update add qemu-guest-agent default
  elif has systemctl; then
    systemctl enable qemu-guest-agent 2>&1 || say "note: the agent'\''s service was not enabled"
  fi
}

lock_root() { passwd -l root >/dev/null; }

# command: the user'\''s own shell command, from standard input.
command_line() {
  line=$(decoded)
  say "running: $line"
  /bin/sh -c "$line" </dev/null || die "the command ended with exit code $?: $line"
}

# ---- what must not be the same in two clones ----

sysprep() {
  case $manager in
    apt) apt-get -q clean && rm -rf /var/lib/apt/lists/* ;;
    dnf) if has dnf; then dnf -q clean all; else yum -q clean all; fi ;;
    zypper) zypper --non-interactive --quiet clean --all ;;
    pacman) rm -rf /var/cache/pacman/pkg/* ;;
    apk) rm -rf /var/cache/apk/* ;;
  esac
  # SELinux looks at labels that this work could not set.
  selinux
  rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
  rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
  rm -f /etc/udev/rules.d/70-persistent-net.rules /var/lib/systemd/random-seed \
    /var/lib/systemd/credential.secret /var/lib/dhcp/*.leases /var/lib/NetworkManager/*.lease \
    /root/.bash_history /root/.ash_history /root/.wget-hsts
  rm -rf /var/log/journal/*
  find /var/log -xdev -type f \( -name '\''*.gz'\'' -o -name '\''*.[0-9]'\'' -o -name '\''*.old'\'' \) -exec rm -f {} +
  find /var/log -xdev -type f -exec sh -c '\''for file; do : >"$file"; done'\'' empty {} +
  find /var/tmp -xdev -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  services_again
  policy=
  if [ -f /var/lib/dbus/machine-id ] && [ ! -L /var/lib/dbus/machine-id ]; then
    ln -sf /etc/machine-id /var/lib/dbus/machine-id
  fi
  # Last: whatever ran before may have asked for one.
  if [ -e /etc/machine-id ] || [ -d /etc/systemd ]; then : >/etc/machine-id; fi
  sync
}

selinux() {
  [ -e /etc/selinux/config ] || return 0
  type=$(sed -n '\''s/^SELINUXTYPE=//p'\'' /etc/selinux/config | head -n 1)
  ! grep -q '\''^SELINUX=disabled'\'' /etc/selinux/config || return 0
  contexts=/etc/selinux/${type:-targeted}/contexts/files/file_contexts
  if has setfiles && [ -e "$contexts" ] \
    && setfiles -F -e /proc -e /sys -e /dev -e /run -e /tmp "$contexts" / >/dev/null 2>&1; then
    return 0
  fi
  say "the first boot gives SELinux its labels, and starts again"
  : >/.autorelabel
}

# ---- in a running clone, by the guest agent: sh -c ALL-THIS NAME MARK ----

mark=$1
for pair in apt-get:apt dnf:dnf yum:dnf zypper:zypper pacman:pacman apk:apk; do
  if has "${pair%:*}"; then
    manager=${pair#*:}
    break
  fi
done

# This system labels its files itself.
selinux() { :; }

# What let Ansible in, and what it left.
for file in /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys; do
  [ -f "$file" ] || continue
  sed -i "/ $mark\$/d" "$file"
  [ -s "$file" ] || rm -f "$file"
done
rm -rf /root/.ansible /home/*/.ansible
# cloud-init writes it anew, for the user of the clone.
rm -f /etc/sudoers.d/90-cloud-init-users

# These two would write once more at shutdown.
if has systemctl; then systemctl stop systemd-random-seed.service >/dev/null 2>&1 || :; fi
if has journalctl; then journalctl --relinquish-var >/dev/null 2>&1 || :; fi

sysprep
' --command proxkiln --command proxkiln-"${run_id}" --output-format json | tail -n 1)
seal_pid=$(pick pid <<<"$answer")

# 21 of 29: Wait until that is done
deadline=$((SECONDS + 600))
until answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/agent/exec-status --pid "${seal_pid}" --output-format json 2>/dev/null) && meets exited MATCHES '^(?:1|true)$' <<<"$answer"; do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait until that is done'
  sleep 1
done
sealed_code=$(pick exitcode <<<"$answer")

# 22 of 29: Check that it worked
if grep -Pqz -- '\A0\z' <<<"${sealed_code}"; then :; else fail 'The clone could not be cleaned up after the playbook. See what it said with: proxkiln show RUN'; fi

# 23 of 29: Shut the clone down
qm shutdown "${vmid}" --timeout 300

# 24 of 29: Remove the folder
rm -rf -- /var/lib/proxkiln/cache/scratch/"${run_id}"

# 25 of 29: Give it its name, tags and notes, and the template's settings
qm set "${vmid}" --name debian-12-web-20261120 --tags 'proxkiln;debian-12;series-debian-12-web;version-20261120;run-'"${run_id}" --description 'Made by proxkiln from template debian-12 with the Ansible playbook web.yml.

- template: 9000 (debian-12)
- playbook: web.yml, sha256:'"${playbook_sha256}"'
- playbook-recap: '"${play_recap}"'
- made: '"${run_date}"'
- proxkiln: 1.0.0, run '"${run_id}" --delete ciupgrade,onboot,protection

# 26 of 29: Convert the clone to a template
qm template "${vmid}"

# 27 of 29: Check that it is a template
if answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets name EQUALS debian-12-web-20261120 <<<"$answer" && meets lock ABSENT '' <<<"$answer"; then :; else fail 'The provisioned clone is no template. Look at the output of the run, and start it again.'; fi

# 28 of 29: Announce the template
printf '%s %s\n' vmid "${vmid}"
printf '%s %s\n' name debian-12-web
printf '%s %s\n' node pve
printf '%s %s\n' series debian-12-web
printf '%s %s\n' version 20261120
printf '%s %s\n' template 9000
printf '%s %s\n' playbook /srv/plays/web.yml
printf '%s %s\n' playbook-digest sha256:"${playbook_sha256}"
printf '%s %s\n' recap "${play_recap}"

# 29 of 29: Give the name debian-12-web to version 20261120
qm set "${vmid}" --name debian-12-web --tags 'proxkiln;debian-12;series-debian-12-web;version-20261120;run-'"${run_id}"';current'
