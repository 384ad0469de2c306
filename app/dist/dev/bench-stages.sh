# shellcheck shell=bash
# The stages of ./dev bench: what a packed image costs beside the slowest of its stages alone.

readonly STAGES_RATE=$((22 << 20)) # bytes a second
readonly STAGES_SLICE=256          # MiB of content, what lies in /usr, on a sparse disk of 1 GiB

stages_images() {
  local dir=$CACHE/bench-stages-1
  STAGES_IMAGES=$dir
  [[ ! -f $dir/SHA512SUMS ]] || return 0
  say "making the images for the stages, once"
  rm -rf "$dir"
  mkdir -p "$dir"
  (
    cd "$dir"
    truncate -s 1G image.raw
    printf 'label: dos\n2048,\n' | sfdisk -q image.raw
    dd of=image.raw bs=1M seek=1 count="$STAGES_SLICE" iflag=fullblock conv=notrunc status=none \
      < <(while tar -C / --sort=name -cf - usr/lib usr/share usr/bin 2>/dev/null; do :; done)
    xz -k -T1 -0 image.raw
    gzip -k -1 image.raw
    zstd -q -T0 -k image.raw
    rm image.raw
    sha512sum -- * >SHA512SUMS
  )
}

# Milliseconds that a fetch takes inside of a program that runs, the best of three.
fetched_in() {
  local best='' took tries=3
  while ((tries-- > 0)); do
    took=$(by_proxkiln "$1" "$2") || die "bench: the fetch of $1 failed"
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
  local form unpack download unpacked written slowest
  stages_images
  serve "$STAGES_IMAGES" "$SCRATCH/stages-server.out" 0 0 "$STAGES_RATE"
  printf '\nA packed image over a line of %d MiB/s, best of 3: 1 GiB with %d MiB of content\n' \
    "$((STAGES_RATE >> 20))" "$STAGES_SLICE"
  zstd -qdc "$STAGES_IMAGES/image.raw.zst" | dd of="$SCRATCH/alone.raw" bs=1M iflag=fullblock conv=sparse status=none
  written=$(best_of 3 write_alone)
  for form in xz gz zst; do
    case $form in
      xz) unpack='xz -dc' ;;
      gz) unpack='gzip -dc' ;;
      *) unpack='zstd -qdc' ;;
    esac
    download=$(best_of 1 curl -fsS -o /dev/null "$ADDRESS/image.raw.$form")
    # shellcheck disable=SC2086  # the words of the command
    unpacked=$(best_of 3 $unpack "$STAGES_IMAGES/image.raw.$form")
    slowest=$(printf '%s\n' "$download" "$unpacked" "$written" | sort -n | tail -n 1)
    printf '  %s, %d MiB: download alone %s ms, %s alone %s ms, write alone %s ms\n' "$form" \
      "$(($(stat -c %s "$STAGES_IMAGES/image.raw.$form") >> 20))" "$download" "${unpack% *}" "$unpacked" "$written"
    row "fetch of image.raw.$form" "$(fetched_in "image.raw.$form" "$form")" 'the slowest of its stages alone' "$slowest" ms 1.1
  done
  stop_serving
}
