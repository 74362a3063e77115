#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs an inmate natively on an emulated machine without a hypervisor: at EL1 of
# arm64, or on x86 without firmware.
#
# usage: native.sh PROGRAM.elf [ARGUMENT...]
#
# PROGRAM.elf has the code of PROGRAM.bin; the emulator avoids overlaps with its
# device tree only for ELF files. Arguments are passed on arm64 only.
# ARCH= (arm64, or x86), CPU= (cortex-a57; EPYC), SMP= (2), EXACT=1 (arm64:
# instruction counting, repeatable), QEMU_ARGS= (further arguments for QEMU).
set -eu

[ $# -gt 0 ] || { sed -n 's/^# //p' "$0"; exit 2; }
program=$1
shift
scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
common="-nodefaults -display none -serial stdio -smp ${SMP:-2} ${QEMU_ARGS:-}"

if [ "${ARCH:-arm64}" = x86 ]; then
	# The firmware image is only a jump at the reset vector, to 0x1000:0 in real mode,
	# the entry point of a program in a cell.
	{
		head -c 65520 /dev/zero
		printf '\352\000\000\000\020'
		head -c 11 /dev/zero
	} >"$scratch"
	# shellcheck disable=SC2086
	qemu-system-x86_64 -M q35 -cpu "${CPU:-EPYC}" -m 128M -accel tcg,thread=single \
		-bios "$scratch" -device "loader,file=$program" $common
	exit
fi

printf '%s\0' "$*" >"$scratch"
machine=virt,gic-version=3
exact=
if [ "${EXACT:-0}" = 1 ]; then
	machine=$machine,dtb-randomness=off
	exact="-accel tcg,thread=single -seed 1 -icount shift=0,sleep=off"
	exact="$exact -rtc base=2024-01-01,clock=vm"
fi
# The program reads its command line at NATIVE_ARGS.
# shellcheck disable=SC2086
qemu-system-aarch64 -M "$machine" -cpu "${CPU:-cortex-a57}" -m 128M $exact \
	-kernel "$program" \
	-device "loader,file=$scratch,addr=0x47fff000,force-raw=on" $common
