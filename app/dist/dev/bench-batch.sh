# shellcheck shell=bash
# The batch of ./dev bench: ten templates of ten images over one line of a limited rate, beside the
# loop that one would write for it.

# Bytes a second of all answers together: 100, 150 and 200 Mbit/s. The slower the line, the more of
# any loop is waiting for it; the faster, the more counts what can only be done behind the last byte.
readonly BATCH_RATES=(12500000 18750000 25000000)
readonly BATCH_SLICE=128 # MiB of content in each image
readonly BATCH_DISK=1    # GiB of each image when unpacked

# Ten images, made once: content is what lies in /usr, as it is in real images; each a sparse disk,
# packed as publishers do: four xz, three zst, three compressed qcow2.
batch_images() {
  local dir=$CACHE/bench-batch-4 i name
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
        truncate -s "${BATCH_DISK}G" "$name"
        printf 'label: dos\n2048,\n' | sfdisk -q "$name"
        dd of="$name" bs=1M seek=1 count="$BATCH_SLICE" iflag=fullblock conv=notrunc status=none
        case $i in
          0 | 2 | 5 | 7) xz -T1 -0 "$name" ;;
          1 | 4 | 9) zstd -q -T0 --rm "$name" ;;
          *)
            qemu-img convert -c -f raw -O qcow2 "$name" "image-$i.qcow2"
            rm "$name"
            ;;
        esac
      done
    } < <(while tar -C / --sort=name -cf - usr/lib usr/share usr/bin 2>/dev/null; do :; done)
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
      printf '  - {id: %s, agent: true, min-disk: %sG, format: %s, compression: %s, downloads: [{url: "%s", insecure: true, checksum: {url: "%s", algorithm: sha512}}]}\n' \
        "${file%%.*}" "$BATCH_DISK" "$format" "$compression" "$ADDRESS/$file" "$ADDRESS/SHA512SUMS"
    done
  } >"$images/batch.yaml"
}

# Runs a command and adds the milliseconds that it took to a line of a file: timed NAME COMMAND...
timed() {
  local name=$1 begun
  shift
  begun=$(now_ms)
  "$@"
  printf '%s %s\n' "$name" $(($(now_ms) - begun)) >>"$SCRATCH/parts"
}

# The loop that one would write: one image after the other, with the calls that the plan of
# 'template create' makes, as one types them on a node. Its checks are timed apart.
batch_by_hand() {
  local dir=$1 file disk id pvesh=("$TREE/bin/proxkiln" sandbox pvesh)
  mkdir "$dir"
  : >"$SCRATCH/parts"
  (
    set -e
    cd "$dir"
    for file in "$BATCH_IMAGES"/image-*; do
      file=${file##*/}
      timed checks "${pvesh[@]}" get /cluster/status
      timed checks "${pvesh[@]}" get /nodes/pve/storage/local/status
      timed checks "${pvesh[@]}" get /nodes/pve/storage/local/status
      timed checks "${pvesh[@]}" get /nodes/pve/network --type any_bridge
      timed curl curl -fsS -o "$file" "$ADDRESS/$file"
      curl -fsS -o SHA512SUMS "$ADDRESS/SHA512SUMS"
      timed sha512sum sha512sum --quiet --check --ignore-missing SHA512SUMS
      disk=${file%.xz}
      disk=${disk%.zst}
      case $file in
        *.xz) timed unpack xz -d "$file" ;;
        *.zst) timed unpack zstd -q -d --rm "$file" ;;
      esac
      id=$(timed making "${pvesh[@]}" get /cluster/nextid)
      timed making "${pvesh[@]}" create /nodes/pve/qemu --vmid "$id" --name "${file%%.*}" --ostype l26 \
        --cpu x86-64-v2-AES --memory 2048 --cores 2 --scsihw virtio-scsi-single --net0 virtio,bridge=vmbr0 \
        --serial0 socket --agent enabled=1 \
        --scsi0 "local:0,import-from=$dir/$disk,format=qcow2,discard=on,ssd=1,iothread=1" --scsi1 local:cloudinit \
        --boot order=scsi0 --ipconfig0 ip=dhcp
      timed making "${pvesh[@]}" set "/nodes/pve/qemu/$id/resize" --disk scsi0 --size 4G
      timed checks "${pvesh[@]}" get "/nodes/pve/qemu/$id/config"
      timed making "${pvesh[@]}" create "/nodes/pve/qemu/$id/template"
      timed checks "${pvesh[@]}" get "/nodes/pve/qemu/$id/config"
      # The next check would miss what was unpacked.
      mkdir -p done
      mv "$disk" done/
    done
  ) >"$SCRATCH/hand.out" 2>&1 </dev/null || {
    tail -n 20 "$SCRATCH/hand.out" >&2
    die "bench: the loop failed"
  }
}

