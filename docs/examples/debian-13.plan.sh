#!/bin/bash
# Create template debian-13 of Debian 13 (trixie)
# Made by: proxkiln plan template create --format sh (plan b030a05a419c)
# Run it as root on node pve. It stops at the first error and undoes nothing.
set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
run_id=s$(date +%s)
run_date=$(date -u +%Y-%m-%dT%H:%M:%SZ)

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# pick PATH: the value at a path of the JSON on standard input, nothing where there is none.
# meets PATH TEST VALUE: whether the JSON on standard input is as expected.
json() {
  perl -MJSON::PP -e '
    my ($do, $path, $test, $want) = @ARGV;
    my $part;
    ($path, $part) = ($1, $2) if $do eq "pick" && $path =~ /^(.*?) ~ (.*)$/s;
    local $/; my $v = JSON::PP->new->allow_nonref->decode(scalar <STDIN>);
    $path =~ s/\[/.[/g;
    for my $part (grep { length } split /\./, $path) {
      if ($part =~ /^\[(.+?)=(.*)\]$/) {
        my ($k, $x) = ($1, $2);
        ($v) = ref $v eq "ARRAY" ? grep { ($_->{$k} // "") eq $x } @$v : ();
      } elsif ($part =~ /^\[(\d+)\]$/) { $v = ref $v eq "ARRAY" ? $v->[$1] : undef }
      else { $v = ref $v eq "HASH" ? $v->{$part} : undef }
      last unless defined $v;
    }
    my $t = defined $v && !ref $v ? "$v" : "";
    $t = $t =~ /$part/ ? $1 : "" if defined $part;
    if ($do eq "pick") { print $t; exit 0 }
    my %ok = (
      EQUALS => sub { defined $v && $t eq $want },
      EQUALS_OR_ABSENT => sub { !defined $v || $t eq $want },
      DIFFERS => sub { $t ne $want },
      HAS_WORD => sub { grep { $_ eq $want } split /[,; ]+/, $t },
      CONTAINS => sub { index($t, $want) >= 0 },
      MATCHES => sub { $t =~ /$want/ },
      AT_LEAST_IF_KNOWN => sub { $t !~ /^[0-9.e+]+$/ || $t >= $want },
      PRESENT => sub { defined $v }, ABSENT => sub { !defined $v });
    exit($ok{$test}->() ? 0 : 1);' -- "$@"
}
pick() { json pick "$1"; }
meets() { json meets "$@"; }

work=$(mktemp -d /var/tmp/proxkiln.XXXXXXXX)
trap 'rm -rf -- "$work"' EXIT
# digest_of FILE DIGITS FORM: its digest of that length in the checksum file on standard input
# (GNU or BSD lines, or one digest; in form lone the only one, whatever is named).
digest_of() {
  awk -v file="$1" -v digits="$2" -v form="$3" '
    function is(x) { return length(x) == digits && x ~ /^[0-9a-fA-F]+$/ }
    function named(x) { sub(/^\*/, "", x)
      return x == file || substr(x, length(x) - length(file)) == "/" file }
    { sub(/\r$/, "") }
    form == "lone" && is($1) { print tolower($1); exit }
    form == "lone" && is($NF) { print tolower($NF); exit }
    named(substr($2, 2, length($2) - 2)) && $3 == "=" && is($4) { print tolower($4); exit }
    named($2) && is($1) { print tolower($1); exit }
    NF == 1 && is($1) { print tolower($1); exit }'
}

# 1 of 11: Check the node before anything is made
if answer=$(pvesh get /cluster/status --output-format json) && meets '[type=cluster].quorate' EQUALS_OR_ABSENT 1 <<<"$answer"; then :; else fail 'The cluster has lost its quorum, so nothing can be made on it. Bring the other nodes back: pvecm status shows who is missing.'; fi
if answer=$(pvesh get /nodes/pve/storage/files/status --output-format json) && meets active EQUALS 1 <<<"$answer" && meets content HAS_WORD images <<<"$answer"; then :; else fail 'Storage '\''files'\'' takes no disk images now. See it with: pvesm status --content images'; fi
if answer=$(pvesh get /nodes/pve/storage/files/status --output-format json) && meets avail AT_LEAST_IF_KNOWN 3865470566 <<<"$answer"; then :; else fail 'Storage '\''files'\'' has less than the 3686 MiB that this needs. Free space, choose another storage with --storage, or a smaller --disk-size.'; fi
if answer=$(pvesh get /nodes/pve/network --type any_bridge --output-format json) && meets '[iface=vmbr0]' PRESENT '' <<<"$answer"; then :; else fail 'Node '\''pve'\'' has no bridge '\''vmbr0'\'' that you may use. Give --bridge vmbr0 or vmbr1.'; fi

# 2 of 11: Download Debian 13 (trixie), verify it by sha512, which is not signed
image_url=https://cloud.debian.org/images/cloud/trixie/latest/debian-13-genericcloud-amd64.qcow2
image_path=$work/image.qcow2
curl -fL --retry 5 --proto =https -o "$work/download" -- "$image_url"
curl -fL --retry 5 --proto =https -o "$work/sums" -- https://cloud.debian.org/images/cloud/trixie/latest/SHA512SUMS
digest=$(digest_of debian-13-genericcloud-amd64.qcow2 128 gnu <"$work/sums")
echo "$digest  $work/download" | sha512sum --check --status || fail 'the download does not have the digest that it must have'
image_size=$(stat -c %s "$work/download")
mv "$work/download" "$image_path"
about=$(qemu-img info -f qcow2 --output=json -- "$image_path")
[ -z "$(pick backing-filename <<<"$about")" ] || fail 'the image has a backing file'
image_digest=sha512:$digest
image_format=qcow2
image_virtual_size=$(pick virtual-size <<<"$about")
image_verified='sha512 checked by script'

# 3 of 11: Check that the image fits on a disk of 8G
if [ "${image_virtual_size}" -le 8589934592 ]; then :; else fail 'The disk inside the image is larger than the 8G that were asked for. Ask for a larger disk with --disk-size.'; fi

# 4 of 11: Look for a free VM ID
answer=$(pvesh get /cluster/nextid --output-format json | tail -n 1)
vmid=$(pick '' <<<"$answer")

# 5 of 11: Create the guest and import the image
qm create "${vmid}" --name debian-13 --ostype l26 --machine q35 --bios seabios --cpu x86-64-v2-AES --sockets 1 --cores 2 --memory 2048 --scsihw virtio-scsi-single --scsi0 files:0,import-from="${image_path}",format=qcow2,discard=on,iothread=1,ssd=1 --scsi1 files:cloudinit --boot order=scsi0 --net0 virtio,bridge=vmbr0 --serial0 socket --vga serial0 --agent enabled=1 --rng0 source=/dev/urandom --tablet 0 --onboot 0 --ciuser debian --ciupgrade 0 --ipconfig0 ip=dhcp --tags 'debian-13;proxkiln;run-'"${run_id}" --description 'Made by proxkiln from the cloud image debian-13 (Debian 13 (trixie)).

- address: '"${image_url}"'
- digest: '"${image_digest}"'
- verified: '"${image_verified}"'
- made: '"${run_date}"'
- proxkiln: 1.0.0, run '"${run_id}"

# 6 of 11: Check that somebody can log in to clones; neither an SSH key nor a password is given
login_passed='' login_failed=''
if answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json) && meets sshkeys PRESENT '' <<<"$answer"; then login_passed+=,login; else login_failed+=,login; fi
[ -z "$login_failed" ] && login_verdict=passed || login_verdict=failed

# 7 of 11: Grow the disk to 8G
qm disk resize "${vmid}" scsi0 8G

# 8 of 11: Read the guest back and compare
if answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json) && meets scsi0 MATCHES '(?:^|,)size=8G(?:,|$)' <<<"$answer" && meets scsi1 CONTAINS cloudinit <<<"$answer" && meets boot EQUALS order=scsi0 <<<"$answer" && meets unused0 ABSENT '' <<<"$answer" && meets lock ABSENT '' <<<"$answer"; then :; else fail 'Guest '\''debian-13'\'' is not as it was asked for. Look at the output of the run, and start it again.'; fi

# 9 of 11: Convert the guest to a template
qm template "${vmid}"

# 10 of 11: Check that it is a template
if answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets scsi0 CONTAINS base- <<<"$answer"; then :; else fail 'Guest '\''debian-13'\'' is not as it was asked for. Look at the output of the run, and start it again.'; fi

# 11 of 11: Announce the template
printf '%s %s\n' vmid "${vmid}"
printf '%s %s\n' name debian-13
printf '%s %s\n' node pve
printf '%s %s\n' storage files
printf '%s %s\n' image debian-13
printf '%s %s\n' digest "${image_digest}"
printf '%s %s\n' verified "${image_verified}"
