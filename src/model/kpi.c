/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kpi.h"

#include <math.h>
#include <string.h>

#include "model/load.h"

static const char *const keys[] = {"id", "measure", "threat", "at_most", "at_least", "owner", NULL};

static const char *const names[] = {
#define X(name, text, leads) text,
    PLIM_KPI_LIST(X)
#undef X
        NULL};

static const bool leading[] = {
#define X(name, text, leads) leads,
    PLIM_KPI_LIST(X)
#undef X
};

const char *plim_kpi_measure_name(plim_kpi_measure measure)
{
	return names[measure];
}

bool plim_kpi_measure_leads(plim_kpi_measure measure)
{
	return leading[measure];
}

static void read_kpi(plim_load *load, const plim_value *row, plim_kpi *kpi)
{
	char *id, *threat, *owner;
	plim_check_keys(load, row, keys, "an indicator");
	plim_need_id(load, row, "an indicator", &id);
	plim_get_text(load, row, "threat", &threat);
	plim_get_text(load, row, "owner", &owner);
	*kpi = (plim_kpi){.id = id, .threat = threat, .owner = owner, .at_most = NAN, .at_least = NAN};
	if (!plim_get(load, row, "measure"))
		plim_load_error(load, row, "an indicator needs `measure`");
	int measure = plim_get_choice(load, row, "measure", names);
	kpi->measure = measure < 0 ? 0 : (plim_kpi_measure)measure;
	plim_get_number(load, row, "at_most", &plim_range_from_zero, &kpi->at_most);
	plim_get_number(load, row, "at_least", &plim_range_from_zero, &kpi->at_least);
	if (isnan(kpi->at_most) && isnan(kpi->at_least))
		plim_load_error(load, row, "an indicator needs a target: `at_most`, `at_least`, or both");
}

static void read_rows(plim_load *load, const plim_table *table, void *target)
{
	plim_kpis *kpis = target;
	kpis->kpi = plim_load_keep(load, table->rows, sizeof *kpis->kpi);
	for (size_t r = 0; kpis->kpi && r < table->rows; r++)
		read_kpi(load, table->row[r], &kpis->kpi[r]);
	kpis->count = kpis->kpi ? table->rows : 0;
}

plim_status plim_kpis_load(const char *path, plim_kpis *kpis, plim_findings *findings, plim_error *error)
{
	plim_status status = plim_table_load(path, "table of indicators", &kpis->arena, read_rows, kpis, findings, error);
	if (status != PLIM_OK)
		plim_kpis_clear(kpis);
	return status;
}

void plim_kpis_clear(plim_kpis *kpis)
{
	plim_arena_clear(&kpis->arena);
	*kpis = (plim_kpis){0};
}
