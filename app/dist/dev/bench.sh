# shellcheck shell=bash
# ./dev bench: each figure beside the figure of what a user would take instead, from one run on one
# machine. Times are the best of several tries, because everything else a machine does only adds.

# Milliseconds of the fastest of TRIES runs of a command: best_of TRIES COMMAND...
best_of() {
  local tries=$1 best='' begun took
  shift
  while ((tries-- > 0)); do
    begun=$EPOCHREALTIME
    "$@" >/dev/null 2>&1 </dev/null || die "bench: this failed: $*"
    took=$(((${EPOCHREALTIME/[.,]/} - ${begun/[.,]/}) / 100))
    if [[ -z $best ]] || ((took < best)); then best=$took; fi
  done
  printf '%d.%d' $((best / 10)) $((best % 10))
}

# A row of a table: what, its figure, the yardstick, its figure, the unit, and the wanted ratio.
row() {
  awk -v what="$1" -v mine="$2" -v yard="$3" -v theirs="$4" -v unit="$5" -v goal="$6" 'BEGIN {
    ratio = mine / theirs
    printf "  %-40s %8.1f %-4s %-36s %8.1f %-4s ratio %5.2f", what, mine, unit, yard, theirs, unit, ratio
    if (goal != "") printf "  (wanted: under %s: %s)", goal, ratio < goal ? "yes" : "NO"
    print ""
  }'
}

