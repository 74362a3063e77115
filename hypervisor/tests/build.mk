# SPDX-License-Identifier: GPL-2.0
# The core on the fake architecture, as host programs: tests and fuzzers, with sanitizers.

HT_OUT := $(BUILD)/host
HT_CC ?= clang
FUZZ_SECONDS ?= 30

HT_DIR := hypervisor/tests
HT_CORE := $(filter-out hypervisor/string.c,$(wildcard hypervisor/*.c hypervisor/uart/*.c hypervisor/tests/fake/*.c))
# x86's second stages, against the same reference and the same walkers.
HT_CORE += $(call hyp_named,x86,npt ept)
HT_TESTS := $(HT_DIR)/main.c $(wildcard $(HT_DIR)/test_*.c)
HT_FUZZERS := $(patsubst $(HT_DIR)/fuzz_%.c,%,$(wildcard $(HT_DIR)/fuzz_*.c))

HT_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-Iinclude -Ihypervisor/include -Ihypervisor/tests/fake/include -I$(HT_DIR)
HT_LDFLAGS := -Wl,-T,$(HT_DIR)/resources.lds

HT_CORE_OBJS := $(HT_CORE:%.c=$(HT_OUT)/%.o)
HT_TEST_OBJS := $(HT_TESTS:%.c=$(HT_OUT)/%.o)
HT_FUZZ_BINS := $(HT_FUZZERS:%=$(HT_OUT)/fuzz_%)

# Behind the fake architecture's headers, only for what is x86's alone.
$(HT_OUT)/hypervisor/arch/x86/%.o $(HT_OUT)/fuzz/hypervisor/arch/x86/%.o \
$(HT_OUT)/$(HT_DIR)/test_x86_formats.o: HT_CFLAGS += -Ihypervisor/arch/x86/include

.PHONY: test-hyp fuzz fuzz-hyp fuzz-keep
test-hyp: $(HT_OUT)/hyp-tests ## host tests of the hypervisor's core
	@ASAN_OPTIONS=detect_leaks=0 $<

test-host: test-hyp fuzz

fuzz: fuzz-hyp ## each fuzzer for FUZZ_SECONDS (30)

# What the fuzzers find goes below build/; the kept corpus is read only.
fuzz-hyp: $(HT_FUZZ_BINS)
	@CORPUS=$(HT_DIR)/corpus $(HT_DIR)/fuzz $(FUZZ_SECONDS) $(HT_OUT) $(HT_FUZZERS)

fuzz-keep: $(HT_FUZZ_BINS) ## add what the fuzzers found to the kept corpus
	@for f in $(HT_FUZZERS); do \
		mkdir -p $(HT_DIR)/corpus/$$f $(HT_OUT)/corpus/$$f && \
		$(HT_OUT)/fuzz_$$f -merge=1 $(HT_DIR)/corpus/$$f $(HT_OUT)/corpus/$$f || exit 1; \
	done

$(HT_OUT)/hyp-tests: $(HT_CORE_OBJS) $(HT_TEST_OBJS)
	$(HT_CC) $(HT_CFLAGS) $(HT_LDFLAGS) -o $@ $^

$(HT_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(HT_CC) $(HT_CFLAGS) -MMD -MP -c -o $@ $<

# Fuzzers count coverage of everything but themselves: their own objects, and clang.
$(HT_OUT)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(HT_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

# The fake machine is not what is searched.
$(HT_OUT)/fuzz/hypervisor/tests/fake/%.o: hypervisor/tests/fake/%.c
	@mkdir -p $(@D)
	clang $(HT_CFLAGS) -MMD -MP -c -o $@ $<

$(HT_OUT)/fuzz_%: $(HT_OUT)/fuzz/$(HT_DIR)/fuzz_%.o $(HT_CORE:%.c=$(HT_OUT)/fuzz/%.o)
	clang $(HT_CFLAGS) -fsanitize=fuzzer $(HT_LDFLAGS) -o $@ $^

# arm64's interrupt code on a model GIC: a program of its own, with arm64's headers.
HT_GIC := $(HT_DIR)/main.c $(addprefix hypervisor/,lock.c mmio.c refuse.c resource.c claim.c) $(wildcard $(HT_DIR)/arm64/*.c) \
	$(call hyp_named,arm64,gic gic_bank gic_cpu gic_dist res_lpi gic_list gic_redist gic_sysreg res_irq)
HT_GIC_OBJS := $(HT_GIC:%.c=$(HT_OUT)/arm64/%.o)
HT_GIC_CFLAGS := $(subst tests/fake,arch/arm64,$(HT_CFLAGS))

test-hyp: test-gic
.PHONY: test-gic
test-gic: $(HT_OUT)/gic-tests ## host tests of arm64's interrupt code
	@ASAN_OPTIONS=detect_leaks=0 $<

$(HT_OUT)/gic-tests: $(HT_GIC_OBJS)
	$(HT_CC) $(HT_GIC_CFLAGS) $(HT_LDFLAGS) -o $@ $^

$(HT_OUT)/arm64/%.o: %.c
	@mkdir -p $(@D)
	$(HT_CC) -I$(HT_DIR)/arm64/include $(HT_GIC_CFLAGS) -MMD -MP -c -o $@ $<

# x86-64 on a model machine (interrupt controllers, PCI, ports): a program of its own, with x86's
# headers and some of the model's before them.
HT_X86 := $(HT_DIR)/main.c $(filter-out %/fuzz_insn.c,$(wildcard $(HT_DIR)/x86/*.c)) hypervisor/uart/ns16550.c \
	$(addprefix hypervisor/,refuse.c resource.c pool.c paging.c mmio.c lock.c protect.c) \
	$(call hyp_named,x86,insn insn_fetch msr msr_bitmap cpuid npt ept stage2 vm svm svm_exit \
		vmx vmx_controls vmx_exit vmx_rare vmx_decode exits fault res_ports power s2_fault \
		apic apic_fast apic_guest ipi res_ioapic) $(wildcard hypervisor/pci/*.c)
HT_X86_OBJS := $(HT_X86:%.c=$(HT_OUT)/x86/%.o)
HT_X86_CFLAGS := -I$(HT_DIR)/x86/include -I$(HT_DIR)/x86 $(subst tests/fake,arch/x86,$(HT_CFLAGS))

test-hyp: test-x86
.PHONY: test-x86
test-x86: $(HT_OUT)/x86-tests ## host tests of x86-64: decoder, policies, interrupts, PCI
	@ASAN_OPTIONS=detect_leaks=0 $<

$(HT_OUT)/x86-tests: $(HT_X86_OBJS)
	$(HT_CC) $(HT_X86_CFLAGS) $(HT_LDFLAGS) -o $@ $^

$(HT_OUT)/x86/%.o: %.c
	@mkdir -p $(@D)
	$(HT_CC) $(HT_X86_CFLAGS) -MMD -MP -c -o $@ $<

# The decoder and a disassembler.
HT_FUZZERS += insn
HT_INSN := $(HT_OUT)/fuzz/$(HT_DIR)/x86/fuzz_insn.o $(patsubst %.c,$(HT_OUT)/fuzz/%.o,$(call hyp_named,x86,insn))
$(HT_OUT)/fuzz/$(HT_DIR)/x86/fuzz_insn.o: HT_CFLAGS += -Ihypervisor/arch/x86/include

$(HT_OUT)/fuzz_insn: $(HT_INSN)
	clang $(HT_CFLAGS) -fsanitize=fuzzer -o $@ $^ -lZydis

fuzz-hyp fuzz-keep: $(HT_OUT)/fuzz_insn

-include $(HT_INSN:.o=.d)
-include $(HT_CORE_OBJS:.o=.d) $(HT_TEST_OBJS:.o=.d) $(HT_GIC_OBJS:.o=.d) $(HT_X86_OBJS:.o=.d)
-include $(patsubst %.c,$(HT_OUT)/fuzz/%.d,$(HT_CORE) $(wildcard $(HT_DIR)/fuzz_*.c))
