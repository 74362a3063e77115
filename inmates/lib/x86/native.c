// SPDX-License-Identifier: GPL-2.0
/* Native runs on QEMU's q35 machine without firmware (native.sh). Power-off and reset work in these
 * and in a cell. */
#include "cpu.h"
#include "insn.h"
#include "machine.h"
#include "string.h"

#define COM1 0x3f8
#define FW_CFG_SELECT 0x510 /* QEMU's firmware configuration device */
#define FW_CFG_DATA 0x511
#define FW_CFG_CPUS 5
#define PCI_ADDRESS 0xcf8
#define PCI_DATA 0xcfc
#define LPC_PM_BASE 0x8000f840u /* configuration of the chip set's function 0:1f.0 */
#define LPC_ACPI_CONTROL 0x8000f844u
#define PM_BASE 0x600
#define ACPI_ENABLE 0x80
#define PM1A_CONTROL (PM_BASE + 4)
#define SLEEP_S5 0x2000
#define RESET_CONTROL 0xcf9
#define SLEEP_CELL 0x20 /* in a cell, the port is also the sleep control register */

void machine_describe(struct bh_info *info)
{
	memcpy(info->name, "native", 7);
	info->clock_hz = 1000000000;
	info->console_kind = BH_CONSOLE_16550;
	info->console_guest = COM1;
	outw(FW_CFG_SELECT, FW_CFG_CPUS);
	info->n_cpus = inb(FW_CFG_DATA);
	for (unsigned int i = 0; i < info->n_cpus && i < MAX_CPUS; i++)
		info->cpu_ids[i] = i;
}

static void pci_write(uint32_t address, uint32_t value)
{
	outl(PCI_ADDRESS, address);
	outl(PCI_DATA, value);
}

void machine_off(void)
{
	outb(RESET_CONTROL, SLEEP_CELL);
	pci_write(LPC_PM_BASE, PM_BASE | 1);
	pci_write(LPC_ACPI_CONTROL, ACPI_ENABLE);
	for (;;)
		outw(PM1A_CONTROL, SLEEP_S5);
}

void machine_reset(void)
{
	for (;;)
		outb(RESET_CONTROL, 6);
}
