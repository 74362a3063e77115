// SPDX-License-Identifier: GPL-2.0
/* Choice of VMX controls by a processor's capabilities (SDM 3D, appendix A), and decoding of
 * exits. */
#include "model.h"
#include "test.h"
#include <arch/exits.h>
#include <arch/formats.h>
#include <arch/s2_fault.h>
#include <arch/vmx.h>
#include <hyp/arch.h>

#define MAY(bits) ((uint64_t)(bits) << 32)

/* A superset of the capabilities of Bochs 2.7's corei7_skylake_x. */
static struct vmx_capabilities good(void)
{
	return (struct vmx_capabilities){
		.basic = BIT(55) | 6ull << 50 | 4096ull << 32 | 0x2a,
		.pin = MAY(0xff) | 0x16,
		.proc = MAY(0xfffffffe) | 0x04006172,
		.proc2 = MAY(0x7fffffff),
		.exit = MAY(0x01ffffff) | 0x00036dfb,
		.entry = MAY(0x0003ffff) | 0x000011fb,
		.ept_vpid = BIT(6) | BIT(14) | BIT(16) | BIT(17) | BIT(20) | BIT(25) | BIT(26) |
			    BIT(32) | BIT(41) | BIT(42),
		.cr0_fixed = 0x80000021,
		.cr4_fixed = 0x2000,
	};
}

static uint64_t refused(const struct vmx_capabilities *has)
{
	struct vmx_controls controls;
	struct bh_refusal r = { 0 };

	CHECK(!vmx_choose(has, &controls, &r));
	CHECK_EQ(r.code, BH_E_UNSUPPORTED);
	CHECK_EQ(r.field, BH_F_PLATFORM);
	return r.value;
}

TEST(vmx_controls_have_what_must_be)
{
	struct vmx_capabilities has = good();
	struct vmx_controls c;
	struct bh_refusal r;

	CHECK(vmx_choose(&has, &c, &r));
	CHECK_EQ(c.pin, 0x16 | PIN_NMI_EXITING | PIN_VIRTUAL_NMIS);
	CHECK_EQ(c.proc, 0x04006172 | PROC_IO_BITMAPS | PROC_MSR_BITMAPS | PROC_SECONDARY);
	CHECK_EQ(c.entry & (uint32_t)~0x11fb, ENTRY_LOAD_DEBUG | ENTRY_LOAD_PAT | ENTRY_LOAD_EFER);
	CHECK(!(c.entry & ENTRY_LONG));
	CHECK(c.exit & EXIT_HOST_64 && c.exit & EXIT_SAVE_DEBUG);
	/* Interrupts don't exit. */
	CHECK(!(c.pin & 1) && !(c.exit & BIT(15)));
}

/* Optional instructions are enabled if the processor has the control. */
TEST(vmx_optional_controls)
{
	struct vmx_capabilities has = good();
	uint32_t needed = PROC2_EPT | PROC2_VPID | PROC2_UNRESTRICTED;
	struct vmx_controls c;
	struct bh_refusal r;

	CHECK(vmx_choose(&has, &c, &r));
	CHECK_EQ(c.proc2, needed | PROC2_RDTSCP | PROC2_INVPCID | PROC2_XSAVES | PROC2_USER_WAIT);
	has.proc2 = MAY(needed | PROC2_WBINVD); /* of cells */
	CHECK(vmx_choose(&has, &c, &r));
	CHECK_EQ(c.proc2, needed);
}

/* The lack of each needed bit is refused, and names the right MSR. */
static void check_each(struct vmx_capabilities *has, uint64_t *which, uint64_t needed, uint64_t msr)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t was = *which;

		if (!(needed & BIT(bit)))
			continue;
		*which &= ~BIT(bit);
		CHECK_EQ(refused(has), msr);
		*which = was;
	}
}

TEST(vmx_missing_features)
{
	struct vmx_capabilities has = good();

	check_each(&has, &has.basic, BIT(55), MSR_VMX_BASIC);
	check_each(&has, &has.pin, MAY(PIN_NMI_EXITING | PIN_VIRTUAL_NMIS), MSR_VMX_TRUE_PIN);
	check_each(&has, &has.proc,
		   MAY(PROC_RDPMC | PROC_IO_BITMAPS | PROC_MSR_BITMAPS | PROC_SECONDARY),
		   MSR_VMX_TRUE_PROC);
	check_each(&has, &has.proc2,
		   MAY(PROC2_EPT | PROC2_VPID | PROC2_UNRESTRICTED | PROC2_WBINVD), MSR_VMX_PROC2);
	check_each(&has, &has.exit,
		   MAY(EXIT_SAVE_DEBUG | EXIT_HOST_64 | EXIT_SAVE_PAT | EXIT_LOAD_PAT |
		       EXIT_SAVE_EFER | EXIT_LOAD_EFER),
		   MSR_VMX_TRUE_EXIT);
	check_each(&has, &has.entry, MAY(ENTRY_LOAD_DEBUG | ENTRY_LOAD_PAT | ENTRY_LOAD_EFER),
		   MSR_VMX_TRUE_ENTRY);
	check_each(&has, &has.ept_vpid, BIT(6) | BIT(14) | BIT(20) | BIT(32), MSR_VMX_EPT_VPID);
}

