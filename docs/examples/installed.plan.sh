#!/bin/bash
# Create template alma-10 of AlmaLinux 10, network installer
# Made by: proxkiln plan template create --format sh (plan dd0914222dad)
# Run it as root on node pve. It stops at the first error and undoes nothing.
set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
run_id=s$(date +%s)
run_date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
run_cache=/var/cache/proxkiln/images; mkdir -p -- "$run_cache"
read -rsp 'Secret root-hash: ' secret_root_hash; echo >&2

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

# stage FILE: a copy where the upload call may take it from.
stage() { local to; to=/var/tmp/pveupload-$(openssl rand -hex 16); cp -- "$1" "$to"; printf '%s' "$to"; }

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

# 1 of 20: Check the node before anything is made
if answer=$(pvesh get /cluster/status --output-format json) && meets '[type=cluster].quorate' EQUALS_OR_ABSENT 1 <<<"$answer"; then :; else fail 'The cluster has lost its quorum, so nothing can be made on it. Bring the other nodes back: pvecm status shows who is missing.'; fi
if answer=$(pvesh get /nodes/pve/storage/iso/status --output-format json) && meets active EQUALS 1 <<<"$answer" && meets content HAS_WORD iso <<<"$answer"; then :; else fail 'Storage '\''iso'\'' takes no ISO images now. See those that do with: pvesm status --content iso'; fi
if grep -Pqz -- '\A\$(?:5|6|y|2[aby])\$(?:[A-Za-z0-9./=,]+\$)*[A-Za-z0-9./]{20,200}\z' <<<"${secret_root_hash}"; then :; else fail 'The secret '\''root-hash'\'' holds no crypt hash. Make a hash with: openssl passwd -6'; fi
if answer=$(pvesh get /nodes/pve/storage/thin/status --output-format json) && meets active EQUALS 1 <<<"$answer" && meets content HAS_WORD images <<<"$answer"; then :; else fail 'Storage '\''thin'\'' takes no disk images now. See it with: pvesm status --content images'; fi
if answer=$(pvesh get /nodes/pve/storage/thin/status --output-format json) && meets avail AT_LEAST_IF_KNOWN 12884901888 <<<"$answer"; then :; else fail 'Storage '\''thin'\'' has less than the 12288 MiB that this needs. Free space, choose another storage with --storage, or a smaller --disk-size.'; fi
if answer=$(pvesh get /nodes/pve/network --type any_bridge --output-format json) && meets '[iface=vmbr0]' PRESENT '' <<<"$answer"; then :; else fail 'Node '\''pve'\'' has no bridge '\''vmbr0'\'' that you may use. Give --bridge vmbr0 or vmbr1.'; fi

# 2 of 20: Get AlmaLinux 10, network installer and verify it
iso_url=https://repo.almalinux.org/almalinux/10/isos/x86_64/AlmaLinux-10-latest-x86_64-boot.iso
iso_path=$work/iso.raw
curl -fL --retry 5 --proto =https -o "$work/download" -- "$iso_url"
curl -fL --retry 5 --proto =https -o "$work/sums" -- https://repo.almalinux.org/almalinux/10/isos/x86_64/CHECKSUM
digest=$(digest_of AlmaLinux-10-latest-x86_64-boot.iso 64 bsd <"$work/sums")
echo "$digest  $work/download" | sha256sum --check --status || fail 'the download does not have the digest that it must have'
iso_size=$(stat -c %s "$work/download")
mv "$work/download" "$iso_path"
about=$(qemu-img info -f raw --output=json -- "$iso_path")
[ -z "$(pick backing-filename <<<"$about")" ] || fail 'the image has a backing file'
iso_digest=sha256:$digest
iso_format=raw
iso_virtual_size=$(pick virtual-size <<<"$about")
iso_verified='sha256 checked by script'

