# shellcheck shell=bash
# ./dev release: a release that bootstrap.sh installs, laid out as it is served:
#
#   OUT/vVERSION/   proxkiln-VERSION-linux-amd64.tar.zst  SHA256SUMS  SHA256SUMS.sig  bootstrap.sh  proxkiln-VERSION.cdx.json
#   OUT/channels/   CHANNEL  CHANNEL.sig
#
# Two releases of one commit are the same to the last byte. The private key is read from a file or
# from the environment, and never written.

release_usage() {
  cat <<'TEXT'
usage: ./dev release [OPTIONS]
       ./dev release-key FILE       make a signing key (Ed25519, mode 0600); prints its public half

  --out DIR        default: app/dist/target/release
  --channel NAME   the channel that will point to it: stable (default), beta or dev
  --url ADDRESS    https address that OUT will be served at; bootstrap.sh is told
  --key FILE       the signing key, PEM; or its text in PROXKILN_SIGNING_KEY
  --next-key FILE  public half (PEM) of the key that will follow
  --unsigned       only the archive: for an installation from this checkout
TEXT
}

release_version() {
  local version
  version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$ROOT/pom.xml" | head -n 1)
  printf '%s' "$version"
}

# The platform that is built for is the one that is built on: its Java runtime is.
release_platform() {
  case $(uname -m) in
    x86_64) printf 'linux-amd64' ;;
    aarch64) printf 'linux-arm64' ;;
    *) die "there is no release for a $(uname -m)" ;;
  esac
}

# The time that files of a release bear, in seconds: that of the last commit.
release_epoch() { git -C "$ROOT" log -1 --format=%ct 2>/dev/null || printf '1767225600'; }

