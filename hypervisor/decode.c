// SPDX-License-Identifier: GPL-2.0
/* Checks of config parts: see decode.h. Each function checks one kind of field. */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/decode.h>
#include <hyp/string.h>

#define ACCESS (BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE)

/* Does [start, start + size) stay within 64 bits? */
static bool fits(uint64_t start, uint64_t size)
{
	return size <= UINT64_MAX - start;
}

static bool decode_header(const struct bh_part_header *h, size_t size, size_t fixed,
			  enum bh_part_kind kind, struct bh_refusal *r)
{
	return require(size >= fixed, r, BH_E_SIZE, BH_F_HEADER, 0, size) &&
	       require(h->magic == BH_PART_MAGIC, r, BH_E_MAGIC, BH_F_HEADER, 0, h->magic) &&
	       require(h->version == BH_ABI_VERSION, r, BH_E_VERSION, BH_F_HEADER, 0, h->version) &&
	       require(h->arch == arch_config_id, r, BH_E_ARCH, BH_F_HEADER, 0, h->arch) &&
	       require(h->kind == kind, r, BH_E_KIND, BH_F_HEADER, 0, h->kind) &&
	       require(h->size <= MIN(size, BH_PART_MAX), r, BH_E_SIZE, BH_F_HEADER, 0, h->size);
}

/* Is the text NUL-terminated and NUL-padded? *length: bytes before the first NUL. */
static bool text_ends(const char *text, size_t size, size_t *length)
{
	size_t n = 0;

	while (n < size && text[n])
		n++;
	*length = n;
	if (n == size)
		return false;
	while (n < size && !text[n])
		n++;
	return n == size;
}

static bool name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool decode_name(const char *name, struct bh_refusal *r)
{
	size_t length;

	if (!text_ends(name, BH_NAME_SIZE, &length) || length == 0)
		return refuse(r, BH_E_SIZE, BH_F_NAME, 0, length);
	for (uint32_t i = 0; i < length; i++)
		if (!name_char(name[i]))
			return refuse(r, BH_E_VALUE, BH_F_NAME, i, (uint8_t)name[i]);
	return true;
}

static bool decode_cpu_table(const struct bh_system_part *part, struct bh_refusal *r)
{
	for (uint32_t i = 0; i < part->n_cpus; i++)
		for (uint32_t j = 0; j < i; j++)
			if (part->cpus[i].hw_id == part->cpus[j].hw_id)
				return refuse(r, BH_E_OVERLAP, BH_F_CPUS, i, part->cpus[i].hw_id);
	return true;
}

bool decode_system(const struct bh_system_part *part, size_t size, struct bh_refusal *r)
{
	return decode_header(&part->header, size, sizeof(*part), BH_PART_SYSTEM, r) &&
	       require(part->n_cpus - 1 < BH_MAX_CPUS, r, BH_E_RANGE, BH_F_CPUS, 0, part->n_cpus) &&
	       require(part->header.size == bh_system_bytes(part), r, BH_E_SIZE, BH_F_HEADER, 0,
		       part->header.size) &&
	       decode_name(part->name, r) &&
	       require(!(part->hyp_phys & (BH_HYP_ALIGN - 1)), r, BH_E_ALIGN, BH_F_HYP_MEMORY, 0,
		       part->hyp_phys) &&
	       require(!(part->hyp_size & (BH_HYP_ALIGN - 1)), r, BH_E_ALIGN, BH_F_HYP_MEMORY, 0,
		       part->hyp_size) &&
	       require(part->hyp_size && part->hyp_size <= BH_HYP_MAX, r, BH_E_SIZE,
		       BH_F_HYP_MEMORY, 0, part->hyp_size) &&
	       require(fits(part->hyp_phys, part->hyp_size), r, BH_E_RANGE, BH_F_HYP_MEMORY, 0,
		       part->hyp_phys) &&
	       require(!(part->flags & ~arch_system_flags), r, BH_E_RESERVED, BH_F_SYSTEM_FLAGS, 0,
		       part->flags) &&
	       decode_cpu_table(part, r);
}

