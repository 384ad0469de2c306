#!/bin/sh
# Runs inside the image as root, with /proc, /sys and /dev mounted and no service manager. What is to
# be done stands below these functions, one call each; free text comes as base64 on standard input.
set -eu
umask 022
export LC_ALL=C HOME=/root DEBIAN_FRONTEND=noninteractive
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '%s\n' "customize: $*" >&2; }
die() {
  say "$*"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
decoded() { tr -d '\n ' | base64 -d; }
debian() { [ -e /etc/debian_version ]; }

manager=
policy=
no_services() {
  # Packages must not start what they bring: this is no running system.
  if [ -d /usr/sbin ] && [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
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
  device=$(findmnt -n -o SOURCE / 2>/dev/null | sed 's/\[.*//') || return 0
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
  path=$(printf '%s' "$2" | base64 -d)
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
  sed -i '/^https\{0,1\}_proxy=/d' /etc/environment
  printf 'http_proxy=%s\nhttps_proxy=%s\n' "$1" "$1" >>/etc/environment
  case $manager in
    apt) printf 'Acquire::http::Proxy "%s";\nAcquire::https::Proxy "%s";\n' "$1" "$1" >/etc/apt/apt.conf.d/95proxkiln-proxy ;;
    dnf) sed -i '/^proxy=/d' /etc/dnf/dnf.conf && printf 'proxy=%s\n' "$1" >>/etc/dnf/dnf.conf ;;
  esac
}

# apt_cache URL: where apt gets packages from, now and in clones.
apt_cache() {
  [ "$manager" = apt ] || return 0
  printf 'Acquire::http::Proxy "%s";\nAcquire::https::Proxy "DIRECT";\n' "$1" >/etc/apt/apt.conf.d/96proxkiln-cache
}

# ---- settings ----

timezone() {
  if [ ! -e "/usr/share/zoneinfo/$1" ]; then install_packages tzdata; fi
  [ -e "/usr/share/zoneinfo/$1" ] || die "this system does not know the time zone $1"
  ln -snf "/usr/share/zoneinfo/$1" /etc/localtime
  if debian || [ -e /etc/alpine-release ]; then printf '%s\n' "$1" >/etc/timezone; fi
}

locale() {
  language=${1%%_*}
  if debian && [ "$1" != C.UTF-8 ]; then
    has locale-gen || install_packages locales
    if has locale-gen && [ -e /etc/locale.gen ]; then
      printf '%s UTF-8\n' "$1" >>/etc/locale.gen
      locale-gen
    else
      locale-gen "$1"
    fi
    printf 'LANG=%s\n' "$1" >/etc/default/locale
    return 0
  fi
  case $manager in
    dnf) [ "$1" = C.UTF-8 ] || install_packages "glibc-langpack-$language" ;;
    zypper) [ "$1" = C.UTF-8 ] || install_packages glibc-locale ;;
    pacman)
      if [ "$1" != C.UTF-8 ]; then
        printf '%s UTF-8\n' "$1" >>/etc/locale.gen
        locale-gen
      fi
      ;;
    apk)
      printf 'export LANG=%s\n' "$1" >/etc/profile.d/20locale.sh
      return 0
      ;;
  esac
  if debian; then printf 'LANG=%s\n' "$1" >/etc/default/locale; else printf 'LANG=%s\n' "$1" >/etc/locale.conf; fi
}

# keyboard LAYOUT [VARIANT]
keyboard() {
  if debian; then
    printf 'XKBMODEL="pc105"\nXKBLAYOUT="%s"\nXKBVARIANT="%s"\nXKBOPTIONS=""\nBACKSPACE="guess"\n' \
      "$1" "${2:-}" >/etc/default/keyboard
  elif [ -e /etc/alpine-release ]; then
    has setup-keymap || die "this system cannot set a keyboard"
    setup-keymap "$1" "${2:-$1}"
  else
    printf 'KEYMAP=%s%s\n' "$1" "${2:+-$2}" >/etc/vconsole.conf
  fi
}

# The agent starts by itself where the package says so; elsewhere it is switched on.
agent() {
  if has rc-update; then
    rc-update add qemu-guest-agent default
  elif has systemctl; then
    systemctl enable qemu-guest-agent 2>&1 || say "note: the agent's service was not enabled"
  fi
}

lock_root() { passwd -l root >/dev/null; }

# command: the user's own shell command, from standard input.
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
  find /var/log -xdev -type f \( -name '*.gz' -o -name '*.[0-9]' -o -name '*.old' \) -exec rm -f {} +
  find /var/log -xdev -type f -exec sh -c 'for file; do : >"$file"; done' empty {} +
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
  type=$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config | head -n 1)
  ! grep -q '^SELINUX=disabled' /etc/selinux/config || return 0
  contexts=/etc/selinux/${type:-targeted}/contexts/files/file_contexts
  if has setfiles && [ -e "$contexts" ] \
    && setfiles -F -e /proc -e /sys -e /dev -e /run -e /tmp "$contexts" / >/dev/null 2>&1; then
    return 0
  fi
  say "the first boot gives SELinux its labels, and starts again"
  : >/.autorelabel
}
