// SPDX-License-Identifier: GPL-2.0
/*
 * Enable and disable: every online CPU enters the hypervisor from Linux, and returns.
 *
 * The driver builds page tables in entry_tables, which map the hypervisor's region at HYP_VA beside
 * Linux's own half, and calls boot_entry on them.
 */
#include <arch/apic.h>
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/cpu.h>
#include <arch/descriptors.h>
#include <arch/image.h>
#include <arch/mmu.h>
#include <arch/msr.h>
#include <arch/ports.h>
#include <arch/vmx.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/init.h>
#include <hyp/log.h>

_Static_assert(sizeof(struct guest_regs) == FRAME_SIZE, "layout.h, cpu_frame()");
_Static_assert(offsetof(struct guest_regs, control) == 0x80, "svm_run.S");
_Static_assert(FRAME_SIZE - offsetof(struct guest_regs, nmi_taken) == 16, "nmi_vector");

const uint16_t arch_config_id = BH_ARCH_X86;

/* Refuses, naming a field of the platform's part, unless `holds`. */
#define require_platform(holds, r, code, field, value) \
	require(holds, r, code, BH_F_PLATFORM, offsetof(struct bh_x86_platform, field), value)

/* Requires that the local APIC is at the config's address. Its mode: see boot_probe(). */
static bool check_apic(const struct bh_x86_platform *platform, struct bh_refusal *r)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	return require_platform(platform->apic_phys && !(platform->apic_phys & PAGE_MASK), r,
				BH_E_ALIGN, apic_phys, platform->apic_phys) &&
	       require_platform((base & ~PAGE_MASK) == platform->apic_phys, r, BH_E_MACHINE,
				apic_phys, base & ~PAGE_MASK);
}

static bool check_devices(const struct bh_x86_platform *platform, struct bh_refusal *r)
{
	uint64_t size = (uint64_t)platform->mmconfig_buses << 20;
	bool ok = require_platform(platform->n_io_apics <= BH_MAX_IO_APICS, r, BH_E_RANGE,
				   n_io_apics, platform->n_io_apics) &&
		  require_platform(platform->mmconfig_buses <= 256 &&
					   platform->mmconfig_phys <= arch_phys_limit() - size &&
					   !platform->mmconfig_phys == !platform->mmconfig_buses,
				   r, BH_E_RANGE, mmconfig_buses, platform->mmconfig_buses) &&
		  require_platform(!(platform->mmconfig_phys & PAGE_MASK), r, BH_E_ALIGN,
				   mmconfig_phys, platform->mmconfig_phys);

	for (unsigned i = 0; ok && i < BH_MAX_IO_APICS; i++) {
		const struct bh_io_apic *chip = &platform->io_apics[i];
		bool used = i < platform->n_io_apics;

		ok = require_platform(used ? chip->phys && !(chip->phys & PAGE_MASK) &&
						      chip->phys < arch_phys_limit() &&
						      !chip->reserved
					   : !(chip->phys | chip->first_irq | chip->reserved),
				      r, BH_E_VALUE, io_apics, chip->phys);
	}
	return ok;
}

/* Selects SVM or VMX, of which a processor has only one, and checks that it can be used. */
static bool check_vm(struct bh_refusal *r)
{
	bool vmx = cpuid(1, 0).c & CPUID_1_C_VMX;

	vm = vmx ? &vmx_ops : &svm_ops;
	vm_holds_nmis = !vmx;
	return vm->check(r);
}

bool arch_check_platform(const struct bh_system_part *system, struct bh_refusal *r)
{
	const struct bh_x86_platform *platform = &system->platform.x86;
	uint64_t reserved = platform->reserved0;

	for (unsigned i = 0; i < ARRAY_SIZE(platform->reserved); i++)
		reserved |= platform->reserved[i];
	return require(system->hyp_phys == boot_params.hyp_phys, r, BH_E_MACHINE, BH_F_HYP_MEMORY,
		       0, boot_params.hyp_phys) &&
	       require(system->hyp_phys + system->hyp_size <= arch_phys_limit(), r, BH_E_RANGE,
		       BH_F_HYP_MEMORY, 0, system->hyp_size) &&
	       require_platform(!reserved, r, BH_E_RESERVED, reserved, reserved) &&
	       check_apic(platform, r) && check_devices(platform, r) && check_vm(r);
}

static const struct bh_system_part *boot_system(void)
{
	return (const void *)config_pages;
}

/* Called from entry.S on Linux's stack. Returns the top of this CPU's own stack, or 0 if the config
 * doesn't list the CPU. CPUID leaf 1 has the initial APIC id. */
uint64_t boot_stack(void)
{
	const struct bh_system_part *system = boot_system();
	uint64_t id = cpuid(1, 0).b >> 24;

	for (unsigned i = 0; i < system->n_cpus && i < BH_MAX_CPUS; i++) {
		if (system->cpus[i].hw_id == id)
			return (uint64_t)cpu_frame(i);
	}
	return 0;
}

