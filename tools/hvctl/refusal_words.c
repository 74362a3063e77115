// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/ioctl.h>
#include <stddef.h>

#include "refusal_words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ANY_FIELD UINT32_MAX

/* clang-format off */

/* What a code says, and what to do about it. Where the field matters, it has its own line before. */
static const struct words {
	uint32_t code;
	uint32_t field; /* or ANY_FIELD */
	const char *sentence;
	const char *advice; /* or NULL */
} refusals[] = {
	{ BH_OK, ANY_FIELD,
	  "no reason was given",
	  NULL },
	{ BH_E_MAGIC, ANY_FIELD,
	  "{subject} is not that of a Bulkhead config (magic {value})",
	  "build the config with hvconfig build" },
	{ BH_E_VERSION, BH_F_NONE,
	  "{name} has ABI version {version}, and the other side another",
	  "use hypervisor image, module, tools and configs of one release" },
	{ BH_E_VERSION, ANY_FIELD,
	  "{subject} has ABI version {version}, the other side another",
	  "use hypervisor image, module, tools and configs of one release" },
	{ BH_E_ARCH, ANY_FIELD,
	  "{subject} is for another architecture (number {number})",
	  "build the config for this machine" },
	{ BH_E_KIND, ANY_FIELD,
	  "{subject} is of another kind than asked for (kind {number})",
	  NULL },
	{ BH_E_SIZE, BH_F_NAME,
	  "{subject} is too long or has no end",
	  NULL },
	{ BH_E_SIZE, BH_F_ARGS,
	  "{subject} is too long or has no end",
	  NULL },
	{ BH_E_SIZE, BH_F_REGION_SIZE,
	  "{subject} is not possible: {value}",
	  NULL },
	{ BH_E_SIZE, BH_F_IMAGE,
	  "{subject} is too small: {size} are needed",
	  NULL },
	{ BH_E_SIZE, BH_F_HYP_MEMORY,
	  "{subject} is not large enough, or larger than possible: {size}",
	  NULL },
	{ BH_E_SIZE, ANY_FIELD,
	  "{subject} has a wrong size: {value}",
	  NULL },
	{ BH_E_VALUE, BH_F_NAME,
	  "{subject} is not of A-Z a-z 0-9 _ -",
	  NULL },
	{ BH_E_VALUE, BH_F_CPUS,
	  "{part} has no CPU",
	  "give it at least one" },
	{ BH_E_VALUE, BH_F_REGION_FLAGS,
	  "{subject} don't fit its type: {hex}",
	  NULL },
	{ BH_E_VALUE, BH_F_CONSOLE,
	  "{subject} has a value that is not allowed: {value}",
	  "its kind is none, or pl011 on arm64, or 16550 on x86-64 without interrupt; its "
	  "interrupt is one of the cell's own" },
	{ BH_E_VALUE, BH_F_SHARED,
	  "{subject} isn't one that this cell can have: {value}",
	  NULL },
	{ BH_E_VALUE, BH_F_SHARED_IRQ,
	  "interrupt {number} can't be {subject}",
	  "a doorbell is one of the platform's spare interrupts, and of the cell's own" },
	{ BH_E_VALUE, ANY_FIELD,
	  "{subject} has a value that is not allowed: {value}",
	  NULL },
	{ BH_E_RESERVED, ANY_FIELD,
	  "{subject} uses a reserved bit or field: {hex}",
	  NULL },
	{ BH_E_ALIGN, ANY_FIELD,
	  "{subject} is not aligned: {hex}",
	  NULL },
	{ BH_E_RANGE, BH_F_NONE,
	  "an address is outside of the hypervisor's memory: {hex}",
	  NULL },
	{ BH_E_RANGE, BH_F_CPUS,
	  "CPU {number} of {part} is not one that the system has",
	  NULL },
	{ BH_E_RANGE, BH_F_IRQ,
	  "{subject} is not one that a cell can have, or its range is empty or too long",
	  NULL },
	{ BH_E_RANGE, BH_F_ENTRY,
	  "{subject}, {hex}, is not in memory that it may execute",
	  NULL },
	{ BH_E_RANGE, ANY_FIELD,
	  "{subject} is out of range: {value}",
	  NULL },
	{ BH_E_OVERLAP, BH_F_CPUS,
	  "{subject} has the same {cpu-id} as another: {hex}",
	  NULL },
	{ BH_E_OVERLAP, BH_F_IRQ,
	  "{subject} is in two of its ranges",
	  NULL },
	{ BH_E_OVERLAP, BH_F_SHARED,
	  "{subject} is the same memory as another one",
	  "give each region one name" },
	{ BH_E_OVERLAP, BH_F_SHARED_NAME,
	  "{subject} is another one's, too",
	  "give each its own name" },
	{ BH_E_OVERLAP, ANY_FIELD,
	  "{subject} overlaps {other} at {hex}",
	  NULL },
	{ BH_E_OWNED, ANY_FIELD,
	  "{subject} belongs to {owner}{owner-region}{at}",
	  NULL },
	{ BH_E_NOT_ROOT, ANY_FIELD,
	  "{subject} is not the root cell's to give{at}",
	  "name it in the root cell's part of the config" },
	{ BH_E_NOT_SHARED, BH_F_SHARED,
	  "{subject} is not one of the enabled system: its root cell names no such memory",
	  "enable the system that has it" },
	{ BH_E_NOT_SHARED, ANY_FIELD,
	  "{subject} is shared, but no other config names it as shared{at}",
	  "name the same range as shared in the other cell or the root cell" },
	{ BH_E_EXISTS, ANY_FIELD,
	  "a cell named {part-name} exists already{owner-id}",
	  "destroy it first: hvctl cell destroy {part-name-plain}" },
	{ BH_E_NO_CELL, ANY_FIELD,
	  "there is no cell with id {number}",
	  "hvctl cell list shows the cells" },
	{ BH_E_STATE, ANY_FIELD,
	  "{cell} is {state}",
	  "{state-advice}" },
	{ BH_E_NO_MEMORY, ANY_FIELD,
	  "the hypervisor has too few free pages: {number} are needed",
	  "destroy cells, or give the hypervisor more memory in the config" },
	{ BH_E_NO_SLOT, ANY_FIELD,
	  "there is no room for {subject}: a table of fixed size is full ({value})",
	  NULL },
	{ BH_E_CPU_ONLINE, ANY_FIELD,
	  "CPU {number} still runs Linux",
	  NULL },
	{ BH_E_CPU_LOST, BH_F_NONE,
	  "not all CPUs came in time, only {cpus}",
	  NULL },
	{ BH_E_CPU_LOST, BH_F_CPUS,
	  "CPU {lost-cpus} did not come in time",
	  NULL },
	{ BH_E_CPU_LOST, ANY_FIELD,
	  "CPU {number} did not answer in time",
	  NULL },
	{ BH_E_PERMISSION, ANY_FIELD,
	  "the root cell's rights don't allow it",
	  "add the right to the root cell's part of the config" },
	{ BH_E_LOCKED, ANY_FIELD,
	  "the hypervisor is locked until the machine is reset",
	  NULL },
	{ BH_E_BUSY, BH_F_NONE,
	  "another request is under way{quoted-name}",
	  "try again" },
	{ BH_E_BUSY, BH_F_FUNCTION,
	  "the hypervisor is being disabled",
	  NULL },
	{ BH_E_BUSY, ANY_FIELD,
	  "another request is under way",
	  "try again" },
	{ BH_E_CELLS, ANY_FIELD,
	  "{cells} still {exist}",
	  "destroy them first: hvctl cell list, hvctl cell destroy" },
	{ BH_E_MACHINE, BH_F_NONE,
	  "this machine can't be checked for all that is needed",
	  "see hvctl check SYSTEM" },
	{ BH_E_MACHINE, ANY_FIELD,
	  "{subject} doesn't match the machine, which has {value}",
	  "correct the platform file: it must say what this machine's device tree says" },
	{ BH_E_UNSUPPORTED, BH_F_NONE,
	  "this machine doesn't fit: {name}",
	  NULL },
	{ BH_E_UNSUPPORTED, BH_F_IRQ_MODE,
	  "direct interrupts need an interrupt controller with one security state, and this "
	  "one has two",
	  "use irq_mode list" },
	{ BH_E_UNSUPPORTED, BH_F_CONSOLE,
	  "{cell} has no console in its config",
	  NULL },
	{ BH_E_UNSUPPORTED, BH_F_INFO_PAGE,
	  "{cell} can't be asked: its config has no info page",
	  "stop it without asking: hvctl cell shutdown --force {cell-plain}" },
	{ BH_E_UNSUPPORTED, ANY_FIELD,
	  "{subject} asks for what this machine doesn't offer ({value})",
	  "hvctl check shows what it offers" },
	{ BH_E_LPI, ANY_FIELD,
	  "{subject} is in use by Linux's LPI tables or ITS{at}",
	  "boot Linux with irqchip.gicv3_nolpi=1, or give other memory or CPUs" },
	{ BH_E_UNKNOWN_CALL, ANY_FIELD,
	  "the hypervisor doesn't know hypercall {function}",
	  NULL },
	{ BH_E_AGAIN, ANY_FIELD,
	  "it isn't finished",
	  "give the same command again" },
	{ BH_E_FAULT, ANY_FIELD,
	  "the hypervisor itself faulted at this request and carries out no others",
	  "hvctl log has the address; cells go on running, but only a reset of the machine "
	  "lets them be managed again" },

	/* The driver's own. */
	{ BH_D_ENABLED, ANY_FIELD,
	  "a system is enabled already",
	  "hvctl status shows it" },
	{ BH_D_NOT_ENABLED, ANY_FIELD,
	  "no system is enabled",
	  "enable one: hvctl enable SYSTEM" },
	{ BH_D_NO_EL2, ANY_FIELD,
	  "Linux was not booted at EL2, so there is no place for a hypervisor",
	  "let the firmware or boot loader start the kernel at EL2 (QEMU: -M "
	  "virt,virtualization=on)" },
	{ BH_D_VHE, ANY_FIELD,
	  "Linux itself runs at EL2 (VHE)",
	  "add 'id_aa64mmfr1.vh=0 kvm-arm.mode=none' to the kernel's command line and reboot" },
	{ BH_D_KVM, ANY_FIELD,
	  "KVM is resident at EL2",
	  "add 'kvm-arm.mode=none' to the kernel's command line and reboot" },
	{ BH_D_CONDUIT, ANY_FIELD,
	  "PSCI is missing, or is not called by SMC",
	  "boot with a firmware and device tree that have PSCI with method \"smc\"" },
	{ BH_D_IMAGE, ANY_FIELD,
	  "the hypervisor image{quoted-name} can't be loaded: {errno}",
	  "install bulkhead-arm64.bin in /lib/firmware" },
	{ BH_D_IMAGE_FORMAT, ANY_FIELD,
	  "the hypervisor image{quoted-name} is not for this machine and release (it has "
	  "{value})",
	  "install image and module of one release" },
	{ BH_D_NOT_RESERVED, ANY_FIELD,
	  "{place} is not reserved: Linux uses it ({name} at {hex})",
	  "{reserve-advice}" },
	{ BH_D_NO_CPU, ANY_FIELD,
	  "the CPUs of machine and config differ: {cpu-id} {hex}{quoted-name} is not in both",
	  "correct the platform file: it must say what this machine's device tree says" },
	{ BH_D_TIMEOUT, ANY_FIELD,
	  "{cell} did not answer within {number} ms",
	  "stop it without its consent: hvctl cell shutdown --force {cell-plain}" },
	{ BH_D_OUTSIDE, ANY_FIELD,
	  "{hex} is outside of the loadable memory of {cell}{loadable}",
	  "choose another address with --at, or a smaller image" },
	{ BH_D_DEVICE_BUSY, ANY_FIELD,
	  "a device that {cell} gets is in use by Linux{quoted-name}",
	  "unbind its driver, or use hvctl cell create --unbind" },
	{ BH_D_IRQ_BUSY, ANY_FIELD,
	  "interrupt {number} is in use by Linux{quoted-name}",
	  "unbind that driver: --unbind does so for devices whose registers the cell gets" },
	{ BH_D_CPU_OFFLINE, ANY_FIELD,
	  "Linux doesn't give CPU {number} away{quoted-name}: {index-errno}",
	  NULL },
	{ BH_D_NO_MEMORY, ANY_FIELD,
	  "Linux is out of memory{quoted-name}",
	  NULL },
	{ BH_D_INTERRUPTED, ANY_FIELD,
	  "it was interrupted before it was done",
	  NULL },
	{ BH_D_CPU_ONLINE_FAILED, ANY_FIELD,
	  "Linux couldn't bring CPU {number} back{quoted-name}",
	  "try: echo 1 >/sys/devices/system/cpu/cpu{number}/online" },
	{ BH_D_NO_VIRT, ANY_FIELD,
	  "the CPUs lack what the hypervisor needs{quoted-name}",
	  "switch it on in the firmware's setup; in a virtual machine, let its CPUs have it" },
	{ BH_D_VIRT_USED, ANY_FIELD,
	  "another hypervisor uses the CPUs' virtualization{quoted-name}",
	  "end its machines and unload it: modprobe -r kvm_amd kvm" },
	{ BH_D_X2APIC, ANY_FIELD,
	  "the local APICs are in x2APIC mode, which the hypervisor can't do",
	  "add 'nox2apic' to the kernel's command line and reboot" },
	{ BH_D_CPU_NOT_ONLINE, ANY_FIELD,
	  "CPU {number} of Linux is offline",
	  "bring it online: echo 1 >/sys/devices/system/cpu/cpu{number}/online" },
	{ BH_D_CORE, ANY_FIELD,
	  "{subject} shares its core with CPU {number}, which the cell doesn't get",
	  "give the cell all CPUs of a core or none, or switch SMT (hyper-threading) off in the "
	  "firmware's setup" },
	{ BH_D_PSEUDO_NMI, ANY_FIELD,
	  "Linux masks interrupts by priority, and then direct interrupts aren't possible",
	  "remove 'irqchip.gicv3_pseudo_nmi=1' from the kernel's command line and reboot, or "
	  "use irq_mode list" },
};

