/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/nodes.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

void plim_nodes_clear(plim_nodes *nodes)
{
	plim_mem_free(nodes->value);
	plim_mem_free(nodes->weight);
	*nodes = (plim_nodes){0};
}

plim_status plim_nodes_add(plim_nodes *nodes, double value, double weight, plim_error *error)
{
	size_t capacity = nodes->capacity;
	if (plim_mem_grow((void **)&nodes->value, &capacity, nodes->count + 1, sizeof *nodes->value) ||
	    plim_mem_grow((void **)&nodes->weight, &nodes->capacity, nodes->count + 1, sizeof *nodes->weight))
		return plim_error_memory(error, "an integral over an unknown");
	nodes->value[nodes->count] = value;
	nodes->weight[nodes->count++] = weight;
	return PLIM_OK;
}

plim_status plim_nodes_multiply(const plim_nodes *a, const plim_nodes *b, plim_nodes *product, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < a->count; i++)
		for (size_t j = 0; j < b->count && status == PLIM_OK; j++)
			status = plim_nodes_add(product, a->value[i] * b->value[j], a->weight[i] * b->weight[j], error);
	return status;
}

typedef struct weighted {
	double value, weight;
} weighted;

static int by_value(const void *a, const void *b)
{
	const weighted *x = a, *y = b;
	return (x->value > y->value) - (x->value < y->value);
}

/* Sorts by value, joins equal values, scales the weights to 1; returns the median. */
static double tidy(plim_nodes *nodes, weighted *list)
{
	double total = 0, sum = 0, median = 0;
	for (size_t i = 0; i < nodes->count; i++) {
		list[i] = (weighted){nodes->value[i], nodes->weight[i]};
		total += nodes->weight[i];
	}
	qsort(list, nodes->count, sizeof *list, by_value);
	size_t kept = 0;
	for (size_t i = 0; i < nodes->count; i++) {
		sum += list[i].weight;
		if (median == 0 && sum >= total / 2)
			median = list[i].value;
		if (kept > 0 && list[kept - 1].value == list[i].value)
			list[kept - 1].weight += list[i].weight;
		else
			list[kept++] = list[i];
	}
	nodes->count = kept;
	for (size_t i = 0; i < kept; i++) {
		nodes->value[i] = list[i].value;
		nodes->weight[i] = list[i].weight / total;
	}
	return median;
}

/* Lanczos: the tridiagonal matrix (alpha, beta) of the law of x[i] with weights w[i]; q has room for (most + 1) rows of
 * n. Returns how many rows there are before the law is used up. */
static size_t lanczos(const double *x, const double *w, size_t n, size_t most, double *q, double *alpha, double *beta)
{
	for (size_t i = 0; i < n; i++)
		q[i] = sqrt(w[i]);
	for (size_t k = 0; k < most; k++) {
		double *row = q + k * n, *next = row + n, norm = 0;
		alpha[k] = 0;
		for (size_t i = 0; i < n; i++)
			alpha[k] += row[i] * row[i] * x[i];
		for (size_t i = 0; i < n; i++)
			next[i] = x[i] * row[i];
		for (int again = 0; again < 2; again++)
			for (size_t j = 0; j <= k; j++) {
				double dot = 0;
				for (size_t i = 0; i < n; i++)
					dot += q[j * n + i] * next[i];
				for (size_t i = 0; i < n; i++)
					next[i] -= dot * q[j * n + i];
			}
		for (size_t i = 0; i < n; i++)
			norm += next[i] * next[i];
		beta[k] = sqrt(norm);
		if (beta[k] < 1e-14)
			return k + 1;
		for (size_t i = 0; i < n; i++)
			next[i] /= beta[k];
	}
	return most;
}

/* Nodes are the matrix's eigenvalues, weights the squares of the eigenvectors' first elements. */
static bool gauss_rule(const double *alpha, const double *beta, size_t n, double *node, double *weight)
{
	gsl_matrix *matrix = gsl_matrix_calloc(n, n), *vectors = gsl_matrix_alloc(n, n);
	gsl_vector *values = gsl_vector_alloc(n);
	gsl_eigen_symmv_workspace *space = gsl_eigen_symmv_alloc(n);
	bool good = matrix && vectors && values && space;
	for (size_t i = 0; good && i < n; i++) {
		gsl_matrix_set(matrix, i, i, alpha[i]);
		if (i + 1 < n) {
			gsl_matrix_set(matrix, i, i + 1, beta[i]);
			gsl_matrix_set(matrix, i + 1, i, beta[i]);
		}
	}
	good = good && gsl_eigen_symmv(matrix, values, vectors, space) == 0;
	for (size_t i = 0; good && i < n; i++) {
		const double first = gsl_matrix_get(vectors, 0, i);
		node[i] = gsl_vector_get(values, i);
		weight[i] = first * first;
	}
	if (matrix)
		gsl_matrix_free(matrix);
	if (vectors)
		gsl_matrix_free(vectors);
	if (values)
		gsl_vector_free(values);
	if (space)
		gsl_eigen_symmv_free(space);
	return good;
}

plim_status plim_nodes_compress(plim_nodes *nodes, size_t most, plim_error *error)
{
	double alpha[PLIM_NODES_MOST], beta[PLIM_NODES_MOST], node[PLIM_NODES_MOST], weight[PLIM_NODES_MOST];
	plim_status status = PLIM_OK;
	weighted *list = plim_mem_alloc(nodes->count, sizeof *list);
	double *q = NULL, *x = plim_mem_alloc(nodes->count, sizeof *x);
	if (!list || !x) {
		status = plim_error_memory(error, "an integral over an unknown");
		goto out;
	}
	const double median = tidy(nodes, list);
	if (nodes->count <= most || !(median > 0))
		goto out;
	q = plim_mem_alloc((most + 1) * nodes->count, sizeof *q);
	if (!q) {
		status = plim_error_memory(error, "an integral over an unknown");
		goto out;
	}
	for (size_t i = 0; i < nodes->count; i++)
		x[i] = nodes->value[i] / (nodes->value[i] + median);
	const size_t n = lanczos(x, nodes->weight, nodes->count, most, q, alpha, beta);
	if (!gauss_rule(alpha, beta, n, node, weight)) {
		status = plim_error_set(error, PLIM_ERROR_INTERNAL, "the Gauss rule of an unknown cannot be computed");
		goto out;
	}
	nodes->count = n;
	for (size_t i = 0; i < n; i++) {
		const double inside = fmin(1 - 1e-15, fmax(0, node[i]));
		nodes->value[i] = median * inside / (1 - inside);
		nodes->weight[i] = weight[i];
	}
out:
	plim_mem_free(list);
	plim_mem_free(x);
	plim_mem_free(q);
	return status;
}
