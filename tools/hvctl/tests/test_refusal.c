// SPDX-License-Identifier: GPL-2.0
#include "fake.h"
#include "sample.h"
#include "test.h"
#include "words/refusal.h"
#include "words/refusal_fields.h"
#include "words/refusal_words.h"

static struct sample sample;
static struct blob blob;

/* Returns the sentence about a refusal of the sample's part "rt". */
static const char *about_rt(struct bh_refusal refusal, const char *name)
{
	struct refusal_context context = { .cell = "rt", .blob = &blob };

	sample_make(&sample);
	sample_parse(&sample, &blob);
	context.part = sample.rt;
	return CAPTURE(out, refusal_write(out, &refusal, name, &context));
}

static const char *about_enable(struct bh_refusal refusal, const char *name)
{
	struct refusal_context context = { .blob = &blob };

	sample_make(&sample);
	sample_parse(&sample, &blob);
	return CAPTURE(out, refusal_write(out, &refusal, name, &context));
}

static const char *advice(struct bh_refusal refusal, const char *name)
{
	struct refusal_context context = { .cell = "rt", .blob = &blob };

	sample_make(&sample);
	sample_parse(&sample, &blob);
	return CAPTURE(out, refusal_write_advice(out, &refusal, name, &context));
}

TEST(regions_have_range_and_owner)
{
	struct bh_refusal refusal = { BH_E_OWNED, BH_F_REGION_PHYS, 0, 1, 0xb9000000 };

	fake_enable_sample();
	fake_add_cell("other", BH_STATE_CREATED);
	CHECK_TEXT(about_rt(refusal, ""),
		   "region 0 of cell \"rt\" (RAM 0xb9000000, 1 MiB) belongs to cell \"other\"");
	refusal.value = 0xba000000;
	CHECK_TEXT(about_rt(refusal, "other"),
		   "region 0 of cell \"rt\" (RAM 0xb9000000, 1 MiB) belongs to cell \"other\" "
		   "(its region 0: RAM 0xba000000, 16 MiB), at 0xba000000");
	refusal.owner = BH_OWNER_HYPERVISOR;
	refusal.value = 0xbfc00000;
	CHECK_TEXT(about_rt(refusal, ""), "region 0 of cell \"rt\" (RAM 0xb9000000, 1 MiB) belongs "
					  "to the hypervisor, at 0xbfc00000");
	refusal.index = 77; /* not in the part: no range is written, nothing is read past its end */
	CHECK_HAS(about_rt(refusal, ""), "region 77 of cell \"rt\" belongs to");
}

TEST(cpus_and_interrupts_have_owners)
{
	fake_enable_sample();
	fake_add_cell("other", BH_STATE_CREATED);
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_OWNED, BH_F_CPUS, 3, 1, 3 }, "other"),
		   "CPU 3 of cell \"rt\" belongs to cell \"other\"");
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_OWNED, BH_F_IRQ, 0, 1, 33 }, ""),
		   "interrupt 33 of cell \"rt\" belongs to cell \"other\"");
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_OWNED, BH_F_IRQ, 0, 9, 33 }, ""),
		   "interrupt 33 of cell \"rt\" belongs to cell 9");
}

TEST(overlaps_name_both)
{
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_OVERLAP, BH_F_REGION_GUEST, 1, BH_OWNER_NONE,
						 0x40001000 },
			    ""),
		   "the guest address of region 1 of cell \"rt\" (shared 0xb9100000, 4 KiB) "
		   "overlaps its region 0 (RAM 0xb9000000, 1 MiB) at 0x40001000");
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_OVERLAP, BH_F_CONSOLE, 0, BH_OWNER_NONE,
						 0x0b000000 },
			    ""),
		   "the console of cell \"rt\" overlaps another entry of the same config at "
		   "0xb000000");
}

TEST(enable_is_about_system_or_root)
{
	CHECK_TEXT(
		about_enable((struct bh_refusal){ BH_E_ALIGN, BH_F_HYP_MEMORY, 0, 0, 0x1000 }, ""),
		"the hypervisor's memory (0xbfc00000, 4 MiB) is not aligned: 0x1000");
	CHECK_TEXT(about_enable((struct bh_refusal){ BH_E_MACHINE, BH_F_PLATFORM,
						     offsetof(struct bh_arm64_platform, gicr_phys),
						     0, 0x80a0000 },
				""),
		   "the address of the GIC redistributors of system \"demo\" doesn't match the "
		   "machine, which has 0x80a0000");
	CHECK_TEXT(about_enable((struct bh_refusal){ BH_E_VALUE, BH_F_REGION_TYPE, 1, 0, 9 }, ""),
		   "the type of region 1 of the root cell (device 0x9000000, 4 KiB) has a value "
		   "that is not allowed: 9");
	CHECK_TEXT(about_enable((struct bh_refusal){ BH_E_VALUE, BH_F_REGION_TYPE, 1, 0, 9 }, "rt"),
		   "the type of region 1 of cell \"rt\" (shared 0xb9100000, 4 KiB) has a value "
		   "that is not allowed: 9");
	CHECK_TEXT(about_enable((struct bh_refusal){ BH_E_CPU_LOST, BH_F_CPUS, 0, 0, 0xc }, ""),
		   "CPU 2-3 did not answer in time");
}