# 3 of 20: Write ks.cfg
write_ks_cfg_out=$(printf %s 'cmdline
url --url=https://repo.almalinux.org/almalinux/10/BaseOS/x86_64/os/
lang de_DE.UTF-8
keyboard --vckeymap=de
timezone Europe/Berlin --utc
network --bootproto=dhcp --device=link --activate --hostname=template
rootpw --iscrypted '"${secret_root_hash}"'
selinux --enforcing
firewall --enabled --service=ssh
firstboot --disabled
zerombr
clearpart --all --initlabel --drives=sda
reqpart
part / --fstype=xfs --size=2048 --grow --ondisk=sda
bootloader --timeout=1 --append="console=tty0 console=ttyS0,115200n8"
poweroff

%packages
@core
cloud-init
cloud-utils-growpart
qemu-guest-agent
openssh-server
vim-enhanced
chrony
%end

%post --erroronfail --interpreter=/bin/sh
#!/bin/sh
# Makes an installed system fit to be cloned: cloud-init decides users, keys, network and names.
set -u

# The drive that Proxmox VE hands over, and nothing else.
mkdir -p /etc/cloud/cloud.cfg.d
{
  printf '\''datasource_list: [NoCloud, ConfigDrive, None]\n'\''
  # Where netplan is beside an older way, it is netplan that is told.
  ! command -v netplan >/dev/null \
    || printf '\''system_info:\n  network:\n    renderers: [netplan, networkd, eni]\n'\''
  # The archive that was installed from stays the one that clones are updated from.
  ! command -v apt-get >/dev/null || printf '\''apt:\n  preserve_sources_list: true\n'\''
} >/etc/cloud/cloud.cfg.d/90-proxkiln.cfg

# What installers leave so that cloud-init keeps its hands off.
rm -f /etc/cloud/cloud-init.disabled /etc/cloud/cloud.cfg.d/99-installer.cfg \
  /etc/cloud/cloud.cfg.d/90-installer-network.cfg \
  /etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg \
  /etc/cloud/ds-identify.cfg
rm -f /etc/netplan/*.yaml /etc/NetworkManager/system-connections/*.nmconnection \
  /etc/sysconfig/network-scripts/ifcfg-e* /etc/sysconfig/network/ifcfg-e*
if [ -d /etc/network ]; then
  printf '\''source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n'\'' \
    >/etc/network/interfaces
fi

if command -v systemctl >/dev/null; then
  for unit in cloud-init-local cloud-init cloud-init-network cloud-init-main cloud-config \
    cloud-final qemu-guest-agent ssh sshd systemd-networkd systemd-resolved; do
    # A unit that is not there, or is started by a rule of udev, is no reason to stop.
    systemctl enable "$unit.service" >/dev/null 2>&1 || :
  done
fi

# What only one machine may have.
if command -v cloud-init >/dev/null; then
  cloud-init clean --logs >/dev/null 2>&1 || :
fi
rm -rf /var/lib/cloud/instance /var/lib/cloud/instances/* /var/lib/cloud/sem/*
# Logs and answers, with the hash of root'\''s password, that installers store after their last script.
later=/var/lib/cloud/scripts/per-once/00-proxkiln
mkdir -p "${later%/*}"
cat >"$later" <<'\''SCRIPT'\''
#!/bin/sh
rm -rf /root/anaconda-ks.cfg /root/original-ks.cfg /root/autoinst.xml /var/adm/autoinstall \
  /var/log/installer /var/log/anaconda /var/log/YaST2 /var/log/agama-installation "$0"
SCRIPT
chmod 0755 "$later"
rm -f /etc/ssh/ssh_host_* /var/lib/systemd/random-seed /var/lib/dhcp/*.leases \
  /var/lib/NetworkManager/*.lease /etc/udev/rules.d/70-persistent-net.rules
rm -rf /var/log/installer /var/log/anaconda /var/log/journal/* /var/lib/apt/lists/*
find /var/log -type f -exec truncate -s 0 {} +
for tidy in '\''apt-get clean'\'' '\''dnf -q clean all'\'' '\''zypper -q clean --all'\''; do
  command -v "${tidy%% *}" >/dev/null && $tidy >/dev/null 2>&1
done
rm -f /root/.bash_history /root/proxkiln-seal.sh /root/anaconda-ks.cfg /root/original-ks.cfg

# Empty, not gone: a missing one means a first boot that asks questions.
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
echo '\''proxkiln: the system is installed and sealed'\'' >/dev/ttyS0 2>/dev/null || :
command -v cloud-init >/dev/null || {
  echo '\''proxkiln: cloud-init is not installed'\'' >&2
  exit 1
}
%end
' | install -D -m 0600 -- /dev/stdin "${run_cache}"/install-"${run_id}"/answers/ks.cfg)

# 4 of 20: Build the CD 'OEMDRV' with the answers
medium_out=$(xorriso -as mkisofs -quiet -V OEMDRV -J -r -o "${run_cache}"/install-"${run_id}"/answers.iso "${run_cache}"/install-"${run_id}"/answers)

# 5 of 20: Upload the ISO to storage iso
pvesh create /nodes/pve/storage/iso/upload --tmpfilename "$(stage "${iso_path}")" --content iso --filename proxkiln-"${run_id}"-installer.iso

# 6 of 20: Upload the CD with the answers to storage iso
pvesh create /nodes/pve/storage/iso/upload --tmpfilename "$(stage "${run_cache}"/install-"${run_id}"/answers.iso)" --content iso --filename proxkiln-"${run_id}"-answers.iso

# 7 of 20: Remove the answers from here
rm -rf -- "${run_cache}"/install-"${run_id}"

# 8 of 20: Look for a free VM ID
answer=$(pvesh get /cluster/nextid --output-format json | tail -n 1)
vmid=$(pick '' <<<"$answer")

# 9 of 20: Create the guest with an empty disk
qm create "${vmid}" --name alma-10 --ostype l26 --machine q35 --bios seabios --cpu x86-64-v3 --sockets 1 --cores 4 --memory 3072 --scsihw virtio-scsi-single --scsi0 thin:16,discard=on,iothread=1,ssd=1 --ide0 iso:iso/proxkiln-"${run_id}"-answers.iso,media=cdrom --ide2 iso:iso/proxkiln-"${run_id}"-installer.iso,media=cdrom --boot 'order=scsi0;ide2' --net0 virtio,bridge=vmbr0 --serial0 socket --vga std --agent enabled=1 --rng0 source=/dev/urandom --tablet 0 --onboot 0 --ciuser cloud-user --ciupgrade 0 --ipconfig0 ip=dhcp --reboot 0 --tags 'almalinux-10-boot;proxkiln;run-'"${run_id}" --description 'Made by proxkiln from the installer ISO almalinux-10-boot (AlmaLinux 10, network installer).

- installed by: kickstart, unattended
- address: '"${iso_url}"'
- digest: '"${iso_digest}"'
- verified: '"${iso_verified}"'
- made: '"${run_date}"'
- proxkiln: 1.0.0, run '"${run_id}"

# 10 of 20: Start the installation
qm start "${vmid}"

# 11 of 20: Wait until the installer switches the guest off
deadline=$((SECONDS + 14400))
until answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/status/current --output-format json 2>/dev/null) && meets status EQUALS stopped <<<"$answer"; do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait until the installer switches the guest off'
  sleep 5
done

# 12 of 20: Take the media out
qm set "${vmid}" --delete ide2,ide0,reboot

# 13 of 20: Remove the uploaded media
if { answer=$(pvesh get /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-installer.iso --output-format json 2>/dev/null); }; then
  { answer=$(pvesh get /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-installer.iso --output-format json 2>/dev/null); } || fail 'not ours: pvesh delete /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-installer.iso'
  pvesh delete /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-installer.iso
fi
if { answer=$(pvesh get /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-answers.iso --output-format json 2>/dev/null); }; then
  { answer=$(pvesh get /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-answers.iso --output-format json 2>/dev/null); } || fail 'not ours: pvesh delete /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-answers.iso'
  pvesh delete /nodes/pve/storage/iso/content/iso:iso/proxkiln-"${run_id}"-answers.iso
fi

# 14 of 20: Look where the disk is
answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json | tail -n 1)
disk_volume=$(pick 'scsi0 ~ ^([^,]+)' <<<"$answer")

# 15 of 20: Check that a system is on the disk
if answer=$(pvesh get /nodes/pve/storage/thin/content/"${disk_volume}" --output-format json) && meets used MATCHES '^(?:0|[0-9]{9,})?$' <<<"$answer"; then :; else fail 'The guest is off, and nearly nothing is on its disk. Start it again with --on-error keep, and look at its console.'; fi

# 16 of 20: Add the cloud-init drive
qm set "${vmid}" --scsi1 thin:cloudinit

# 17 of 20: Read the guest back and compare
if answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json) && meets ide2 ABSENT '' <<<"$answer" && meets ide0 ABSENT '' <<<"$answer" && meets reboot ABSENT '' <<<"$answer" && meets scsi0 MATCHES '(?:^|,)size=16G(?:,|$)' <<<"$answer" && meets scsi1 CONTAINS cloudinit <<<"$answer" && meets boot EQUALS order=scsi0 <<<"$answer" && meets unused0 ABSENT '' <<<"$answer" && meets lock ABSENT '' <<<"$answer"; then :; else fail 'Guest '\''alma-10'\'' is not as it was asked for. Look at the output of the run, and start it again.'; fi

# 18 of 20: Convert the guest to a template
qm template "${vmid}"

# 19 of 20: Check that it is a template
if answer=$(pvesh get /nodes/pve/qemu/"${vmid}"/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets scsi0 CONTAINS base- <<<"$answer"; then :; else fail 'Guest '\''alma-10'\'' is not as it was asked for. Look at the output of the run, and start it again.'; fi

# 20 of 20: Announce the template
printf '%s %s\n' vmid "${vmid}"
printf '%s %s\n' name alma-10
printf '%s %s\n' node pve
printf '%s %s\n' storage thin
printf '%s %s\n' digest "${iso_digest}"
printf '%s %s\n' verified "${iso_verified}"
printf '%s %s\n' image almalinux-10-boot
