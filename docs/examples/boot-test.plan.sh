#!/bin/bash
# Boot-test template 9000 (debian-12)
# Made by: proxkiln plan template test --format sh (plan 25dd50644d93)
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

# 1 of 24: Check that it is the template that was meant
if answer=$(pvesh get /nodes/pve/qemu/9000/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets name EQUALS debian-12 <<<"$answer"; then :; else fail 'Guest '\''9000'\'' is not the template '\''debian-12'\'' any more. See the templates with: proxkiln template list'; fi

# 2 of 24: Read the template
answer=$(pvesh get /nodes/pve/qemu/9000/config --output-format json | tail -n 1)
config_disk=$(pick 'boot ~ order=(?:.*?;)?((?:scsi|virtio|sata|ide)[0-9]+)' <<<"$answer")
config_user=$(pick ciuser <<<"$answer")

# 3 of 24: Look for a free VM ID
answer=$(pvesh get /cluster/nextid --output-format json | tail -n 1)
vmid_a=$(pick '' <<<"$answer")

# 4 of 24: Make linked clone a
qm clone 9000 "${vmid_a}" --name pk-test-"${run_id}"-a --full 0

# 5 of 24: Give clone a a test key
qm set "${vmid_a}" --tags 'proxkiln;proxkiln-test;run-'"${run_id}" --ipconfig0 ip=dhcp --sshkeys <(printf '%s\n' 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVGUyRuj0GGsEVEN2RrEtRpmM8LyCwDZOZewvjG9nyb proxkiln-boot-test') --ciupgrade 0 --agent enabled=1 --serial0 socket --onboot 0 --protection 0

# 6 of 24: Grow the disk of clone a
qm disk resize "${vmid_a}" "${config_disk}" +2G

# 7 of 24: Look for a free VM ID
answer=$(pvesh get /cluster/nextid --output-format json | tail -n 1)
vmid_b=$(pick '' <<<"$answer")

# 8 of 24: Make linked clone b
qm clone 9000 "${vmid_b}" --name pk-test-"${run_id}"-b --full 0

# 9 of 24: Give clone b a test key
qm set "${vmid_b}" --tags 'proxkiln;proxkiln-test;run-'"${run_id}" --ipconfig0 ip=dhcp --sshkeys <(printf '%s\n' 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVGUyRuj0GGsEVEN2RrEtRpmM8LyCwDZOZewvjG9nyb proxkiln-boot-test') --ciupgrade 0 --agent enabled=1 --serial0 socket --onboot 0 --protection 0

# 10 of 24: Grow the disk of clone b
qm disk resize "${vmid_b}" "${config_disk}" +2G

# 11 of 24: Start clone a
qm start "${vmid_a}"

# 12 of 24: Start clone b
qm start "${vmid_b}"

# 13 of 24: Wait until clone a answers
deadline=$((SECONDS + 600))
until answer=$(pvesh create /nodes/pve/qemu/"${vmid_a}"/agent/ping --output-format json 2>/dev/null); do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait until clone a answers'
  sleep 1
done

# 14 of 24: Look inside clone a
answer=$(pvesh create /nodes/pve/qemu/"${vmid_a}"/agent/exec --command /bin/sh --command -c --command '# Runs inside a clone as root, by the guest agent. Prints one key=value line for each finding.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
mark=proxkiln-boot-test

state=missing
if command -v cloud-init >/dev/null; then
  while :; do
    state=$(cloud-init status 2>/dev/null | sed -n '\''s/^status: *//p'\'' | head -n 1)
    case $state in done* | error* | degraded* | disabled*) break ;; esac
    sleep 2
  done
fi
echo "cloud-init=$state"
echo "hostname=$(hostname 2>/dev/null || cat /etc/hostname)"

# The user is whoever the key was written for; root'\''s file names others'\'' keys behind a command=.
user='\'''\'' key=no
for file in /home/*/.ssh/authorized_keys /root/.ssh/authorized_keys; do
  grep "$mark" "$file" 2>/dev/null | grep -qv command= || continue
  # shellcheck disable=SC2012
  user=$(ls -ld "$file" | awk '\''{ print $3 }'\'')
  if [ -z "$(find "$file" -perm /022)" ] \
    && grep "^$user:" /etc/passwd | grep -qv '\''nologin$\|false$'\''; then
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
    | awk '\''$4 == "0A" && $2 ~ /:0016$/ { found = 1 } END { exit !found }'\''; then
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
  ssh-keygen -q -t ed25519 -N '\'''\'' -C "$mark" -f "$work/key"
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
part=$(basename "$(readlink -f "$(df -P / | awk '\''NR == 2 { print $1 }'\'')")")
filled=$(df -kP / | awk '\''NR == 2 { print $2 }'\'')
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
  | sed -n '\''s/.*inet6\{0,1\} \(addr:\)\{0,1\}\([0-9a-f.:]*\).*/\2/p'\'' | grep -v '\''^127\.\|^::1$'\'' | tr '\''\n'\'' '\'' '\'')"

# Where there is no machine ID, clones cannot share one.
echo "machine-id=$(cat /etc/machine-id 2>/dev/null || echo "none-$(cat /proc/sys/kernel/random/boot_id)")"
' --output-format json | tail -n 1)
look_a_pid=$(pick pid <<<"$answer")

# 15 of 24: Wait for cloud-init in clone a
deadline=$((SECONDS + 600))
until answer=$(pvesh get /nodes/pve/qemu/"${vmid_a}"/agent/exec-status --pid "${look_a_pid}" --output-format json 2>/dev/null) && meets exited MATCHES '^(?:1|true)$' <<<"$answer"; do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait for cloud-init in clone a'
  sleep 1
done
report_a_machine=$(pick 'out-data ~ (?m)^machine-id=(\S+)$' <<<"$answer")
report_a_text=$(pick out-data <<<"$answer")

# 16 of 24: Wait until clone b answers
deadline=$((SECONDS + 600))
until answer=$(pvesh create /nodes/pve/qemu/"${vmid_b}"/agent/ping --output-format json 2>/dev/null); do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait until clone b answers'
  sleep 1
done

# 17 of 24: Look inside clone b
answer=$(pvesh create /nodes/pve/qemu/"${vmid_b}"/agent/exec --command /bin/sh --command -c --command '# Runs inside a clone as root, by the guest agent. Prints one key=value line for each finding.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
mark=proxkiln-boot-test

state=missing
if command -v cloud-init >/dev/null; then
  while :; do
    state=$(cloud-init status 2>/dev/null | sed -n '\''s/^status: *//p'\'' | head -n 1)
    case $state in done* | error* | degraded* | disabled*) break ;; esac
    sleep 2
  done
fi
echo "cloud-init=$state"
echo "hostname=$(hostname 2>/dev/null || cat /etc/hostname)"

# The user is whoever the key was written for; root'\''s file names others'\'' keys behind a command=.
user='\'''\'' key=no
for file in /home/*/.ssh/authorized_keys /root/.ssh/authorized_keys; do
  grep "$mark" "$file" 2>/dev/null | grep -qv command= || continue
  # shellcheck disable=SC2012
  user=$(ls -ld "$file" | awk '\''{ print $3 }'\'')
  if [ -z "$(find "$file" -perm /022)" ] \
    && grep "^$user:" /etc/passwd | grep -qv '\''nologin$\|false$'\''; then
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
    | awk '\''$4 == "0A" && $2 ~ /:0016$/ { found = 1 } END { exit !found }'\''; then
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
  ssh-keygen -q -t ed25519 -N '\'''\'' -C "$mark" -f "$work/key"
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
part=$(basename "$(readlink -f "$(df -P / | awk '\''NR == 2 { print $1 }'\'')")")
filled=$(df -kP / | awk '\''NR == 2 { print $2 }'\'')
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
  | sed -n '\''s/.*inet6\{0,1\} \(addr:\)\{0,1\}\([0-9a-f.:]*\).*/\2/p'\'' | grep -v '\''^127\.\|^::1$'\'' | tr '\''\n'\'' '\'' '\'')"

# Where there is no machine ID, clones cannot share one.
echo "machine-id=$(cat /etc/machine-id 2>/dev/null || echo "none-$(cat /proc/sys/kernel/random/boot_id)")"
' --output-format json | tail -n 1)
look_b_pid=$(pick pid <<<"$answer")

# 18 of 24: Wait for cloud-init in clone b
deadline=$((SECONDS + 600))
until answer=$(pvesh get /nodes/pve/qemu/"${vmid_b}"/agent/exec-status --pid "${look_b_pid}" --output-format json 2>/dev/null) && meets exited MATCHES '^(?:1|true)$' <<<"$answer"; do
  [ $SECONDS -lt $deadline ] || fail 'timed out: Wait for cloud-init in clone b'
  sleep 1
done
report_b_machine=$(pick 'out-data ~ (?m)^machine-id=(\S+)$' <<<"$answer")
report_b_text=$(pick out-data <<<"$answer")

# 19 of 24: Judge what the clones said
if grep -Pqz -- '(?m)^cloud-init=done$' <<<"${report_a_text}"; then :; else fail 'Clone a: cloud-init did not end well. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^hostname=pk-test-'"${run_id}"'-a(?:\..*)?$' <<<"${report_a_text}"; then :; else fail 'Clone a: the host name is not the guest'\''s name. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^user='"${config_user}"'\b.*$' <<<"${report_a_text}"; then :; else fail 'Clone a: the test key was not written for the user of the template. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^key=yes$' <<<"${report_a_text}"; then :; else fail 'Clone a: nobody can log in with the test key. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^ssh=yes$' <<<"${report_a_text}"; then :; else fail 'Clone a: nothing listens on port 22. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^login=(?:yes|untried)$' <<<"${report_a_text}"; then :; else fail 'Clone a: the user cannot log in by key. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^disk=grown$' <<<"${report_a_text}"; then :; else fail 'Clone a: the root file system did not grow with its disk. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^address=[0-9a-f]*[.:].*$' <<<"${report_a_text}"; then :; else fail 'Clone a: there is no address. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^machine-id=\S+$' <<<"${report_a_text}"; then :; else fail 'Clone a: there is no machine ID. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^cloud-init=done$' <<<"${report_b_text}"; then :; else fail 'Clone b: cloud-init did not end well. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^hostname=pk-test-'"${run_id}"'-b(?:\..*)?$' <<<"${report_b_text}"; then :; else fail 'Clone b: the host name is not the guest'\''s name. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^user='"${config_user}"'\b.*$' <<<"${report_b_text}"; then :; else fail 'Clone b: the test key was not written for the user of the template. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^key=yes$' <<<"${report_b_text}"; then :; else fail 'Clone b: nobody can log in with the test key. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^ssh=yes$' <<<"${report_b_text}"; then :; else fail 'Clone b: nothing listens on port 22. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^login=(?:yes|untried)$' <<<"${report_b_text}"; then :; else fail 'Clone b: the user cannot log in by key. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^disk=grown$' <<<"${report_b_text}"; then :; else fail 'Clone b: the root file system did not grow with its disk. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^address=[0-9a-f]*[.:].*$' <<<"${report_b_text}"; then :; else fail 'Clone b: there is no address. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if grep -Pqz -- '(?m)^machine-id=\S+$' <<<"${report_b_text}"; then :; else fail 'Clone b: there is no machine ID. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi
if [ "${report_a_machine}" != "${report_b_machine}" ]; then :; else fail 'Both clones have the same machine ID. See what the clones said with proxkiln show RUN; --on-error keep leaves them running.'; fi

# 20 of 24: Stop and destroy clone a
if { answer=$(pvesh get /nodes/pve/qemu/"${vmid_a}"/status/current --output-format json 2>/dev/null) && meets status EQUALS running <<<"$answer" && meets name EQUALS pk-test-"${run_id}"-a <<<"$answer"; }; then
  { answer=$(pvesh get /nodes/pve/qemu/"${vmid_a}"/config --output-format json 2>/dev/null) && meets name EQUALS pk-test-"${run_id}"-a <<<"$answer"; } || fail 'not ours: qm stop "${vmid_a}"'
  qm stop "${vmid_a}"
fi
if { answer=$(pvesh get /nodes/pve/qemu/"${vmid_a}"/config --output-format json 2>/dev/null) && meets name EQUALS pk-test-"${run_id}"-a <<<"$answer"; }; then
  { answer=$(pvesh get /nodes/pve/qemu/"${vmid_a}"/config --output-format json 2>/dev/null) && meets name EQUALS pk-test-"${run_id}"-a <<<"$answer"; } || fail 'not ours: qm destroy "${vmid_a}" --purge 1'
  qm destroy "${vmid_a}" --purge 1
fi

# 21 of 24: Stop and destroy clone b
if { answer=$(pvesh get /nodes/pve/qemu/"${vmid_b}"/status/current --output-format json 2>/dev/null) && meets status EQUALS running <<<"$answer" && meets name EQUALS pk-test-"${run_id}"-b <<<"$answer"; }; then
  { answer=$(pvesh get /nodes/pve/qemu/"${vmid_b}"/config --output-format json 2>/dev/null) && meets name EQUALS pk-test-"${run_id}"-b <<<"$answer"; } || fail 'not ours: qm stop "${vmid_b}"'
  qm stop "${vmid_b}"
fi
if { answer=$(pvesh get /nodes/pve/qemu/"${vmid_b}"/config --output-format json 2>/dev/null) && meets name EQUALS pk-test-"${run_id}"-b <<<"$answer"; }; then
  { answer=$(pvesh get /nodes/pve/qemu/"${vmid_b}"/config --output-format json 2>/dev/null) && meets name EQUALS pk-test-"${run_id}"-b <<<"$answer"; } || fail 'not ours: qm destroy "${vmid_b}" --purge 1'
  qm destroy "${vmid_b}" --purge 1
fi

# 22 of 24: Read the template's notes
answer=$(pvesh get /nodes/pve/qemu/9000/config --output-format json | tail -n 1)
notes_digest=$(pick digest <<<"$answer")
notes_text=$(pick 'description ~ (?s)\A(.*?)\s*(?:(?:\A|\n\n)Boot test: [^\n]*)?\s*\z' <<<"$answer")

# 23 of 24: Write the verdict into the template's notes
qm set 9000 --description "${notes_text}"'

Boot test: passed (cloud-init, host name, user, key, login, disk growth, address, machine ID), '"${run_date}"', run '"${run_id}" --digest "${notes_digest}"

# 24 of 24: Announce the verdict
printf '%s %s\n' vmid 9000
printf '%s %s\n' name debian-12
printf '%s %s\n' node pve
printf '%s %s\n' verdict passed
printf '%s %s\n' why ''
printf '%s %s\n' checked 'cloud-init, host name, user, key, login, disk growth, address, machine ID'
printf '%s %s\n' date "${run_date}"
