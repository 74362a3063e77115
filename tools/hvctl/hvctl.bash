# SPDX-License-Identifier: GPL-2.0
# bash completion for hvctl(8); install as /usr/share/bash-completion/completions/hvctl
# shellcheck shell=bash

_hvctl_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_hvctl_files() {
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
	compopt -o filenames 2>/dev/null
}

# Configs: files, and the names of those in /etc/bulkhead.
_hvctl_systems() {
	local file names=
	for file in /etc/bulkhead/*.bin; do
		[ -e "$file" ] || continue
		file=${file##*/}
		names+=" ${file%.bin}"
	done
	_hvctl_files "$1"
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$names" -- "$1")
}

# Cells that exist: the second column of the table.
_hvctl_cells() {
	_hvctl_words "$(hvctl cell list 2>/dev/null |
		sed -nE 's/^[0-9]+ +([A-Za-z0-9_-]+) .*/\1/p') $2" "$1"
}

_hvctl_options() {
	case $1 in
	check | status) echo --json --help ;;
	log) echo -f --json --help ;;
	create) echo --unbind --help ;;
	load) echo --at --help ;;
	linux) echo --kernel --initrd --cmdline --dtb --overlay --restart --unbind --help ;;
	run) echo --at --unbind --help ;;
	shutdown) echo --force --timeout --help ;;
	list) echo --json -v --help ;;
	stats) echo --json --watch --help ;;
	console) echo -f --attach --raw --help ;;
	*) echo --help ;;
	esac
}

# How many words between the command and the cursor are not options.
_hvctl_operands() {
	local word count=0
	for word in "${COMP_WORDS[@]:$1:COMP_CWORD-$1}"; do
		[[ $word == -* ]] || count=$((count + 1))
	done
	echo $count
}

_hvctl() {
	local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} start=2 operands
	COMPREPLY=()

	if [ "$COMP_CWORD" -eq 1 ]; then
		_hvctl_words "check enable disable lock status log cell --help --version" "$current"
		return
	fi
	if [ "$command" = cell ]; then
		if [ "$COMP_CWORD" -eq 2 ]; then
			_hvctl_words "create load start shutdown destroy list stats console run \
				linux --help" "$current"
			return
		fi
		command=${COMP_WORDS[2]}
		start=3
	fi
	if [[ $current == -* ]]; then
		_hvctl_words "$(_hvctl_options "$command")" "$current"
		return
	fi
	case ${COMP_WORDS[COMP_CWORD - 1]} in
	--kernel | --initrd | --dtb | --overlay)
		_hvctl_files "$current"
		return
		;;
	esac
	operands=$(_hvctl_operands $start)
	case $command:$operands in
	check:0 | enable:0 | create:0 | run:0) _hvctl_systems "$current" ;;
	load:1 | run:1) _hvctl_files "$current" ;;
	stats:0) _hvctl_cells "$current" root ;;
	load:0 | start:0 | shutdown:0 | destroy:0 | list:0 | console:0)
		_hvctl_cells "$current" ""
		;;
	esac
}

complete -F _hvctl hvctl
