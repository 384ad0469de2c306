# shellcheck shell=bash
# The stages of ./dev bench: what a packed image costs beside the slowest of its stages alone.

readonly STAGES_RATE=$((22 << 20)) # bytes a second

# The demo's Debian cloud image as publishers pack theirs: as qcow2, whose xz is of several blocks, as
# 'xz -T0' makes them; and as a raw disk, its content in front and free space behind. What comes behind
# the last content can only be unpacked when all is here: 2.5 GiB of zeroes in one block take 'xz -d'
# nearly half of its time.
stages_images() {
  local dir=$CACHE/bench-stages-4 image
  STAGES_IMAGES=$dir
  [[ ! -f $dir/SHA512SUMS ]] || return 0
  demo_image
  image=$(printf '%s\n' "$IMAGE_DIR"/debian-*.qcow2)
  say "packing the demo's image for the stages, once"
  rm -rf "$dir"
  mkdir -p "$dir"
  (
    cd "$dir"
    qemu-img convert -O raw "$image" image.raw
    xz -k -T1 -0 image.raw
    gzip -k -1 image.raw
    zstd -q -T0 -k image.raw
    rm image.raw
    qemu-img convert -O qcow2 "$image" image.qcow2
    xz -T0 --block-size=24MiB -0 image.qcow2
    sha512sum -- * >SHA512SUMS
  )
}

# Milliseconds that a fetch takes inside of a program that runs, the best of three: fetched_in NAME FORM FORMAT.
fetched_in() {
  local best='' took tries=3
  while ((tries-- > 0)); do
    took=$(by_proxkiln "$@") || die "bench: the fetch of $1 failed"
    took=${took##* }
    if [[ -z $best ]] || ((took < best)); then best=$took; fi
  done
  printf '%s' "$best"
}

# shellcheck disable=SC2329  # called by best_of
write_alone() {
  dd if="$SCRATCH/alone.raw" of="$SCRATCH/written.raw" bs=1M conv=sparse,fsync status=none
  rm "$SCRATCH/written.raw"
}

bench_stages() {
  local name form unpack download unpacked written slowest format
  stages_images
  serve "$STAGES_IMAGES" "$SCRATCH/stages-server.out" 0 0 "$STAGES_RATE"
  printf '\nA packed cloud image over a line of %d MiB/s, best of 3\n' "$((STAGES_RATE >> 20))"
  zstd -qdc "$STAGES_IMAGES/image.raw.zst" | dd of="$SCRATCH/alone.raw" bs=1M iflag=fullblock conv=sparse status=none
  written=$(best_of 3 write_alone)
  for name in image.qcow2.xz image.raw.xz image.raw.gz image.raw.zst; do
    form=${name##*.}
    format=${name%.*}
    format=${format#*.}
    case $form in
      xz) unpack='xz -dc' ;;
      gz) unpack='gzip -dc' ;;
      *) unpack='zstd -qdc' ;;
    esac
    download=$(best_of 1 curl -fsS -o /dev/null "$ADDRESS/$name")
    # shellcheck disable=SC2086  # the words of the command
    unpacked=$(best_of 3 $unpack "$STAGES_IMAGES/$name")
    slowest=$(printf '%s\n' "$download" "$unpacked" "$written" | sort -n | tail -n 1)
    printf '  %s, %d MiB: download alone %s ms, %s alone %s ms, write alone %s ms\n' "$name" \
      "$(($(stat -c %s "$STAGES_IMAGES/$name") >> 20))" "$download" "${unpack% *}" "$unpacked" "$written"
    row "fetch of $name" "$(fetched_in "$name" "$form" "$format")" 'the slowest of its stages alone' "$slowest" ms 1.1
  done
  stop_serving
}
