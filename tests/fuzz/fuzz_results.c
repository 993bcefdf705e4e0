/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a results file: refused or read, never a crash. */
#include <plimsoll/plimsoll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	plim_results *results = NULL;
	plim_error error;
	int file = memfd_create("results", 0);
	if (file < 0 || write(file, data, size) != (ssize_t)size)
		return 0;
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	plim_results_read(path, true, &results, &error);
	plim_results_free(&results);
	close(file);
	return 0;
}
