# shellcheck shell=bash
# ./dev setup: the packages that building, testing and the demo need.

# The build; the sandbox's machines; the demo image; checks and the terminal tests.
readonly PACKAGES=(
  ca-certificates curl git maven
  openssh-client ovmf qemu-system-x86 qemu-utils seabios ipxe-qemu xorriso
  libguestfs-tools
  debian-archive-keyring dosfstools e2fsprogs fdisk gnupg grub-common grub-pc-bin mmdebstrap mtools
  ansible-core bzip2 cpio fish ignition libxml2-utils man-db mandoc shellcheck shfmt time tmux
  xz-utils zsh zstd
  openssl systemd-container
)
# Asked for where there is no dpkg to ask.
readonly COMMANDS=(
  ansible-playbook curl git mvn ssh-keygen qemu-system-x86_64 qemu-img xorriso
  mkfs.vfat mke2fs sfdisk gpg grub-mkimage mmdebstrap mcopy bzip2 cpio xmllint shellcheck tmux xz zstd
)

missing_packages() {
  local wanted=("${PACKAGES[@]}")
  # Only on a throw-away machine: installed on yours it could take part in the next boot.
  [[ ${CI:-} != true ]] || wanted+=(cloud-init)
  # Package managers of other systems, which read the commands that run inside their images.
  [[ ${CI:-} != true ]] || wanted+=(dnf zypper pacman-package-manager)
  # libguestfs starts the machine's own kernel, which a container does not have.
  [[ ${CI:-} != true ]] || wanted+=(linux-image-cloud-amd64)
  # dpkg-query lists what it knows; a line that is missing or not 'installed' is what we lack.
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
  local package
  for package in "${wanted[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"installed $package"$'\n'* ]] || printf '%s\n' "$package"
  done
}

# The first JDK 25 package that this machine's sources offer.
jdk_package() {
  local package
  for package in temurin-25-jdk openjdk-25-jdk-headless; do
    if apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]'; then
      printf '%s' "$package"
      return
    fi
  done
}

setup() {
  local jdk=yes missing
  find_jdk || jdk=
  if ! has dpkg-query || ! has apt-get; then
    missing=$(for command in "${COMMANDS[@]}"; do has "$command" || printf '%s ' "$command"; done)
    [[ -z $missing ]] || die "this is no Debian, so please install what provides: $missing"
    need_jdk
    return
  fi
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)) && [[ -n $jdk ]]; then return; fi
  if ((EUID != 0)); then
    ((${#missing[@]} == 0)) || die "packages are missing; please run as root:
  apt-get install --no-install-recommends ${missing[*]}"
    need_jdk
  fi
  say "installing: ${missing[*]}${jdk:+}$([[ -n $jdk ]] || printf ' and a JDK 25')"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  local apt=(apt-get -y -q -o Dpkg::Use-Pty=0 -o Acquire::Retries=5)
  if ! "${apt[@]}" update >"$log" 2>&1; then
    # One broken third-party source is no reason to stop: what matters is the install below.
    note "apt-get update complained: $(grep -m1 '^[EW]:' "$log" || true)"
  fi
  if [[ -z $jdk ]]; then
    local package
    package=$(jdk_package)
    [[ -z $package ]] || missing+=("$package")
  fi
  if ((${#missing[@]} > 0)) \
    && ! "${apt[@]}" install --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "apt-get install failed (whole log: $log)"
  fi
  rm -f "$log"
  need_jdk
}