/* On the first CPU: initializes what CPUs share. */
static bool init_machine(void)
{
	const struct bh_system_part *system = boot_system();
	char *pool = cpu_area(system->n_cpus);

	if (system->n_cpus > BH_MAX_CPUS || pool >= image_start + system->hyp_size)
		return refuse(&boot_params.refusal, BH_E_SIZE, BH_F_HYP_MEMORY, 0,
			      system->hyp_size);
	pool_init(pool, (size_t)(image_start + system->hyp_size - pool) / PAGE_SIZE);
	if (!hyp_init(&boot_params, config_pages, config_pages + PAGE_SIZE))
		return false;
	for (unsigned i = 0; i < system->n_cpus; i++) {
		struct percpu *cpu = percpu_of(i);

		cpu->arch.control = (void *)(cpu_area(i) + AREA_CONTROL);
		*cpu_frame(i) = (struct guest_regs){ .control = ptr_to_phys(cpu->arch.control),
						     .cpu = cpu };
	}
	msr_bitmap_init();
	ports_init();
	descriptors_init(host_vectors, nmi_vector);
	mmu_build(system->hyp_phys);
	return true;
}

/* This CPU's index, derived from the stack that boot_stack() returned. */
static unsigned area_index(void)
{
	char here;

	return (unsigned)((uint64_t)(&here - mem_end) / AREA_STRIDE);
}

/* The first CPU to call this tells why enable is refused. */
static void object(const struct bh_refusal *why)
{
	static uint32_t told;

	if (!__atomic_exchange_n(&told, 1, __ATOMIC_SEQ_CST))
		boot_params.refusal = *why;
}

/* Waits for the other CPUs. True: all may enter, and what they share is initialized. CR4.CET is
 * clear. */
static bool agree(unsigned index, bool first, uint64_t cr3)
{
	struct bh_refusal why = { 0 };
	bool ok;

	hyp_phys_offset = (uint64_t)image_start - boot_params.hyp_phys; /* the same on all CPUs */
	ok = boot_probe(index, cr3, &why);
	/* With Linux's IBT, an indirect call in the hypervisor or an exception on its IDT would raise
	 * #CP: targets have no ENDBR64. IA32_S_CET stays. */
	write_cr(4, read_cr(4) & ~(uint64_t)CR4_CET);
	if (ok)
		boot_arrive(&boot_params, index);
	else
		object(&why);
	return boot_rendezvous(&boot_params, first, ok && (!first || init_machine()));
}

/*
 * Called from entry.S on this CPU's stack, with Linux's registers and CR3. On success Linux
 * continues as a guest and this doesn't return; else it returns minus a refusal code, with nothing
 * changed.
 */
int64_t boot_cpu(const struct linux_frame *found, uint64_t cr3)
{
	unsigned index = area_index();
	struct guest_regs *regs = cpu_frame(index);
	bool first = index == (unsigned)__builtin_ctzll(boot_params.cpus);
	uint64_t cr4 = read_cr(4);
	struct percpu *cpu;

	if (!agree(index, first, cr3)) {
		write_cr(4, cr4);
		return -BH_E_CPU_LOST;
	}
	cpu = percpu_of(index);
	vm->switch_on(cpu);
	vm_take(cpu, found, cr3, cr4);
	regs->r[R_AX] = 0;
	regs->r[R_BX] = found->rbx;
	regs->r[R_BP] = found->rbp;
	regs->r[12] = found->r12;
	regs->r[13] = found->r13;
	regs->r[14] = found->r14;
	regs->r[15] = found->r15;
	descriptors_load(); /* before Linux's half is unmapped: an NMI may come at any time */
	mmu_switch();
	apic_take(cpu);
	if (first)
		ioapic_take();
	cpu->public.state = CPU_RUNNING;
	if (first)
		log_message(BH_MSG_ENABLED, BH_ROOT_CELL, count_bits(boot_params.cpus),
			    pool_pages(), 0);
	vm->enter(regs);
}

/* Resets parked CPUs, so that none executes in memory that Linux gets back: they wait for SIPI. */
static void reset_parked(void)
{
	for (unsigned i = 0; percpu_of(i); i++) {
		if (percpu_of(i)->public.state != CPU_OFF)
			continue;
		arch_kick(percpu_of(i));
		apic_send(this_cpu(), percpu_of(i), APIC_MODE_INIT << 8);
	}
}

/* Disable, on this CPU: returns to Linux from the hypercall whose registers are in the CPU's
 * frame. */
void __noreturn arch_leave(struct percpu *cpu)
{
	struct guest_regs *regs = cpu_frame(cpu->public.index);
	uint64_t rsp = vm_get(cpu, VM_RSP), rip = vm_get(cpu, VM_RIP);
	uint64_t rflags = vm_get(cpu, VM_RFLAGS);

	if (!cpu_begin_leave()) {
		reset_parked();
		ioapic_give_back();
	}
	apic_give_back(cpu);
	regs->r[R_AX] = 0;
	mmu_switch_back();
	vm->switch_off(cpu);
	leave_to_linux(regs, rsp, rip, rflags);
}

void arch_image_bytes(uint64_t *image, uint64_t *text)
{
	*image = (uint64_t)(cpu_area(system_config->n_cpus) - image_start);
	*text = (uint64_t)(rodata_end - image_start);
}
