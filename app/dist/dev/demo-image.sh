#!/usr/bin/env bash
# Makes a bootable Debian cloud image from Debian packages, with checksum files and signatures
# beside it: the real thing that the demo serves and the tests boot, on a machine that can reach
# no more than its own Debian mirror.
#
#   demo-image.sh OUTPUT_DIR [SUITE]
#
# The image is built by templates/build/cloud-image.sh, as 'template create --from-packages' does it;
# this adds what a publisher does. Two settings save time under software emulation.
set -euo pipefail
umask 022
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin"

die() {
  printf 'demo-image: %s\n' "$*" >&2
  exit 1
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
  (($# >= 1)) || die "usage: demo-image.sh OUTPUT_DIR [SUITE]"
  local out=$1 suite=${2:-bookworm} builder release image
  case $suite in
    bookworm) release=12 ;;
    trixie) release=13 ;;
    *) die "suite '$suite' is not known; take bookworm or trixie" ;;
  esac
  image=debian-$release-genericcloud-amd64.qcow2
  builder=$(dirname "$(readlink -f "$0")")/../../../templates/build/cloud-image.sh
  mkdir -p "$out"
  bash -s -- --distribution debian --suite "$suite" --mirror "${PROXKILN_DEBIAN_MIRROR:-host}" --security host \
    --size 3072 --kernel-options mitigations=off --host-keys ed25519 \
    --recipe "$(sha256sum <"$builder" | cut -c1-16)" --out "$out" --boot-files "$out" <"$builder"
  # The builder finds its own name again and builds nothing; everybody else sees a publisher's.
  ln "$out"/built-debian-"$suite"-*.qcow2 "$out/$image"
  sign "$out" "$image"
}

main "$@"
