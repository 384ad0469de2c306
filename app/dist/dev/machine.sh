# shellcheck shell=bash
# The demo's cloud image, and whether virtual machines may use KVM on this machine.

# Sets IMAGE_DIR to the folder with the image, its checksum files, signatures and key. The folder's
# name is a hash of the recipe, so a changed recipe makes a new image and an unchanged one never does.
demo_image() {
  local suite=${1:-bookworm} recipe
  recipe=$(cat "$PARTS/demo-image.sh" "$ROOT/templates/build/cloud-image.sh" | sha256sum)
  IMAGE_DIR=$CACHE/image-$suite-${recipe:0:12}
  [[ -f $IMAGE_DIR/SHA512SUMS.asc ]] && return
  mkdir -p "$CACHE"
  exec {lock}>"$CACHE/.lock"
  flock "$lock"
  if [[ ! -f $IMAGE_DIR/SHA512SUMS.asc ]]; then
    say "making a Debian cloud image ($suite) from packages, once: about a minute"
    local started
    started=$(now_ms)
    rm -rf "$IMAGE_DIR.part"
    bash "$PARTS/demo-image.sh" "$IMAGE_DIR.part" "$suite" >"$CACHE/image.log" 2>&1 || {
      tail -n 20 "$CACHE/image.log" >&2
      die "the demo image could not be made (whole log: $CACHE/image.log)"
    }
    mv "$IMAGE_DIR.part" "$IMAGE_DIR"
    note "made in $((($(now_ms) - started) / 1000)) s"
  fi
  exec {lock}>&-
}

# A 64-bit kernel that gets as far as looking for its root file system proves the accelerator.
# It is left without one on purpose: it panics, and -no-reboot ends the machine.
boots_kernel() {
  local accel=$1 kernel=$2 seconds=$3 out
  out=$(timeout --kill-after=1 "$seconds" qemu-system-x86_64 -accel "$accel" -cpu max -M q35 -m 256 \
    -nodefaults -display none -no-reboot -serial stdio -kernel "$kernel" \
    -append 'console=ttyS0 panic=-1 mitigations=off' </dev/null 2>&1) || true
  [[ $out == *'Kernel panic - not syncing: VFS'* ]]
}

kernel_has_pvm() {
  local file
  for file in /proc/config.gz "/boot/config-$(uname -r)"; do
    [[ -r $file ]] || continue
    zgrep -qs '^CONFIG_KVM_PVM=[ym]' "$file" && return
  done
  [[ -d /sys/module/kvm_pvm ]]
}

# Sets and exports PROXKILN_ACCEL (kvm or tcg) and ACCEL_REASON. That /dev/kvm can be opened is no
# proof: a software KVM (kvm-pvm) opens, starts a firmware, and then hangs any ordinary kernel.
choose_accel() {
  ACCEL_REASON='set by PROXKILN_ACCEL'
  case ${PROXKILN_ACCEL:-} in
    kvm | tcg) return ;;
    '') ;;
    *) die "PROXKILN_ACCEL is '$PROXKILN_ACCEL'; it can be kvm or tcg" ;;
  esac
  export PROXKILN_ACCEL=tcg
  if [[ ! -r /dev/kvm || ! -w /dev/kvm ]]; then
    ACCEL_REASON='/dev/kvm is not there or not open to this user'
    return
  fi
  if kernel_has_pvm; then
    ACCEL_REASON='/dev/kvm is a software KVM (kvm-pvm) that cannot run an ordinary kernel'
    return
  fi
  local kernel answer known
  kernel=$(find "$CACHE" -maxdepth 2 -name vmlinuz -path '*/image-*' 2>/dev/null | head -n 1)
  if [[ -z $kernel ]]; then
    ACCEL_REASON='not proven yet: ./dev image makes the kernel that the probe boots'
    return
  fi
  known=$CACHE/accel-$(printf '%s %s' "$(uname -rv)" "$(</proc/sys/kernel/random/boot_id)" | sha256sum | cut -c1-12)
  if [[ ! -f $known ]]; then
    answer=tcg
    ! boots_kernel kvm "$kernel" 10 || answer=kvm
    printf '%s' "$answer" >"$known"
  fi
  PROXKILN_ACCEL=$(<"$known")
  ACCEL_REASON='a kernel reached its root file system under KVM'
  [[ $PROXKILN_ACCEL == kvm ]] || ACCEL_REASON='a kernel did not boot under KVM within 10 s'
}
