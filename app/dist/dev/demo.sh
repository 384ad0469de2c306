# shellcheck shell=bash
# ./dev demo: the main job from end to end. A real Debian cloud image, served on loopback with
# checksum and signature, becomes a template on the sandbox node; the template is cloned, booted,
# logged into, and judged. Everything that proxkiln writes stays under one folder in the cache.

readonly DEMO_IMAGE=debian-12-demo
readonly DEMO_ID=9000

# Shows a command as a user types it, then runs it; a failure ends the demo.
typed() {
  local bold='' plain='' word shown=''
  if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:=@-]+$ ]] || word=${word@Q}
    shown+=" $word"
  done
  printf '\n%s$ proxkiln%s%s\n' "$bold" "$shown" "$plain"
  "$TREE/bin/proxkiln" "$@" </dev/null
}

# A catalogue entry of one's own, and the key that signs for it: what a user with an image server
# of their own would write. Plain http is allowed for this one download, by saying so.
write_entry() {
  local etc=$PROXKILN_ROOT/etc/proxkiln/templates fingerprint home
  home=$(mktemp -d)
  fingerprint=$(gpg --homedir "$home" --batch --quiet --with-colons --show-keys "$IMAGE_DIR/signing-key.asc" \
    | awk -F: '$1 == "fpr" { print $10; exit }')
  rm -rf "$home"
  mkdir -p "$etc/images" "$etc/keys"
  cp "$IMAGE_DIR/signing-key.asc" "$etc/keys/$fingerprint.asc"
  cat >"$etc/images/demo.yaml" <<YAML
distribution: debian
family: debian
publisher: this machine
images:
  - id: $DEMO_IMAGE
    title: Debian 12 (bookworm), made on this machine
    version: "12"
    codename: bookworm
    user: debian
    packages: apt
    firmware: both
    secure-boot: true
    agent: true
    memory: 512M
    min-disk: 3G
    virtual-size: 3G
    downloads:
      - url: $ADDRESS/debian-12-genericcloud-amd64.qcow2
        insecure: true
        checksum: {url: "$ADDRESS/SHA512SUMS", form: gnu, algorithm: sha512}
        signature: {url: "$ADDRESS/SHA512SUMS.asc", fingerprint: $fingerprint}
YAML
}

# However the demo ends: no server, no node and no guest stays behind.
end_demo() {
  stop_serving
  end_sandbox
}

# The node lets its guests run on when it stops; after a run that failed half-way there may be some.
end_sandbox() {
  local file pid
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1 || true
  for file in "$PROXKILN_ROOT"/var/lib/proxkiln/sandbox/run/*.pid; do
    [[ -s $file ]] || continue
    pid=$(<"$file")
    ! grep -qsF "$file" "/proc/$pid/cmdline" || kill "$pid"
  done
}

demo() {
  local began ready created tested
  began=$(now_ms)
  setup
  demo_image
  choose_accel
  build
  DEMO=$CACHE/demo
  mkdir -p "$DEMO"
  # One demo at a time: they would share the node.
  exec {demo_lock}>"$DEMO/lock"
  flock -n "$demo_lock" || die "another demo is running"
  export PROXKILN_ROOT=$DEMO/root PROXKILN_NO_INPUT=1
  mkdir -p "$PROXKILN_ROOT"
  trap end_demo EXIT
  serve "$IMAGE_DIR" "$DEMO/server.out"
  write_entry
  [[ -f $DEMO/id_ed25519 ]] || ssh-keygen -q -t ed25519 -N '' -C 'proxkiln demo' -f "$DEMO/id_ed25519"
  ready=$(now_ms)

  local create=(--image "$DEMO_IMAGE" --vmid "$DEMO_ID" --name demo-debian --ssh-keys "$DEMO/id_ed25519.pub")
  say "a Debian image at $ADDRESS, the sandbox node in $PROXKILN_ROOT"
  say "machines run on $PROXKILN_ACCEL: $ACCEL_REASON"
  # What an earlier, interrupted demo left; the cache of images is elsewhere and stays.
  "$TREE/bin/proxkiln" sandbox reset --yes </dev/null >/dev/null 2>&1 || true
  typed sandbox start
  typed --target sandbox template create "${create[@]}" --dry-run
  typed --target sandbox template create "${create[@]}" --yes
  created=$(now_ms)
  typed --target sandbox template list
  typed --target sandbox template test "$DEMO_ID" --yes
  tested=$(now_ms)
  typed --target sandbox template show "$DEMO_ID"
  typed --target sandbox template delete "$DEMO_ID" --yes

  stop_serving
  printf '\n'
  say "done: a verified image became a template, and its clone booted and let us in"
  note "$(printf 'made ready %s, template %s, boot test %s; image bytes downloaded: %d' \
    "$(seconds "$began" "$ready")" "$(seconds "$ready" "$created")" "$(seconds "$created" "$tested")" \
    "$(awk '$1 == "GET" && $2 ~ /\.qcow2$/ { sum += $4 } END { printf "%d", sum }' "$DEMO/server.out")")"
}

seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f s", (to - from) / 1000 }'; }
