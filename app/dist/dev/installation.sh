# shellcheck shell=bash
# ./dev installation: Debian's own installer, answered by proxkiln, on the sandbox node: an ISO with
# the installer becomes a template, whose clone is booted and judged. Tens of minutes under software
# emulation, so neither ./dev test nor continuous integration runs it.

# The installer as Debian packages it, and what its media start with.
readonly INSTALLATION_PACKAGES=(debian-installer-12-netboot-amd64 isolinux syslinux-common grub-efi-amd64-bin)

# Sets NETBOOT to the folder with the installer's kernel 'linux' and its 'initrd.gz'.
find_installer() {
  NETBOOT=${PROXKILN_NETBOOT:-$(find /usr/lib/debian-installer/images -path '*/amd64/text/debian-installer/amd64/linux' \
    -printf '%h\n' 2>/dev/null | sort -V | tail -n 1)}
  [[ -f $NETBOOT/linux && -f $NETBOOT/initrd.gz && -f /usr/lib/ISOLINUX/isolinux.bin &&
    -d /usr/lib/grub/x86_64-efi ]] \
    || die "Debian's installer is not here; install it with:
  apt-get install --no-install-recommends ${INSTALLATION_PACKAGES[*]}"
}

# The Debian archive in this machine's own sources of APT, whose lists may not be here.
debian_archive() {
  {
    awk '/^URIs:/ { for (i = 2; i <= NF; i++) print $i }' /etc/apt/sources.list.d/*.sources
    awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\//) { print $i; break } }' \
      /etc/apt/sources.list /etc/apt/sources.list.d/*.list
  } 2>/dev/null | grep -m 1 -E '^https?://.*/debian/?$' || true
}

# An ISO laid out as Debian's are: the files that proxkiln replaces or adds to are where it expects
# them. Its own menus lead nowhere: only a copy with other menus installs.
make_installer_iso() {
  local work=$1 tree=$1/tree esp=$1/tree/boot/grub/efi.img
  mkdir -p "$tree/install.amd" "$tree/isolinux" "$tree/boot/grub"
  cp "$NETBOOT/linux" "$tree/install.amd/vmlinuz"
  cp "$NETBOOT/initrd.gz" "$tree/install.amd/initrd.gz"
  cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$tree/isolinux/"
  printf 'default none\nprompt 1\n' >"$tree/isolinux/isolinux.cfg"
  printf 'menuentry none { true }\n' >"$tree/boot/grub/grub.cfg"
  # shellcheck disable=SC2016  # GRUB's variables
  printf 'search --file --set=root /install.amd/vmlinuz\nset prefix=($root)/boot/grub\n' >"$work/early.cfg"
  grub-mkimage -O x86_64-efi -o "$work/bootx64.efi" -p /boot/grub -c "$work/early.cfg" \
    iso9660 part_gpt part_msdos search search_fs_file normal configfile linux test echo
  truncate -s 4M "$esp"
  mkfs.vfat "$esp" >/dev/null
  mmd -i "$esp" ::/EFI ::/EFI/BOOT
  mcopy -i "$esp" "$work/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
  xorriso -as mkisofs -quiet -V 'Debian installer' -J -r -o "$work/debian-installer.iso" \
    -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
    -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot "$tree"
  rm -r "$tree"
}

# The node, its guests and their disks; a failed installation leaves its console's log.
end_installation() {
  local log=$PROXKILN_ROOT/var/lib/proxkiln/sandbox/run/$INSTALLED_ID.serial0.log
  [[ ! -f $log ]] || cp "$log" "$INSTALLATION/console.log"
  end_sandbox
}

installation() {
  local firmware=${1:-bios} mirror digest began installed tested
  [[ $firmware =~ ^(bios|uefi)$ ]] || die "the firmware is bios or uefi, not '$firmware'"
  setup
  find_installer
  mirror=${PROXKILN_DEBIAN_MIRROR:-$(debian_archive)}
  [[ -n $mirror ]] || die "APT here uses no Debian archive; give one as PROXKILN_DEBIAN_MIRROR"
  choose_accel
  build
  readonly INSTALLED_ID=9100 INSTALLATION=$CACHE/installation
  mkdir -p "$INSTALLATION"
  exec {installation_lock}>"$INSTALLATION/lock"
  flock -n "$installation_lock" || die "another installation is running"
  export PROXKILN_ROOT=$INSTALLATION/root PROXKILN_NO_INPUT=1
  # Words of this script, which proxkiln would take for settings that it does not have.
  export -n PROXKILN_NETBOOT PROXKILN_DEBIAN_MIRROR
  mkdir -p "$PROXKILN_ROOT"
  trap end_installation EXIT
  make_installer_iso "$INSTALLATION"
  digest=sha256:$(sha256sum <"$INSTALLATION/debian-installer.iso" | cut -d' ' -f1)
  [[ -f $INSTALLATION/id_ed25519 ]] \
    || ssh-keygen -q -t ed25519 -N '' -C 'proxkiln installation' -f "$INSTALLATION/id_ed25519"
  "$TREE/bin/proxkiln" sandbox reset --yes </dev/null >/dev/null 2>&1 || true
  say "machines run on $PROXKILN_ACCEL: $ACCEL_REASON"
  began=$(now_ms)
  typed sandbox start
  typed --target sandbox template create --iso "$INSTALLATION/debian-installer.iso" --iso-digest "$digest" \
    --installer preseed --firmware "$firmware" --install-mirror "${mirror%/}" \
    --install-security-mirror "${mirror%/}-security" --install-packages htop \
    --display serial0 --vmid "$INSTALLED_ID" --name installed-debian --ssh-keys "$INSTALLATION/id_ed25519.pub" --yes
  installed=$(now_ms)
  typed --target sandbox template test "$INSTALLED_ID" --deadline 900 --yes
  tested=$(now_ms)
  typed --target sandbox template show "$INSTALLED_ID"
  printf '\n'
  say "done: Debian installed itself ($firmware), and a clone of it booted and let us in"
  note "$(printf 'installation %s, boot test %s' "$(seconds "$began" "$installed")" "$(seconds "$installed" "$tested")")"
}
