/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/legal.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"

/* Adds the expected fines of one threat; *sum becomes NAN where they are not known. */
static plim_status add_fines(const plim_model *model, const char *scenario, uint32_t threat, double *sum,
                             plim_error *error)
{
	const plim_threat *record = &model->threat[threat];
	const plim_scenario *at = plim_model_find_scenario(model, scenario);
	double events, total, *component = plim_mem_alloc(record->losses, sizeof *component);
	plim_exact_threat *t = NULL;
	plim_status status = !component ? plim_error_memory(error, "the expected fines")
	                     : !at      ? plim_error_set(error, PLIM_ERROR_IO, "the model has no scenario '%s'", scenario)
	                                : plim_exact_threat_build(model, (uint32_t)(at - model->scenario), threat,
	                                                          PLIM_EXACT_EVERYWHERE, PLIM_EXACT_HORIZON, &t, error);
	if (status == PLIM_OK && !t->direct_known)
		*sum = NAN;
	else if (status == PLIM_OK)
		status = plim_exact_mean(t, false, &events, component, &total, error);
	for (size_t c = 0; status == PLIM_OK && t->direct_known && c < record->losses; c++)
		if (strcmp(record->loss[c].component, PLIM_LEGAL_COMPONENT) == 0)
			*sum += component[c];
	plim_exact_threat_free(&t);
	plim_mem_free(component);
	return status;
}

static bool names(const plim_legal *legal, uint32_t threat)
{
	for (size_t i = 0; i < legal->threats; i++)
		if (legal->threat[i] == threat)
			return true;
	return false;
}

plim_status plim_legal_fines(const plim_model *model, const char *scenario, const plim_legal *legal, double *fines,
                             plim_error *error)
{
	plim_status status = PLIM_OK;
	*fines = 0;
	for (uint32_t t = 0; t < model->threats && status == PLIM_OK; t++) {
		bool named = legal && names(legal, t);
		for (size_t k = 0; !legal && k < model->legals; k++)
			named |= names(&model->legal[k], t);
		if (named)
			status = add_fines(model, scenario, t, fines, error);
	}
	return status;
}
