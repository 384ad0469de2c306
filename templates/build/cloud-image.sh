#!/usr/bin/env bash
# shellcheck disable=SC2016  # GRUB's variables and mmdebstrap's "$1" are not ours to expand
# Builds a cloud image of Debian or Ubuntu straight from the distribution's package archive: no
# image of a publisher is involved, and the trust is that of the archive's signature.
#
#   bash -s -- OPTION VALUE ... < cloud-image.sh
#
#   --distribution debian|ubuntu    --suite NAME           a stable release, for example trixie
#   --mirror URL|host               --security URL|host    host: what this machine's APT uses
#   --keyring FILE                  the keys that may sign the archive
#   --out DIR                       where the image goes; built only where it is not there yet
#   --recipe TEXT                   part of what tells one image from another
#   --size MIB                      size of the disk, 2048 to 1048576
#   --packages A,B                  more packages
#   --kernel-options TEXT           more words on the kernel's command line
#   --host-keys TYPES               types of SSH host keys, for example ed25519; empty for all
#   --boot-files DIR                where a copy of the kernel goes
#
# The image boots under BIOS and UEFI (Secure Boot too), and carries cloud-init, the QEMU guest
# agent, OpenSSH, sudo, netplan with systemd-networkd, growpart and a serial console. Its last lines
# of output are path=, format=, virtual-size=, digest=, url= and verified=.
# It needs no loop device and no mount outside a private name space.
set -euo pipefail
umask 022
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin"
unset SOURCE_DATE_EPOCH

readonly ROOT_LABEL=cloudimg-rootfs EFI_LABEL=EFI
readonly SECTOR=512
readonly BIOS_START=2048 BIOS_SECTORS=6144 # 3 MiB for GRUB's core image
readonly ESP_START=8192 ESP_SECTORS=32768  # 16 MiB, FAT
readonly ROOT_START=40960

die() {
  printf 'cloud-image: %s\n' "$*" >&2
  exit 1
}

