# SPDX-License-Identifier: GPL-2.0
# bash completion for hvconfig(1); install as
# /usr/share/bash-completion/completions/hvconfig
# shellcheck shell=bash

_hvconfig_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Directories, and files whose names match the pattern.
_hvconfig_files() {
	mapfile -t COMPREPLY < <(
		compgen -d -- "$2"
		compgen -f -X "!$1" -- "$2"
	)
	compopt -o filenames 2>/dev/null
}

# The cells of a system, from its tables: the names below "Name".
_hvconfig_cells() {
	_hvconfig_words "$(hvconfig draw "$1" 2>/dev/null |
		sed -nE '/^Name /,/^$/s/^([A-Za-z0-9_-]+) .*/\1/p' | sed 1,2d)" "$2"
}

_hvconfig_options() {
	case $1 in
	check) echo --dtb --json --help ;;
	diff) echo --json --help ;;
	collect)
		echo --dtb --from --archive --output --name --ram --spare-irqs --keep-dtb --help
		;;
	new) echo --cell --name --root-irq-mode --output --force --help ;;
	build | dtb) echo --dtb --output --help ;;
	header | draw) echo --output --help ;;
	explain) echo --system --cell --help ;;
	*) echo --help ;;
	esac
}

# Options that take a value.
_hvconfig_takes() {
	case $1 in
	--dtb | --from | --archive | --output | -o | --name | --ram | --spare-irqs | --cell | \
		-c | --root-irq-mode | --system | -s) return 0 ;;
	esac
	return 1
}

# The words between the command and the cursor that are no options.
_hvconfig_operands() {
	local at
	operands=()
	for ((at = 2; at < COMP_CWORD; at++)); do
		if [[ ${COMP_WORDS[at]} != -* ]] && ! _hvconfig_takes "${COMP_WORDS[at - 1]}"; then
			operands+=("${COMP_WORDS[at]}")
		fi
	done
}

_hvconfig_value() { # COMMAND OPTION CURRENT
	case $1:$2 in
	*:--dtb) _hvconfig_files '*.dtb' "$3" ;;
	*:--from | *:--archive) _hvconfig_files '*.tar.gz' "$3" ;;
	draw:*) _hvconfig_files '*.svg' "$3" ;;
	build:*) _hvconfig_files '*.bin' "$3" ;;
	header:*) _hvconfig_files '*.h' "$3" ;;
	dtb:*) _hvconfig_files '*.dtb' "$3" ;;
	collect:-o | new:-o | *:--output) _hvconfig_files '*.yaml' "$3" ;;
	explain:-s | explain:--system) _hvconfig_files '*.@(yaml|bin)' "$3" ;;
	*:--root-irq-mode) _hvconfig_words "list direct" "$3" ;;
	esac
}

_hvconfig() {
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} operands
	COMPREPLY=()

	if [ "$COMP_CWORD" -eq 1 ]; then
		_hvconfig_words "check collect new build header dtb cmdline dump draw diff explain \
			--help" "$current"
		return
	fi
	if _hvconfig_takes "$before"; then
		_hvconfig_value "$command" "$before" "$current"
		return
	fi
	if [[ $current == -* ]]; then
		_hvconfig_words "$(_hvconfig_options "$command")" "$current"
		return
	fi
	_hvconfig_operands
	case $command:${#operands[@]} in
	check:0 | new:0 | build:0 | header:0 | dtb:0 | cmdline:0)
		_hvconfig_files '*.yaml' "$current"
		;;
	draw:0 | diff:0 | diff:1) _hvconfig_files '*.@(yaml|bin)' "$current" ;;
	dump:0) _hvconfig_files '*.bin' "$current" ;;
	explain:0) _hvconfig_files '*' "$current" ;;
	header:1 | dtb:1) _hvconfig_cells "${operands[0]}" "$current" ;;
	esac
}

complete -F _hvconfig hvconfig
