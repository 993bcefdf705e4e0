/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of records that have an id each. */
#include "model/load.h"

#include <stdio.h>

size_t plim_get_records(plim_load *load, const char *key, const char *what, const plim_value ***rows)
{
	*rows = NULL;
	const plim_value *list = plim_get(load, load->root, key);
	char quoted[64];
	snprintf(quoted, sizeof quoted, "`%s`", key);
	if (!list || !plim_is_list(load, list, quoted))
		return 0;
	*rows = plim_load_spare(load, list->count, sizeof **rows);
	size_t used = 0;
	for (uint32_t i = 0; *rows && i < list->count; i++)
		if (plim_is_map(load, list->item[i], what))
			(*rows)[used++] = list->item[i];
	return used;
}

void plim_index_record(plim_load *load, plim_names *names, const char *what, const char *id, uint32_t number,
                       const plim_value *row)
{
	if (*id && !plim_load_name(load, names, id, &number))
		plim_load_error(load, row, "the %s \"%s\" stands here again; rename or remove one", what, id);
}
