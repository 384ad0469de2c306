#!/usr/bin/env bash
# shellcheck disable=SC2016  # GRUB's variables and mmdebstrap's "$1" are not ours to expand
# Makes a bootable Debian cloud image from Debian packages, with checksum files and signatures
# beside it: the real thing that the demo serves and the tests boot, on a machine that can reach
# no more than its own Debian mirror.
#
#   demo-image.sh OUTPUT_DIR [SUITE]
#
# The image boots under BIOS and UEFI (Secure Boot too), and carries cloud-init, the QEMU guest
# agent, OpenSSH, sudo, netplan with systemd-networkd, growpart and a serial console.
# It needs no loop device and no mount outside a private namespace, so it also runs in containers.
set -euo pipefail
umask 022
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin"
unset SOURCE_DATE_EPOCH

readonly ROOT_LABEL=cloudimg-rootfs
readonly SECTOR=512
readonly DISK_MIB=3072
readonly BIOS_START=2048 BIOS_SECTORS=6144 # 3 MiB for GRUB's core image
readonly ESP_START=8192 ESP_SECTORS=32768  # 16 MiB, FAT
readonly ROOT_START=40960
readonly ROOT_SECTORS=$((DISK_MIB * 2048 - ROOT_START - 2048))

die() {
  printf 'demo-image: %s\n' "$*" >&2
  exit 1
}

