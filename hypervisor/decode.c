// SPDX-License-Identifier: GPL-2.0
/* Checks of config parts: see decode.h. Each function treats one kind of field. */
#include <hyp/arch.h>
#include <hyp/decode.h>

#define HYP_ALIGN 0x200000ull /* hypervisor memory comes in superpages */
#define HYP_SIZE_MAX 0x40000000ull
#define ACCESS (BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE)

/* True if [start, start + size) reaches the end of the 64-bit space. */
static bool wraps(uint64_t start, uint64_t size)
{
	return size > UINT64_MAX - start;
}

static bool decode_header(const struct bh_part_header *h, size_t size, size_t fixed,
			  enum bh_part_kind kind, struct bh_refusal *r)
{
	if (size < fixed)
		return refuse(r, BH_E_SIZE, BH_F_HEADER, 0, size);
	if (h->magic != BH_PART_MAGIC)
		return refuse(r, BH_E_MAGIC, BH_F_HEADER, 0, h->magic);
	if (h->version != BH_ABI_VERSION)
		return refuse(r, BH_E_VERSION, BH_F_HEADER, 0, h->version);
	if (h->arch != arch_config_id)
		return refuse(r, BH_E_ARCH, BH_F_HEADER, 0, h->arch);
	if (h->kind != kind)
		return refuse(r, BH_E_KIND, BH_F_HEADER, 0, h->kind);
	if (h->size > size || h->size > BH_PART_MAX)
		return refuse(r, BH_E_SIZE, BH_F_HEADER, 0, h->size);
	return true;
}

/* The bytes after the first NUL are NUL too, and there is one. *length: before it. */
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
	if (!decode_header(&part->header, size, sizeof(*part), BH_PART_SYSTEM, r))
		return false;
	if (part->n_cpus == 0 || part->n_cpus > BH_MAX_CPUS)
		return refuse(r, BH_E_RANGE, BH_F_CPUS, 0, part->n_cpus);
	if (part->header.size != sizeof(*part) + part->n_cpus * sizeof(part->cpus[0]))
		return refuse(r, BH_E_SIZE, BH_F_HEADER, 0, part->header.size);
	if (!decode_name(part->name, r))
		return false;
	if ((part->hyp_phys | part->hyp_size) & (HYP_ALIGN - 1))
		return refuse(r, BH_E_ALIGN, BH_F_HYP_MEMORY, 0, part->hyp_phys | part->hyp_size);
	if (part->hyp_size == 0 || part->hyp_size > HYP_SIZE_MAX)
		return refuse(r, BH_E_SIZE, BH_F_HYP_MEMORY, 0, part->hyp_size);
	if (wraps(part->hyp_phys, part->hyp_size))
		return refuse(r, BH_E_RANGE, BH_F_HYP_MEMORY, 0, part->hyp_phys);
	if (part->flags & ~BH_SYSTEM_PROTECT)
		return refuse(r, BH_E_RESERVED, BH_F_SYSTEM_FLAGS, 0, part->flags);
	return decode_cpu_table(part, r);
}

static bool decode_sizes(const struct bh_cell_part *part, struct bh_refusal *r)
{
	if (part->n_regions == 0 || part->n_regions > BH_MAX_REGIONS)
		return refuse(r, BH_E_RANGE, BH_F_REGION_COUNT, 0, part->n_regions);
	if (part->n_irqs > BH_MAX_IRQ_RANGES)
		return refuse(r, BH_E_RANGE, BH_F_IRQ_COUNT, 0, part->n_irqs);
	if (part->header.size != sizeof(*part) + part->n_regions * sizeof(struct bh_region) +
					 part->n_irqs * sizeof(struct bh_irq_range))
		return refuse(r, BH_E_SIZE, BH_F_HEADER, 0, part->header.size);
	return true;
}

static bool decode_scalars(const struct bh_cell_part *part, enum bh_part_kind kind,
			   struct bh_refusal *r)
{
	uint32_t rights = kind == BH_PART_ROOT ? BH_RIGHTS : BH_RIGHTS & ~BH_RIGHT_MANAGE;

	if (part->cpus == 0)
		return refuse(r, BH_E_VALUE, BH_F_CPUS, 0, 0);
	if (part->rights & ~BH_RIGHTS)
		return refuse(r, BH_E_RESERVED, BH_F_RIGHTS, 0, part->rights);
	if (part->rights & ~rights)
		return refuse(r, BH_E_VALUE, BH_F_RIGHTS, 0, part->rights);
	if (part->flags & ~BH_CELL_FLAGS)
		return refuse(r, BH_E_RESERVED, BH_F_FLAGS, 0, part->flags);
	if (part->irq_mode != BH_IRQ_LIST && part->irq_mode != BH_IRQ_DIRECT)
		return refuse(r, BH_E_VALUE, BH_F_IRQ_MODE, 0, part->irq_mode);
	if (part->reserved)
		return refuse(r, BH_E_RESERVED, BH_F_HEADER, 0, part->reserved);
	for (uint32_t i = 0; i < ARRAY_SIZE(part->reserved2); i++)
		if (part->reserved2[i])
			return refuse(r, BH_E_RESERVED, BH_F_HEADER, i + 1, part->reserved2[i]);
	return true;
}

