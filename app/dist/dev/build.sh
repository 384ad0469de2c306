# shellcheck shell=bash
# ./dev build: Maven's jars, a jlink runtime and an AOT cache, laid out as an installed release is.

readonly DIST=$ROOT/app/dist/target
readonly RUNTIME_MODULES=(
  java.base java.logging java.management java.naming java.net.http java.xml
  jdk.crypto.ec jdk.httpserver jdk.unsupported
)

# A fingerprint of names, sizes and times of files: cheap, and it notices removals too.
fingerprint() {
  { find "$@" -type f -printf '%p %s %T@\n' 2>/dev/null || true; } | LC_ALL=C sort | sha256sum | cut -d' ' -f1
}

# Runs a step only when its inputs changed: once STAMP FINGERPRINT COMMAND...
once() {
  local stamp=$DIST/.stamps/$1 print=$2
  shift 2
  if [[ -f $stamp && $(<"$stamp") == "$print" ]]; then return; fi
  rm -f "$stamp"
  "$@"
  mkdir -p "$DIST/.stamps"
  printf '%s' "$print" >"$stamp"
}

# Maven's own Guava makes newer JVMs warn, which older ones must not be told about in .mvn.
maven() (
  cd "$ROOT"
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Djansi.noreset=true ${MAVEN_OPTS:-}"
  local color=auto
  [[ -t 1 && -z ${NO_COLOR:-} ]] || color=never
  mvn -B -ntp -Dstyle.color="$color" "$@"
)

# Without Error Prone, which takes half of the time: checking is the business of ./dev test.
build_jars() {
  say "compiling"
  maven -q -Dfast -Dmaven.test.skip=true package </dev/null
}

# jlink works from the JDK's own run-time image where the JDK carries no jmods folder.
build_runtime() {
  say "linking the Java runtime"
  local modules
  modules=$(
    IFS=,
    printf '%s' "${RUNTIME_MODULES[*]}"
  )
  rm -rf "$DIST/runtime"
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --output "$DIST/runtime" \
    --strip-java-debug-attributes --no-header-files --no-man-pages --generate-cds-archive >/dev/null
  # Only for heaps of 32 GiB and more.
  rm -f "$DIST/runtime/lib/server/classes_nocoops.jsa"
}

write_release() {
  local version commit java
  version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$ROOT/pom.xml" | head -n 1)
  commit=$(git -C "$ROOT" rev-parse --short=12 HEAD 2>/dev/null || printf 'unknown')
  java=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$DIST/runtime/release")
  printf '{\n  "name": "proxkiln",\n  "version": "%s",\n  "commit": "%s",\n  "java": "%s"\n}\n' \
    "$version" "$commit" "$java" >"$1"
}

assemble() {
  local next=$TREE.next part
  rm -rf "$next"
  mkdir -p "$next/bin" "$next/lib"
  cp -al "$DIST/runtime" "$next/runtime"
  cp -p "$DIST"/lib/*.jar "$next/lib/"
  cp -p "$DIST/proxkiln.jar" "$next/lib/proxkiln.jar"
  cp "$PARTS/launcher.sh" "$next/bin/proxkiln"
  chmod 0755 "$next/bin/proxkiln"
  cp "$ROOT/LICENSE" "$next/"
  for part in templates docs; do
    [[ ! -d $ROOT/$part ]] || cp -r "$ROOT/$part" "$next/$part"
  done
  write_release "$next/RELEASE.json"
  rm -rf "$TREE"
  mv "$next" "$TREE"
  train
  write_share
}

# Manual pages and completion scripts, as the program itself prints them, where a package would put
# them below /usr/share.
write_share() {
  local share=$TREE/share page
  local man=$share/man/man1 bash=$share/bash-completion/completions
  local zsh=$share/zsh/site-functions fish=$share/fish/vendor_completions.d
  mkdir -p "$man" "$bash" "$zsh" "$fish"
  for page in $("$TREE/bin/proxkiln" man --list); do
    "$TREE/bin/proxkiln" man "$page" >"$man/$page.1"
  done
  "$TREE/bin/proxkiln" completion bash >"$bash/proxkiln"
  "$TREE/bin/proxkiln" completion zsh >"$zsh/_proxkiln"
  "$TREE/bin/proxkiln" completion fish >"$fish/proxkiln.fish"
}

# Records the commands that people start most as AOT caches (JEP 514). The program works without
# them, only slower to start, so a failure here is told and not fatal.
train() {
  local log=$DIST/aot.log cache state
  state=$(mktemp -d)
  : >"$log"
  for cache in quick full node; do
    rm -rf "$state"
    PROXKILN_ROOT=$state PROXKILN_AOT_TRAINING=$cache "$TREE/bin/proxkiln" >>"$log" 2>&1 </dev/null || true
    [[ -s $TREE/lib/$cache.aot ]] || note "the AOT cache '$cache' was not made, starts will be slower: $log"
  done
  rm -rf "$state"
}

# What the jars are made of.
sources_print() (
  cd "$ROOT"
  printf '%s ' "$JAVA_HOME"
  fingerprint pom.xml .mvn app/*/pom.xml modules/*/pom.xml app/*/src/main modules/*/src/main
)

# Takes the jars that Maven has just made of the same sources, so that build makes none.
adopt_jars() {
  mkdir -p "$DIST/.stamps"
  sources_print >"$DIST/.stamps/jars"
}

build() {
  need_jdk
  local jars release
  mkdir -p "$DIST"
  [[ -f $DIST/proxkiln.jar ]] || rm -f "$DIST/.stamps/jars"
  once jars "$(sources_print)" build_jars
  [[ -x $DIST/runtime/bin/java ]] || rm -f "$DIST/.stamps/runtime"
  once runtime "$(fingerprint "$JAVA_HOME/release" "$PARTS/build.sh")" build_runtime
  [[ -x $TREE/bin/proxkiln ]] || rm -f "$DIST/.stamps/tree"
  jars=$(cd "$ROOT" && fingerprint "$DIST/lib" "$DIST/proxkiln.jar" "$DIST/runtime/release" templates docs app/dist/dev LICENSE)
  release=$(git -C "$ROOT" rev-parse HEAD 2>/dev/null || true)
  once tree "$jars $release" assemble
}
