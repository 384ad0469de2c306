#!/bin/sh
# Starts proxkiln from the folder that this file lives in, wherever that is and by whatever link.
self=$(readlink -f -- "$0")
home=${self%/bin/*}

# The menu is for whoever sits at the terminal, even where stdin is a script that a shell reads.
if [ $# -eq 0 ] && [ ! -t 0 ] && [ -t 1 ] && (: </dev/tty) 2>/dev/null; then
  exec </dev/tty
fi

# Options for some other program must not change, or talk into, this one.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH
# Fewer malloc arenas: the JVM's native memory otherwise grows by 64 MiB steps per thread.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

# The JVM loads every class of its cache at every start, so short answers, the menu's first page and
# the sandbox node's process have caches of their own.
case "${1:-} ${2:-}" in
  ' ') cache=menu ;;
  'version ' | 'catalog list') cache=quick ;;
  'sandbox serve') cache=node ;;
  *) cache=full ;;
esac
# Whatever may download has the JVM's second compiler as well: without it TLS and digests lack the
# processor's own instructions and take four to eight times as long. Short answers start sooner
# without it.
compiler=-XX:+TieredCompilation
case "${1:-} ${2:-} $* " in
  '  '* | version* | help* | plan* | runs* | show* | explain* | completion* | __* | sandbox* | package* | 'catalog '[ls]* | \
    'template list '* | 'template show '* | *' --help '* | *' -h '*) compiler=-XX:TieredStopAtLevel=1 ;;
esac
if [ -n "${PROXKILN_AOT_TRAINING:-}" ]; then
  cache=$PROXKILN_AOT_TRAINING
  # The menu must not have another one, which would train too, look for a newer release.
  export PROXKILN_UPDATE_CHECK=never
  # What is recorded without the second compiler would later keep it from its work.
  case $cache in
    full) compiler=-XX:+TieredCompilation ;;
    *) compiler=-XX:TieredStopAtLevel=1 ;;
  esac
  set -- -XX:AOTCacheOutput="$home/lib/$cache.aot" -cp "$home/lib/proxkiln.jar" dev.proxkiln.dist.AotTraining "$cache"
else
  set -- -jar "$home/lib/proxkiln.jar" "$@"
  [ -f "$home/lib/$cache.aot" ] || cache=full
  # Made where it is installed; the runtime's own archive serves until then.
  [ ! -f "$home/lib/$cache.aot" ] || set -- -XX:AOTCache="$home/lib/$cache.aot" "$@"
fi
# 256 MiB of heap: the window of xz -9 is one block of 64 MiB, which must fit beside all the rest into
# what the small young generation leaves; where several images come at once, two such. What is not
# needed is not taken: a single image stays below what it took with less.
# The JVM's own remarks go to stderr: stdout belongs to results.
exec "$home/runtime/bin/java" \
  -XX:+UseSerialGC "$compiler" -XX:-UsePerfData \
  -Xmx256m -XX:MaxNewSize=16m -Xss512k \
  -Xlog:disable -Xlog:all=error:stderr \
  --enable-native-access=ALL-UNNAMED \
  -Djdk.http.auth.tunneling.disabledSchemes= \
  -Dlibrary.jline.path="$home/lib" -DZstdNativePath="$home/lib/libzstd-jni.so" \
  -Dproxkiln.home="$home" \
  "$@"
