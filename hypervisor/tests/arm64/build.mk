# SPDX-License-Identifier: GPL-2.0
# The formats of arm64's page tables, and its windows onto guests' memory, for the fake machine; behind the fake architecture's headers.
HT_CORE += $(call hyp_named,arm64,formats window)
$(HT_OUT)/hypervisor/arch/arm64/%.o $(HT_OUT)/fuzz/hypervisor/arch/arm64/%.o: \
	HT_CFLAGS += -Ihypervisor/arch/arm64/include
$(HT_OUT)/hypervisor/tests/fake/windows.o $(HT_OUT)/fuzz/hypervisor/tests/fake/windows.o: \
	HT_CFLAGS += -Ihypervisor/arch/arm64/include

# arm64's interrupt code on a model GIC: a program of its own, with arm64's headers.
HT_GIC := $(HT_DIR)/main.c $(addprefix hypervisor/,lock.c mmio.c refuse.c resource.c claim.c) \
	$(filter-out %/fuzz_calls.c,$(wildcard $(HT_DIR)/arm64/*.c)) \
	$(call hyp_named,arm64,abort formats stage2 gic gic_bank gic_kick gic_cpu gic_dist res_lpi gic_list gic_redist gic_sysreg res_irq \
		smccc psci power call_filter)
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

# Calls of guests with arbitrary registers, on the same model.
HT_FUZZERS += calls
HT_CALLS := $(patsubst %.c,$(HT_OUT)/fuzz-arm64/%.o,$(HT_DIR)/arm64/fuzz_calls.c \
	$(filter-out %/main.c $(HT_DIR)/arm64/test_%,$(HT_GIC)))

$(HT_OUT)/fuzz_calls: $(HT_CALLS)
	clang $(HT_GIC_CFLAGS) -fsanitize=fuzzer $(HT_LDFLAGS) -o $@ $^

$(HT_OUT)/fuzz-arm64/%.o: %.c
	@mkdir -p $(@D)
	clang -I$(HT_DIR)/arm64/include $(HT_GIC_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

fuzz-hyp fuzz-keep: $(HT_OUT)/fuzz_calls
-include $(HT_CALLS:.o=.d)

# arm64's table of system registers on a model CPU: a program of its own.
HT_REGS := $(HT_DIR)/main.c $(wildcard $(HT_DIR)/arm64/sysregs/*.c) $(call hyp_named,arm64,el2_state features reset)
HT_REGS_OBJS := $(HT_REGS:%.c=$(HT_OUT)/sysregs/%.o)

test-hyp: test-sysregs
.PHONY: test-sysregs
test-sysregs: $(HT_OUT)/sysreg-tests ## host tests of arm64's table of system registers
	@ASAN_OPTIONS=detect_leaks=0 $<

$(HT_OUT)/sysreg-tests: $(HT_REGS_OBJS)
	$(HT_CC) $(HT_GIC_CFLAGS) $(HT_LDFLAGS) -o $@ $^

$(HT_OUT)/sysregs/%.o: %.c
	@mkdir -p $(@D)
	$(HT_CC) -I$(HT_DIR)/arm64/sysregs/include -I$(HT_DIR)/arm64/include $(HT_GIC_CFLAGS) -MMD -MP -c -o $@ $<

-include $(HT_REGS_OBJS:.o=.d)
-include $(HT_GIC_OBJS:.o=.d)
