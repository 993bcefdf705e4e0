/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a model: a model or findings, never a crash. A model that loads is also planned. */
#include <plimsoll/plimsoll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error;
	plim_status status = plim_model_parse((const char *)data, size, "/nonexistent", &model, &findings, &error);
	if ((status == PLIM_OK) != (model != NULL) || (status == PLIM_ERROR_MODEL && findings.errors == 0))
		abort();
	if (model) {
		plim_run_options options = plim_run_options_default();
		plim_run_estimate estimate;
		plim_run_check(model, &findings, &error);
		plim_run_plan(model, &options, &estimate, &error);
	}
	plim_model_free(&model);
	plim_findings_clear(&findings);
	return 0;
}