/* clang-format on */

static const char *const fields[] = {
	[BH_F_NONE] = "the request",
	[BH_F_HEADER] = "the header of {part}",
	[BH_F_NAME] = "the name of {part}",
	[BH_F_HYP_MEMORY] = "the hypervisor's memory{hyp-memory}",
	[BH_F_SYSTEM_FLAGS] = "the flags of {system}",
	[BH_F_CPUS] = "CPU {index} of {part}",
	[BH_F_PLATFORM] = "{platform-field} of {system}",
	[BH_F_ENTRY] = "the entry address of {part}",
	[BH_F_INFO_PAGE] = "the info page of {part}",
	[BH_F_CONSOLE] = "the console of {part}",
	[BH_F_IMAGE] = "the memory for the kept image of {part}",
	[BH_F_RIGHTS] = "the rights of {part}",
	[BH_F_FLAGS] = "the flags of {part}",
	[BH_F_IRQ_MODE] = "the interrupt mode of {part}",
	[BH_F_REGION_COUNT] = "the number of regions of {part}",
	[BH_F_REGION_PHYS] = "region {index} of {part}{region}",
	[BH_F_REGION_GUEST] = "the guest address of region {index} of {part}{region}",
	[BH_F_REGION_SIZE] = "the size of region {index} of {part}{region}",
	[BH_F_REGION_TYPE] = "the type of region {index} of {part}{region}",
	[BH_F_REGION_FLAGS] = "the flags of region {index} of {part}{region}",
	[BH_F_IRQ_COUNT] = "the number of interrupt ranges of {part}",
	[BH_F_IRQ] = "interrupt {number} of {part}",
	[BH_F_ARGS] = "the command line of {part}",
	[BH_F_CELL_ID] = "cell id {number}",
	[BH_F_STATE] = "the state of {cell}",
	[BH_F_FUNCTION] = "hypercall {function}",
	[BH_F_BOOT] = "a boot parameter that the module gave",
	[BH_F_POOL] = "the hypervisor's pool of pages",
	[BH_F_PORT] = "I/O port {hex} of {part}",
	[BH_F_PCI] = "PCI function {hex} of {part}",
	[BH_F_SHARED_COUNT] = "the number of named shared regions of {part}",
	[BH_F_SHARED] = "named shared region {index} of {part}",
	[BH_F_SHARED_NAME] = "the name of shared region {index} of {part}",
	[BH_F_SHARED_IRQ] = "the doorbell of named shared region {index} of {part}",
};

