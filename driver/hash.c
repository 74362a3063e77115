// SPDX-License-Identifier: GPL-2.0
/* The SHA-256 of the hypervisor image that was built with this module. */

#include "driver.h"

#include <image_hash.h> /* generated */

const u8 bhd_image_sha256[32] = { BHD_IMAGE_SHA256 };
