#!/bin/bash
# Customises a copy of a disk image, on the machine where proxkiln runs.
# bash -s -- WAY SOURCE FORMAT COPY NETWORK SIZE, this file on standard input, followed by the scripts
# that it needs and by 'customise'. WAY is libguestfs or block, FORMAT that of SOURCE, NETWORK yes or
# no, SIZE the bytes that the disk will have in the end. COPY becomes a qcow2 image. It prints path=COPY and virtual-size=BYTES. COPY.d is its work folder.
set -euo pipefail
umask 077
readonly way=$1 source=$2 format=$3 copy=$4 network=$5 size=$6
readonly work=$copy.d
finished=

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# What is left of a run that was killed is thrown away: the work starts from the source again.
begin() {
  local command missing=() wanted=(qemu-img flock)
  case $way in
    libguestfs) wanted+=(virt-customize) ;;
    block) wanted+=(qemu-storage-daemon partx sfdisk blkid losetup mount unshare setpriv chroot) ;;
  esac
  for command in "${wanted[@]}"; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  if ((${#missing[@]} > 0)); then
    die "missing here: ${missing[*]}. On Debian and Proxmox VE: apt install" \
      "$([[ $way == libguestfs ]] && printf 'libguestfs-tools qemu-utils' || printf 'qemu-utils qemu-system-common util-linux')"
  fi
  [[ $way == libguestfs || $EUID == 0 ]] || die "--customize-with block needs root; libguestfs does not"
  [[ -f $source ]] || die "there is no file $source"
  mkdir -p -- "${copy%/*}"
  # Where proxkiln was killed, this script worked on; the next one waits for its end.
  exec 9>"$copy.lock"
  flock -w 900 9 || die "another process still works on $copy"
  rm -rf -- "$copy" "$work"
  mkdir -- "$work"
  trap end EXIT
  trap 'exit 1' INT TERM
}

end() {
  rm -rf -- "$work" "$copy.lock"
  [[ -n $finished ]] || rm -f -- "$copy"
}

# script NAME: keeps standard input as a file of the work folder.
script() { cat >"$work/$1"; }

copy_image() {
  case $format in
    qcow2) cp --reflink=auto --sparse=always -- "$source" "$copy" ;;
    *) qemu-img convert -f "$format" -O qcow2 -- "$source" "$copy" ;;
  esac
  chmod u+w -- "$copy"
  # The disk grows to this later in any case; now it makes room for packages.
  (($(virtual_size) >= size)) || qemu-img resize -q -f qcow2 -- "$copy" "$size"
}

virtual_size() {
  qemu-img info -f qcow2 --output json -- "$copy" \
    | sed -n 's/^ *"virtual-size": \([0-9]*\),*$/\1/p' | head -n 1
}

# That /dev/kvm is there proves nothing: on software-only variants of it libguestfs waits for ever.
kvm_proven() {
  grep -Eqm1 ' (vmx|svm) ' /proc/cpuinfo && [[ -w /dev/kvm && ! -d /sys/module/kvm_pvm ]] \
    && [[ -d /sys/module/kvm_intel || -d /sys/module/kvm_amd ]]
}

in_libguestfs() {
  export LIBGUESTFS_BACKEND=direct
  kvm_proven || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg
  local options=(--no-logfile --quiet --format qcow2 -a "$copy")
  [[ $network == yes ]] || options+=(--no-network)
  virt-customize "${options[@]}" --run "$work/guest.sh" </dev/null >&2
}

# All mounts and processes live in namespaces that end with their first process, whatever ends it.
in_block() {
  unshare --mount --pid --fork --kill-child --mount-proc --ipc --uts \
    bash "$work/block.sh" "$copy" "$work" "$network" </dev/null >&2
}

customise() {
  copy_image
  case $way in
    libguestfs) in_libguestfs ;;
    block) in_block ;;
  esac
  qemu-img check -q -f qcow2 -- "$copy" >&2 || die "the customized image is damaged"
  finished=yes
  printf 'path=%s\nvirtual-size=%s\n' "$copy" "$(virtual_size)"
}

begin