# The machine's own Debian mirror; first argument: a pattern that the address must end in.
mirror_of() {
  local list address
  address=$(
    {
      awk '/^URIs:/ { for (i = 2; i <= NF; i++) print $i }' /etc/apt/sources.list.d/*.sources
      awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\//) { print $i; break } }' \
        /etc/apt/sources.list /etc/apt/sources.list.d/*.list
    } 2>/dev/null | grep -E "/$1(\.list)?/?$" | head -n 1
  ) || true
  if [[ $address == mirror+file:* ]]; then
    list=${address#mirror+file:}
    address=$(awk '!/^#/ && NF { print $1; exit }' "/${list#"${list%%[!/]*}"}")
  fi
  printf '%s' "${address%/}"
}

# Runs inside mmdebstrap's name space with the finished root file system; arguments: root, work.
# Puts the boot files in place, drops what a template must not carry, and writes the ext4 image.
pack_root() {
  local root=$1 work=$2 version
  version=$(find "$root/boot" -name 'vmlinuz-*' -printf '%f\n' | sort -V | tail -n 1)
  version=${version#vmlinuz-}
  [[ -n $version ]] || die "no kernel was installed"

  printf 'LABEL=%s / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1\n' \
    "$ROOT_LABEL" >"$root/etc/fstab"
  cat >"$root/etc/cloud/cloud.cfg.d/90_image.cfg" <<'YAML'
# Proxmox VE hands over a NoCloud or ConfigDrive disk; probing for anything else costs boot time.
datasource_list: [NoCloud, ConfigDrive, None]
locale: C.UTF-8
# An RSA host key takes seconds under software emulation.
ssh_genkeytypes: [ed25519]
system_info:
  network:
    renderers: [netplan, networkd]
YAML
  mkdir -p "$root/boot/grub"
  cat >"$root/boot/grub/grub.cfg" <<CFG
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
set timeout=0
search --no-floppy --label $ROOT_LABEL --set=root
menuentry "Debian GNU/Linux" {
  linux /boot/vmlinuz-$version root=LABEL=$ROOT_LABEL ro console=tty0 console=ttyS0,115200 mitigations=off
  initrd /boot/initrd.img-$version
}
CFG
  cp "$root/boot/vmlinuz-$version" "$work/vmlinuz"

  # Signed boot files for the EFI partition: fetched, not installed, so the image stays small.
  mkdir -p "$work/efi" "$work/debs"
  (cd "$work/debs" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -q -o APT::Sandbox::User=root \
    download shim-signed grub-efi-amd64-signed >/dev/null)
  local package
  for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$work/efi"; done

  # A template has no identity: no host keys, no machine id, no name, no leases, no history.
  rm -rf "$root"/tmp/* "$root"/var/tmp/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin \
    "$root"/var/cache/apt/archives/*.deb "$root"/var/log/apt "$root"/var/log/dpkg.log \
    "$root"/var/log/alternatives.log "$root"/var/lib/dbus/machine-id "$root"/etc/ssh/ssh_host_* \
    "$root"/etc/hostname "$root"/etc/apt/apt.conf.d/99mmdebstrap "$root"/etc/dpkg/dpkg.cfg.d/99mmdebstrap
  : >"$root/etc/machine-id"
  ln -sfn ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

  # A plain bind mount shows the root without the /dev, /proc and /sys mounted inside it. The two
  # features are left out because the e2fsck of older releases does not know them.
  mkdir -p "$work/view"
  unshare --mount --propagation private sh -euc '
    mount --bind "$1" "$2/view"
    find "$2/view/dev" "$2/view/proc" "$2/view/sys" "$2/view/run" -xdev ! -type d -delete
    mke2fs -q -t ext4 -L "$3" -O ^metadata_csum_seed,^orphan_file -E lazy_itable_init=1 \
      -d "$2/view" "$2/root.ext4" "$4" >"$2/mke2fs.log" 2>&1
  ' sh "$root" "$work" "$ROOT_LABEL" "$((ROOT_SECTORS / 2))k" || {
    cat "$work/mke2fs.log" >&2
    die "the root file system could not be written"
  }
}

make_root() {
  local suite=$1 work=$2 mirror security
  mirror=${PROXKILN_DEBIAN_MIRROR:-$(mirror_of debian)}
  [[ -n $mirror ]] || die "no Debian mirror in /etc/apt; set PROXKILN_DEBIAN_MIRROR"
  security=$(mirror_of debian-security)
  local packages=(
    linux-image-cloud-amd64 initramfs-tools systemd-sysv libpam-systemd dbus udev kmod
    systemd-resolved netplan.io iproute2 iputils-ping netbase ca-certificates curl
    cloud-init cloud-guest-utils fdisk e2fsprogs openssh-server qemu-guest-agent sudo
    procps less nano-tiny zstd
  )
  local sources=("deb $mirror $suite main" "deb $mirror $suite-updates main")
  [[ -z $security ]] || sources+=("deb $security $suite-security main")
  local hook
  printf -v hook 'bash %q --pack-root "$1" %q' "$SELF" "$work"
  mmdebstrap --quiet --mode=root --variant=minbase --components=main --format=null \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Retries "5"' \
    --dpkgopt='force-unsafe-io' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --include="$(
      IFS=,
      printf '%s' "${packages[*]}"
    )" \
    --customize-hook='chroot "$1" systemctl -q enable systemd-networkd systemd-resolved' \
    --customize-hook="$hook" \
    "$suite" /dev/null "${sources[@]}"
}

# Writes VALUE as BYTES little-endian bytes at OFFSET of FILE.
poke() {
  local file=$1 offset=$2 bytes=$3 value=$4 octets='' i
  for ((i = 0; i < bytes; i++)); do
    octets+=$(printf '\\x%02x' $(((value >> (8 * i)) & 255)))
  done
  # shellcheck disable=SC2059  # the octets are the format
  printf "$octets" | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}

# GRUB for BIOS without grub-install: the boot sector points at the core image in the BIOS boot
# partition, the core image's first sector at the rest of itself (GRUB manual, "Images").
install_bios_grub() {
  local disk=$1 work=$2 modules=/usr/lib/grub/i386-pc sectors
  printf 'search --no-floppy --label %s --set=root\nset prefix=($root)/boot/grub\n' \
    "$ROOT_LABEL" >"$work/bios.cfg"
  grub-mkimage -O i386-pc -d "$modules" -o "$work/core.img" -p /boot/grub -c "$work/bios.cfg" \
    biosdisk part_gpt ext2 search search_label serial terminal normal configfile linux echo minicmd
  sectors=$((($(stat -c %s "$work/core.img") + SECTOR - 1) / SECTOR))
  ((sectors <= BIOS_SECTORS)) || die "GRUB's core image is too large: $sectors sectors"
  # boot.img: the sector of the core image at 0x5c; diskboot.img: its last block list entry.
  cp "$modules/boot.img" "$work/boot.img"
  poke "$work/boot.img" $((0x5c)) 8 "$BIOS_START"
  # Hard disks only: without this the floppy check would hang some firmware.
  poke "$work/boot.img" $((0x66)) 2 $((0x9090))
  poke "$work/core.img" $((0x1f4)) 8 $((BIOS_START + 1))
  poke "$work/core.img" $((0x1fc)) 2 $((sectors - 1))
  dd if="$work/boot.img" of="$disk" bs=1 count=440 conv=notrunc status=none
  dd if="$work/core.img" of="$disk" bs=$SECTOR seek="$BIOS_START" conv=notrunc status=none
}

# Shim and GRUB as Debian signed them, under the removable-media path that every firmware tries.
install_efi_grub() {
  local disk=$1 work=$2 esp=$2/esp.img
  printf 'search --no-floppy --label %s --set=root\nset prefix=($root)/boot/grub\nconfigfile ($root)/boot/grub/grub.cfg\n' \
    "$ROOT_LABEL" >"$work/efi.cfg"
  truncate -s $((ESP_SECTORS * SECTOR)) "$esp"
  mkfs.vfat -n EFI "$esp" >/dev/null
  mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/EFI/debian
  mcopy -i "$esp" "$work/efi/usr/lib/shim/shimx64.efi.signed" ::/EFI/BOOT/BOOTX64.EFI
  mcopy -i "$esp" "$work/efi/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" ::/EFI/BOOT/grubx64.efi
  mcopy -i "$esp" "$work/efi.cfg" ::/EFI/debian/grub.cfg
  dd if="$esp" of="$disk" bs=$SECTOR seek="$ESP_START" conv=notrunc,sparse status=none
}

make_disk() {
  local work=$1 disk=$1/disk.raw
  truncate -s "${DISK_MIB}M" "$disk"
  # Numbered as in Debian's own images: 1 root, 14 BIOS boot, 15 EFI; root last, so it can grow.
  sfdisk -q "$disk" <<PARTITIONS
label: gpt
1: start=$ROOT_START, size=$ROOT_SECTORS, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
14: start=$BIOS_START, size=$BIOS_SECTORS, type=21686148-6449-6E6F-744E-656564454649
15: start=$ESP_START, size=$ESP_SECTORS, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
PARTITIONS
  dd if="$work/root.ext4" of="$disk" bs=1M seek=$((ROOT_START * SECTOR))B conv=notrunc,sparse status=none
  rm "$work/root.ext4"
  install_bios_grub "$disk" "$work"
  install_efi_grub "$disk" "$work"
}

# The checksum and signature forms that publishers use: GNU lines with a detached signature
# (Debian, Ubuntu), and BSD lines clear-signed (Fedora, AlmaLinux). The key lives for one run.
sign() {
  local dir=$1 image=$2 home
  home=$(mktemp -d)
  local gpg=(gpg --homedir "$home" --batch --quiet --yes --no-tty --pinentry-mode loopback --passphrase '')
  "${gpg[@]}" --quick-generate-key 'proxkiln demo image (throw-away) <demo@proxkiln.invalid>' \
    ed25519 sign never 2>/dev/null
  (
    cd "$dir"
    sha512sum "$image" >SHA512SUMS
    sha256sum --tag "$image" >CHECKSUM.plain
    "${gpg[@]}" --export --armor >signing-key.asc
    "${gpg[@]}" --armor --detach-sign --output SHA512SUMS.asc SHA512SUMS
    "${gpg[@]}" --detach-sign --output SHA512SUMS.gpg SHA512SUMS
    "${gpg[@]}" --clear-sign --output SHA512SUMS.clearsigned SHA512SUMS
    "${gpg[@]}" --clear-sign --output CHECKSUM CHECKSUM.plain
    rm CHECKSUM.plain
  )
  gpgconf --homedir "$home" --kill gpg-agent 2>/dev/null || true
  rm -rf "$home"
}

main() {
  if [[ ${1:-} == --pack-root ]]; then
    pack_root "$2" "$3"
    return
  fi
  ((EUID == 0)) || die "making the image needs root: owners and modes of its files are set for real"
  (($# >= 1)) || die "usage: demo-image.sh OUTPUT_DIR [SUITE]"
  local out=$1 suite=${2:-bookworm} release image
  case $suite in
    bookworm) release=12 ;;
    trixie) release=13 ;;
    *) die "suite '$suite' is not known; take bookworm or trixie" ;;
  esac
  image=debian-$release-genericcloud-amd64.qcow2
  mkdir -p "$out"
  WORK=$(mktemp -d "$out/.work.XXXXXX")
  chmod 0755 "$WORK"
  trap 'rm -rf "$WORK"' EXIT
  make_root "$suite" "$WORK"
  make_disk "$WORK"
  qemu-img convert -f raw -O qcow2 -c -W -m 8 "$WORK/disk.raw" "$WORK/$image"
  mv "$WORK/$image" "$WORK/vmlinuz" "$out/"
  sign "$out" "$image"
}

SELF=$(readlink -f "$0")
readonly SELF
main "$@"
