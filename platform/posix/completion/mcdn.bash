# shellcheck shell=bash
# Completion of mcdn's options, and of file names on the network, for bash (3.2 and later).
#
# Installed as share/bash-completion/completions/mcdn, where bash-completion finds it; without that,
# source it from ~/.bashrc. File names are asked for at the index that the command line names; one
# that cannot be reached, or does not answer within two seconds, has none.

# Splits the command line up to the cursor into _mcdn_words, without their quotes, and leaves the
# last one as it was typed in _mcdn_typed. Bash's own words end at colons and the like, which may
# stand in a file name.
_mcdn_split() {
    local line=${COMP_LINE:0:COMP_POINT} quote='' word='' char at
    _mcdn_words=() _mcdn_typed=''
    for ((at = 0; at < ${#line}; at++)); do
        char=${line:at:1}
        _mcdn_typed+=$char
        if [[ $quote != \' && $char == \\ ]]; then
            at=$((at + 1))
            word+=${line:at:1}
            _mcdn_typed+=${line:at:1}
        elif [[ $quote && $char == "$quote" ]]; then
            quote=''
        elif [[ ! $quote && ($char == \' || $char == \") ]]; then
            quote=$char
        elif [[ ! $quote && $char == [[:space:]] ]]; then
            [[ $_mcdn_typed == "$char" ]] || _mcdn_words+=("$word")
            word='' _mcdn_typed=''
        else
            word+=$char
        fi
    done
    _mcdn_words+=("$word")
}

# Whether only files may follow.
_mcdn_has_dashes() {
    local at
    for ((at = 1; at < ${#_mcdn_words[@]} - 1; at++)); do
        [[ ${_mcdn_words[at]} == -- ]] && return 0
    done
    return 1
}

# The value of an option on the command line, or $2.
_mcdn_value() {
    local at value=$2 count=$((${#_mcdn_words[@]} - 1))
    for ((at = 1; at < count; at++)); do
        case ${_mcdn_words[at]} in
        "$1") value=${_mcdn_words[at + 1]} ;;
        "$1="*) value=${_mcdn_words[at]#*=} ;;
        --) break ;;
        esac
    done
    printf '%s' "$value"
}

# Offers a word as it has to be typed, without what bash takes for words before it.
_mcdn_offer() {
    local offer=$1 breaks=${_mcdn_typed//[^:=]/}
    [[ $COMP_WORDBREAKS == *:* ]] || breaks=${breaks//:/}
    [[ $COMP_WORDBREAKS == *=* ]] || breaks=${breaks//=/}
    case $_mcdn_typed in
    [\'\"]*) ;; # bash closes the quotes
    *)
        printf -v offer '%q' "$offer"
        while [[ $breaks ]]; do
            offer=${offer#*"${breaks:0:1}"}
            breaks=${breaks#?}
        done
        ;;
    esac
    COMPREPLY+=("$offer")
}

# Offers those of the words that begin with $1.
_mcdn_offer_words() {
    local begin=$1 word
    shift
    for word; do
        [[ $word == "$begin"* ]] && _mcdn_offer "$word"
    done
}

_mcdn_offer_lines() {
    local line
    while IFS= read -r line; do
        _mcdn_offer "$line"
    done
}

_mcdn_offer_names() {
    local begin=$1 name end=$((SECONDS + 4))
    while IFS= read -r -t 2 name && ((SECONDS < end)); do
        [[ $name == "$begin"* ]] && _mcdn_offer "$name"
    done < <("$_mcdn_program" --index-host "$(_mcdn_value --index-host localhost)" \
        --index-port "$(_mcdn_value --index-port 5000)" --list --quiet 2>/dev/null </dev/null)
}

# Offers values of the option $1 that begin with $2; false if it takes none.
_mcdn_offer_values() {
    case $1 in
    --log-level) _mcdn_offer_words "$2" debug info warn error ;;
    --index-host) _mcdn_offer_lines < <(compgen -A hostname -- "$2") ;;
    --output-dir) _mcdn_offer_lines < <(compgen -d -- "$2") ;;
    --output) _mcdn_offer_lines < <(compgen -f -- "$2") ;;
    --index-port | --connections | --limit-rate | --stall-timeout | --retry-time) ;;
    *) return 1 ;;
    esac
}

_mcdn() {
    local options='--all --connections --help --index-host --index-port --interactive --json
        --limit-rate --list --log-level --output --output-dir --quiet --retry-time --servers
        --stall-timeout --verify --version'
    local _mcdn_words _mcdn_typed _mcdn_program=${1/#~\//$HOME/} word before
    COMPREPLY=()
    _mcdn_split
    word=${_mcdn_words[${#_mcdn_words[@]} - 1]}
    before=${_mcdn_words[${#_mcdn_words[@]} - 2]}
    if _mcdn_has_dashes; then
        _mcdn_offer_names "$word"
    elif [[ $word == --*=* ]]; then
        # Bash has put the option and its = behind it already.
        _mcdn_typed=${_mcdn_typed#*=}
        _mcdn_offer_values "${word%%=*}" "${word#*=}"
    elif _mcdn_offer_values "$before" "$word"; then
        :
    elif [[ $word == -* ]]; then
        # shellcheck disable=SC2086 # a list of words
        _mcdn_offer_words "$word" $options
    else
        _mcdn_offer_names "$word"
    fi
    return 0
}

complete -F _mcdn mcdn
