#!/bin/sh
# Makes an installed system fit to be cloned: cloud-init decides users, keys, network and names.
set -u

# The drive that Proxmox VE hands over, and nothing else.
mkdir -p /etc/cloud/cloud.cfg.d
{
  printf 'datasource_list: [NoCloud, ConfigDrive, None]\n'
  # Where netplan is beside an older way, it is netplan that is told.
  ! command -v netplan >/dev/null \
    || printf 'system_info:\n  network:\n    renderers: [netplan, networkd, eni]\n'
  # The archive that was installed from stays the one that clones are updated from.
  ! command -v apt-get >/dev/null || printf 'apt:\n  preserve_sources_list: true\n'
} >/etc/cloud/cloud.cfg.d/90-proxkiln.cfg

# What installers leave so that cloud-init keeps its hands off.
rm -f /etc/cloud/cloud-init.disabled /etc/cloud/cloud.cfg.d/99-installer.cfg \
  /etc/cloud/cloud.cfg.d/90-installer-network.cfg \
  /etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg \
  /etc/cloud/ds-identify.cfg
rm -f /etc/netplan/*.yaml /etc/NetworkManager/system-connections/*.nmconnection \
  /etc/sysconfig/network-scripts/ifcfg-e* /etc/sysconfig/network/ifcfg-e*
if [ -d /etc/network ]; then
  printf 'source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n' \
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
# Logs and answers, with the hash of root's password, that installers store after their last script.
later=/var/lib/cloud/scripts/per-once/00-proxkiln
mkdir -p "${later%/*}"
cat >"$later" <<'SCRIPT'
#!/bin/sh
rm -rf /root/anaconda-ks.cfg /root/original-ks.cfg /root/autoinst.xml /var/adm/autoinstall \
  /var/log/installer /var/log/anaconda /var/log/YaST2 /var/log/agama-installation "$0"
SCRIPT
chmod 0755 "$later"
rm -f /etc/ssh/ssh_host_* /var/lib/systemd/random-seed /var/lib/dhcp/*.leases \
  /var/lib/NetworkManager/*.lease /etc/udev/rules.d/70-persistent-net.rules
rm -rf /var/log/installer /var/log/anaconda /var/log/journal/* /var/lib/apt/lists/*
find /var/log -type f -exec truncate -s 0 {} +
for tidy in 'apt-get clean' 'dnf -q clean all' 'zypper -q clean --all'; do
  command -v "${tidy%% *}" >/dev/null && $tidy >/dev/null 2>&1
done
rm -f /root/.bash_history /root/proxkiln-seal.sh /root/anaconda-ks.cfg /root/original-ks.cfg

# Empty, not gone: a missing one means a first boot that asks questions.
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
echo 'proxkiln: the system is installed and sealed' >/dev/ttyS0 2>/dev/null || :
command -v cloud-init >/dev/null || {
  echo 'proxkiln: cloud-init is not installed' >&2
  exit 1
}
