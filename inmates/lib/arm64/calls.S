/* SPDX-License-Identifier: GPL-2.0 */
	.text
	.global call_hvc
call_hvc:
	hvc	#0
	ret

	.global call_smc
call_smc:
	smc	#0
	ret