bench_start() {
  local bare command
  printf '\nStart, best of 15\n'
  bare=$(best_of 15 "$TREE/runtime/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -version)
  for command in version 'catalog list'; do
    # shellcheck disable=SC2086  # the words of the command
    row "proxkiln $command" "$(best_of 15 "$TREE/bin/proxkiln" $command)" 'java -version, same runtime' "$bare" ms 4
  done
  row 'proxkiln template create --help' "$(best_of 5 "$TREE/bin/proxkiln" template create --help)" \
    'java -version, same runtime' "$bare" ms ''
}

# Adds the peak resident memory in KiB of a process and of its children to KIB.
add_resident() {
  local pid=$1 line task children='' child
  while read -r line; do
    case $line in VmHWM:*)
      line=${line#VmHWM:}
      KIB=$((KIB + ${line% kB}))
      ;;
    esac
  done 2>/dev/null <"/proc/$pid/status" || return 0
  for task in "/proc/$pid/task"/*; do
    read -r line 2>/dev/null <"$task/children" || true
    children+=" $line"
  done
  for child in $children; do add_resident "$child"; done
}

# Prints the peak memory in KiB of a process and of the programs that it starts, once it has ended:
# the largest sum, five times a second, of what each had at most until then.
watch_memory() {
  local pid=$1 most=0
  while kill -0 "$pid" 2>/dev/null; do
    KIB=0
    add_resident "$pid"
    ((KIB <= most)) || most=$KIB
    sleep 0.2
  done
  printf '%s' "$most"
}

# Runs a command and sets PEAK to its peak memory in MiB and TOOK to the milliseconds it took.
peak_of() {
  local pid watcher begun
  begun=$(now_ms)
  "$@" >"$SCRATCH/out" 2>&1 </dev/null &
  pid=$!
  watch_memory "$pid" >"$SCRATCH/peak" &
  watcher=$!
  wait "$pid" || {
    tail -n 20 "$SCRATCH/out" >&2
    die "bench: this failed: $*"
  }
  TOOK=$(($(now_ms) - begun))
  wait "$watcher"
  PEAK=$(awk '{ printf "%.1f", $1 / 1024 }' "$SCRATCH/peak")
}

# Images to fetch, made once: a small one and a large one, noise and holes as disks are,
# the large one packed as publishers do, its xz with the largest window that xz -9 takes.
bench_images() {
  local dir=$CACHE/bench-2
  IMAGES=$dir
  [[ ! -f $dir/SHA512SUMS ]] || return 0
  say "making the images for the bench, once"
  rm -rf "$dir"
  mkdir -p "$dir"
  (
    cd "$dir"
    truncate -s 64M small.raw
    truncate -s 4G large.raw
    # An image without a partition table or a file system is refused, and rightly so.
    for at in small large; do printf 'label: dos\n2048,\n' | sfdisk -q "$at.raw"; done
    head -c 8M /dev/urandom | dd of=small.raw bs=1M seek=1 conv=notrunc status=none
    qemu-img convert -f raw -O qcow2 small.raw small.qcow2
    for at in 1 1000 2000 3000; do
      head -c 32M /dev/urandom | dd of=large.raw bs=1M seek=$at conv=notrunc status=none
    done
    xz -T1 --lzma2=preset=0,dict=64MiB -k large.raw
    zstd -q -T0 -3 -k large.raw
    rm small.raw large.raw
    sha512sum -- * >SHA512SUMS
  )
}

write_bench_entries() {
  local images=$PROXKILN_ROOT/etc/proxkiln/templates/images name format compression
  mkdir -p "$images"
  {
    printf 'distribution: bench\nimages:\n'
    while read -r name format compression; do
      printf '  - {id: bench-%s, agent: true, min-disk: 4G, format: %s, compression: %s, downloads: [{url: "%s", insecure: true, checksum: {url: "%s", algorithm: sha512}}]}\n' \
        "${name%%.*}" "$format" "$compression" "$ADDRESS/$name" "$ADDRESS/SHA512SUMS"
    done <<'LIST'
small.qcow2 qcow2 none
large.raw.xz raw xz
LIST
  } >"$images/bench.yaml"
}

bench_memory() {
  local image small
  printf '\nPeak memory of a build: template create on the sandbox node\n'
  "$TREE/bin/proxkiln" sandbox start --boot simulated </dev/null >/dev/null
  for image in small large; do
    peak_of "$TREE/bin/proxkiln" --target sandbox template create --image "bench-$image" --yes
    [[ $image == large ]] || small=$PEAK
  done
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1
  row 'image of 64 MiB' "$small" 'wanted at most' 256 MiB 1
  row 'image of 4 GiB, xz with a 64 MiB window' "$PEAK" 'wanted at most' 256 MiB 1
}

# What one would type instead, one after the other.
by_hand() {
  local name=$1 unpack=$2 dir=$SCRATCH/hand
  rm -rf "$dir"
  mkdir "$dir"
  (
    cd "$dir"
    curl -fsS -o "$name" "$ADDRESS/$name"
    curl -fsS "$ADDRESS/SHA512SUMS" | sha512sum --quiet --check --ignore-missing -
    case $unpack in
      xz) xz -d "$name" ;;
      zst) zstd -q -d --rm "$name" ;;
    esac
    qemu-img info ./*.raw
  )
}

# by_proxkiln NAME FORM [FORMAT]
by_proxkiln() {
  rm -rf "$SCRATCH/fetch"
  "$TREE/runtime/bin/java" -XX:AOTCache="$TREE/lib/full.aot" -XX:+UseSerialGC \
    -Xmx112m -XX:MaxNewSize=16m -Xlog:disable --enable-native-access=ALL-UNNAMED \
    -DZstdNativePath="$TREE/lib/libzstd-jni.so" -cp "$TREE/lib/proxkiln.jar" \
    dev.proxkiln.dist.FetchOnce "$SCRATCH/fetch" "$ADDRESS" "$1" "$2" "${3:-raw}"
}

bench_fetch() {
  local form
  printf '\nFetch, verify and unpack 4 GiB with 128 MiB of content, best of 3\n'
  for form in xz zst; do
    row "proxkiln, large.raw.$form" "$(best_of 3 by_proxkiln "large.raw.$form" "$form")" \
      "curl; sha512sum; $form -d; qemu-img info" "$(best_of 3 by_hand "large.raw.$form" "$form")" ms 1
  done
}

bench() {
  # shellcheck source=app/dist/dev/bench-batch.sh
  source "$PARTS/bench-batch.sh"
  # shellcheck source=app/dist/dev/bench-stages.sh
  source "$PARTS/bench-stages.sh"
  # shellcheck source=app/dist/dev/bench-screen.sh
  source "$PARTS/bench-screen.sh"
  local parts=("$@")
  ((${#parts[@]} > 0)) || parts=(start screen memory fetch stages batch)
  setup
  need_jdk
  build
  bench_images
  SCRATCH=$(mktemp -d "$CACHE/.bench.XXXXXX")
  export PROXKILN_ROOT=$SCRATCH/root PROXKILN_NO_INPUT=1
  trap 'stop_serving; "$TREE/bin/proxkiln" sandbox stop >/dev/null 2>&1; rm -rf "$SCRATCH"' EXIT
  serve "$IMAGES" "$SCRATCH/server.out"
  write_bench_entries
  printf 'On %s processors, load %s\n' "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
  awk -v busy="$(cut -d' ' -f1 /proc/loadavg)" -v processors="$(nproc)" 'BEGIN { exit !(busy > processors) }' \
    && printf 'Something else keeps this machine busy: times and their ratios say little now.\n'
  local part
  for part in "${parts[@]}"; do
    case $part in
      start | screen | memory | fetch) "bench_$part" ;;
      # They have a server of their own.
      stages | batch)
        stop_serving
        "bench_$part"
        ;;
      *) die "bench: there is no part '$part'; there are start, screen, memory, fetch, stages and batch" ;;
    esac
  done
}
