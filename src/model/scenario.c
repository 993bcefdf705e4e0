/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model/model.h"

const plim_scenario *plim_model_find_scenario(const plim_model *model, const char *id)
{
	for (size_t k = 0; k < model->scenarios; k++)
		if (id ? strcmp(model->scenario[k].id, id) == 0 : model->scenario[k].position == 0)
			return &model->scenario[k];
	return NULL;
}