# What is missing, with the one command that installs it all.
need_tools() {
  local command package missing=()
  while read -r command package; do
    [[ -x $(command -v "$command" || true) || -e $command ]] || missing+=("$package")
  done <<'LIST'
mmdebstrap mmdebstrap
mke2fs e2fsprogs
sfdisk fdisk
mkfs.vfat dosfstools
mcopy mtools
grub-mkimage grub-common
/usr/lib/grub/i386-pc/boot.img grub-pc-bin
qemu-img qemu-utils
LIST
  if [[ ! -e $KEYRING ]]; then
    case $KEYRING in
      /usr/share/keyrings/ubuntu-archive-keyring.gpg) missing+=(ubuntu-archive-keyring) ;;
      /usr/share/keyrings/debian-archive-keyring.gpg) missing+=(debian-archive-keyring) ;;
      *) die "there is no keyring '$KEYRING'" ;;
    esac
  fi
  ((${#missing[@]} == 0)) \
    || die "tools are missing here; install them with: apt-get install --no-install-recommends ${missing[*]}"
}

# The archive that this machine's APT uses; argument: a pattern that the address must end in.
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

# Sets MIRROR, SECURITY, COMPONENTS, PACKAGES and SOURCES for the distribution.
choose_sources() {
  local resolved=systemd-resolved
  case $DISTRIBUTION in
    debian)
      [[ $MIRROR != host ]] || MIRROR=$(mirror_of debian)
      [[ $SECURITY != host ]] || SECURITY=$(mirror_of debian-security)
      MIRROR=${MIRROR:-http://deb.debian.org/debian}
      SECURITY=${SECURITY:-http://security.debian.org/debian-security}
      COMPONENTS=main
      PACKAGES=(linux-image-cloud-amd64 grub-cloud-amd64 netplan.io)
      ;;
    ubuntu)
      [[ $MIRROR != host ]] || MIRROR=$(mirror_of ubuntu)
      [[ $SECURITY != host ]] || SECURITY=
      MIRROR=${MIRROR:-http://archive.ubuntu.com/ubuntu}
      SECURITY=${SECURITY:-http://security.ubuntu.com/ubuntu}
      COMPONENTS='main universe'
      PACKAGES=(linux-image-virtual grub-pc-bin grub-efi-amd64-signed shim-signed grub2-common netplan.io)
      [[ $SUITE != jammy ]] || resolved=
      ;;
    *) die "distribution '$DISTRIBUTION' is not known" ;;
  esac
  MIRROR=${MIRROR%/} SECURITY=${SECURITY%/}
  local address
  for address in "$MIRROR" "$SECURITY"; do
    [[ $address =~ ^https?://[A-Za-z0-9._:/~%+-]+$ ]] || die "'$address' is no address of an archive"
  done
  PACKAGES+=(
    initramfs-tools systemd-sysv libpam-systemd systemd-timesyncd ${resolved:+$resolved} dbus udev kmod
    iproute2 iputils-ping netbase ca-certificates curl cloud-init cloud-guest-utils fdisk e2fsprogs
    openssh-server qemu-guest-agent sudo procps less nano zstd
  )
  local list=()
  [[ -z $MORE ]] || IFS=, read -ra list <<<"$MORE"
  PACKAGES+=("${list[@]}")
  SOURCES=(
    "deb [signed-by=$KEYRING] $MIRROR $SUITE $COMPONENTS"
    "deb [signed-by=$KEYRING] $MIRROR $SUITE-updates $COMPONENTS"
    "deb [signed-by=$KEYRING] $SECURITY $SUITE-security $COMPONENTS"
  )
}

# A digest of the recipe and of what the archive offers now, so that an image is built again when,
# and only when, it would come out different.
fingerprint() {
  local scratch=$1 address suite
  {
    printf '%s\n' "$RECIPE" "$DISTRIBUTION" "$SUITE" "$MIRROR" "$SECURITY" "$SIZE" "$MORE" "$KERNEL_OPTIONS" "$HOST_KEYS"
    while read -r address suite; do
      /usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=3 \
        download-file "$address/dists/$suite/InRelease" "$scratch/InRelease" >"$scratch/helper.log" 2>&1 || {
        cat "$scratch/helper.log" >&2
        die "the archive '$address' does not answer, or has no '$suite'"
      }
      grep -E '^ [0-9a-f]{64} +[0-9]+ (main|universe)/binary-amd64/Packages\.(xz|gz)$' "$scratch/InRelease"
      rm "$scratch/InRelease"
    done <<<"$MIRROR $SUITE
$MIRROR $SUITE-updates
$SECURITY $SUITE-security"
  } >"$scratch/inputs"
  sha256sum <"$scratch/inputs" | cut -c1-32
}

# Runs inside mmdebstrap's name space with the finished root file system; arguments: root, work
# folder, size of the file system in KiB. Puts the boot files in place, drops what a template must
# not carry, and writes the ext4 image.
pack_root() {
  local root=$1 work=$2 kib=$3 version
  version=$(find "$root/boot" -name 'vmlinuz-*' -printf '%f\n' | sort -V | tail -n 1)
  version=${version#vmlinuz-}
  [[ -n $version ]] || die "no kernel was installed"

  printf 'LABEL=%s / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1\n' "$ROOT_LABEL" >"$root/etc/fstab"
  mkdir -p "$root/boot/efi" "$root/boot/grub" "$root/etc/default/grub.d"
  printf 'LABEL=%s /boot/efi vfat umask=0077,nofail 0 0\n' "$EFI_LABEL" >>"$root/etc/fstab"
  {
    printf '# Proxmox VE hands over a NoCloud or ConfigDrive disk; probing for anything else costs boot time.\n'
    printf 'datasource_list: [NoCloud, ConfigDrive, None]\n'
    printf 'locale: C.UTF-8\n'
    printf '# The archive that the image was built from stays the one that it is updated from.\n'
    printf 'apt: {preserve_sources_list: true}\n'
    [[ -z $HOST_KEYS ]] || printf 'ssh_genkeytypes: [%s]\n' "${HOST_KEYS//,/, }"
    printf 'system_info:\n  network:\n    renderers: [netplan, networkd]\n'
  } >"$root/etc/cloud/cloud.cfg.d/90_image.cfg"

  # The first configuration of GRUB; the next kernel that the guest installs makes its own of
  # /etc/default/grub.d, and with the flag GRUB's own updates reach the disk too.
  local options="console=tty0 console=ttyS0,115200${KERNEL_OPTIONS:+ $KERNEL_OPTIONS}"
  {
    printf 'GRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX_DEFAULT=""\nGRUB_CMDLINE_LINUX="%s"\n' "$options"
    printf 'GRUB_TERMINAL="console serial"\nGRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"\n'
  } >"$root/etc/default/grub.d/50-cloud-image.cfg"
  [[ $DISTRIBUTION != debian ]] || : >"$root/etc/grub.d/enable_cloud"
  cat >"$root/boot/grub/grub.cfg" <<CFG
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
set timeout=0
search --no-floppy --label $ROOT_LABEL --set=root
menuentry "$DISTRIBUTION $SUITE" {
  linux /boot/vmlinuz-$version root=LABEL=$ROOT_LABEL ro $options
  initrd /boot/initrd.img-$version
}
CFG
  cp "$root/boot/vmlinuz-$version" "$work/vmlinuz"

  # Shim and GRUB as the distribution signed them.
  local file
  for file in usr/lib/shim/shimx64.efi.signed usr/lib/shim/shimx64.efi.signed.latest; do
    [[ -e $work/shim.efi || ! -f $root/$file ]] || cp "$root/$file" "$work/shim.efi"
  done
  cp "$root/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$work/grub.efi"
  [[ -e $work/shim.efi ]] || die "the distribution has no signed shim"

  # A template has no identity: no host keys, no machine ID, no name, no leases, no history.
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
  ' sh "$root" "$work" "$ROOT_LABEL" "${kib}k" || {
    cat "$work/mke2fs.log" >&2
    die "the root file system could not be written"
  }
}

make_root() {
  local work=$1 hook
  {
    printf 'set -euo pipefail\n'
    declare -p ROOT_LABEL EFI_LABEL KERNEL_OPTIONS HOST_KEYS DISTRIBUTION SUITE
    declare -f die pack_root
    printf 'pack_root "$@"\n'
  } >"$work/pack.sh"
  printf -v hook 'bash %q "$1" %q %q' "$work/pack.sh" "$work" "$((ROOT_SECTORS / 2))"
  local services='systemd-networkd'
  [[ $SUITE == jammy ]] || services+=' systemd-resolved'
  # Not in /tmp, which may be memory; and what is mounted in there goes with the last process.
  TMPDIR=$work unshare --mount --propagation private mmdebstrap --quiet --mode=root --variant=minbase --architectures=amd64 --format=null \
    --aptopt='APT::Sandbox::User "root"' --aptopt='Acquire::Languages "none"' \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "5"' \
    --dpkgopt='force-unsafe-io' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --include="$(
      IFS=,
      printf '%s' "${PACKAGES[*]}"
    )" \
    --customize-hook="chroot \"\$1\" systemctl -q enable $services" \
    --customize-hook="$hook" \
    "$SUITE" /dev/null "${SOURCES[@]}"
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
    biosdisk part_gpt ext2 search search_label search_fs_uuid serial terminal normal configfile linux echo minicmd \
    test loadenv gfxterm all_video font
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

# Under the removable-media path that every firmware tries.
install_efi_grub() {
  local disk=$1 work=$2 esp=$2/esp.img
  printf 'search --no-floppy --label %s --set=root\nset prefix=($root)/boot/grub\nconfigfile ($root)/boot/grub/grub.cfg\n' \
    "$ROOT_LABEL" >"$work/efi.cfg"
  truncate -s $((ESP_SECTORS * SECTOR)) "$esp"
  mkfs.vfat -n "$EFI_LABEL" "$esp" >/dev/null
  mmd -i "$esp" ::/EFI ::/EFI/BOOT "::/EFI/$DISTRIBUTION"
  mcopy -i "$esp" "$work/shim.efi" ::/EFI/BOOT/BOOTX64.EFI
  mcopy -i "$esp" "$work/grub.efi" ::/EFI/BOOT/grubx64.efi
  mcopy -i "$esp" "$work/efi.cfg" "::/EFI/$DISTRIBUTION/grub.cfg"
  dd if="$esp" of="$disk" bs=$SECTOR seek="$ESP_START" conv=notrunc,sparse status=none
}

make_disk() {
  local work=$1 disk=$1/disk.raw
  truncate -s "${SIZE}M" "$disk"
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

options() {
  DISTRIBUTION=debian SUITE='' MIRROR=host SECURITY=host SIZE=3072 OUT='' RECIPE='' MORE='' KERNEL_OPTIONS=''
  HOST_KEYS='' BOOT_FILES='' KEYRING=''
  while (($# > 0)); do
    (($# > 1)) || die "'$1' has no value"
    case $1 in
      --distribution) DISTRIBUTION=$2 ;;
      --suite) SUITE=$2 ;;
      --mirror) MIRROR=$2 ;;
      --security) SECURITY=$2 ;;
      --keyring) KEYRING=$2 ;;
      --size) SIZE=$2 ;;
      --out) OUT=$2 ;;
      --recipe) RECIPE=$2 ;;
      --packages) MORE=$2 ;;
      --kernel-options) KERNEL_OPTIONS=$2 ;;
      --host-keys) HOST_KEYS=$2 ;;
      --boot-files) BOOT_FILES=$2 ;;
      *) die "there is no option '$1'" ;;
    esac
    shift 2
  done
  KEYRING=${KEYRING:-/usr/share/keyrings/$DISTRIBUTION-archive-keyring.gpg}
  [[ $SUITE =~ ^[a-z]+$ ]] || die "'$SUITE' is no suite"
  [[ $SIZE =~ ^[1-9][0-9]{3,6}$ ]] || die "'$SIZE' is no size in MiB"
  ((SIZE >= 2048 && SIZE <= 1048576)) || die "the disk can have 2048 to 1048576 MiB, not $SIZE"
  [[ $KEYRING =~ ^/[A-Za-z0-9._/-]+$ ]] || die "'$KEYRING' is no file name"
  [[ $MORE =~ ^[a-z0-9.+,-]*$ ]] || die "'$MORE' is no list of packages"
  [[ $KERNEL_OPTIONS =~ ^[A-Za-z0-9._=,:/\ -]*$ ]] || die "'$KERNEL_OPTIONS' are no kernel options"
  [[ $HOST_KEYS =~ ^[a-z0-9,]*$ ]] || die "'$HOST_KEYS' are no types of keys"
  [[ -n $OUT ]] || die "--out is missing"
  ROOT_SECTORS=$((SIZE * 2048 - ROOT_START - 2048))
}

