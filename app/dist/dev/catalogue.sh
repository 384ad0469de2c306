#!/usr/bin/env bash
# Makes a catalogue that 'proxkiln catalog update' takes: a folder to put on a web server.
#
#   app/dist/dev/catalogue.sh FOLDER KEY VERSION [DAYS]
#
# KEY is a key of your GnuPG keyring, VERSION a whole number that only ever grows (2026112101),
# DAYS how long the catalogue may be installed (180).
set -euo pipefail

die() {
  printf 'catalogue.sh: %s\n' "$*" >&2
  exit 1
}

[[ $# -ge 3 && $# -le 4 ]] || die 'usage: catalogue.sh FOLDER KEY VERSION [DAYS]'
out=$1 key=$2 version=$3 days=${4:-180}
[[ $version =~ ^[1-9][0-9]{0,17}$ ]] || die "VERSION must be a whole number, not '$version'"
[[ $days =~ ^[0-9]{1,4}$ ]] || die "DAYS must be a number, not '$days'"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
shipped=$(<"$root/templates/catalogue.version")
((version > shipped)) || die "VERSION must be above the shipped one, $shipped"

mkdir -p "$out/images" "$out/keys"
cp "$root"/templates/images/*.yaml "$root"/templates/images/index.tsv "$out/images/"
cp "$root"/templates/keys/*.asc "$out/keys/"
{
  printf 'proxkiln-catalogue 1\nversion %s\nexpires %s\n' "$version" "$(date -u -d "+$days days" +%F)"
  (cd "$out" && sha256sum images/* keys/*.asc) | sed -E 's/^([0-9a-f]{64}) [ *](.*)$/file \1 \2/'
} | gpg --batch --yes --local-user "$key" --clearsign --output "$out/CATALOGUE.asc"
printf 'Version %s is in %s\n' "$version" "$out"