# Dies unless the node has ten templates; pvesh exits with 0 also when a task failed.
need_ten_templates() {
  local count
  count=$("$TREE/bin/proxkiln" sandbox pvesh get /cluster/resources --type vm --output-format json \
    | grep -o '"template":1' | wc -l)
  ((count == 10)) || die "bench: $1 made $count templates instead of ten: $(tail -n 20 "$2")"
}

# Seconds that the imports alone take, one after the other, as the node does them.
import_seconds() {
  local disk begun took=0 format
  for disk in "$1"/done/*; do
    format=raw
    [[ $disk != *.qcow2 ]] || format=qcow2
    qemu-img create -q -f qcow2 "$SCRATCH/import.qcow2" "${BATCH_DISK}G"
    begun=$(now_ms)
    qemu-img convert -n -f "$format" -O qcow2 "$disk" "$SCRATCH/import.qcow2"
    took=$((took + $(now_ms) - begun))
    rm "$SCRATCH/import.qcow2"
  done
  seconds_of "$took"
}

seconds_of() { awk -v ms="$1" 'BEGIN { printf "%.1f", ms / 1000 }'; }

bench_batch() {
  local rate file
  batch_images
  printf '\nTen templates of ten images, each a disk of %d GiB with %d MiB of content; packed, in MiB:' \
    "$BATCH_DISK" "$BATCH_SLICE"
  for file in "$BATCH_IMAGES"/image-*; do
    printf ' %s %d' "${file##*.}" "$(($(stat -c %s "$file") >> 20))"
  done
  printf '\n'
  for rate in "${BATCH_RATES[@]}"; do batch_over "$rate"; done
}

batch_over() {
  local rate=$1 bytes begun batch hand checks imports line bound names=() file
  printf '\nTen templates over a line of %d Mbit/s\n' "$((rate * 8 / 1000000))"
  serve "$BATCH_IMAGES" "$SCRATCH/batch-server.out" 0 0 "$rate"
  bytes=$(cat "$BATCH_IMAGES"/image-* | wc -c)
  line=$(awk -v bytes="$bytes" -v rate="$rate" 'BEGIN { printf "%.1f", bytes / rate }')
  for file in "$BATCH_IMAGES"/image-*; do
    file=${file##*/}
    names+=("${file%%.*}")
  done

  export PROXKILN_ROOT=$SCRATCH/batch
  write_batch_entries
  "$TREE/bin/proxkiln" sandbox start --boot simulated </dev/null >/dev/null
  sync
  peak_of "$TREE/bin/proxkiln" --target sandbox template create "${names[@]}" --storage local --disk-size 4G --yes
  batch=$(seconds_of "$TOOK")
  need_ten_templates 'template create' "$SCRATCH/out"
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1
  rm -rf "$PROXKILN_ROOT"

  export PROXKILN_ROOT=$SCRATCH/hand-root
  "$TREE/bin/proxkiln" sandbox start --boot simulated </dev/null >/dev/null
  sync
  begun=$(now_ms)
  batch_by_hand "$SCRATCH/batch-hand"
  hand=$(seconds_of $(($(now_ms) - begun)))
  need_ten_templates 'the loop' "$SCRATCH/hand.out"
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1
  stop_serving
  imports=$(import_seconds "$SCRATCH/batch-hand")
  rm -rf "$SCRATCH/batch-hand" "$PROXKILN_ROOT"

  bound=$(awk -v a="$line" -v b="$imports" 'BEGIN { printf "%s", (a > b ? a : b) }')
  printf '  %d MiB take %s s on the line, the imports alone %s s\n' "$((bytes >> 20))" "$line" "$imports"
  awk 'BEGIN { printf "  the loop, in seconds:" }
    { if (!($1 in took)) order[++count] = $1; took[$1] += $2 }
    END { for (i = 1; i <= count; i++) printf " %s %.1f", order[i], took[order[i]] / 1000; print "" }' "$SCRATCH/parts"
  checks=$(seconds_of "$(awk '$1 == "checks" { ms += $2 } END { print ms }' "$SCRATCH/parts")")
  row 'template create, ten images' "$batch" 'the larger of line and imports' "$bound" s 1.15
  row 'template create, ten images' "$batch" 'curl; sha512sum; unpack; pvesh ...' "$hand" s 0.333
  row 'template create, ten images' "$batch" 'the loop, its checks left out' \
    "$(awk -v all="$hand" -v checks="$checks" 'BEGIN { print all - checks }')" s ''
  row 'peak memory' "$PEAK" 'wanted at most' 512 MiB 1
}