static bool decode_sizes(const struct bh_cell_part *part, struct bh_refusal *r)
{
	uint32_t count, field = bh_cell_bad_count(part, &count);

	return require(!field, r, BH_E_RANGE, field, 0, count) &&
	       require(arch_has_ports || !part->n_ports, r, BH_E_RANGE, BH_F_PORT, 0,
		       part->n_ports) &&
	       require(arch_has_ports || !part->n_functions, r, BH_E_RANGE, BH_F_PCI, 0,
		       part->n_functions) &&
	       require(part->header.size == bh_cell_bytes(part), r, BH_E_SIZE, BH_F_HEADER, 0,
		       part->header.size);
}

static bool decode_scalars(const struct bh_cell_part *part, enum bh_part_kind kind,
			   struct bh_refusal *r)
{
	uint64_t reserved = 0;
	bool may_manage = kind == BH_PART_ROOT;

	for (uint32_t i = 0; i < ARRAY_SIZE(part->reserved); i++)
		reserved |= part->reserved[i];
	return require(part->cpus, r, BH_E_VALUE, BH_F_CPUS, 0, 0) &&
	       require(!(part->rights & ~BH_RIGHTS), r, BH_E_RESERVED, BH_F_RIGHTS, 0,
		       part->rights) &&
	       require(may_manage || !(part->rights & BH_RIGHT_MANAGE), r, BH_E_VALUE, BH_F_RIGHTS,
		       0, part->rights) &&
	       require(!(part->flags & ~BH_CELL_FLAGS), r, BH_E_RESERVED, BH_F_FLAGS, 0,
		       part->flags) &&
	       require(part->irq_mode == BH_IRQ_LIST || part->irq_mode == BH_IRQ_DIRECT, r,
		       BH_E_VALUE, BH_F_IRQ_MODE, 0, part->irq_mode) &&
	       require(!reserved, r, BH_E_RESERVED, BH_F_HEADER, 0, reserved);
}

static bool decode_region_flags(const struct bh_region *region, uint32_t i, enum bh_part_kind kind,
				struct bh_refusal *r)
{
	uint32_t flags = region->flags, odd = 0;
	/* Write and execute imply read; shared memory may be inaccessible to one side. */
	bool reachable =
		flags & BH_REGION_READ || (!(flags & ACCESS) && region->type == BH_REGION_SHARED);

	if (region->type == BH_REGION_MMIO)
		odd = BH_REGION_EXECUTE;
	if (region->type != BH_REGION_RAM)
		odd |= BH_REGION_LOADABLE;
	/* Root is never loaded, and its superpages are split and merged as memory moves. */
	if (kind == BH_PART_ROOT)
		odd |= BH_REGION_LOADABLE | BH_REGION_SMALL_PAGES;
	return require(!(flags & ~BH_REGION_FLAGS), r, BH_E_RESERVED, BH_F_REGION_FLAGS, i,
		       flags) &&
	       require(!(flags & odd) && reachable, r, BH_E_VALUE, BH_F_REGION_FLAGS, i, flags);
}

static bool decode_region(const struct bh_region *region, uint32_t i, enum bh_part_kind kind,
			  struct bh_refusal *r)
{
	uint64_t phys = region->phys, guest = region->guest, size = region->size;

	return require(region->type - 1 < BH_REGION_SHARED, r, BH_E_VALUE, BH_F_REGION_TYPE, i,
		       region->type) &&
	       require(!(phys & PAGE_MASK), r, BH_E_ALIGN, BH_F_REGION_PHYS, i, phys) &&
	       require(!(guest & PAGE_MASK), r, BH_E_ALIGN, BH_F_REGION_GUEST, i, guest) &&
	       require(!(size & PAGE_MASK), r, BH_E_ALIGN, BH_F_REGION_SIZE, i, size) &&
	       require(size, r, BH_E_SIZE, BH_F_REGION_SIZE, i, size) &&
	       require(fits(phys, size), r, BH_E_RANGE, BH_F_REGION_PHYS, i, phys) &&
	       require(fits(guest, size), r, BH_E_RANGE, BH_F_REGION_GUEST, i, guest) &&
	       require(kind != BH_PART_ROOT || guest == phys, r, BH_E_VALUE, BH_F_REGION_GUEST, i,
		       guest) &&
	       decode_region_flags(region, i, kind, r);
}

static bool apart(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size, enum bh_field field,
		  uint32_t index, struct bh_refusal *r)
{
	return require(!ranges_overlap(a, a_size, b, b_size), r, BH_E_OVERLAP, field, index,
		       MAX(a, b));
}

