// SPDX-License-Identifier: GPL-2.0
/* Finds and checks the hypervisor image, and copies it into the hypervisor's memory. */

#include <linux/firmware.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/security.h>

#include <crypto/sha2.h>

#include <image_hash.h> /* generated */

#include "arch.h"
#include "driver.h"

static int bad_image(struct bhd_why *why, u64 value)
{
	return bhd_refuse(why, BH_D_IMAGE_FORMAT, value, "%s", bhd_image_name);
}

/* Checks that every offset which the driver uses lies in hyp_size bytes. */
static int check_layout(const struct bh_image_header *image, size_t file_size, u64 hyp_size,
			struct bhd_why *why)
{
	if (image->image_size != file_size)
		return bad_image(why, image->image_size);
	if (image->mem_size < file_size || image->mem_size > hyp_size ||
	    !PAGE_ALIGNED(image->mem_size))
		return bad_image(why, image->mem_size);
	if (image->entry_offset >= file_size || image->entry_offset % 4)
		return bad_image(why, image->entry_offset);
	/* bh_boot must not cross a page: the hypervisor maps one page of it in root. */
	if (image->boot_offset > hyp_size - sizeof(struct bh_boot) || image->boot_offset % 8 ||
	    image->boot_offset % PAGE_SIZE > PAGE_SIZE - sizeof(struct bh_boot))
		return bad_image(why, image->boot_offset);
	if (image->config_offset > hyp_size - 2 * BH_PART_MAX ||
	    !PAGE_ALIGNED(image->config_offset))
		return bad_image(why, image->config_offset);
	return 0;
}

/* The SHA-256 of the hypervisor image that was built with this module. */
static const u8 image_sha256[SHA256_DIGEST_SIZE] = { BHD_IMAGE_SHA256 };

/* Checks that the file is the image of the module's own build: root's right to load signed modules
 * is no right to run any code at the highest privilege. */
static int check_hash(const struct firmware *file, struct bhd_why *why)
{
	u8 hash[SHA256_DIGEST_SIZE];

	static_assert(sizeof(hash) == sizeof(image_sha256));
	sha256(file->data, file->size, hash);
	if (memcmp(hash, image_sha256, sizeof(hash)))
		return bhd_refuse(why, BH_D_IMAGE_HASH, 0, "%s", bhd_image_name);
	return 0;
}

static int check_image(const struct firmware *file, u64 hyp_size, struct bhd_why *why)
{
	const struct bh_image_header *image = (const void *)file->data;

	if (file->size < sizeof(*image))
		return bad_image(why, file->size);
	if (image->magic != BH_IMAGE_MAGIC)
		return bad_image(why, image->magic);
	if (image->version != BH_ABI_VERSION)
		return bhd_refuse(why, BH_E_VERSION, image->version, "%s", bhd_image_name);
	if (image->arch != bhd_arch_id)
		return bad_image(why, image->arch);
	return check_layout(image, file->size, hyp_size, why) ?: check_hash(file, why);
}

static int get_image(const struct firmware **file, u64 hyp_size, struct bhd_why *why)
{
	int error;

	/* A config has no signature and can name any memory, as a user of /dev/mem could. */
	if (security_locked_down(LOCKDOWN_DEV_MEM))
		return bhd_refuse(why, BH_D_LOCKED_DOWN, 0, "%s", "");
	error = firmware_request_nowarn(file, bhd_image_name, bhd_device.this_device);
	if (error)
		return bhd_refuse(why, BH_D_IMAGE, -error, "%s", bhd_image_name);
	error = check_image(*file, hyp_size, why);
	if (error)
		release_firmware(*file);
	return error;
}

/* Checks that the image exists and fits; without a blob, into the largest allowed memory. */
int bhd_image_check(const struct bhd_blob *blob, struct bhd_why *why)
{
	const struct firmware *file;
	int error = get_image(&file, blob ? blob->system->hyp_size : BH_HYP_MAX, why);

	if (!error)
		release_firmware(file);
	return error;
}

/*
 * Copies the image and the two config parts into the hypervisor's @memory and
 * stores the image's header. The caller fills in struct bh_boot and cleans caches.
 */
int bhd_image_place(const struct bhd_blob *blob, void *memory, struct bh_image_header *header,
		    struct bhd_why *why)
{
	const struct firmware *file;
	void *config;
	int error = get_image(&file, blob->system->hyp_size, why);

	if (error)
		return error;
	memcpy(header, file->data, sizeof(*header));
	memcpy(memory, file->data, file->size);
	memset(memory + file->size, 0, header->mem_size - file->size);
	config = memory + header->config_offset;
	memset(config, 0, 2 * BH_PART_MAX);
	memcpy(config, blob->system, blob->system->header.size);
	memcpy(config + BH_PART_MAX, blob->root, blob->root->header.size);
	release_firmware(file);
	return 0;
}
