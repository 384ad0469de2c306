# shellcheck shell=bash
# The batch of ./dev bench: ten templates of ten images over one line of a limited rate, beside the
# loop that one would write for it.

readonly BATCH_RATE=$((14 << 20)) # bytes a second of all answers together
readonly BATCH_SLICE=128          # MiB of content in each image

# Ten images, made once: content is what lies in /usr, as it is in real images; each a sparse disk
# of 2 GiB, packed as publishers do.
batch_images() {
  local dir=$CACHE/bench-batch-1 i name
  BATCH_IMAGES=$dir
  [[ ! -f $dir/SHA512SUMS ]] || return 0
  say "making ten images for the batch, once"
  rm -rf "$dir"
  mkdir -p "$dir"
  (
    cd "$dir"
    # The end of the pipe is cut off when the last image has its share.
    {
      for i in 0 1 2 3 4 5 6 7 8 9; do
        name=image-$i.raw
        truncate -s 2G "$name"
        printf 'label: dos\n2048,\n' | sfdisk -q "$name"
        dd of="$name" bs=1M seek=1 count="$BATCH_SLICE" iflag=fullblock conv=notrunc status=none
        case $i in
          0 | 3 | 6 | 9) xz -T1 -2 "$name" ;;
          1 | 4 | 7) zstd -q -T0 --rm "$name" ;;
          *)
            qemu-img convert -c -f raw -O qcow2 "$name" "image-$i.qcow2"
            rm "$name"
            ;;
        esac
      done
    } < <(tar -C / --sort=name -cf - usr/lib usr/share usr/bin 2>/dev/null || true)
    sha512sum -- * >SHA512SUMS
  )
}

write_batch_entries() {
  local images=$PROXKILN_ROOT/etc/proxkiln/templates/images file format compression
  mkdir -p "$images"
  {
    printf 'distribution: batch\nimages:\n'
    for file in "$BATCH_IMAGES"/image-*; do
      file=${file##*/}
      format=raw compression=none
      case $file in
        *.xz) compression=xz ;;
        *.zst) compression=zst ;;
        *) format=qcow2 ;;
      esac
      printf '  - {id: %s, agent: true, min-disk: 2G, format: %s, compression: %s, downloads: [{url: "%s", insecure: true, checksum: {url: "%s", algorithm: sha512}}]}\n' \
        "${file%%.*}" "$format" "$compression" "$ADDRESS/$file" "$ADDRESS/SHA512SUMS"
    done
  } >"$images/batch.yaml"
}

# The loop that one would write: one image after the other, the calls that make a template as one
# types them on a node.
batch_by_hand() {
  local dir=$1 file disk id pvesh=("$TREE/bin/proxkiln" sandbox pvesh)
  mkdir "$dir"
  (
    set -e
    cd "$dir"
    for file in "$BATCH_IMAGES"/image-*; do
      file=${file##*/}
      curl -fsS -o "$file" "$ADDRESS/$file"
      curl -fsS "$ADDRESS/SHA512SUMS" | sha512sum --quiet --check --ignore-missing -
      disk=${file%.xz}
      disk=${disk%.zst}
      case $file in
        *.xz) xz -d "$file" ;;
        *.zst) zstd -q -d --rm "$file" ;;
      esac
      id=$("${pvesh[@]}" get /cluster/nextid)
      "${pvesh[@]}" create /nodes/pve/qemu --vmid "$id" --name "${file%%.*}" --ostype l26 --cpu x86-64-v2-AES \
        --memory 2048 --cores 2 --scsihw virtio-scsi-single --net0 virtio,bridge=vmbr0 --serial0 socket --agent enabled=1 \
        --scsi0 "local:0,import-from=$dir/$disk,format=qcow2,discard=on,ssd=1,iothread=1" --scsi1 local:cloudinit \
        --boot order=scsi0 --ipconfig0 ip=dhcp
      "${pvesh[@]}" set "/nodes/pve/qemu/$id/resize" --disk scsi0 --size 4G
      "${pvesh[@]}" create "/nodes/pve/qemu/$id/template"
      # The next check would miss what was unpacked.
      mkdir -p done
      mv "$disk" done/
    done
  ) >"$SCRATCH/hand.out" 2>&1 </dev/null || {
    tail -n 20 "$SCRATCH/hand.out" >&2
    die "bench: the loop failed"
  }
}

# Seconds that the imports alone take, one after the other.
import_seconds() {
  local disk begun took=0 format
  for disk in "$1"/done/*; do
    format=raw
    [[ $disk != *.qcow2 ]] || format=qcow2
    begun=$(now_ms)
    qemu-img convert -f "$format" -O qcow2 "$disk" "$SCRATCH/import.qcow2"
    took=$((took + $(now_ms) - begun))
    rm "$SCRATCH/import.qcow2"
  done
  seconds_of "$took"
}

seconds_of() { awk -v ms="$1" 'BEGIN { printf "%.1f", ms / 1000 }'; }

bench_batch() {
  local bytes begun batch hand imports line bound names=()
  printf '\nTen templates of ten images over a line of %d MiB/s\n' "$((BATCH_RATE >> 20))"
  batch_images
  serve "$BATCH_IMAGES" "$SCRATCH/batch-server.out" 0 0 "$BATCH_RATE"
  bytes=$(cat "$BATCH_IMAGES"/image-* | wc -c)
  line=$(awk -v bytes="$bytes" -v rate="$BATCH_RATE" 'BEGIN { printf "%.1f", bytes / rate }')

  export PROXKILN_ROOT=$SCRATCH/batch
  write_batch_entries
  for begun in "$BATCH_IMAGES"/image-*; do
    begun=${begun##*/}
    names+=("${begun%%.*}")
  done
  "$TREE/bin/proxkiln" sandbox start --boot simulated </dev/null >/dev/null
  begun=$(now_ms)
  peak_of "$TREE/bin/proxkiln" --target sandbox template create "${names[@]}" --storage local --disk-size 4G --yes
  batch=$(seconds_of $(($(now_ms) - begun)))
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1

  export PROXKILN_ROOT=$SCRATCH/hand-root
  "$TREE/bin/proxkiln" sandbox start --boot simulated </dev/null >/dev/null
  begun=$(now_ms)
  batch_by_hand "$SCRATCH/batch-hand"
  hand=$(seconds_of $(($(now_ms) - begun)))
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1
  imports=$(import_seconds "$SCRATCH/batch-hand")
  stop_serving
  rm -rf "$SCRATCH/batch-hand"

  bound=$(awk -v a="$line" -v b="$imports" 'BEGIN { printf "%s", (a > b ? a : b) }')
  printf '  %d MiB take %s s on the line, their imports alone %s s\n' "$((bytes >> 20))" "$line" "$imports"
  row 'template create, ten images' "$batch" 'the larger of line and imports' "$bound" s 1.15
  row 'template create, ten images' "$batch" 'curl; sha512sum; unpack; pvesh ...' "$hand" s 0.33
  row 'peak memory' "$PEAK" 'wanted at most' 512 MiB 1
}