static bool decode_regions(const struct bh_cell_part *part, enum bh_part_kind kind,
			   struct bh_refusal *r)
{
	for (uint32_t i = 0; i < part->n_regions; i++) {
		const struct bh_region *a = &part->regions[i], *b = part->regions;

		if (!decode_region(a, i, kind, r))
			return false;
		for (; b < a; b++)
			if (!apart(a->phys, a->size, b->phys, b->size, BH_F_REGION_PHYS, i, r) ||
			    !apart(a->guest, a->size, b->guest, b->size, BH_F_REGION_GUEST, i, r))
				return false;
	}
	return true;
}

/* A page of the guest's address space that must not overlap its regions. */
static bool decode_page(const struct bh_cell_part *part, uint64_t guest, enum bh_field field,
			struct bh_refusal *r)
{
	bool ok = require(!(guest & PAGE_MASK), r, BH_E_ALIGN, field, 0, guest) &&
		  require(fits(guest, PAGE_SIZE), r, BH_E_RANGE, field, 0, guest);

	for (uint32_t i = 0; ok && i < part->n_regions; i++)
		ok = apart(guest, PAGE_SIZE, part->regions[i].guest, part->regions[i].size, field,
			   i, r);
	return ok;
}

static bool has_irq(const struct bh_cell_part *part, uint32_t irq)
{
	const struct bh_range *ranges = bh_cell_irqs(part);

	for (uint32_t i = 0; i < part->n_irqs; i++)
		if (irq >= ranges[i].first && irq - ranges[i].first < ranges[i].count)
			return true;
	return false;
}

static bool decode_console(const struct bh_cell_part *part, struct bh_refusal *r)
{
	uint32_t kind = part->console_kind, irq = part->console_irq;
	uint64_t guest = part->console_guest;
	const struct uart *uart;

	if (kind == BH_CONSOLE_NONE)
		return require(!guest && !irq, r, BH_E_VALUE, BH_F_CONSOLE, 0, guest | irq);
	uart = kind < CONSOLE_KINDS ? arch_uarts[kind] : NULL;
	if (!uart)
		return refuse(r, BH_E_VALUE, BH_F_CONSOLE, 0, kind);
	if (!require(!irq || has_irq(part, irq), r, BH_E_VALUE, BH_F_CONSOLE, 0, irq))
		return false;
	if (uart->ports)
		return require(guest <= 0x10000 - uart->ports, r, BH_E_RANGE, BH_F_CONSOLE, 0,
			       guest) &&
		       require(!(guest % uart->ports), r, BH_E_ALIGN, BH_F_CONSOLE, 0, guest);
	return decode_page(part, guest, BH_F_CONSOLE, r) &&
	       require(!part->info_guest || part->info_guest != guest, r, BH_E_OVERLAP,
		       BH_F_CONSOLE, 0, guest);
}

/* Call after decode_regions(): regions are disjoint, so the sum of their sizes does not wrap. */
static bool decode_image(const struct bh_cell_part *part, struct bh_refusal *r)
{
	uint64_t phys = part->image_phys, size = part->image_size, needed = 0;
	bool ok = require(!(phys & PAGE_MASK), r, BH_E_ALIGN, BH_F_IMAGE, 0, phys) &&
		  require(!(size & PAGE_MASK), r, BH_E_ALIGN, BH_F_IMAGE, 0, size) &&
		  require(fits(phys, size), r, BH_E_RANGE, BH_F_IMAGE, 0, phys);

	if (!size)
		return require(!phys, r, BH_E_VALUE, BH_F_IMAGE, 0, phys);
	for (uint32_t i = 0; ok && i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		ok = apart(phys, size, region->phys, region->size, BH_F_IMAGE, i, r);
		if (region->flags & BH_REGION_LOADABLE)
			needed += region->size;
	}
	return ok && require(size >= needed, r, BH_E_SIZE, BH_F_IMAGE, 0, needed);
}

static bool decode_ranges(const struct bh_range *ranges, uint32_t n, enum bh_field field,
			  uint32_t end, struct bh_refusal *r)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct bh_range *a = &ranges[i], *b = ranges;

		if (!require(a->count && a->count <= end - MIN(end, a->first), r, BH_E_RANGE, field,
			     i, a->first))
			return false;
		for (; b < a; b++)
			if (!apart(a->first, a->count, b->first, b->count, field, i, r))
				return false;
	}
	return true;
}

