# SPDX-License-Identifier: GPL-2.0
# The formats of x86's second stages, for test_formats.c; behind the fake architecture's headers.
HT_CORE += $(call hyp_named,x86,npt ept)
$(HT_OUT)/hypervisor/arch/x86/%.o $(HT_OUT)/fuzz/hypervisor/arch/x86/%.o: \
	HT_CFLAGS += -Ihypervisor/arch/x86/include

# x86-64 on a model machine (interrupt controllers, PCI, ports): a program of its own, with x86's
# headers and some of the model's before them.
HT_X86 := $(HT_DIR)/main.c $(filter-out %/fuzz_insn.c,$(wildcard $(HT_DIR)/x86/*.c)) hypervisor/uart/ns16550.c \
	$(addprefix hypervisor/,refuse.c rendezvous.c resource.c pool.c paging.c mmio.c lock.c protect.c) \
	$(call hyp_named,x86,insn insn_fetch msr msr_bitmap msr_reset features cpuid cpuid_cell probe npt ept \
		stage2 vm vm_state svm svm_exit mtrr vmx vmx_guest vmx_controls vmx_exit vmx_rare exits fault res_ports power s2_fault \
		apic ipi msi pci_config res_apic res_ioapic) $(wildcard hypervisor/pci/*.c)
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

-include $(HT_INSN:.o=.d) $(HT_X86_OBJS:.o=.d)
