/* SPDX-License-Identifier: Apache-2.0 */
/* The empirical law: values as given, each with its own range of x. */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/quantile_build.h"

typedef struct atom {
	double value;
	double weight;
} atom;

static int atom_compare(const void *a, const void *b)
{
	double x = ((const atom *)a)->value;
	double y = ((const atom *)b)->value;
	return (x > y) - (x < y);
}

/* The values that conditioning leaves, sorted, equal ones joined. NULL when memory is short. */
static atom *atoms_of(const plim_amount *amount, size_t *count)
{
	atom *atoms = plim_mem_alloc(amount->count, sizeof *atoms);
	size_t n = 0;
	size_t kept = 0;
	if (!atoms)
		return NULL;
	for (size_t i = 0; i < amount->count; i++) {
		double weight = amount->w ? amount->w[i] : 1;
		if (weight > 0 && amount->x[i] >= amount->min && amount->x[i] <= amount->max)
			atoms[n++] = (atom){amount->x[i], weight};
	}
	qsort(atoms, n, sizeof *atoms, atom_compare);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && atoms[kept - 1].value == atoms[i].value)
			atoms[kept - 1].weight += atoms[i].weight;
		else
			atoms[kept++] = atoms[i];
	}
	*count = kept;
	return atoms;
}

/* Whole values of the amount and the x at which each begins; a value too rare to own an x is left out. */
static void lay_out(const plim_amount *amount, const atom *atoms, size_t n, struct plim_quantile_table *table)
{
	long double total = 0;
	long double below = 0;
	for (size_t i = 0; i < n; i++)
		total += atoms[i].weight;
	for (size_t i = 0; i < n; i++) {
		long double moved = (long double)atoms[i].value * amount->times + amount->shift;
		uint64_t start = i == 0 ? 0 : quantile_start_of(below / total, (total - below) / total, false);
		double value = (double)(moved > amount->cap ? amount->cap : moved);
		below += atoms[i].weight;
		if (start >= PLIM_QUANTILE_END)
			break;
		if (table->count > 0 && table->starts[table->count - 1] == start)
			table->count--;
		table->starts[table->count] = start;
		table->values[table->count++] = value;
	}
	table->starts[table->count] = PLIM_QUANTILE_END;
}

plim_status quantile_build_discrete(const plim_amount *amount, struct plim_quantile_table *table, plim_error *error)
{
	size_t n = 0;
	atom *atoms = atoms_of(amount, &n);
	table->kind = PLIM_QUANTILE_KIND_DISCRETE;
	table->values = plim_mem_alloc(n, sizeof *table->values);
	table->starts = plim_mem_alloc(n + 1, sizeof *table->starts);
	if (!atoms || !table->values || !table->starts) {
		plim_mem_free(atoms);
		return plim_error_memory(error, "a table of empirical values");
	}
	lay_out(amount, atoms, n, table);
	plim_mem_free(atoms);
	if (table->count == 0)
		return plim_error_set(error, PLIM_ERROR_MODEL, "no empirical value lies in [min, max]");
	return quantile_build_guide(table, error);
}
