#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs an inmate natively at EL1 of an emulated machine without a hypervisor.
#
# usage: native.sh PROGRAM.elf [ARGUMENT...]
#
# PROGRAM.elf is the same as PROGRAM.bin: the emulator places its device tree
# around ELF files only.
# CPU= (cortex-a57), SMP= (2), EXACT=1 (instruction counting, repeatable),
# QEMU_ARGS= (more of QEMU's arguments).
set -eu

[ $# -gt 0 ] || { sed -n 's/^# //p' "$0"; exit 2; }
program=$1
shift
args=$(mktemp)
trap 'rm -f "$args"' EXIT
trap 'exit 1' HUP INT TERM
printf '%s\0' "$*" >"$args"

machine=virt,gic-version=3
exact=
if [ "${EXACT:-0}" = 1 ]; then
	machine=$machine,dtb-randomness=off
	exact="-accel tcg,thread=single -seed 1 -icount shift=0,sleep=off"
	exact="$exact -rtc base=2024-01-01,clock=vm"
fi
# The command line goes to where the program looks for it (NATIVE_ARGS).
# shellcheck disable=SC2086
qemu-system-aarch64 -nodefaults -display none -serial stdio \
	-M "$machine" -cpu "${CPU:-cortex-a57}" -smp "${SMP:-2}" -m 128M $exact \
	-kernel "$program" \
	-device "loader,file=$args,addr=0x47fff000,force-raw=on" ${QEMU_ARGS:-}
