#!/bin/bash
# Publish template debian-13 on node pve2
# Made by: proxkiln plan template publish --format sh (plan 4c3ac644373e)
# Run it as root on node pve2. It stops at the first error and undoes nothing.
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

# 1 of 10: Check the template and the node
if answer=$(pvesh get /nodes/pve/qemu/9000/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets name EQUALS debian-13 <<<"$answer"; then :; else fail 'Template '\''debian-13'\'' is not on node '\''pve'\'' now. See the templates with: proxkiln template list'; fi
if answer=$(pvesh get /nodes/pve2/storage/thin/status --output-format json) && meets active EQUALS 1 <<<"$answer" && meets content HAS_WORD images <<<"$answer"; then :; else fail 'Storage '\''thin'\'' of node '\''pve2'\'' takes no disk images now. See it with: pvesh get /nodes/pve2/storage'; fi

# 2 of 10: Read the template
answer=$(pvesh get /nodes/pve/qemu/9000/config --output-format json | tail -n 1)
source_notes=$(pick description <<<"$answer")
source_tags=$(pick tags <<<"$answer")

# 3 of 10: Look for a free VM ID
answer=$(pvesh get /cluster/nextid --output-format json | tail -n 1)
vmid=$(pick '' <<<"$answer")

# 4 of 10: Make a full clone on node pve
pvesh create /nodes/pve/qemu/9000/clone --newid "${vmid}" --name pk-copy-"${run_id}" --full 1

# 5 of 10: Let the copy be removed again
pvesh set /nodes/pve/qemu/"${vmid}"/config --protection 0

# 6 of 10: Move it to node pve2
pvesh create /nodes/pve/qemu/"${vmid}"/migrate --target pve2

# 7 of 10: Convert it to a template
qm template "${vmid}"

# 8 of 10: Give it name, tags and notes of the template
qm set "${vmid}" --name debian-13 --tags "${source_tags}"';copy;run-'"${run_id}" --description "${source_notes}"

# 9 of 10: Read the copy back and compare
if answer=$(pvesh get /nodes/pve2/qemu/"${vmid}"/config --output-format json) && meets template EQUALS 1 <<<"$answer" && meets name EQUALS debian-13 <<<"$answer" && meets tags HAS_WORD copy <<<"$answer" && meets lock ABSENT '' <<<"$answer" && meets scsi0 PRESENT '' <<<"$answer" && meets scsi0 CONTAINS base- <<<"$answer" && meets scsi1 PRESENT '' <<<"$answer"; then :; else fail 'The copy of '\''debian-13'\'' on '\''pve2'\'' is not right. Look at the output of the run, and start it again.'; fi

# 10 of 10: Announce the copy
printf '%s %s\n' vmid "${vmid}"
printf '%s %s\n' name debian-13
printf '%s %s\n' node pve2
printf '%s %s\n' original 9000
printf '%s %s\n' from pve
