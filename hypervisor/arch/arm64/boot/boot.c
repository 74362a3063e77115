// SPDX-License-Identifier: GPL-2.0
/* Enable and disable: each online CPU enters EL2 from Linux, and returns. */
#include <arch/boot.h>
#include <arch/gic.h>
#include <arch/layout.h>
#include <arch/stage2.h>
#include <arch/sysreg.h>
#include <arch/uart.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/init.h>
#include <hyp/log.h>
#include <hyp/pool.h>

_Static_assert(offsetof(struct bh_system_part, n_cpus) == SYSTEM_N_CPUS, "entry.S");
_Static_assert(offsetof(struct bh_system_part, cpus) == SYSTEM_CPUS, "entry.S");
_Static_assert(offsetof(struct bh_boot, cpus) == BOOT_CPUS, "entry.S");
_Static_assert(offsetof(struct bh_boot, timeout_ticks) == BOOT_TIMEOUT, "entry.S");
_Static_assert(sizeof(struct guest_regs) == GUEST_REGS_SIZE, "vectors.S");

const uint16_t arch_config_id = BH_ARCH_ARM64;
const uint32_t arch_system_flags =
	BH_SYSTEM_PROTECT | BH_SYSTEM_NO_SIP | BH_SYSTEM_NO_OEM | BH_SYSTEM_NO_TRUSTED_OS;
const bool arch_has_ports = false;
const struct uart *const arch_uarts[CONSOLE_KINDS] = { [BH_CONSOLE_PL011] = &pl011 };

struct guest_regs *cpu_frame(unsigned index)
{
	return (struct guest_regs *)(PRIVATE_VA + (index + 1ull) * STACK_STRIDE - GUEST_REGS_SIZE);
}

bool arch_check_platform(const struct bh_system_part *system, struct bh_refusal *r)
{
	uint64_t stacks = (uint64_t)(mem_end - image_start) + system->n_cpus * PAGE_SIZE;

	if (system->hyp_phys != boot_params.hyp_phys)
		return refuse(r, BH_E_MACHINE, BH_F_HYP_MEMORY, 0, boot_params.hyp_phys);
	if (system->hyp_size > HYP_REGION_MAX ||
	    system->hyp_phys + system->hyp_size > arch_phys_limit())
		return refuse(r, BH_E_RANGE, BH_F_HYP_MEMORY, 0, system->hyp_size);
	if (stacks >= system->hyp_size)
		return refuse(r, BH_E_SIZE, BH_F_HYP_MEMORY, 0, system->hyp_size);
	if (!uart_init(system->platform.arm64.uart_phys))
		return refuse(r, BH_E_RANGE, BH_F_PLATFORM,
			      offsetof(struct bh_arm64_platform, uart_phys),
			      system->platform.arm64.uart_phys);
	return gic_init(system, r) && gic_probe_kicks(system, boot_params.cpus, r);
}

/* On the first CPU: initialise everything that is not per CPU. */
static bool init_machine(void)
{
	const struct bh_system_part *system = (const void *)config_pages;
	char *pool = mem_end + system->n_cpus * PAGE_SIZE;

	hyp_phys_offset = (uint64_t)image_start - boot_params.hyp_phys;
	pool_init(pool, (size_t)(image_start + system->hyp_size - pool) / PAGE_SIZE);
	return hyp_init(&boot_params, config_pages, config_pages + PAGE_SIZE);
}

static void save_found(unsigned index, uint64_t sctlr, uint64_t vbar)
{
	struct percpu *cpu = percpu_of(index);

	cpu->arch.found.sctlr_el2 = sctlr;
	cpu->arch.found.vbar_el2 = vbar;
	cpu->arch.mpidr = read_sysreg(mpidr_el1);
	cpu_frame(index)->pc = read_sysreg(elr_el2);
	cpu_frame(index)->pstate = read_sysreg(spsr_el2);
	el2_save_found(cpu);
}

/*
 * From entry.S, on each CPU. sctlr and vbar: SCTLR_EL2 and VBAR_EL2 before
 * entry.S changed them. Returns 0 to continue Linux under the hypervisor, or a
 * negative refusal code: then entry.S restores both, and nothing has changed.
 */
int64_t boot_cpu(unsigned index, uint64_t sctlr, uint64_t vbar)
{
	bool first = index == (unsigned)__builtin_ctzll(boot_params.cpus);
	bool ok = true;
	struct percpu *cpu;

	write_sysreg(0, tpidr_el2);
	write_sysreg((uint64_t)(uintptr_t)el2_vectors, vbar_el2);
	isb();
	if (!cpu_fits()) /* the driver has measured others: it came online since. All give up. */
		return -BH_E_CPU_LOST;
	boot_arrive(&boot_params, index);
	if (first)
		ok = init_machine();
	if (first && ok) /* before the other CPUs use its EL2 registers */
		save_found(index, sctlr, vbar);
	if (!boot_rendezvous(&boot_params, first, ok))
		return -BH_E_CPU_LOST;
	cpu = percpu_of(index);
	write_sysreg((uint64_t)(uintptr_t)cpu, tpidr_el2);
	if (!first)
		save_found(index, sctlr, vbar);
	el2_enter_root(cpu);
	gic_cpu_take(cpu);
	cpu->public.state = CPU_RUNNING;
	if (!first)
		return 0;
	gic_silence_spis();
	log_message(BH_MSG_ENABLED, BH_ROOT_CELL, count_bits(boot_params.cpus), pool_pages(), 0);
	return 0;
}

/* Disable on this CPU; the registers of Linux's hypercall are in its frame. */
void __noreturn arch_leave(struct percpu *cpu)
{
	gic_unsilence_spis();
	gic_cpu_give_back(cpu);
	el2_restore_found(cpu);
	leave_to_linux(cpu_frame(cpu->public.index), cpu->arch.found.sctlr_el2,
		       cpu->arch.found.vbar_el2);
}

/* The image includes the stacks, which follow it outside the pool. */
void arch_image_bytes(uint64_t *image, uint64_t *text)
{
	*image = (uint64_t)(mem_end - image_start) + system_config->n_cpus * PAGE_SIZE;
	*text = (uint64_t)(rodata_end - image_start);
}