static const struct {
	uint32_t offset;
	const char *words;
} platform_fields[] = {
	{ offsetof(struct bh_arm64_platform, gic_version), "the GIC version" },
	{ offsetof(struct bh_arm64_platform, maintenance_irq), "the GIC maintenance interrupt" },
	{ offsetof(struct bh_arm64_platform, gicd_phys), "the address of the GIC distributor" },
	{ offsetof(struct bh_arm64_platform, gicr_phys), "the address of the GIC redistributors" },
	{ offsetof(struct bh_arm64_platform, gicr_size), "the size of the GIC redistributors" },
	{ offsetof(struct bh_arm64_platform, its_phys), "the address of the ITS" },
	{ offsetof(struct bh_arm64_platform, its_size), "the size of the ITS" },
	{ offsetof(struct bh_arm64_platform, uart_phys), "the address of the UART" },
	{ offsetof(struct bh_arm64_platform, root_doorbell), "the root cell's doorbell interrupt" },
	{ offsetof(struct bh_arm64_platform, n_spare_irqs), "the number of spare interrupts" },
	{ offsetof(struct bh_arm64_platform, spare_irqs), "a spare interrupt" },
	{ offsetof(struct bh_arm64_platform, reserved), "a reserved platform field" },
	{ sizeof(struct bh_arm64_platform), NULL },
};