static bool decode_region_flags(const struct bh_region *region, uint32_t i, enum bh_part_kind kind,
				struct bh_refusal *r)
{
	uint32_t flags = region->flags, odd = 0;
	bool readable = flags & BH_REGION_READ;

	if (flags & ~BH_REGION_FLAGS)
		return refuse(r, BH_E_RESERVED, BH_F_REGION_FLAGS, i, flags);
	if (region->type == BH_REGION_MMIO)
		odd = BH_REGION_EXECUTE;
	if (region->type != BH_REGION_RAM)
		odd |= BH_REGION_LOADABLE;
	/* Root's superpages are split and merged again; and nobody loads it. */
	if (kind == BH_PART_ROOT)
		odd |= BH_REGION_LOADABLE | BH_REGION_SMALL_PAGES;
	/* What can be written or executed can be read; shared memory may be out of one's reach. */
	if (!readable && (flags & ACCESS || region->type != BH_REGION_SHARED))
		return refuse(r, BH_E_VALUE, BH_F_REGION_FLAGS, i, flags);
	return flags & odd ? refuse(r, BH_E_VALUE, BH_F_REGION_FLAGS, i, flags) : true;
}

static bool decode_region(const struct bh_region *region, uint32_t i, enum bh_part_kind kind,
			  struct bh_refusal *r)
{
	if (region->type < BH_REGION_RAM || region->type > BH_REGION_SHARED)
		return refuse(r, BH_E_VALUE, BH_F_REGION_TYPE, i, region->type);
	if (region->phys & PAGE_MASK)
		return refuse(r, BH_E_ALIGN, BH_F_REGION_PHYS, i, region->phys);
	if (region->guest & PAGE_MASK)
		return refuse(r, BH_E_ALIGN, BH_F_REGION_GUEST, i, region->guest);
	if (region->size & PAGE_MASK)
		return refuse(r, BH_E_ALIGN, BH_F_REGION_SIZE, i, region->size);
	if (region->size == 0)
		return refuse(r, BH_E_SIZE, BH_F_REGION_SIZE, i, 0);
	if (wraps(region->phys, region->size))
		return refuse(r, BH_E_RANGE, BH_F_REGION_PHYS, i, region->phys);
	if (wraps(region->guest, region->size))
		return refuse(r, BH_E_RANGE, BH_F_REGION_GUEST, i, region->guest);
	if (kind == BH_PART_ROOT && region->guest != region->phys)
		return refuse(r, BH_E_VALUE, BH_F_REGION_GUEST, i, region->guest);
	return decode_region_flags(region, i, kind, r);
}

static bool decode_regions(const struct bh_cell_part *part, enum bh_part_kind kind,
			   struct bh_refusal *r)
{
	for (uint32_t i = 0; i < part->n_regions; i++) {
		const struct bh_region *a = &part->regions[i];

		if (!decode_region(a, i, kind, r))
			return false;
		for (uint32_t j = 0; j < i; j++) {
			const struct bh_region *b = &part->regions[j];

			if (ranges_overlap(a->phys, a->size, b->phys, b->size))
				return refuse(r, BH_E_OVERLAP, BH_F_REGION_PHYS, i,
					      MAX(a->phys, b->phys));
			if (ranges_overlap(a->guest, a->size, b->guest, b->size))
				return refuse(r, BH_E_OVERLAP, BH_F_REGION_GUEST, i,
					      MAX(a->guest, b->guest));
		}
	}
	return true;
}

/* A page of the guest's address space beside its regions. */
static bool decode_page(const struct bh_cell_part *part, uint64_t guest, enum bh_field field,
			struct bh_refusal *r)
{
	if (guest & PAGE_MASK)
		return refuse(r, BH_E_ALIGN, field, 0, guest);
	if (wraps(guest, PAGE_SIZE))
		return refuse(r, BH_E_RANGE, field, 0, guest);
	for (uint32_t i = 0; i < part->n_regions; i++)
		if (ranges_overlap(guest, PAGE_SIZE, part->regions[i].guest, part->regions[i].size))
			return refuse(r, BH_E_OVERLAP, field, i, guest);
	return true;
}

