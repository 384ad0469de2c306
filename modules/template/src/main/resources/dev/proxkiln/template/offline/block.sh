#!/bin/bash
# The first process of namespaces of its own: exports an image as a block device by FUSE, mounts it
# and runs the guest's script in a container in it. block.sh IMAGE WORK NETWORK
set -euo pipefail
# What it makes inside the image is read by other users there.
umask 022
readonly image=$1 work=$2 network=$3
readonly root=$work/root
readonly disk=$work/disk
daemon=

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

export_image() {
  : >"$disk"
  # Commas separate options; two of them are one in a file name.
  qemu-storage-daemon \
    --blockdev "driver=qcow2,node-name=image,discard=unmap,file.driver=file,file.filename=${image//,/,,}" \
    --export "type=fuse,id=disk,node-name=image,mountpoint=${disk//,/,,},writable=on" </dev/null &
  daemon=$!
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    [[ ! -s $disk ]] || return 0
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.05
  done
  die "the image cannot be exported as a block device; use --customize-with libguestfs"
}

# START SECTORS of every partition, and the whole disk where there are none.
partitions() {
  local found
  found=$(partx --noheadings --show --output START,SECTORS -- "$disk" 2>/dev/null) || true
  if [[ -n $found ]]; then
    printf '%s\n' "$found"
  else
    printf '0 %s\n' "$(($(stat -c %s -- "$disk") / 512))"
  fi
}

# probe START SECTORS: TYPE, UUID, LABEL ... as blkid says them.
probe() {
  blkid --probe --offset "$(($1 * 512))" --size "$(($2 * 512))" --output export -- "$disk" \
    2>/dev/null || true
}

# attach START SECTORS TYPE OPTIONS WHERE: the loop device goes away with the mount.
attach() {
  local options="loop,offset=$(($1 * 512)),sizelimit=$(($2 * 512)),$4"
  # A copy has the UUID of its original, which may be mounted.
  [[ $3 != xfs ]] || options+=,nouuid
  mount -t "$3" -o "${options%,}" -- "$disk" "$5"
}

# The last partition reaches the end of the disk; in a cloud image that is the root's.
grow_partition() {
  local last
  last=$(partx --noheadings --show --output START,NR -- "$disk" 2>/dev/null | sort -n | tail -n 1)
  [[ -n $last ]] || return 0
  if sfdisk --dump -- "$disk" 2>/dev/null | grep -q '^label: gpt'; then
    sfdisk --quiet --relocate gpt-bak-std -- "$disk" >/dev/null 2>&1 || return 0
  fi
  sfdisk --quiet --no-reread --no-tell-kernel -N "${last##* }" -- "$disk" \
    <<<", +" >/dev/null 2>&1 || true
}

# grow_root START SECTORS TYPE OPTIONS: the mounted root fills its partition. ext4 is grown while it
# is not mounted: the other way takes a privilege more.
grow_root() {
  local loop done=
  case $3 in
    ext*)
      umount -- "$root"
      loop=$(losetup --find --show --offset "$(($1 * 512))" --sizelimit "$(($2 * 512))" -- "$disk")
      # Detached while it is open, it goes away with this process at the latest.
      exec 8<"$loop"
      losetup --detach "$loop"
      ! { e2fsck -fp "$loop" && resize2fs "$loop"; } >/dev/null 2>&1 || done=yes
      exec 8<&-
      attach "$@" "$root"
      ;;
    xfs) ! xfs_growfs "$root" >/dev/null 2>&1 || done=yes ;;
    btrfs) ! btrfs filesystem resize max "$root" >/dev/null 2>&1 || done=yes ;;
  esac
  [[ -n $done ]] || printf 'note: the root file system keeps its size\n' >&2
}

is_root() { [[ -d $root/etc && (-e $root/etc/os-release || -L $root/etc/os-release) ]]; }

mount_root() {
  local start sectors type options
  mkdir -- "$root"
  while read -r start sectors; do
    type=$(probe "$start" "$sectors" | sed -n 's/^TYPE=//p')
    case $type in ext[234] | xfs | btrfs) ;; *) continue ;; esac
    for options in "" subvol=root subvol=@; do
      [[ -z $options || $type == btrfs ]] || break
      attach "$start" "$sectors" "$type" "$options" "$root" 2>/dev/null || continue
      if is_root; then
        grow_root "$start" "$sectors" "$type" "$options"
        return 0
      fi
      umount -- "$root"
    done
  done < <(partitions)
  die "no Linux root file system that can be mounted was found in the image (encrypted, or on LVM?);" \
    "use --customize-with libguestfs"
}