static bool decode_lists(const struct bh_cell_part *part, struct bh_refusal *r)
{
	return decode_ranges(bh_cell_irqs(part), part->n_irqs, BH_F_IRQ, UINT32_MAX, r) &&
	       decode_ranges(bh_cell_ports(part), part->n_ports, BH_F_PORT, 0x10000, r) &&
	       decode_ranges(bh_cell_functions(part), part->n_functions, BH_F_PCI, 0x10000, r);
}

static bool decode_bell(const struct bh_cell_part *part, uint32_t i, enum bh_part_kind kind,
			struct bh_refusal *r)
{
	const struct bh_shared *shared = &bh_cell_shared(part)[i];
	bool root = kind == BH_PART_ROOT;

	return require(!(shared->flags & ~BH_SHARED_FLAGS), r, BH_E_RESERVED, BH_F_SHARED, i,
		       shared->flags) &&
	       require(root || !(shared->flags & BH_SHARED_LISTEN), r, BH_E_VALUE, BH_F_SHARED, i,
		       shared->flags) &&
	       require(!shared->irq || (!root && has_irq(part, shared->irq)), r, BH_E_VALUE,
		       BH_F_SHARED_IRQ, i, shared->irq);
}

/* Call after decode_regions(), which has checked the regions that `shared` refers to. */
static bool decode_shared(const struct bh_cell_part *part, enum bh_part_kind kind,
			  struct bh_refusal *r)
{
	const struct bh_shared *all = bh_cell_shared(part);
	struct bh_refusal ignored;

	for (uint32_t i = 0; i < part->n_shared; i++) {
		uint32_t region = all[i].region;

		if (!require(decode_name(all[i].name, &ignored), r, BH_E_VALUE, BH_F_SHARED_NAME, i,
			     0) ||
		    !require(region < part->n_regions &&
				     part->regions[region].type == BH_REGION_SHARED,
			     r, BH_E_VALUE, BH_F_SHARED, i, region) ||
		    !decode_bell(part, i, kind, r))
			return false;
		for (uint32_t j = 0; j < i; j++)
			if (!require(all[j].region != region, r, BH_E_OVERLAP, BH_F_SHARED, i,
				     region) ||
			    !require(memcmp(all[j].name, all[i].name, BH_NAME_SIZE), r,
				     BH_E_OVERLAP, BH_F_SHARED_NAME, i, j))
				return false;
	}
	return true;
}

static bool decode_entry(const struct bh_cell_part *part, struct bh_refusal *r)
{
	for (uint32_t i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region->flags & BH_REGION_EXECUTE && part->entry >= region->guest &&
		    part->entry - region->guest < region->size)
			return true;
	}
	return refuse(r, BH_E_RANGE, BH_F_ENTRY, 0, part->entry);
}

static bool decode_args(const struct bh_cell_part *part, struct bh_refusal *r)
{
	size_t length;

	return require(text_ends(part->args, BH_ARGS_SIZE, &length), r, BH_E_SIZE, BH_F_ARGS, 0,
		       BH_ARGS_SIZE);
}

/* Refuses a root part in which a field that only cells use isn't 0. */
static bool decode_root(const struct bh_cell_part *part, struct bh_refusal *r)
{
	return require(!part->entry, r, BH_E_VALUE, BH_F_ENTRY, 0, part->entry) &&
	       require(!part->info_guest, r, BH_E_VALUE, BH_F_INFO_PAGE, 0, part->info_guest) &&
	       require(!part->console_kind, r, BH_E_VALUE, BH_F_CONSOLE, 0, part->console_kind) &&
	       require(!part->image_size, r, BH_E_VALUE, BH_F_IMAGE, 0, part->image_size);
}

bool decode_cell(const struct bh_cell_part *part, size_t size, enum bh_part_kind kind,
		 struct bh_refusal *r)
{
	return decode_header(&part->header, size, sizeof(*part), kind, r) &&
	       decode_sizes(part, r) && decode_name(part->name, r) &&
	       decode_scalars(part, kind, r) && decode_regions(part, kind, r) &&
	       decode_lists(part, r) && decode_shared(part, kind, r) && decode_args(part, r) &&
	       (!part->info_guest || decode_page(part, part->info_guest, BH_F_INFO_PAGE, r)) &&
	       decode_console(part, r) && decode_image(part, r) &&
	       (kind == BH_PART_ROOT ? decode_root(part, r) : decode_entry(part, r));
}
