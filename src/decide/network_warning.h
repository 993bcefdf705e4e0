/* SPDX-License-Identifier: Apache-2.0 */
/** Findings about a model's network as sentences. */
#ifndef PLIM_DECIDE_NETWORK_WARNING_H
#define PLIM_DECIDE_NETWORK_WARNING_H

#include "model/model.h"
#include "network/graph.h"

/** Of one kind of finding, so many are told one by one. */
#define PLIM_NETWORK_WARNINGS 5

/** *warning: *warnings sentences, each and the array to be released with plim_mem_free. PLIM_ERROR_MEMORY. */
plim_status plim_network_warnings(const plim_model *model, const plim_graph_findings *findings, char ***warning,
                                  size_t *warnings, plim_error *error);
void plim_network_warnings_free(char ***warning, size_t *warnings);

#endif