# What the image's fstab mounts from the same disk, so that kernels and the like find their place.
mount_others() {
  local what where type options start sectors key
  while read -r what where type options _; do
    case $what in UUID=* | LABEL=* | PARTUUID=* | PARTLABEL=*) ;; *) continue ;; esac
    case $where in /boot* | /usr* | /var* | /home* | /opt* | /srv* | /root* | /.snapshots) ;; *) continue ;; esac
    [[ $where != *..* && -d $root$where && ! -L $root$where ]] || continue
    key=${what#PART}
    while read -r start sectors; do
      probe "$start" "$sectors" | grep -qxF -- "$key" \
        || probe "$start" "$sectors" | grep -qxF -- "PART_ENTRY_${what#PART}" || continue
      options=$(tr , '\n' <<<"$options" | grep '^subvol=' || true)
      attach "$start" "$sectors" "$type" "$options" "$root$where" 2>/dev/null \
        || printf 'note: %s stays unmounted: this kernel does not know %s\n' "$where" "$type" >&2
      break
    done < <(partitions)
  done < <(sed 's/#.*//' "$root/etc/fstab" 2>/dev/null || true)
}

# A small /dev; /proc without its switches; /run and /tmp that leave nothing behind.
furnish() {
  local node
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  for node in sys sysrq-trigger irq bus; do
    [[ -e $root/proc/$node ]] || continue
    mount --bind "$root/proc/$node" "$root/proc/$node"
    mount -o remount,bind,ro "$root/proc/$node"
  done
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
  mount -t tmpfs -o mode=755,nosuid,size=1m tmpfs "$root/dev"
  for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    # shellcheck disable=SC2086
    set -- $node
    mknod -m 666 "$root/dev/$1" c "$2" "$3"
  done
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  mkdir "$root/dev/shm" "$root/dev/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
  mkdir -p "$root/tmp"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
  mkdir "$root/run/lock" "$root/run/proxkiln"
  install -m 0700 "$work/guest.sh" "$root/run/proxkiln/guest.sh"
}

# The image's own file is left alone: a link into /run gets its end there, a file is covered.
resolver() {
  [[ $network == yes && -r /etc/resolv.conf ]] || return 0
  local link
  cp -L /etc/resolv.conf "$root/run/proxkiln/resolv.conf"
  if [[ -L $root/etc/resolv.conf ]]; then
    link=$(readlink -- "$root/etc/resolv.conf")
    case $link in
      /run/* | ../run/*)
        link=${link#..}
        [[ $link != *..* ]] || return 0
        mkdir -p "$root${link%/*}"
        cp "$root/run/proxkiln/resolv.conf" "$root$link"
        ;;
    esac
  elif [[ -f $root/etc/resolv.conf ]]; then
    mount --bind "$root/run/proxkiln/resolv.conf" "$root/etc/resolv.conf"
  else
    : >"$root/etc/resolv.conf"
    mount --bind "$root/run/proxkiln/resolv.conf" "$root/etc/resolv.conf"
    made_resolver=yes
  fi
}

# The image becomes / of a namespace of its own, so there is nothing above it; no capability is left
# that reaches the kernel, devices or mounts.
contain() {
  local namespaces=(--mount --ipc --uts)
  [[ $network == yes ]] || namespaces+=(--net)
  local keep=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+setfcap
  keep+=,+sys_chroot,+net_bind_service,+audit_write
  cd -- "$root"
  # shellcheck disable=SC2016
  unshare "${namespaces[@]}" bash -c 'mount --move . / &&
    exec setpriv --no-new-privs --inh-caps=-all "--bounding-set=$1" \
      chroot . /bin/sh /run/proxkiln/guest.sh' contain "$keep" </dev/null
  cd /
}

made_resolver=
export_image
grow_partition
mount_root
mount_others
furnish
resolver
hostname localhost
contain
umount -R -- "$root/etc/resolv.conf" 2>/dev/null || true
[[ -z $made_resolver ]] || rm -f -- "$root/etc/resolv.conf"
umount -R -- "$root"
kill -TERM "$daemon"
wait "$daemon" || die "the image could not be closed"
