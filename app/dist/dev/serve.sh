# shellcheck shell=bash
# The testkit's file server, for the demo and the bench.

# Serves a folder on loopback; sets SERVER and ADDRESS: serve FOLDER OUTPUT [PORT
# BYTES_PER_SECOND_EACH BYTES_PER_SECOND_ALL].
serve() { start_server FileServer "$2" "$1" "${@:3}"; }

# The same over TLS, with a certificate that becomes test.pem in a folder: serve_tls FOLDER OUTPUT
# CERTIFICATES. Files are looked up when they are asked for.
serve_tls() { start_server SecureFileServer "$2" "$1" "$3"; }

start_server() {
  local class=$1 out=$2
  shift 2
  rm -f "$out"
  "$JAVA_HOME/bin/java" -Xmx64m -XX:TieredStopAtLevel=1 -cp "$ROOT/app/testkit/target/classes" \
    "dev.proxkiln.testkit.$class" "$@" >"$out" 2>"$out.err" &
  SERVER=$!
  local tries=1800
  until [[ -s $out ]]; do
    if ((tries-- == 0)) || ! kill -0 "$SERVER" 2>/dev/null; then
      cat "$out.err" >&2
      die "the file server did not start"
    fi
    sleep 0.1
  done
  ADDRESS=$(head -n 1 "$out")
  [[ $ADDRESS == http* ]] || die "the file server said: $ADDRESS"
}

# Stops the server, which then writes what it has sent behind its address.
stop_serving() {
  [[ -n ${SERVER:-} ]] || return 0
  kill "$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
  SERVER=''
}