/* One of the two types of each invalidation is enough; none is refused. */
TEST(vmx_invalidation_types)
{
	struct vmx_capabilities has = good();
	struct vmx_controls c;
	struct bh_refusal r;

	has.ept_vpid &= ~(BIT(25) | BIT(41));
	CHECK(vmx_choose(&has, &c, &r));
	has.ept_vpid &= ~BIT(26);
	CHECK_EQ(refused(&has), MSR_VMX_EPT_VPID);
	has = good();
	has.ept_vpid &= ~(BIT(41) | BIT(42));
	CHECK_EQ(refused(&has), MSR_VMX_EPT_VPID);
}

/* A processor that requires an unknown bit to be 1 is refused: the bit could cause exits, or fix
 * bits of registers, that the hypervisor doesn't handle. */
TEST(vmx_unknown_demands)
{
	struct vmx_capabilities has = good();

	has.proc |= BIT(15); /* loads of CR3 exit */
	CHECK_EQ(refused(&has), MSR_VMX_TRUE_PROC);
	has = good();
	has.pin |= BIT(0); /* interrupts exit */
	CHECK_EQ(refused(&has), MSR_VMX_TRUE_PIN);
	has = good();
	has.cr0_fixed |= BIT(16);
	CHECK_EQ(refused(&has), MSR_VMX_CR0_FIXED0);
	has = good();
	has.cr4_fixed |= BIT(4);
	CHECK_EQ(refused(&has), MSR_VMX_CR4_FIXED0);
	has = good();
	has.basic = (has.basic & ~(0xfull << 50)) | 0; /* needs uncached memory for the VMCS */
	CHECK_EQ(refused(&has), MSR_VMX_BASIC);
}

static void start_with(struct vmx_capabilities has)
{
	model_start();
	*model_msr(MSR_VMX_BASIC) = has.basic;
	*model_msr(MSR_VMX_TRUE_PIN) = has.pin;
	*model_msr(MSR_VMX_TRUE_PROC) = has.proc;
	*model_msr(MSR_VMX_PROC2) = has.proc2;
	*model_msr(MSR_VMX_TRUE_EXIT) = has.exit;
	*model_msr(MSR_VMX_TRUE_ENTRY) = has.entry;
	*model_msr(MSR_VMX_EPT_VPID) = has.ept_vpid;
}

TEST(vmx_largest_pages)
{
	static const uint64_t sizes[] = { EPT_CAP_1G, EPT_CAP_2M, EPT_CAP_2M | EPT_CAP_1G };
	struct vmx_capabilities has = good();
	struct bh_refusal r = { 0 };

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		has.ept_vpid = (has.ept_vpid & ~(EPT_CAP_2M | EPT_CAP_1G)) | sizes[i];
		start_with(has);
		CHECK(vmx_ops.check(&r));
		CHECK_EQ(vm_max_leaf_level, i);
	}
}

/* FEATURE_CONTROL: unlocked is accepted, locked without VMX is refused. */
TEST(vmx_firmware_that_forbids_it)
{
	struct bh_refusal r = { 0 };

	start_with(good());
	CHECK(vmx_ops.check(&r));
	*model_msr(MSR_FEATURE_CONTROL) = FEATURE_CONTROL_LOCKED | FEATURE_CONTROL_VMX;
	CHECK(vmx_ops.check(&r));
	*model_msr(MSR_FEATURE_CONTROL) = FEATURE_CONTROL_LOCKED;
	CHECK(!vmx_ops.check(&r));
	CHECK_EQ(r.code, BH_E_UNSUPPORTED);
	CHECK_EQ(r.field, BH_F_PLATFORM);
	CHECK_EQ(r.value, MSR_FEATURE_CONTROL);
}

/* Qualifications of EPT violations (SDM 3C, table 28-7). */
TEST(vmx_faults)
{
	CHECK_EQ(vmx_fault(0x181), 0); /* a load */
	CHECK_EQ(vmx_fault(0x182), FAULT_WRITE);
	CHECK_EQ(vmx_fault(0x184), FAULT_FETCH);
	CHECK_EQ(vmx_fault(0x1ba), FAULT_WRITE); /* to a page that is readable and executable */
	CHECK_EQ(vmx_fault(0x081), FAULT_WALK);
	CHECK_EQ(vmx_fault(0x083),
		 FAULT_WALK | FAULT_WRITE);	 /* an update of an accessed or dirty bit */
	CHECK_EQ(vmx_fault(0x002), FAULT_WRITE); /* without linear address: a trace */
}