static const struct words *find(uint32_t code, uint32_t field)
{
	unsigned int i;

	for (i = 0; i < COUNT(refusals); i++) {
		if (refusals[i].code == code &&
		    (refusals[i].field == field || refusals[i].field == ANY_FIELD))
			return &refusals[i];
	}
	return NULL;
}

const char *refusal_words(uint32_t code, uint32_t field)
{
	const struct words *words = find(code, field);

	return words ? words->sentence : NULL;
}

const char *refusal_advice(uint32_t code, uint32_t field)
{
	const struct words *words = find(code, field);

	return words ? words->advice : NULL;
}

const char *field_words(uint32_t field)
{
	return field < COUNT(fields) ? fields[field] : NULL;
}

bool field_is_address(uint32_t field)
{
	switch (field) {
	case BH_F_HYP_MEMORY:
	case BH_F_ENTRY:
	case BH_F_INFO_PAGE:
	case BH_F_IMAGE:
	case BH_F_REGION_PHYS:
	case BH_F_REGION_GUEST:
	case BH_F_REGION_SIZE:
	case BH_F_RIGHTS:
	case BH_F_FLAGS:
	case BH_F_SYSTEM_FLAGS:
	case BH_F_REGION_FLAGS:
		return true;
	}
	return false;
}

const char *platform_field_words(uint32_t offset)
{
	unsigned int i;

	for (i = 0; platform_fields[i].words; i++) {
		if (offset >= platform_fields[i].offset && offset < platform_fields[i + 1].offset)
			return platform_fields[i].words;
	}
	return NULL;
}
