# shellcheck shell=bash
# What every part of ./dev shares: messages, places, and the JDK.

readonly TREE=$ROOT/app/dist/target/proxkiln
readonly CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/proxkiln-dev

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}
if [[ ! -t 2 || -n ${NO_COLOR:-} ]]; then
  say() { printf '==> %s\n' "$*" >&2; }
fi

has() { command -v "$1" >/dev/null 2>&1; }

# Milliseconds since the epoch, without starting a process.
now_ms() { printf '%s' $((${EPOCHREALTIME/[.,]/} / 1000)); }

# The major version of the JDK in a folder; empty where it is no JDK.
jdk_major() {
  [[ -x $1/bin/javac && -x $1/bin/jlink && -r $1/release ]] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets JAVA_HOME to a JDK of the wanted version; fails quietly when there is none.
# Exactly 25 goes first, because that is the runtime we ship; any newer one builds too.
find_jdk() {
  local wanted=25 home major newer='' path_java
  local candidates=()
  [[ -z ${JAVA_HOME:-} ]] || candidates+=("$JAVA_HOME")
  candidates+=(/usr/lib/jvm/* /opt/java/*)
  path_java=$(command -v javac || true)
  [[ -z $path_java ]] || candidates+=("$(dirname "$(dirname "$(readlink -f "$path_java")")")")
  for home in "${candidates[@]}"; do
    major=$(jdk_major "$home")
    [[ -n $major ]] || continue
    if ((major == wanted)); then
      export JAVA_HOME=$home
      return
    elif ((major > wanted)) && [[ -z $newer ]]; then
      newer=$home
    fi
  done
  [[ -n $newer ]] || return 1
  export JAVA_HOME=$newer
}

need_jdk() {
  find_jdk || die "no JDK 25 was found.
  Debian 13:        apt-get install openjdk-25-jdk-headless
  Debian 12:        add the Adoptium package source (adoptium.net/installation/linux),
                    then apt-get install temurin-25-jdk
  anything else:    unpack a JDK 25 and set JAVA_HOME to its folder"
}
