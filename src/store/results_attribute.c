/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/results_table.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MEMBER(name, type)                                                                                             \
	{                                                                                                                  \
#name, type, offsetof(plim_results, name), false, false                                                               \
	}
#define LATER(name, type)                                                                                              \
	{                                                                                                                  \
#name, type, offsetof(plim_results, name), false, true                                                         \
	}
#define HEX(name)                                                                                                      \
	{                                                                                                                  \
#name, PLIM_H5_TEXT, offsetof(plim_results, name), true, false                                                        \
	}
#define PROVENANCE(name, type)                                                                                         \
	{                                                                                                                  \
#name, type, offsetof(plim_results, provenance.name), false, false                                                    \
	}

const plim_results_attribute *plim_results_attributes(size_t *count)
{
	static const plim_results_attribute attribute[] = {
	    MEMBER(seed, PLIM_H5_U64),
	    MEMBER(stream_version, PLIM_H5_I32),
	    MEMBER(trials, PLIM_H5_U64),
	    MEMBER(worlds, PLIM_H5_U32),
	    LATER(run_trials, PLIM_H5_U64),
	    LATER(tabulated, PLIM_H5_U32),
	    MEMBER(first_block, PLIM_H5_U64),
	    MEMBER(blocks, PLIM_H5_U64),
	    MEMBER(block_trials, PLIM_H5_U32),
	    MEMBER(horizon_years, PLIM_H5_U32),
	    LATER(perspectives, PLIM_H5_U32),
	    MEMBER(edition, PLIM_H5_I32),
	    MEMBER(currency, PLIM_H5_TEXT),
	    MEMBER(model_name, PLIM_H5_TEXT),
	    MEMBER(model_description, PLIM_H5_TEXT),
	    HEX(model_sha256),
	    HEX(plan_sha256),
	    HEX(result_sha256),
	    MEMBER(confidence, PLIM_H5_F64),
	    LATER(until, PLIM_H5_TEXT),
	    LATER(until_met, PLIM_H5_U32),
	    LATER(until_ceiling, PLIM_H5_U64),
	    MEMBER(scope, PLIM_H5_TEXT),
	    MEMBER(approver, PLIM_H5_TEXT),
	    MEMBER(approved, PLIM_H5_TEXT),
	    MEMBER(next_review, PLIM_H5_TEXT),
	    MEMBER(commitments, PLIM_H5_TEXT),
	};
	*count = COUNT(attribute);
	return attribute;
}

const plim_results_attribute *plim_provenance_attributes(size_t *count)
{
	static const plim_results_attribute attribute[] = {
	    PROVENANCE(version, PLIM_H5_TEXT),  PROVENANCE(stream, PLIM_H5_TEXT),   PROVENANCE(host, PLIM_H5_TEXT),
	    PROVENANCE(compiler, PLIM_H5_TEXT), PROVENANCE(cpu, PLIM_H5_TEXT),      PROVENANCE(kernel, PLIM_H5_TEXT),
	    PROVENANCE(started, PLIM_H5_TEXT),  PROVENANCE(finished, PLIM_H5_TEXT), PROVENANCE(command, PLIM_H5_TEXT),
	    PROVENANCE(user, PLIM_H5_TEXT),     PROVENANCE(threads, PLIM_H5_U32),   PROVENANCE(seconds, PLIM_H5_F64),
	};
	*count = COUNT(attribute);
	return attribute;
}

const char *plim_results_ylt_group(plim_perspective perspective)
{
	static const char *const name[] = {"ylt", "ylt_ceded", "ylt_net"};
	return name[perspective];
}

char *plim_results_ylt_name(const char *id)
{
	plim_text name = {0};
	for (const char *c = id; *c; c++) {
		if (*c == '%' || *c == '/' || (*c == '.' && c == id))
			plim_text_add_format(&name, "%%%02X", (unsigned)(unsigned char)*c);
		else
			plim_text_add_n(&name, c, 1);
	}
	char *copy = name.failed ? NULL : plim_mem_string(name.data ? name.data : "%");
	plim_text_free(&name);
	return copy;
}
