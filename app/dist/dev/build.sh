# shellcheck shell=bash
# ./dev build: Maven's jars, a jlink runtime and an AOT cache, laid out as an installed release is.

readonly DIST=$ROOT/app/dist/target
readonly RUNTIME_MODULES=(
  java.base java.logging java.management java.naming java.net.http java.xml
  jdk.crypto.ec jdk.httpserver jdk.unsupported
)
# The security providers that these modules have, in the JDK's own order.
readonly RUNTIME_PROVIDERS=' SUN SunRsaSign SunEC SunJSSE SunJCE SunSASL JdkLDAP '

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
  keep_providers "$DIST/runtime/conf/security/java.security"
}

# The JDK's list names providers of modules that this runtime lacks. The first TLS connection would
# look for each of them on the class path, and start all of Bouncy Castle to see that it is another.
keep_providers() {
  awk -v kept="$RUNTIME_PROVIDERS" '
    !/^security\.provider\.[0-9]+=/ { print; next }
    {
      name = substr($0, index($0, "=") + 1)
      if (index(kept, " " name " ")) print "security.provider." ++count "=" name
    }' "$1" >"$1.new"
  cat "$1.new" >"$1"
  rm "$1.new"
}

write_release() {
  local version commit java
  version=$(release_version)
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
  native_libraries "$next/lib"
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
  write_interfaces
}

# The program that was built, as somebody who set nothing and has no files of it: NAME=VALUE... WORDS.
# Whoever builds may have modules switched off, or a language of their own.
as_nobody() {
  local settings=() state
  while [[ ${1:-} == [A-Z]*=* ]]; do
    settings+=("$1")
    shift
  done
  state=$(mktemp -d)
  env -i PATH="$PATH" HOME="$state" TMPDIR="${TMPDIR:-/tmp}" LC_ALL=C.UTF-8 PROXKILN_ROOT="$state" \
    "${settings[@]}" "$TREE/bin/proxkiln" "$@" </dev/null || {
    rm -rf "$state"
    return 1
  }
  rm -rf "$state"
}

# What JLine and zstd have in C as files of their own: they would unpack them from their jars at every
# start, into /tmp, from where a host may forbid to run anything.
native_libraries() {
  local jline zstd
  case $(uname -m) in
    aarch64) jline=arm64 zstd=aarch64 ;;
    *) jline=x86_64 zstd=amd64 ;;
  esac
  (
    cd "$1"
    "$JAVA_HOME/bin/jar" -xf jline-*.jar "org/jline/nativ/Linux/$jline/libjlinenative.so"
    "$JAVA_HOME/bin/jar" -xf zstd-jni-*.jar "linux/$zstd"
    mv "org/jline/nativ/Linux/$jline/libjlinenative.so" .
    mv "linux/$zstd"/libzstd-jni-*.so libzstd-jni.so
    rm -r org linux
  )
}

# Manual pages and completion scripts, as the program itself prints them, where a package would put
# them below /usr/share.
write_share() {
  local share=$TREE/share page
  local man=$share/man/man1 bash=$share/bash-completion/completions
  local zsh=$share/zsh/site-functions fish=$share/fish/vendor_completions.d
  mkdir -p "$man" "$bash" "$zsh" "$fish"
  for page in $(as_nobody man --list); do
    as_nobody man "$page" >"$man/$page.1"
  done
  as_nobody completion bash >"$bash/proxkiln"
  as_nobody completion zsh >"$zsh/_proxkiln"
  as_nobody completion fish >"$fish/proxkiln.fish"
}

# What plug-ins are made against, as a repository that Maven reads from a folder. It names only what a
# plug-in sees when it runs, which is less than what the two jars use themselves.
write_interfaces() {
  local version file
  version=$(release_version)
  write_interface core "$version" "org.jspecify:jspecify:$(property jspecify.version)" "org.slf4j:slf4j-api:$(property slf4j.version)"
  write_interface pve "$version" "dev.proxkiln:core:$version"
  find "$TREE/maven" -type f | while read -r file; do
    sha1sum "$file" | cut -d' ' -f1 | tr -d '\n' >"$file.sha1"
  done
}

# write_interface MODULE VERSION GROUP:ARTIFACT:VERSION...
write_interface() {
  local module=$1 version=$2 group artifact number folder=$TREE/maven/dev/proxkiln/$1/$2
  shift 2
  mkdir -p "$folder"
  cp "$TREE/lib/$module-$version.jar" "$folder/"
  {
    printf '<project xmlns="http://maven.apache.org/POM/4.0.0">\n  <modelVersion>4.0.0</modelVersion>\n'
    printf '  <groupId>dev.proxkiln</groupId>\n  <artifactId>%s</artifactId>\n  <version>%s</version>\n  <dependencies>\n' "$module" "$version"
    while IFS=: read -r group artifact number; do
      printf '    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>\n' \
        "$group" "$artifact" "$number"
    done < <(printf '%s\n' "$@")
    printf '  </dependencies>\n</project>\n'
  } >"$folder/$module-$version.pom"
}

# A property of pom.xml.
property() { sed -n "s:^ *<$1>\(.*\)</$1>\$:\1:p" "$ROOT/pom.xml"; }

# Records the commands that people start most as AOT caches (JEP 514). The program works without
# them, only slower to start, so a failure here is told and not fatal.
train() {
  local log=$DIST/aot.log cache
  : >"$log"
  for cache in quick menu full node; do
    as_nobody PROXKILN_AOT_TRAINING="$cache" >>"$log" 2>&1 || true
    [[ -s $TREE/lib/$cache.aot ]] || note "the AOT cache '$cache' was not made, starts will be slower: $log"
  done
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