release_key() {
  (($# == 1)) || die "usage: ./dev release-key FILE"
  [[ ! -e $1 ]] || die "'$1' exists; a key is never replaced"
  (umask 077 && openssl genpkey -algorithm ed25519 -out "$1" 2>/dev/null) || die "openssl could not make a key"
  note "the private key is in $1: keep it away from the repository"
  public_key "$1"
}

# The public half of a private or public key file: the Base64 between the PEM lines.
public_key() {
  { openssl pkey -in "$1" -pubout 2>/dev/null || openssl pkey -pubin -in "$1" -pubout 2>/dev/null; } \
    | grep -v -- '-----' | tr -d '\n' | grep -x '[A-Za-z0-9+/=]\{60\}' || die "'$1' is no Ed25519 key"
}

sign_file() {
  openssl pkeyutl -sign -inkey "$1" -rawin -in "$2" -out "$2.sig" || die "could not sign $2"
}

# What an archive holds: the built tree without what is made where it is installed, and for 'self
# update' the address and the keys of the releases that follow:
# release_archive VERSION ARCHIVE EPOCH [ADDRESS KEY...]
release_archive() {
  local version=$1 archive=$2 epoch=$3 stage=$DIST/stage name=proxkiln-$1 address=${4:-} key keys=''
  for key in "${@:5}"; do [[ -z $key ]] || keys+=${keys:+, }\"$key\"; done
  rm -rf "$stage"
  mkdir -p "$stage"
  cp -a "$TREE" "$stage/$name"
  rm -f "$stage/$name"/lib/*.aot
  printf '{\n  "name": "proxkiln",\n  "version": "%s",\n  "commit": "%s",\n  "java": "%s",\n  "address": "%s",\n  "keys": [%s]\n}\n' \
    "$version" "$(git -C "$ROOT" rev-parse HEAD 2>/dev/null || printf 'unknown')" \
    "$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$stage/$name/runtime/release")" "$address" "$keys" >"$stage/$name/RELEASE.json"
  find "$stage/$name" -type d -exec chmod 0755 {} +
  find "$stage/$name" -type f -perm /111 -exec chmod 0755 {} +
  find "$stage/$name" -type f ! -perm /111 -exec chmod 0644 {} +
  (
    cd "$stage/$name"
    find . -type f ! -name MANIFEST.sha256 -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >../manifest
    mv ../manifest MANIFEST.sha256
  )
  tar -C "$stage" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$name" \
    | zstd -q -T0 -"${RELEASE_LEVEL:-19}" -f -o "$archive"
  rm -rf "$stage"
}

# bootstrap.sh with an address and one or two public keys: what users are given.
stamp_bootstrap() {
  sed -e "s|^readonly ADDRESS=''\$|readonly ADDRESS='$1'|" -e "s|^readonly KEY_NOW=''\$|readonly KEY_NOW='$2'|" \
    -e "s|^readonly KEY_NEXT=''\$|readonly KEY_NEXT='$3'|" "$ROOT/bootstrap.sh"
}

release() {
  local out=$DIST/release channel=stable url='' key='' next='' now='' unsigned='' version folder archive epoch scratch
  while (($# > 0)); do
    case $1 in
      --out) out=$2 ;;
      --channel) channel=$2 ;;
      --url) url=${2%/} ;;
      --key) key=$2 ;;
      --next-key) next=$2 ;;
      --unsigned)
        unsigned=yes
        shift
        continue
        ;;
      --arch) die "a release is made for the processor that it is made on, $(release_platform) here: for another run this on a machine with that processor, see 'Other processors' in docs/releasing.md" ;;
      *)
        release_usage >&2
        die "release does not know '$1'"
        ;;
    esac
    (($# >= 2)) || die "$1 needs a value"
    shift 2
  done
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$scratch'" EXIT
  if [[ -z $unsigned && -z $key ]]; then
    [[ -n ${PROXKILN_SIGNING_KEY:-} ]] || die "a release is signed: give --key FILE or PROXKILN_SIGNING_KEY, or --unsigned"
    (umask 077 && printf '%s\n' "$PROXKILN_SIGNING_KEY" >"$scratch/key.pem")
    key=$scratch/key.pem
    # Nothing that the build starts needs it.
    unset PROXKILN_SIGNING_KEY
  fi
  [[ -z $url || $url == https://* ]] || die "'$url' is no https address"
  build
  version=$(release_version)
  epoch=$(release_epoch)
  folder=$out/v$version
  archive=proxkiln-$version-$(release_platform).tar.zst
  rm -rf "$folder"
  mkdir -p "$folder"
  say "packing $archive"
  if [[ -z $unsigned ]]; then
    now=$(public_key "$key")
    [[ -z $next ]] || next=$(public_key "$next")
  fi
  release_archive "$version" "$folder/$archive" "$epoch" "$url" "$now" "$next"
  note "$(du -h "$folder/$archive" | cut -f1) in $folder"
  [[ -z $unsigned ]] || return 0
  bill_of_materials "$folder/proxkiln-$version.cdx.json"
  stamp_bootstrap "$url" "$now" "$next" >"$folder/bootstrap.sh"
  chmod 0755 "$folder/bootstrap.sh"
  (cd "$folder" && sha256sum "$archive" bootstrap.sh "proxkiln-$version.cdx.json" >SHA256SUMS)
  sign_file "$key" "$folder/SHA256SUMS"
  mkdir -p "$out/channels"
  printf 'channel %s\nversion %s\nreleased %s\n' "$channel" "$version" "$(date -u -d "@$epoch" +%FT%TZ)" >"$out/channels/$channel"
  sign_file "$key" "$out/channels/$channel"
  say "release $version is in $out"
}

# CycloneDX: every jar with its version, license and digest, and the Java runtime.
bill_of_materials() {
  say "listing what is inside (CycloneDX)"
  maven -q -Dfast -Dmaven.test.skip=true -Dbom verify -pl app/dist -am </dev/null
  "$TREE/runtime/bin/java" -cp "$TREE/lib/proxkiln.jar" dev.proxkiln.dist.BillOfMaterials "$DIST/bom.json" "$TREE/lib" "$1"
}

# Two clones of what is committed, in folders of different names and at different times, must become
# archives that are the same to the last byte; of two that are not, the files that differ are listed.
reproduce() {
  local place=$DIST/reproduce version one two
  version=$(release_version)
  need_jdk
  rm -rf "$place"
  mkdir -p "$place"
  one=$(reproduced "$place/here" "$version" UTC)
  two=$(reproduced "$place/somewhere-else-and-later" "$version" Asia/Tokyo)
  if cmp -s "$one" "$two"; then
    say "both builds are the same: $(sha256sum "$one" | cut -d' ' -f1)"
    rm -rf "$place"
    return 0
  fi
  mkdir -p "$place/one" "$place/two"
  tar -C "$place/one" -I zstd -xf "$one"
  tar -C "$place/two" -I zstd -xf "$two"
  diff -rq "$place/one" "$place/two" >&2 || true
  die "the two builds differ; see $place"
}

# Builds a clone of the last commit; prints the archive's name.
reproduced() {
  local folder=$1 version=$2 zone=$3
  say "building in ${folder##*/}"
  git clone -q --no-hardlinks "$ROOT" "$folder" >&2
  (cd "$folder" && TZ=$zone ./dev release --unsigned --out "$folder/out") >&2
  printf '%s' "$folder/out/v$version/proxkiln-$version-$(release_platform).tar.zst"
}
