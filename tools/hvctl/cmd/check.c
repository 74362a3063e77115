// SPDX-License-Identifier: GPL-2.0
/* hvctl check: which requirements does this machine meet? */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/check_cpus.h"
#include "cmd/command.h"
#include "request/config.h"
#include "request/device_call.h"

static const struct {
	const char *key;
	const char *words;
} requirements[BH_REQ_COUNT] = {
	[BH_REQ_EL2_STUB] = { "el2", "Linux was booted at EL2" },
	[BH_REQ_NOT_VHE] = { "el1", "Linux itself runs at EL1" },
	[BH_REQ_NO_KVM] = { "no-kvm", "EL2 is free of KVM" },
	[BH_REQ_PSCI_SMC] = { "psci", "PSCI is called by SMC" },
	[BH_REQ_GICV3] = { "gicv3", "the interrupt controller is a GICv3" },
	[BH_REQ_IMAGE] = { "image", "the hypervisor image is the module's, fits, and may run" },
	[BH_REQ_CPUS] = { "cpus", "the CPUs match the config" },
	[BH_REQ_HYP_MEMORY] = { "hypervisor-memory", "the hypervisor's memory is reserved" },
	[BH_REQ_CELL_MEMORY] = { "cell-memory", "the cells' memory is reserved" },
	[BH_REQ_PLATFORM] = { "platform", "the interrupt controller is where the config says" },
	[BH_REQ_DIRECT] = { "direct", "direct interrupts are possible" },
	[BH_REQ_VIRT] = { "virtualization",
			  "the CPUs have AMD SVM or Intel VMX, with nested paging" },
	[BH_REQ_VIRT_FREE] = { "no-kvm", "no other hypervisor uses virtualization" },
	[BH_REQ_APIC] = { "apic", "the local APICs are in xAPIC mode" },
	[BH_REQ_ONLINE] = { "online", "all CPUs are online" },
	[BH_REQ_CPU_STATE] = { "cpu-state",
			       "the CPUs use only features that the hypervisor knows" },
	[BH_REQ_IOMMU] = { "iommu", "no IOMMU translates DMA or interrupts" },
	[BH_REQ_FEATURES] = { "features", "the hypervisor knows every feature of the CPUs" },
	[BH_REQ_CORES] = { "cores", "no core is shared between cells" },
	[BH_REQ_CPU_LIMITS] = { "cpu-limits", "each CPU has what the hypervisor needs" },
	[BH_REQ_OWN_IRQS] = { "own-irqs", "the firmware leaves the hypervisor its interrupts" },
	[BH_REQ_EXTENDED] = { "extended-irqs", "no extended interrupt is in use" },
};

static bool has(uint32_t mask, unsigned int requirement)
{
	return mask >> requirement & 1;
}

/* Returns a part of the config that needs direct interrupts, or NULL. */
static const struct bh_cell_part *who_needs_direct(const struct bh_ioc_check *check,
						   const struct blob *blob)
{
	unsigned int i;

	if (blob->root && blob->root->irq_mode == BH_IRQ_DIRECT)
		return blob->root;
	/* Pseudo-NMIs only prevent direct interrupts of root. */
	if (check->why[BH_REQ_DIRECT].refusal.code == BH_D_PSEUDO_NMI)
		return NULL;
	for (i = 0; i < blob->n_cells; i++) {
		if (blob->cells[i]->irq_mode == BH_IRQ_DIRECT)
			return blob->cells[i];
	}
	return NULL;
}

static bool is_needed(const struct bh_ioc_check *check, unsigned int requirement,
		      const struct refusal_context *context)
{
	if (requirement == BH_REQ_FEATURES)
		return false;
	if (requirement != BH_REQ_DIRECT)
		return true;
	return context->blob && who_needs_direct(check, context->blob);
}

enum readiness {
	READY,
	NOT_READY,
	NOT_KNOWN, /* no requirement is missing among those that could be checked */
};

static enum readiness readiness(const struct bh_ioc_check *check,
				const struct refusal_context *context)
{
	enum readiness result = READY;
	unsigned int i;

	for (i = 0; i < BH_REQ_COUNT; i++) {
		if (!has(check->mine, i) || !is_needed(check, i, context))
			continue;
		if (has(check->known, i) && !has(check->ok, i))
			return NOT_READY;
		if (!has(check->known, i))
			result = NOT_KNOWN;
	}
	return result;
}

static const char *verdict(const struct bh_ioc_check *check, unsigned int requirement,
			   const struct refusal_context *context)
{
	if (!has(check->known, requirement))
		return "unknown";
	if (has(check->ok, requirement))
		return "ok";
	return is_needed(check, requirement, context) ? "missing" : "no";
}