/* IDT-vectoring information (28.2.4), and SVM's equivalent (APM 2, 15.7.2). */
TEST(events_delivered_again)
{
	CHECK_EQ(event_again(0), 0);
	CHECK_EQ(event_again(0x00000030), 0);
	CHECK_EQ(event_again(0x80000030), 0x80000030); /* an interrupt */
	CHECK_EQ(event_again(0x80000202), 0x80000202); /* an NMI */
	CHECK_EQ(event_again(0x80000b0e), 0x80000b0e); /* a fault with an error code */
	CHECK_EQ(event_again(0x8000130d), 0x8000030d); /* bits that entries don't define */
	CHECK_EQ(event_again(0x80000480), 0);	       /* INT n, INT1, INT3 or INTO */
	CHECK_EQ(event_again(0x80000501), 0);
	CHECK_EQ(event_again(0x80000603), 0);
	CHECK_EQ(event_again(0x80000303), 0); /* INT3 and INTO, as SVM reports them */
	CHECK_EQ(event_again(0x80000304), 0);
	CHECK_EQ(event_again(0x1280000b0d), 0x1280000b0d); /* with its error code */
}

/* Each MSR has bits of its own; accesses to an MSR without a bit always exit (25.6.9). */
TEST(vmx_msr_bits)
{
	unsigned bit;

	CHECK(vmx_ops.msr_bit(0, false, &bit) && bit == 0);
	CHECK(vmx_ops.msr_bit(0x1fff, false, &bit) && bit == 1024 * 8 - 1);
	CHECK(vmx_ops.msr_bit(0xc0000000, false, &bit) && bit == 1024 * 8);
	CHECK(vmx_ops.msr_bit(0, true, &bit) && bit == 2048 * 8);
	CHECK(vmx_ops.msr_bit(0xc0001fff, true, &bit) && bit == 4096 * 8 - 1);
	CHECK(!vmx_ops.msr_bit(0x2000, false, &bit));
	CHECK(!vmx_ops.msr_bit(0xc0010114, true, &bit));
	CHECK(!vmx_ops.msr_bit(0xbfffffff, true, &bit));
}

/* Fixed ranges, write-back RAM with an uncacheable hole in it, and nothing above. */
static void set_mtrrs(void)
{
	*model_msr(0xfe) = 3;
	*model_msr(0x2ff) = 3u << 10;
	*model_msr(0x250) = 0x0606060606060606;
	*model_msr(0x258) = 0x0606060606060606;
	*model_msr(0x259) = 0;
	for (uint32_t msr = 0x268; msr < 0x270; msr++)
		*model_msr(msr) = 0x0505050505050505;
	*model_msr(0x200) = 6; /* 2 GiB from 0 */
	*model_msr(0x201) = 0xff80000000 | BIT(11);
	*model_msr(0x202) = 0x7f000000; /* 16 MiB below its end */
	*model_msr(0x203) = 0xffff000000 | BIT(11);
	*model_msr(0x204) = 0x100000000 | 6; /* off */
	*model_msr(0x205) = 0xff00000000;
}

static unsigned type_of(uint64_t phys, uint64_t *size)
{
	*size = UINT64_MAX;
	return ept_type(phys, size);
}

TEST(vmx_root_has_the_types_of_the_mtrrs)
{
	uint64_t size;

	set_mtrrs();
	ept_read_types();
	CHECK_EQ(type_of(0, &size), 0);
	CHECK_EQ(size, 0xa0000);
	CHECK_EQ(type_of(0xa1000, &size),
		 PT_DEVICE); /* VGA, then ROMs, which are write-protected */
	CHECK_EQ(size, 0x5f000);
	CHECK_EQ(type_of(0x40000000, &size), 0);
	CHECK_EQ(size, 0x3f000000);
	CHECK_EQ(type_of(0x7f000000, &size), PT_DEVICE);
	CHECK_EQ(type_of(0xfed00000, &size), PT_DEVICE);
	CHECK_EQ(type_of(0x100000000, &size), PT_DEVICE);
}

TEST(vmx_without_mtrrs_all_is_uncacheable)
{
	uint64_t size;

	set_mtrrs();
	*model_msr(0x2ff) = 6;
	ept_read_types();
	CHECK_EQ(type_of(0x1000, &size), PT_DEVICE);
}

TEST(vmx_write_back_by_default)
{
	uint64_t size;

	set_mtrrs();
	*model_msr(0x2ff) = 3u << 10 | 6;
	ept_read_types();
	CHECK_EQ(type_of(0x7f000000, &size), PT_DEVICE);
	CHECK_EQ(type_of(0x80000000, &size), 0);
}

TEST(root_executes_firmware)
{
	uint64_t size = PAGE_SIZE;

	model_start();
	CHECK_EQ(arch_root_attrs(0x1000, &size, PT_READ | PT_WRITE | PT_DEVICE),
		 PT_READ | PT_WRITE | PT_EXECUTE | PT_DEVICE);
	vm = &vmx_ops;
	set_mtrrs();
	ept_read_types();
	CHECK_EQ(arch_root_attrs(0x1000, &size, PT_READ | PT_WRITE | PT_DEVICE),
		 PT_READ | PT_WRITE | PT_EXECUTE);
	CHECK_EQ(arch_root_attrs(0x80000000, &size, PT_READ), PT_READ | PT_DEVICE);
	vm = &svm_ops;
}
