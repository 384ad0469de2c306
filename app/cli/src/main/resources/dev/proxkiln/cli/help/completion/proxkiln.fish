# Completion of proxkiln for fish; made by: proxkiln completion fish
# What never changes is in here; for IDs, storages, images and the like the program is asked.

#TABLES#

function __proxkiln_begins
    for name in $__proxkiln_names
        set name (string split -m 1 \t -- $name)[1]
        if test "$name" = "$argv[1]"; or string match -q -- "$argv[1] *" $name
            return 0
        end
    end
    return 1
end

function __proxkiln_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l command ''
    set -l planning ''
    set -l flag ''
    set -l seen ''
    for word in $words[2..-1]
        set -l longer (string trim -- "$command $word")
        if test -n "$flag"
            set flag ''
        else if string match -qr -- '^-.' $word
            set -l kind (__proxkiln_kind "$planning$word")
            if not string match -q -- '*=*' $word; and test "$kind" != none
                set flag $word
            end
        else if test -z "$command$planning"; and test "$word" = plan
            set planning plan
        else if test "$command" = 'queue add'; and __proxkiln_begins $word
            set command $word
        else if test -z "$seen"; and __proxkiln_begins $longer
            set command $longer
        else
            set seen yes
        end
    end

    set -l kind ''
    set -l before ''
    set -l value $current
    if test -n "$flag"
        set kind (__proxkiln_kind "$planning$flag")
    else if string match -qr -- '^--[^=]+=' $current
        set -l parts (string split -m 1 = -- $current)
        set before $parts[1]=
        set value $parts[2]
        set kind (__proxkiln_kind "$planning$parts[1]")
    else if string match -q -- '-*' $current
        __proxkiln_flags $command
        if test -z "$planning"
            printf '%s\n' $__proxkiln_common
        else
            printf '%s\n' $__proxkiln_planning
        end
        return
    else
        if test -z "$seen"
            set -l head "$command "
            if test -z "$command"; or test "$command" = 'queue add'
                set head ''
            end
            set -l taken
            for name in $__proxkiln_names
                set -l parts (string split -m 1 \t -- $name)
                string match -q -- "$head*" $parts[1]; or continue
                set -l rest (string sub -s (math (string length -- $head) + 1) -- $parts[1])
                set -l word (string split -m 1 ' ' -- $rest)[1]
                test -n "$word"; or continue
                contains -- $word $taken; and continue
                set -a taken $word
                if test "$word" = "$rest"
                    printf '%s\t%s\n' $word $parts[2]
                else
                    printf '%s\n' $word
                end
            end
            if test -z "$command$planning"
                printf 'plan\tPrint what a command would do\n'
            end
        end
        for name in $__proxkiln_names
            if test (string split -m 1 \t -- $name)[1] = "$command"
                set kind ask
                break
            end
        end
    end

    switch "$kind"
        case 'words *'
            for word in (string split ' ' -- $kind)[2..-1]
                printf '%s\n' $before$word
            end
        case files
            if test -z "$before"
                __fish_complete_path $current
            else
                for word in (__fish_complete_path $value)
                    printf '%s\n' $before$word
                end
            end
        case ask
            for line in ($words[1] __complete $words[2..-1] "$current" </dev/null 2>/dev/null)
                if test "$line" = :files
                    __fish_complete_path $value
                else if test -n "$before"; and not string match -q -- "$before*" $line
                    printf '%s\n' $before$line
                else
                    printf '%s\n' $line
                end
            end
    end
end

complete -c proxkiln -f -a '(__proxkiln_complete)'