main() {
  options "$@"
  ((EUID == 0)) || die "building an image needs root: owners and modes of its files are set for real"
  need_tools
  choose_sources
  mkdir -p "$OUT"
  OUT=$(readlink -f "$OUT")
  local key image part
  # What a killed build left; no build takes that long.
  find "$OUT" -maxdepth 1 -name '.build.*' -mmin +720 -exec rm -rf --one-file-system {} +
  WORK=$(mktemp -d "$OUT/.build.XXXXXX")
  chmod 0755 "$WORK"
  trap 'rm -rf --one-file-system "$WORK"' EXIT
  key=$(fingerprint "$WORK")
  image=$OUT/built-$DISTRIBUTION-$SUITE-$key.qcow2
  mkdir -p "$OUT/locks"
  exec 9>"$OUT/locks/build-$key.lock"
  flock 9
  if [[ -f $image && -f $image.facts ]]; then
    printf 'already built: %s\n' "$image"
  else
    printf 'building %s %s from %s\n' "$DISTRIBUTION" "$SUITE" "$MIRROR"
    make_root "$WORK"
    make_disk "$WORK"
    part=$WORK/image.qcow2
    qemu-img convert -f raw -O qcow2 -c -W -m 8 "$WORK/disk.raw" "$part"
    chmod 0640 "$part"
    printf 'format=qcow2\nvirtual-size=%s\ndigest=sha256:%s\nurl=%s\nverified=%s\n' \
      "$((SIZE * 1048576))" "$(sha256sum <"$part" | cut -d' ' -f1)" "$MIRROR/dists/$SUITE" \
      "every package by the signature of the archive, with the keys of ${KEYRING##*/}" >"$WORK/facts"
    mv "$part" "$image"
    mv "$WORK/facts" "$image.facts"
    if [[ -n $BOOT_FILES ]]; then cp "$WORK/vmlinuz" "$BOOT_FILES/"; fi
  fi
  # The folder may have been moved since.
  printf 'path=%s\n' "$image"
  cat "$image.facts"
}

main "$@" </dev/null
