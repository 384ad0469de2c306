# Runs inside a clone as root, by the guest agent. Prints one key=value line for each finding.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
mark=proxkiln-boot-test

state=missing
if command -v cloud-init >/dev/null; then
  while :; do
    state=$(cloud-init status 2>/dev/null | sed -n 's/^status: *//p' | head -n 1)
    case $state in done* | error* | degraded* | disabled*) break ;; esac
    sleep 2
  done
fi
echo "cloud-init=$state"
echo "hostname=$(hostname 2>/dev/null || cat /etc/hostname)"

# The user is whoever the key was written for; root's file names others' keys behind a command=.
user='' key=no
for file in /home/*/.ssh/authorized_keys /root/.ssh/authorized_keys; do
  grep "$mark" "$file" 2>/dev/null | grep -qv command= || continue
  # shellcheck disable=SC2012
  user=$(ls -ld "$file" | awk '{ print $3 }')
  if [ -z "$(find "$file" -perm /022)" ] \
    && grep "^$user:" /etc/passwd | grep -qv 'nologin$\|false$'; then
    key=yes
  fi
  break
done
echo "user=$user"
echo "key=$key"

# Port 22 is 0016; 0A is a listening socket.
ssh=no tries=0
while [ $tries -lt 30 ]; do
  if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null \
    | awk '$4 == "0A" && $2 ~ /:0016$/ { found = 1 } END { exit !found }'; then
    ssh=yes
    break
  fi
  tries=$((tries + 1))
  sleep 1
done
echo "ssh=$ssh"

# A login over the loopback with a key of its own, where the image has a client for it.
login=untried
if [ $ssh = yes ] && [ $key = yes ] && command -v ssh >/dev/null && command -v ssh-keygen >/dev/null; then
  work=$(mktemp -d)
  ssh-keygen -q -t ed25519 -N '' -C "$mark" -f "$work/key"
  cat "$work/key.pub" >>"$file"
  login=no
  if ssh -i "$work/key" -o BatchMode=yes -o ConnectTimeout=60 -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null "$user@127.0.0.1" true </dev/null >/dev/null 2>&1; then
    login=yes
  fi
  rm -rf "$work"
fi
echo "login=$login"

# The root partition must reach the end of its disk, and the file system the end of the partition.
disk=unknown
part=$(basename "$(readlink -f "$(df -P / | awk 'NR == 2 { print $1 }')")")
filled=$(df -kP / | awk 'NR == 2 { print $2 }')
for slave in /sys/class/block/"$part"/slaves/*; do
  [ -e "$slave" ] && pv=$(basename "$slave")
done
if [ -e "/sys/class/block/$part/size" ]; then
  size=$(($(cat "/sys/class/block/$part/size") / 2))
  edge=${pv:-$part}
  rest=0
  if [ -e "/sys/class/block/$edge/partition" ]; then
    whole=$(basename "$(dirname "$(readlink -f "/sys/class/block/$edge")")")
    rest=$((($(cat "/sys/class/block/$whole/size") - $(cat "/sys/class/block/$edge/start") - \
    $(cat "/sys/class/block/$edge/size")) / 2))
  fi
  disk=small
  if [ "$rest" -lt 65536 ] && [ $((filled * 100)) -ge $((size * 90)) ]; then
    disk=grown
  fi
  echo "disk-detail=$part of ${size}k, file system ${filled}k, ${rest}k behind it"
fi
echo "disk=$disk"

echo "address=$( (ip -o addr show scope global 2>/dev/null || ifconfig) \
  | sed -n 's/.*inet6\{0,1\} \(addr:\)\{0,1\}\([0-9a-f.:]*\).*/\2/p' | grep -v '^127\.\|^::1$' | tr '\n' ' ')"

# Where there is no machine ID, clones cannot share one.
echo "machine-id=$(cat /etc/machine-id 2>/dev/null || echo "none-$(cat /proc/sys/kernel/random/boot_id)")"
