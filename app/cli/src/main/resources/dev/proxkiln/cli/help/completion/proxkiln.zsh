#compdef proxkiln
# Completion of proxkiln for zsh; made by: proxkiln completion zsh
# What never changes is in here; for IDs, storages, images and the like the program is asked.

#TABLES#

#SHARED#

# Offers lines of "word TAB explanation".
_proxkiln_offer() {
  local line word about
  local -a described
  for line in "$@"; do
    word=${line%%$'\t'*}
    about=
    [[ $line == *$'\t'* ]] && about=${line#*$'\t'}
    described+=("${word//:/\\:}${about:+:$about}")
  done
  (($#described)) && _describe -V proxkiln described
}

_proxkiln() {
  local word command= planning= flag= seen= kind= REPLY
  local current=${words[CURRENT]}
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    _proxkiln_take "${(Q)words[i]}"
  done

  local -a offers flags
  if [[ -n $flag ]]; then
    _proxkiln_kind "$planning$flag"
    kind=$REPLY
  elif [[ $current == --*=* ]]; then
    _proxkiln_kind "$planning${current%%=*}"
    kind=$REPLY
    compset -P '*='
  elif [[ $current == -* ]]; then
    flags=()
    _proxkiln_flags "$command"
    if [[ -z $planning ]]; then
      flags+=("${_proxkiln_common[@]}")
    else
      flags+=("${_proxkiln_planning[@]}")
    fi
    _proxkiln_offer "${flags[@]}"
    return
  else
    local name rest head=${command:+$command }
    local -A taken
    [[ $command == 'queue add' ]] && head=
    if [[ -z $seen ]]; then
      for name in "${_proxkiln_names[@]}"; do
        [[ ${name%%$'\t'*} == "$head"* ]] || continue
        rest=${name#"$head"}
        word=${${rest%%$'\t'*}%% *}
        [[ -z $taken[$word] ]] || continue
        taken[$word]=1
        if [[ $word == ${rest%%$'\t'*} ]]; then
          offers+=("$rest")
        else
          offers+=("$word")
        fi
      done
      [[ -n $command$planning ]] || offers+=($'plan\tPrint what a command would do')
    fi
    _proxkiln_whole "$command" && kind=ask
  fi

  case $kind in
    words\ *) offers+=(${=kind#words }) ;;
    files) _files && return ;;
    ask)
      local -a asked
      asked=("${(@f)$(${(Q)words[1]} __complete "${(@Q)words[2,CURRENT]}" </dev/null 2>/dev/null)}")
      for word in "${asked[@]}"; do
        case $word in
          :files) _files ;;
          '') ;;
          --*=*) offers+=("${word#*=}") ;;
          *) offers+=("$word") ;;
        esac
      done
      ;;
  esac
  _proxkiln_offer "${(@u)offers}"
}

if [[ ${funcstack[1]:-} == _proxkiln ]]; then
  _proxkiln "$@"
elif (($+functions[compdef])); then
  compdef _proxkiln proxkiln
fi
