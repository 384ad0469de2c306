#!/bin/sh
# Runs inside the clone as root, by the guest agent: sh -c THIS NAME USER KEY. Waits for cloud-init,
# lets the user in by the key, and prints one key=value line for each finding.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
wanted=$1 key=$2

state=missing
if command -v cloud-init >/dev/null; then
  while :; do
    state=$(cloud-init status 2>/dev/null | sed -n 's/^status: *//p' | head -n 1)
    case $state in done* | error* | degraded* | disabled*) break ;; esac
    sleep 2
  done
fi
echo "cloud-init=$state"

user='' let_in=no
entry=$(grep "^$wanted:" /etc/passwd)
if [ -n "$entry" ]; then
  user=$wanted
  group=$(printf '%s' "$entry" | cut -d : -f 4)
  folder=$(printf '%s' "$entry" | cut -d : -f 6)/.ssh
  if mkdir -p "$folder" && chmod 700 "$folder" && printf '%s\n' "$key" >>"$folder/authorized_keys" \
    && chmod 600 "$folder/authorized_keys" && chown "$user:$group" "$folder" "$folder/authorized_keys"; then
    let_in=yes
  fi
  ! command -v restorecon >/dev/null || restorecon -R "$folder" >/dev/null 2>&1
fi
echo "user=$user"
echo "key=$let_in"

# Port 22 is 0016; 0A is a listening socket.
ssh=no tries=0
while [ $tries -lt 60 ]; do
  if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null \
    | awk '$4 == "0A" && $2 ~ /:0016$/ { found = 1 } END { exit !found }'; then
    ssh=yes
    break
  fi
  tries=$((tries + 1))
  sleep 1
done
echo "ssh=$ssh"

# By this channel nobody on the network can pass off another machine as this one.
for type in ed25519 ecdsa rsa; do
  [ -s "/etc/ssh/ssh_host_${type}_key.pub" ] || continue
  echo "host-key=$(cut -d ' ' -f 1,2 "/etc/ssh/ssh_host_${type}_key.pub")"
  break
done

# The address that this guest itself would send from.
address=$(ip -o -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
[ -n "$address" ] \
  || address=$(ip -o -6 route get 2001:db8::1 2>/dev/null | sed -n 's/.* src \([0-9a-f:]*\).*/\1/p')
[ -n "$address" ] \
  || address=$(ip -o addr show scope global 2>/dev/null | sed -n 's/.* inet6\{0,1\} \([0-9a-f.:]*\)\/.*/\1/p' | head -n 1)
echo "address=$address"
