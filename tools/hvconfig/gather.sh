#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Packs what `hvconfig collect` reads of a machine, where there is no Python:
#
#   gather.sh > machine.tar.gz
#
# and elsewhere: hvconfig collect --from machine.tar.gz
# It needs a POSIX shell, tar and gzip (busybox has them), and root's rights to
# see addresses in /proc/iomem, the device tree blob and ACPI's tables.

set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Files of /proc and /sys have no size before they are read: tar needs copies.
gather() {
	for path in "$@"; do
		if [ -f "/$path" ]; then
			mkdir -p "$tmp/${path%/*}"
			cat "/$path" >"$tmp/$path" 2>/dev/null || rm -f "$tmp/$path"
		fi
	done
}

cd /
gather proc/iomem proc/ioports proc/interrupts proc/cpuinfo sys/firmware/fdt
for table in APIC FACP GTDT MCFG DMAR IVRS IORT SPCR; do
	gather "sys/firmware/acpi/tables/$table"
done
for name in vendor device class resource config irq; do
	gather sys/bus/pci/devices/*/"$name"
done
for name in level type size shared_cpu_list; do
	gather sys/devices/system/cpu/cpu[0-9]*/cache/index*/"$name"
done
gather sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list
gather sys/bus/pnp/devices/*/resources
for name in start end type; do
	gather sys/firmware/memmap/*/"$name"
done
gather sys/class/dmi/id/sys_vendor sys/class/dmi/id/product_name
if [ ! -s "$tmp/sys/firmware/fdt" ] && [ -d proc/device-tree ]; then
	rm -f "$tmp/sys/firmware/fdt"
	mkdir -p "$tmp/proc"
	cp -rL proc/device-tree "$tmp/proc/"
fi
tar -C "$tmp" -cf - proc sys 2>/dev/null | gzip -c