/* The sentence, or the advice, for a requirement that is not met; NULL: none. */
static char *reason(const struct bh_ioc_check *check, unsigned int i, bool advice,
		    const struct refusal_context *context)
{
	const struct bh_refusal *refusal = &check->why[i].refusal;
	const char *name = check->why[i].name;
	char *text = advice ? WRITTEN(out, refusal_write_advice(out, refusal, name, context))
			    : WRITTEN(out, refusal_write(out, refusal, name, context));

	if (text && text[0])
		return text;
	free(text);
	return NULL;
}

static void write_reason(const struct bh_ioc_check *check, unsigned int i,
			 const struct refusal_context *context)
{
	char *why = reason(check, i, false, context);
	char *advice = reason(check, i, true, context);

	if (why)
		printf("         %s\n", why);
	if (advice)
		printf("         what to do: %s\n", advice);
	free(why);
	free(advice);
}

/* Names the cell that needs direct interrupts. */
static void write_who(const struct bh_ioc_check *check, const struct refusal_context *context)
{
	const struct bh_cell_part *who =
		context->blob ? who_needs_direct(check, context->blob) : NULL;

	if (!who)
		fputs(" (not required)", stdout);
	else if (who == context->blob->root)
		fputs(" (the root cell needs them)", stdout);
	else
		printf(" (cell \"%s\" needs them)", who->name);
}

static void write_table(const struct bh_ioc_check *check, const struct refusal_context *context)
{
	static const char *const sentences[] = {
		[READY] = "This machine is ready.",
		[NOT_READY] = "This machine is not ready.",
		[NOT_KNOWN] = "No requirement is missing among those that could be checked.",
	};
	bool unknown = false;
	unsigned int i;

	for (i = 0; i < BH_REQ_COUNT; i++) {
		if (!has(check->mine, i))
			continue;
		printf("%-8s %s", verdict(check, i, context), requirements[i].words);
		if (i == BH_REQ_DIRECT)
			write_who(check, context);
		else if (i == BH_REQ_FEATURES)
			fputs(" (not required)", stdout);
		putchar('\n');
		if (has(check->known, i) && !has(check->ok, i))
			write_reason(check, i, context);
		unknown = unknown || !has(check->known, i);
	}
	write_check_cpus(check);
	puts(sentences[readiness(check, context)]);
	if (unknown && !context->blob)
		puts("Name a SYSTEM to check the rest: hvctl check SYSTEM");
}

static void write_json(const struct bh_ioc_check *check, const struct refusal_context *context)
{
	struct json json = { .out = stdout };
	unsigned int i;

	json_object(&json, NULL);
	json_bool(&json, "ready", readiness(check, context) == READY);
	json_array(&json, "requirements");
	for (i = 0; i < BH_REQ_COUNT; i++) {
		if (!has(check->mine, i))
			continue;
		json_object(&json, NULL);
		json_string(&json, "name", requirements[i].key);
		json_string(&json, "text", requirements[i].words);
		json_bool(&json, "required", is_needed(check, i, context));
		json_string(&json, "state", verdict(check, i, context));
		if (has(check->known, i) && !has(check->ok, i)) {
			char *why = reason(check, i, false, context);
			char *advice = reason(check, i, true, context);

			json_string(&json, "why", why ? why : "");
			json_string(&json, "advice", advice ? advice : "");
			free(why);
			free(advice);
		}
		json_end_object(&json);
	}
	json_end_array(&json);
	json_check_cpus(&json, check);
	json_end_object(&json);
}

static enum outcome check(const struct invocation *invocation)
{
	struct bh_ioc_check ioc = { 0 };
	struct config config = { 0 };
	struct refusal_context context = { .doing = "check the machine" };
	enum outcome outcome;
	unsigned int i;

	if (invocation->n_operands) {
		outcome = config_from_file(&config, invocation->operands[0]);
		if (outcome != OUTCOME_OK)
			return outcome;
		context.blob = &config.blob;
		ioc.blob = (uintptr_t)config.file.data;
		ioc.blob_size = config.file.size;
	}
	outcome = device_call(BH_IOC_CHECK, &ioc, &context);
	if (ioc.n_cpus > BH_MAX_CPUS)
		ioc.n_cpus = BH_MAX_CPUS;
	for (i = 0; i < BH_REQ_COUNT; i++)
		ioc.why[i].name[sizeof(ioc.why[i].name) - 1] = '\0';
	if (outcome == OUTCOME_OK) {
		if (option(invocation, "--json"))
			write_json(&ioc, &context);
		else
			write_table(&ioc, &context);
		outcome = readiness(&ioc, &context) == NOT_READY ? OUTCOME_REFUSED : OUTCOME_OK;
	}
	config_free(&config);
	return outcome;
}

const struct command command_check = {
	.name = "check",
	.operands = "[SYSTEM]",
	.summary = "say whether this machine is ready, and what to do where it isn't",
	.help = "Looks and changes nothing. With SYSTEM (a config file, or the name of one in\n"
		"/etc/bulkhead), also whether machine and config fit; without, some points stay\n"
		"unknown. Exit code 1: something required is missing.",
	.max_operands = 1,
	.options = { OPTION_JSON },
	.run = check,
};
