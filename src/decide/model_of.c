/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/model_of.h"

#include <string.h>

#include "base/error.h"

plim_status plim_model_of_results(const plim_results *results, plim_model **model, plim_error *error)
{
	char digest[65] = "";
	plim_status status = plim_model_read_kept(results->model_text, results->model_texts, model, error);
	if (status != PLIM_OK)
		return status;
	plim_model_digest_hex(*model, digest);
	if (strcmp(digest, results->model_sha256) == 0)
		return PLIM_OK;
	plim_model_free(model);
	return plim_error_set(error, PLIM_ERROR_IO,
	                      "the model text in the results does not give the model they name (%.12s...): they were written "
	                      "by a version that reads it differently; run the model again",
	                      results->model_sha256);
}
