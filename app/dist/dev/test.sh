# shellcheck shell=bash
# ./dev test and ./dev fmt.

# Every shell file of the project, by name or by its first line; the parts of ./dev have no such
# line, because they are sourced.
shell_files() {
  local file
  (
    cd "$ROOT"
    git ls-files -co --exclude-standard 2>/dev/null \
      || find dev .ci app modules templates -name target -prune -o -type f -print
  ) | while read -r file; do
    [[ -f $ROOT/$file ]] || continue
    case ${file##*/} in
      *.sh) printf '%s\n' "$ROOT/$file" ;;
      *.*) ;;
      *) ! head -n 1 "$ROOT/$file" | grep -qE '^#!.*\b(ba)?sh\b' || printf '%s\n' "$ROOT/$file" ;;
    esac
  done
}

check_shell() {
  local files plans scripts status=0
  mapfile -t files < <(shell_files)
  # Printed plans set every output, used or not, and quote whole programs in single quotes.
  mapfile -t plans < <(printf '%s\n' "${files[@]}" | grep '\.plan\.sh$')
  mapfile -t files < <(printf '%s\n' "${files[@]}" | grep -v '\.plan\.sh$')
  mapfile -t scripts < <(grep -lE '^#!' "${files[@]}")
  shellcheck --exclude=SC2016,SC2034 "${plans[@]}" || status=1
  shellcheck --external-sources --check-sourced --source-path="$ROOT" "${scripts[@]}" || status=1
  if has shfmt; then shfmt -d -i 2 -ci -bn "${files[@]}" || status=1; fi
  return "$status"
}

# What needs neither a build nor a machine.
lint() {
  local status=0
  need_jdk
  check_shell || status=1
  maven -q spotless:check </dev/null || status=1
  return "$status"
}

format_sources() {
  need_jdk
  maven -q spotless:apply </dev/null
  if has shfmt; then
    local files
    mapfile -t files < <(shell_files)
    shfmt -w -i 2 -ci -bn "${files[@]}"
  fi
}

# Adds up the report files that are newer than a mark, and prints them as Surefire does: one line
# for each module, and the total as the last line.
summarize() {
  local mark=$1 report
  find "$ROOT/app" "$ROOT/modules" -path '*/target/surefire-reports/TEST-*.xml' -newer "$mark" -print0 \
    | sort -z | while IFS= read -r -d '' report; do
    # The attributes of the root element may be spread over lines, so the file becomes one line.
    {
      tr '\n' ' ' <"$report"
      echo
    } | sed -n "s:^\(<?xml[^>]*>\)\? *<testsuite \([^>]*\)>.*:${report#"$ROOT"/} \2:p" \
      | sed 's:/target/surefire-reports/[^ ]*::'
  done | awk '
    function count(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0 }
    {
      if (!($1 in tests)) order[++modules] = $1
      tests[$1] += count("tests"); failures[$1] += count("failures")
      errors[$1] += count("errors"); skipped[$1] += count("skipped")
    }
    function line(t, f, e, s) { return sprintf("Tests run: %d, Failures: %d, Errors: %d, Skipped: %d", t, f, e, s) }
    END {
      for (i = 1; i <= modules; i++) {
        m = order[i]
        printf "%-20s %s\n", m, line(tests[m], failures[m], errors[m], skipped[m])
        t += tests[m]; f += failures[m]; e += errors[m]; s += skipped[m]
      }
      print ""
      print line(t, f, e, s)
    }'
}

# What the installer's suite is run on by ./dev test.
readonly TESTED_SYSTEM=trixie

# Lays out the tree of what was just tested, and tests it as it is installed.
installed_tests() {
  say "testing the program as it is installed"
  adopt_jars
  build || return
  PROXKILN_TEST_TREE=$TREE maven -q -Dmaven.test.failure.ignore=true -Dtest.excluded.groups= \
    -Dtest='Installed*Test' -Dsurefire.failIfNoSpecifiedTests=false -pl app/dist -am test </dev/null
}

# The suite of bootstrap.sh and of updates, on one Debian; on both it is ./dev bootstrap-test.
installer_tests() {
  if ((EUID != 0)) && [[ ${CI:-} != true ]]; then
    note "bootstrap.sh is not tested: its suite enters Debian roots, as root (./dev bootstrap-test)"
    return
  fi
  "$ROOT/dev" bootstrap-test "$TESTED_SYSTEM" </dev/null
}

run_tests() {
  setup
  need_jdk
  demo_image
  choose_accel
  export PROXKILN_TEST_IMAGE=$IMAGE_DIR
  say "virtual machines run on $PROXKILN_ACCEL: $ACCEL_REASON"
  local mark started status=0
  mark=$(mktemp)
  started=$(now_ms)
  say "checking the shell scripts"
  check_shell || status=1
  say "compiling and testing"
  # Failed tests do not stop the modules behind them; the reports decide in the end. Two classes of
  # tests at a time: many of them wait for machines and servers.
  maven -Dmaven.test.failure.ignore=true -Dtest.excluded.groups=installed -DforkCount=2 \
    -Dsurefire.runOrder=alphabetical -Dbom verify "$@" </dev/null || status=1
  # With arguments of one's own not all of it was made.
  if (($# == 0)); then
    installed_tests || status=1
    installer_tests || status=1
  fi
  say "checking the format of the sources (./dev fmt mends it)"
  maven -q spotless:check </dev/null || status=1
  say "took $((($(now_ms) - started) / 1000)) s"
  local summary
  summary=$(summarize "$mark")
  rm -f "$mark"
  printf '%s\n' "$summary"
  [[ ${summary##*$'\n'} =~ ^"Tests run: "[1-9][0-9]*", Failures: 0, Errors: 0," ]] || status=1
  return "$status"
}