TEST(cpu_ids_are_called_as_on_this_machine)
{
	const struct bh_refusal refusal = { BH_D_NO_CPU, 0, 0, BH_OWNER_NONE, 3 };
	const struct refusal_context context = { .blob = &blob };

	CHECK_TEXT(about_enable(refusal, ""),
		   "the CPUs of machine and config differ: MPIDR 0x3 is not in both");
	sample.system->header.arch = BH_ARCH_X86;
	CHECK_HAS(CAPTURE(out, refusal_write(out, &refusal, "", &context)),
		  "differ: APIC ID 0x3 is");
}

TEST(doorbells)
{
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_VALUE, BH_F_SHARED_IRQ, 1, 0, 33 }, ""),
		   "interrupt 33 can't be the doorbell of named shared region 1 of cell \"rt\"");
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_E_NOT_SHARED, BH_F_SHARED, 0, 0, 0 }, ""),
		   "named shared region 0 of cell \"rt\" is not in the enabled system: its "
		   "root cell names no such memory");
}

TEST(missing_reservations_have_the_argument)
{
	const struct bh_refusal hyp = { BH_D_NOT_RESERVED, 0, 0, BH_OWNER_NONE, 0xbfc00000 };
	const struct bh_refusal cell = { BH_D_NOT_RESERVED, 0, 0, BH_OWNER_NONE, 0xb9100000 };

	CHECK_TEXT(about_enable(hyp, "Linux (System RAM)"),
		   "the hypervisor's memory (0xbfc00000, 4 MiB) is not reserved: Linux uses it "
		   "(Linux (System RAM) at 0xbfc00000)");
	CHECK_TEXT(about_enable(cell, "a driver"),
		   "region 1 of cell \"rt\" (shared 0xb9100000, 4 KiB) is not reserved: Linux uses "
		   "it (a driver at 0xb9100000)");
	CHECK_HAS(advice(hyp, ""), "add 'mem=1936M' to the kernel's command line");
	fake.arch = BH_ARCH_X86;
	CHECK_HAS(advice(hyp, ""), "add 'memmap=0x101000$0xb9000000 memmap=0x1000000$0xba000000 "
				   "memmap=0x400000$0xbfc00000' to the kernel");
	fake_reset();
}

TEST(a_vhe_kernel_is_told_its_arguments)
{
	CHECK_HAS(advice((struct bh_refusal){ .code = BH_D_VHE }, ""),
		  "id_aa64mmfr1.vh=0 kvm-arm.mode=none");
	CHECK_HAS(advice((struct bh_refusal){ .code = BH_D_KVM }, ""), "kvm-arm.mode=none");
}

TEST(states_and_time_outs)
{
	struct bh_refusal state = { BH_E_STATE, BH_F_STATE, 0, 1, BH_STATE_RUNNING };

	CHECK_TEXT(about_rt(state, ""), "cell \"rt\" is running");
	CHECK_HAS(advice(state, ""), "hvctl cell shutdown rt");
	CHECK_TEXT(about_rt((struct bh_refusal){ .code = BH_D_TIMEOUT, .value = 500 }, ""),
		   "cell \"rt\" did not answer within 500 ms");
	CHECK_TEXT(about_rt((struct bh_refusal){ .code = BH_D_OUTSIDE, .value = 0x40100000 }, ""),
		   "0x40100000 is outside the loadable memory of cell \"rt\", which is "
		   "0x40000000 to 0x400fffff");
}

TEST(linux_errors_are_words)
{
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_D_CPU_OFFLINE, 0, 16, 0, 3 }, "CPU 3 of Linux"),
		   "Linux can't take CPU 3 offline (CPU 3 of Linux): Device or resource busy");
	CHECK_TEXT(about_rt((struct bh_refusal){ BH_D_CPU_OFFLINE, 0, (uint32_t)-16, 0, 3 }, ""),
		   "Linux can't take CPU 3 offline: Device or resource busy");
	CHECK_HAS(about_rt((struct bh_refusal){ .code = BH_D_IMAGE, .value = 2 },
			   "bulkhead-arm64.bin"),
		  "(bulkhead-arm64.bin) can't be loaded: No such file or directory");
}

TEST(unknown_codes_keep_their_numbers)
{
	CHECK_TEXT(about_rt((struct bh_refusal){ 200, 3, 4, 0, 0x55 }, ""),
		   "refused with code 200, which this hvctl doesn't know (field 3, index 4, value "
		   "0x55)");
	CHECK_HAS(about_rt((struct bh_refusal){ BH_E_VALUE, 99, 0, 0, 5 }, ""), "field 99");
}