static bool has_irq(const struct bh_cell_part *part, uint32_t irq)
{
	const struct bh_irq_range *ranges = bh_cell_irqs(part);

	for (uint32_t i = 0; i < part->n_irqs; i++)
		if (irq >= ranges[i].first && irq - ranges[i].first < ranges[i].count)
			return true;
	return false;
}

static bool decode_console(const struct bh_cell_part *part, struct bh_refusal *r)
{
	if (part->console_kind > BH_CONSOLE_PL011)
		return refuse(r, BH_E_VALUE, BH_F_CONSOLE, 0, part->console_kind);
	if (part->console_kind == BH_CONSOLE_NONE) {
		if (part->console_guest || part->console_irq)
			return refuse(r, BH_E_VALUE, BH_F_CONSOLE, 0,
				      part->console_guest | part->console_irq);
		return true;
	}
	if (!decode_page(part, part->console_guest, BH_F_CONSOLE, r))
		return false;
	if (part->info_guest && part->info_guest == part->console_guest)
		return refuse(r, BH_E_OVERLAP, BH_F_CONSOLE, 0, part->console_guest);
	if (part->console_irq && !has_irq(part, part->console_irq))
		return refuse(r, BH_E_VALUE, BH_F_CONSOLE, 0, part->console_irq);
	return true;
}

/* After the regions: they are disjoint, so that the sum of sizes can't wrap. */
static bool decode_image(const struct bh_cell_part *part, struct bh_refusal *r)
{
	uint64_t needed = 0;

	if (part->image_size == 0)
		return part->image_phys ? refuse(r, BH_E_VALUE, BH_F_IMAGE, 0, part->image_phys)
					: true;
	if ((part->image_phys | part->image_size) & PAGE_MASK)
		return refuse(r, BH_E_ALIGN, BH_F_IMAGE, 0, part->image_phys | part->image_size);
	if (wraps(part->image_phys, part->image_size))
		return refuse(r, BH_E_RANGE, BH_F_IMAGE, 0, part->image_phys);
	for (uint32_t i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (ranges_overlap(part->image_phys, part->image_size, region->phys, region->size))
			return refuse(r, BH_E_OVERLAP, BH_F_IMAGE, i,
				      MAX(part->image_phys, region->phys));
		if (region->flags & BH_REGION_LOADABLE)
			needed += region->size;
	}
	return part->image_size >= needed ? true : refuse(r, BH_E_SIZE, BH_F_IMAGE, 0, needed);
}

static bool decode_irqs(const struct bh_cell_part *part, struct bh_refusal *r)
{
	const struct bh_irq_range *ranges = bh_cell_irqs(part);

	for (uint32_t i = 0; i < part->n_irqs; i++) {
		const struct bh_irq_range *a = &ranges[i];

		if (a->count == 0 || a->count > UINT32_MAX - a->first)
			return refuse(r, BH_E_RANGE, BH_F_IRQ, i, a->first);
		for (uint32_t j = 0; j < i; j++)
			if (ranges_overlap(a->first, a->count, ranges[j].first, ranges[j].count))
				return refuse(r, BH_E_OVERLAP, BH_F_IRQ, i,
					      MAX(a->first, ranges[j].first));
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

	return text_ends(part->args, BH_ARGS_SIZE, &length)
		       ? true
		       : refuse(r, BH_E_SIZE, BH_F_ARGS, 0, length);
}

/* What only other cells have. */
static bool decode_root(const struct bh_cell_part *part, struct bh_refusal *r)
{
	if (part->entry)
		return refuse(r, BH_E_VALUE, BH_F_ENTRY, 0, part->entry);
	if (part->info_guest)
		return refuse(r, BH_E_VALUE, BH_F_INFO_PAGE, 0, part->info_guest);
	if (part->console_kind || part->console_guest || part->console_irq)
		return refuse(r, BH_E_VALUE, BH_F_CONSOLE, 0, part->console_kind);
	if (part->image_phys || part->image_size)
		return refuse(r, BH_E_VALUE, BH_F_IMAGE, 0, part->image_phys);
	return true;
}

bool decode_cell(const struct bh_cell_part *part, size_t size, enum bh_part_kind kind,
		 struct bh_refusal *r)
{
	if (!decode_header(&part->header, size, sizeof(*part), kind, r) || !decode_sizes(part, r) ||
	    !decode_name(part->name, r) || !decode_scalars(part, kind, r) ||
	    !decode_regions(part, kind, r) || !decode_irqs(part, r) || !decode_args(part, r))
		return false;
	if (kind == BH_PART_ROOT)
		return decode_root(part, r);
	if (part->info_guest && !decode_page(part, part->info_guest, BH_F_INFO_PAGE, r))
		return false;
	return decode_console(part, r) && decode_image(part, r) && decode_entry(part, r);
}
