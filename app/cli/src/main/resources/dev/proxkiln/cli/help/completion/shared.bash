# What bash and zsh share.
_proxkiln_whole() {
  local name
  for name in "${_proxkiln_names[@]}"; do
    [[ ${name%%$'\t'*} == "$1" ]] && return 0
  done
  return 1
}

_proxkiln_begins() {
  local name
  for name in "${_proxkiln_names[@]}"; do
    name=${name%%$'\t'*}
    [[ $name == "$1" || $name == "$1 "* ]] && return 0
  done
  return 1
}

# Takes a word of the line into account: flag, planning, command and seen are the caller's.
# shellcheck disable=SC2034
_proxkiln_take() {
  local word=$1
  if [[ -n $flag ]]; then
    flag=
  elif [[ $word == -?* ]]; then
    _proxkiln_kind "$planning$word"
    [[ $word == *=* || $REPLY == none ]] || flag=$word
  elif [[ -z $command$planning && $word == plan ]]; then
    planning=plan
  elif [[ $command == 'queue add' ]] && _proxkiln_begins "$word"; then
    command=$word
  elif [[ -z $seen ]] && _proxkiln_begins "${command:+$command }$word"; then
    command=${command:+$command }$word
  else
    seen=yes
  fi
}
