#!/bin/bash
# Create template web of Ubuntu 24.04 LTS (Noble Numbat)
# Made by: proxkiln plan template create --format sh (plan 103c4fad6d0b)
# Run it as root on node pve. It stops at the first error and undoes nothing.
set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
run_id=s$(date +%s)
run_date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
read -rsp 'Secret web: ' secret_web; echo >&2

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
if answer=$(pvesh get /cluster/nextid --vmid 9100 --output-format json); then :; else fail 'VM ID '\''9100'\'' is in use. Choose another, or leave --vmid out to take the next free one.'; fi
if answer=$(pvesh get /pools --output-format json) && meets '[poolid=team]' PRESENT '' <<<"$answer"; then :; else fail 'There is no resource pool '\''team'\'' that you may see. Give one of: team.'; fi
if answer=$(pvesh get /nodes/pve/storage/thin/status --output-format json) && meets active EQUALS 1 <<<"$answer" && meets content HAS_WORD images <<<"$answer"; then :; else fail 'Storage '\''thin'\'' takes no disk images now. See it with: pvesm status --content images'; fi
if answer=$(pvesh get /nodes/pve/storage/thin/status --output-format json) && meets avail AT_LEAST_IF_KNOWN 4509715660 <<<"$answer"; then :; else fail 'Storage '\''thin'\'' has less than the 4300 MiB that this needs. Free space, choose another storage with --storage, or a smaller --disk-size.'; fi
if answer=$(pvesh get /nodes/pve/network --type any_bridge --output-format json) && meets '[iface=vmbr1]' PRESENT '' <<<"$answer"; then :; else fail 'Node '\''pve'\'' has no bridge '\''vmbr1'\'' that you may use. Give --bridge vmbr0 or vmbr1.'; fi
if grep -Pqz -- '\A(?!\$(?:y|gy|7|2b|2x|argon2\w*|sha1|md5)\$)' <<<"${secret_web}"; then :; else fail 'The secret '\''web'\'' holds a hash that Proxmox VE does not know. Make a hash with: openssl passwd -6'; fi

# 2 of 11: Download Ubuntu 24.04 LTS (Noble Numbat), verify it by sha256 and signature
image_url=https://cloud-images.ubuntu.com/releases/24.04/release/ubuntu-24.04-server-cloudimg-amd64.img
image_path=$work/image.qcow2
curl -fL --retry 5 --proto =https -o "$work/download" -- "$image_url"
curl -fL --retry 5 --proto =https -o "$work/sums" -- https://cloud-images.ubuntu.com/releases/24.04/release/SHA256SUMS
gpg --dearmor <"${PROXKILN_HOME:-/opt/proxkiln/current}/templates/keys/D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81.asc" >"$work/key.gpg"
curl -fL --retry 5 --proto =https -o "$work/sums.sig" -- https://cloud-images.ubuntu.com/releases/24.04/release/SHA256SUMS.gpg
gpgv --keyring "$work/key.gpg" "$work/sums.sig" "$work/sums"
digest=$(digest_of ubuntu-24.04-server-cloudimg-amd64.img 64 gnu <"$work/sums")
echo "$digest  $work/download" | sha256sum --check --status || fail 'the download does not have the digest that it must have'
image_size=$(stat -c %s "$work/download")
mv "$work/download" "$image_path"
about=$(qemu-img info -f qcow2 --output=json -- "$image_path")
[ -z "$(pick backing-filename <<<"$about")" ] || fail 'the image has a backing file'
image_digest=sha256:$digest
image_format=qcow2
image_virtual_size=$(pick virtual-size <<<"$about")
image_verified='sha256 checked by script'

# 3 of 11: Check that the image fits on a disk of 20G
if [ "${image_virtual_size}" -le 21474836480 ]; then :; else fail 'The disk inside the image is larger than the 20G that were asked for. Ask for a larger disk with --disk-size.'; fi

# 4 of 11: Write the cloud-init vendor data
install -D -m 0644 /dev/null /var/lib/files/snippets/proxkiln-"${run_id}".yaml
printf %s '#cloud-config
timezone: "Europe/Berlin"
package_update: true
packages:
- "qemu-guest-agent"
runcmd:
- - "systemctl"
  - "enable"
  - "--now"
  - "qemu-guest-agent"
' >/var/lib/files/snippets/proxkiln-"${run_id}".yaml

# 5 of 11: Create the guest and import the image
qm create 9100 --name web --ostype l26 --machine q35 --bios seabios --cpu x86-64-v2-AES --sockets 1 --cores 4 --memory 4096 --scsihw virtio-scsi-single --scsi0 thin:0,import-from="${image_path}",discard=on,iothread=1,ssd=1 --scsi1 thin:cloudinit --boot order=scsi0 --net0 virtio,bridge=vmbr1,firewall=1,tag=20 --serial0 socket --vga serial0 --agent enabled=1 --rng0 source=/dev/urandom --tablet 0 --onboot 0 --ciuser ops --ciupgrade 0 --ipconfig0 ip=192.0.2.10/24,gw=192.0.2.1,ip6=auto --sshkeys <(printf '%s\n' 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxM3v8cUrmnZYjC6Wq7mBf0o8TQZ7ebgm4xQ3F0Zr1p ops@example.org') --nameserver '192.0.2.53 2001:db8::53' --searchdomain example.org --cicustom vendor=files:snippets/proxkiln-"${run_id}".yaml --pool team --tags 'production;proxkiln;ubuntu-24.04;web;run-'"${run_id}" --description 'Owner: the web team.

Made by proxkiln from the cloud image ubuntu-24.04 (Ubuntu 24.04 LTS (Noble Numbat)).

- address: '"${image_url}"'
- digest: '"${image_digest}"'
- verified: '"${image_verified}"'
- made: '"${run_date}"'
- proxkiln: 1.0.0, run '"${run_id}"

# 6 of 11: Set the password of user ops
printf '%s\n%s\n' "${secret_web}" "${secret_web}" | qm set 9100 --cipassword

# 7 of 11: Grow the disk to 20G
qm disk resize 9100 scsi0 20G

# 8 of 11: Read the guest back and compare
if answer=$(pvesh get /nodes/pve/qemu/9100/config --output-format json) && meets scsi0 MATCHES '(?:^|,)size=20G(?:,|$)' <<<"$answer" && meets scsi1 CONTAINS cloudinit <<<"$answer" && meets boot EQUALS order=scsi0 <<<"$answer" && meets cipassword PRESENT '' <<<"$answer" && meets unused0 ABSENT '' <<<"$answer" && meets lock ABSENT '' <<<"$answer"; then :; else fail 'Guest '\''web'\'' is not as it was asked for. Look at the output of the run, and start it again.'; fi

# 9 of 11: Convert the guest to a template
qm template 9100

# 10 of 11: Check that it is a template
if answer=$(pvesh get /nodes/pve/qemu/9100/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets scsi0 CONTAINS base- <<<"$answer"; then :; else fail 'Guest '\''web'\'' is not as it was asked for. Look at the output of the run, and start it again.'; fi

# 11 of 11: Announce the template
printf '%s %s\n' vmid 9100
printf '%s %s\n' name web
printf '%s %s\n' node pve
printf '%s %s\n' storage thin
printf '%s %s\n' image ubuntu-24.04
printf '%s %s\n' digest "${image_digest}"
printf '%s %s\n' verified "${image_verified}"
