# shellcheck shell=bash
# Completion of proxkiln for bash 4.4 and newer; made by: proxkiln completion bash
# What never changes is in here; for IDs, storages, images and the like the program is asked.

#TABLES#

#SHARED#

_proxkiln() {
  local - IFS=$' \t\n'
  set -f
  local line=${COMP_LINE:0:COMP_POINT} words=() word current before='' command='' planning='' flag='' i=1 seen=''
  # COMP_WORDS is cut at colons and equals signs, which volume IDs and addresses are full of.
  # shellcheck disable=SC2206
  words=($line)
  [[ $line == *[[:space:]] ]] && words+=('')
  current=${words[${#words[@]} - 1]}
  while ((i < ${#words[@]} - 1)); do
    _proxkiln_take "${words[i++]}"
  done

  local offers=() kind=''
  if [[ -n $flag ]]; then
    _proxkiln_kind "$planning$flag"
    kind=$REPLY
  elif [[ $current == --*=* ]]; then
    before=${current%%=*}=
    _proxkiln_kind "$planning${current%%=*}"
    kind=$REPLY
    current=${current#*=}
  elif [[ $current == -* ]]; then
    local flags=()
    _proxkiln_flags "$command"
    [[ -z $planning ]] && flags+=("${_proxkiln_common[@]}") || flags+=("${_proxkiln_planning[@]}")
    for word in "${flags[@]}"; do offers+=("${word%%$'\t'*}"); done
  else
    local name rest head=${command:+$command }
    [[ $command == 'queue add' ]] && head=
    if [[ -z $seen ]]; then
      for name in "${_proxkiln_names[@]}"; do
        name=${name%%$'\t'*}
        [[ $name == "$head"* ]] || continue
        rest=${name#"$head"}
        offers+=("${rest%% *}")
      done
      [[ -n $command$planning ]] || offers+=(plan)
    fi
    ! _proxkiln_whole "$command" || kind=ask
  fi

  case $kind in
    words\ *) read -ra offers <<<"${kind#words }" ;;
    files)
      mapfile -t offers < <(compgen -f -- "$current")
      compopt -o filenames 2>/dev/null
      ;;
    ask)
      while IFS= read -r word; do
        if [[ $word == :files ]]; then
          mapfile -t -O "${#offers[@]}" offers < <(compgen -f -- "$current")
          compopt -o filenames 2>/dev/null
        else
          offers+=("${word%%$'\t'*}")
        fi
      done < <("${words[0]}" __complete "${words[@]:1}" </dev/null 2>/dev/null)
      ;;
  esac

  # What readline replaces begins behind the last colon or equals sign, where it cuts there.
  local cut=''
  if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then
    cut=${current%"${current##*:}"}
  elif [[ $COMP_WORDBREAKS != *=* ]]; then
    cut=
    current=$before$current
    offers=("${offers[@]/#/$before}")
  fi
  COMPREPLY=()
  local -A taken=()
  for word in "${offers[@]}"; do
    [[ $word == "$current"* && -z ${taken[$word]:-} ]] || continue
    taken[$word]=1
    COMPREPLY+=("${word#"$cut"}")
  done
}

complete -F _proxkiln proxkiln
