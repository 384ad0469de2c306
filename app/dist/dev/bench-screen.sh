# shellcheck shell=bash
# The screens' share of ./dev bench: how soon the menu is there, and how soon a key is answered.

# Milliseconds from the start to the first row of the menu, in a terminal of 80x24.
menu_once() {
  local begun line
  begun=$EPOCHREALTIME
  coproc MENU { TERM=xterm-256color script -qec "stty cols 80 rows 24; exec '$TREE/bin/proxkiln'" /dev/null; }
  while IFS= read -r -d m -u "${MENU[0]}" line; do
    [[ $line != *'like to do?'* ]] || break
  done
  printf '%d\n' $(((${EPOCHREALTIME/[.,]/} - ${begun/[.,]/}) / 100))
  printf 'q' >&"${MENU[1]}"
  cat <&"${MENU[0]}" >/dev/null
  wait "$MENU_PID" || true
}

# What version takes in the same sort of terminal.
version_once() {
  local begun=$EPOCHREALTIME
  TERM=xterm-256color script -qec "stty cols 80 rows 24; exec '$TREE/bin/proxkiln' version" /dev/null >/dev/null </dev/null
  printf '%d\n' $(((${EPOCHREALTIME/[.,]/} - ${begun/[.,]/}) / 100))
}

# The best of 15, in milliseconds.
best_once() {
  local i
  for ((i = 0; i < 15; i++)); do "$1" 2>/dev/null; done | sort -n | awk 'NR == 1 { printf "%.1f", $1 / 10 }'
}

bench_screen() {
  local keys
  printf '\nScreens, best of 15\n'
  "$TREE/bin/proxkiln" sandbox start --boot simulated </dev/null >/dev/null
  row 'the menu is on the screen' "$(best_once menu_once)" 'proxkiln version, same terminal' "$(best_once version_once)" ms 2.5
  "$TREE/bin/proxkiln" sandbox stop </dev/null >/dev/null 2>&1
  keys=$("$TREE/runtime/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$TREE/lib/proxkiln.jar" dev.proxkiln.dist.KeyTimes)
  row 'slowest key on 10,000 rows' "$keys" 'one frame of a display' 16 ms 1
}
