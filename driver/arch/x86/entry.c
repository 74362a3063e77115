// SPDX-License-Identifier: GPL-2.0
/* x86-64: entering, calling and leaving the hypervisor. */

#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include <asm/apicdef.h>
#include <asm/nospec-branch.h>
#include <asm/pgtable.h>
#include <asm/smp.h>
#include <asm/special_insns.h>
#include <asm/tsc.h>

#include "arch.h"
#include "compat.h"

const u16 bhd_arch_id = BH_ARCH_X86;
const u32 bhd_arch_irqs_first, bhd_arch_irqs_end = 1024; /* GSIs */
const bool bhd_arch_rest_is_memory = true;		 /* types are those of the MTRRs */
const u64 bhd_phys_max = (1ull << __PHYSICAL_MASK_SHIFT) - 1;
const char bhd_image_name[] = "bulkhead-x86.bin";
MODULE_FIRMWARE("bulkhead-x86.bin");

#define HYP_L4_SLOT 256 /* first level-4 entry of the upper half; Linux leaves it to hypervisors */
#define TABLE_FLAGS (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)

static DEFINE_PER_CPU(bool, inside);	   /* the CPU runs as a guest */
static DEFINE_PER_CPU(u32, smis_at_entry); /* MSR_SMI_COUNT at entry */
static u64 entry_tables_phys;

/* Returns the APIC id of this CPU, in the form of bh_cpu.hw_id. */
u64 bhd_arch_this_cpu_id(void)
{
	return per_cpu(x86_cpu_to_apicid, smp_processor_id());
}

int bhd_arch_offline_cpu_id(unsigned int cpu, u64 *id)
{
	*id = per_cpu(x86_cpu_to_apicid, cpu);
	return 0;
}

/* Returns the frequency of the TSC in Hz. */
u64 bhd_arch_clock_hz(void)
{
	return tsc_khz * 1000ull;
}

static u16 port_of(const struct acpi_generic_address *address)
{
	bool port = address->space_id == ACPI_ADR_SPACE_SYSTEM_IO;

	return port && address->address <= U16_MAX ? address->address : 0;
}

/* Stores the sleep and reset ports of ACPI's FADT, which the hypervisor intercepts. */
void bhd_arch_fill_boot(struct bh_boot *boot)
{
	boot->sleep_ports[0] = port_of(&acpi_gbl_FADT.xpm1a_control_block);
	boot->sleep_ports[1] = port_of(&acpi_gbl_FADT.xpm1b_control_block);
	if (!(acpi_gbl_FADT.flags & ACPI_FADT_RESET_REGISTER))
		return;
	boot->reset_port = port_of(&acpi_gbl_FADT.reset_register);
	boot->reset_value = acpi_gbl_FADT.reset_value;
}

/*
 * Builds the page tables for entry: Linux's upper half, and in the slot for
 * hypervisors the hypervisor's memory. With 5 levels, the slot is one level lower.
 */
void bhd_arch_prepare_entry(void *memory, u64 phys, const struct bh_image_header *image)
{
	u64 at = image->config_offset + 2 * BH_PART_MAX;
	u64(*tables)[PTRS_PER_PTE] = memory + at;
	const u64 *found = phys_to_virt(read_cr3_pa());
	u64 *top = tables[0];
	u64 size;

	memset(tables, 0, BH_X86_ENTRY_TABLES * PAGE_SIZE);
	entry_tables_phys = phys + at;
	memcpy(top + PTRS_PER_PTE / 2, found + PTRS_PER_PTE / 2, PAGE_SIZE / 2);
	if (__read_cr4() & X86_CR4_LA57) {
		memcpy(tables[1], phys_to_virt(found[PTRS_PER_PTE - 1] & PTE_PFN_MASK), PAGE_SIZE);
		top[PTRS_PER_PTE - 1] = (phys + at + PAGE_SIZE) | TABLE_FLAGS;
		top = tables[1];
	}
	top[HYP_L4_SLOT] = (phys + at + 2 * PAGE_SIZE) | TABLE_FLAGS;
	tables[2][0] = (phys + at + 3 * PAGE_SIZE) | TABLE_FLAGS;
	for (size = 0; size < bhd.blob.system->hyp_size; size += PMD_SIZE)
		tables[3][size / PMD_SIZE] = (phys + size) | TABLE_FLAGS | _PAGE_PSE;
}