/* Each code about each field, with and without context, is a sentence without unknown {words}. */
static void check_sentence(uint32_t code, uint32_t field)
{
	const struct refusal_context full = { .cell = "rt", .blob = &blob, .part = sample.rt };
	const struct refusal_context *contexts[] = { &full, NULL };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct bh_refusal refusal = { code, field, 1, BH_ROOT_CELL, 0x1234 };
		const char *text;

		text = CAPTURE(out, refusal_write(out, &refusal, "", contexts[i]));
		CHECK(text[0] != '\0' && !strchr(text, '{') && !strstr(text, "which this hvctl"));
		text = CAPTURE(out, refusal_write_advice(out, &refusal, "", contexts[i]));
		CHECK(!strchr(text, '{'));
	}
}

TEST(every_code_with_every_field_is_a_sentence)
{
	uint32_t code, field;

	fake_enable_sample();
	sample_make(&sample);
	sample_parse(&sample, &blob);
	for (field = 0; field <= BH_F_SHARED_IRQ; field++) {
		CHECK(field_words(field));
		for (code = 0; code <= BH_E_FAULT; code++)
			check_sentence(code, field);
		for (code = BH_D_ENABLED; code <= BH_D_PSEUDO_NMI; code++)
			check_sentence(code, field);
	}
}

TEST(every_requirement_of_the_machine_has_advice)
{
	static const uint32_t codes[] = { BH_D_NO_EL2,	    BH_D_VHE,	       BH_D_KVM,
					  BH_D_CONDUIT,	    BH_D_IMAGE,	       BH_D_IMAGE_FORMAT,
					  BH_D_NO_CPU,	    BH_D_NOT_RESERVED, BH_D_PSEUDO_NMI,
					  BH_D_NOT_ENABLED, BH_D_NO_PSCI,      BH_D_PSCI_0_1,
					  BH_D_ACPI };
	unsigned int i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		CHECK(refusal_advice(codes[i], BH_F_NONE));
}

#define ARM64(field) offsetof(struct bh_arm64_platform, field)
#define X86(field) offsetof(struct bh_x86_platform, field)

TEST(arm64_platform_fields_are_found_by_offset)
{
	CHECK_TEXT(platform_field_words(ARM64(gic_version)), "the GIC version");
	CHECK_TEXT(platform_field_words(ARM64(maintenance_irq)), "the GIC maintenance interrupt");
	CHECK_TEXT(platform_field_words(ARM64(spare_irqs) + 6), "a spare interrupt");
}

TEST(x86_platform_fields_are_found_by_offset)
{
	const struct bh_refusal refusal = { BH_E_MACHINE, BH_F_PLATFORM, X86(root_doorbell), 0,
					    241 };

	fake.arch = BH_ARCH_X86;
	CHECK_TEXT(platform_field_words(X86(apic_phys)), "the address of the local APICs");
	CHECK_TEXT(platform_field_words(X86(n_io_apics)), "the number of I/O APICs");
	CHECK_TEXT(platform_field_words(X86(io_apics[3])), "an I/O APIC");
	CHECK_HAS(platform_field_words(X86(mmconfig_phys)), "the address of the PCI config");
	CHECK_HAS(platform_field_words(X86(mmconfig_buses)), "the number of buses in the PCI");
	CHECK_TEXT(platform_field_words(X86(reserved)), "a reserved platform field");
	CHECK_TEXT(about_enable(refusal, ""),
		   "the root cell's doorbell interrupt of system \"demo\" "
		   "doesn't match the machine, which has 241");
	fake_reset();
}

/* The structs have no padding: a byte without words belongs to a field that was forgotten. */
TEST(every_platform_field_has_words)
{
	static const uint16_t archs[] = { BH_ARCH_ARM64, BH_ARCH_X86 };
	uint32_t offset;
	unsigned int i;

	for (i = 0; i < sizeof(archs) / sizeof(archs[0]); i++) {
		fake.arch = archs[i];
		for (offset = 0; offset < sizeof(((struct bh_system_part *)NULL)->platform);
		     offset++)
			CHECK(platform_field_words(offset));
		CHECK(!platform_field_words(offset));
	}
	fake_reset();
}

/* The index is not a field's offset: a missing CPU feature is not in the platform file. */
TEST(missing_features_of_cpus_are_no_platform_field)
{
	const struct bh_refusal refusal = { BH_E_UNSUPPORTED, BH_F_PLATFORM, 1, 0, 0x8000000a };

	fake.arch = BH_ARCH_X86;
	CHECK_TEXT(about_enable(refusal, ""),
		   "the CPUs lack a feature that the hypervisor needs (0x8000000a)");
	fake_reset();
}
