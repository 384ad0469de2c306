# shellcheck shell=bash
# The testkit's file server, for the demo and the bench.

# Serves a folder on loopback; sets SERVER and ADDRESS: serve FOLDER OUTPUT [PORT
# BYTES_PER_SECOND_EACH BYTES_PER_SECOND_ALL].
serve() {
  local folder=$1 out=$2
  shift 2
  rm -f "$out"
  "$JAVA_HOME/bin/java" -Xmx64m -XX:TieredStopAtLevel=1 -cp "$ROOT/app/testkit/target/classes" \
    dev.proxkiln.testkit.FileServer "$folder" "$@" >"$out" 2>"$out.err" &
  SERVER=$!
  local tries=300
  until [[ -s $out ]]; do
    if ((tries-- == 0)) || ! kill -0 "$SERVER" 2>/dev/null; then
      cat "$out.err" >&2
      die "the file server did not start"
    fi
    sleep 0.1
  done
  ADDRESS=$(head -n 1 "$out")
}

# Stops the server, which then writes what it has sent behind its address.
stop_serving() {
  [[ -n ${SERVER:-} ]] || return 0
  kill "$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
  SERVER=''
}