/*
 * Calls the image's entry on this CPU. Interrupts are off. Returns 0 as a guest
 * of the hypervisor, or minus a refusal code.
 */
long bhd_arch_enter(u64 phys, const struct bh_image_header *image)
{
	u64 entry = image->va + image->entry_offset, cr3 = __read_cr3(), smis;
	long result;

	if (!rdmsrq_safe(MSR_SMI_COUNT, &smis))
		this_cpu_write(smis_at_entry, smis);
	asm volatile("mov	%[tables], %%cr3\n\t" ANNOTATE_RETPOLINE_SAFE "\n\t"
		     "call	*%[entry]\n\t"
		     "mov	%[cr3], %%cr3"
		     : "=a"(result), ASM_CALL_CONSTRAINT
		     : [tables] "r"(entry_tables_phys), [entry] "r"(entry), [cr3] "b"(cr3), "D"(cr3)
		     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "cc", "memory");
	if (!result)
		this_cpu_write(inside, true);
	return result;
}

/* VMCALL on Intel (%[intel] is not 0), else VMMCALL: the other vendor's instruction raises #UD. */
#define BH_CALL                       \
	"test	%[intel], %[intel]\n\t" \
	"jnz	1f\n\t"                  \
	"vmmcall\n\t"                 \
	"jmp	2f\n"                    \
	"1:	vmcall\n"                 \
	"2:\n\t"

static u64 on_intel(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL;
}

/* Returns a result that is not negative, or minus a refusal code. */
long bhd_arch_hypercall(u32 function, u64 arg1, u64 arg2)
{
	long result;

	asm volatile(BH_CALL
		     : "=a"(result)
		     : "a"((u64)function), "D"(arg1), "S"(arg2), [intel] "r"(on_intel())
		     : "cc", "memory");
	return result;
}

/* Takes this CPU out of the hypervisor. It returns with the page tables of entry in CR3. */
long bhd_arch_leave(void)
{
	u64 cr3 = __read_cr3();
	long result;

	if (!this_cpu_read(inside))
		return 0;
	asm volatile(BH_CALL "mov	%[cr3], %%cr3"
		     : "=a"(result)
		     : "a"((u64)BH_HC_DISABLE), "D"(1ul),
		       "S"(0ul), [cr3] "b"(cr3), [intel] "r"(on_intel())
		     : "cc", "memory");
	if (!result)
		this_cpu_write(inside, false);
	return result;
}

/*
 * Stores the number of SMIs of the current CPU since enable. Other CPUs are not
 * asked: they may not answer. Returns false if CPUs do not count SMIs: Intel's do
 * (SDM 4, MSR_SMI_COUNT: 32 bits), AMD's do not.
 */
bool bhd_arch_smi_count(u32 *smis)
{
	u64 count = 0;
	bool counted;

	preempt_disable();
	counted = !rdmsrq_safe(MSR_SMI_COUNT, &count);
	*smis = (u32)count - this_cpu_read(smis_at_entry);
	preempt_enable();
	return counted;
}

/* Does nothing: caches are coherent for all CPUs and guests. */
void bhd_arch_clean(const void *start, size_t size)
{
}

/*
 * Sends INIT to a CPU that Linux has switched off and that halts in Linux's code.
 * The hypervisor intercepts the message and has the CPU when this returns.
 */
void bhd_arch_cpu_off(u64 hw_id)
{
	void __iomem *apic = ioremap(bhd.blob.system->platform.x86.apic_phys, PAGE_SIZE);
	unsigned long flags;

	if (!apic)
		return; /* the CPU gets no INIT, so the hypervisor refuses to take it */
	local_irq_save(flags);
	writel(SET_XAPIC_DEST_FIELD(hw_id), apic + APIC_ICR2);
	writel(APIC_DEST_PHYSICAL | APIC_DM_INIT | APIC_INT_ASSERT, apic + APIC_ICR);
	local_irq_restore(flags);
	iounmap(apic);
}
