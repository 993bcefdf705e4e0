/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The numbers of a model that a study may change: a copy of the model whose frequencies, chances, sizes, effects and
 * costs can be pinned to a value or scaled, one by one, and put back.
 */
#ifndef PLIM_DECIDE_PARAMETER_H
#define PLIM_DECIDE_PARAMETER_H

#include "model/model.h"

typedef enum plim_parameter_role {
	PLIM_PARAMETER_FREQUENCY,   /* rate, mean or p of a count law; hazards along trips */
	PLIM_PARAMETER_CHANCE,      /* vulnerability, strike probability */
	PLIM_PARAMETER_CORRELATION, /* of severities */
	PLIM_PARAMETER_SEVERITY,    /* the multiplier of a loss component or of the outage */
	PLIM_PARAMETER_EFFECT,      /* of a control: reductions, coverage, reliability */
	PLIM_PARAMETER_COST,        /* of a control */
} plim_parameter_role;

typedef struct plim_parameter {
	plim_number *number;     /* in the copy; NULL where it is ... */
	double *plain;           /* ... a plain number */
	plim_severity *severity; /* whose multiplier it is, or NULL */
	double shift, cap;       /* ... what comes after it there, when it is an unknown */
	plim_number was;         /* what the model says; of a plain number its value */
	plim_amount scaled;      /* the law while it is scaled: borrows all that it points to */
	plim_parameter_role role;
	bool on_control;
	uint32_t owner;    /* index of the threat or control */
	char *what;        /* "frequency.mean", "reduces.loss": as unknowns are named; owned */
	uint64_t identity; /* that of its unknown */
	double highest;    /* it may have: 1 for shares and probabilities, else +inf */
} plim_parameter;

typedef struct plim_parameters {
	plim_model model; /* the copy: what cannot be changed is the original's */
	plim_parameter *item;
	size_t items, capacity;
	plim_severity **loss, *outage; /* own copies, by threat */
	plim_custody *custody;
	plim_component_reduction **component; /* by control */
} plim_parameters;

/** A copy of a model, which must outlive it, at first equal to it. The caller owns *out. PLIM_ERROR_MEMORY. */
plim_status plim_parameters_new(const plim_model *model, plim_parameters **out, plim_error *error);
void plim_parameters_free(plim_parameters **parameters);

/** "threat" or "control"; its id; and the name as the model file has it ("frequency.rate"): all static or borrowed. */
const char *plim_parameter_kind(const plim_parameter *p);
const char *plim_parameter_owner(const plim_parameters *parameters, const plim_parameter *p);
const char *plim_parameter_name(const plim_parameters *parameters, const plim_parameter *p);

/** True for an unknown that is one for all places. */
bool plim_parameter_is_unknown(const plim_parameter *p);

/** What the model says: the number, or the mean of its law. */
double plim_parameter_mean(const plim_parameter *p);

/** The largest value that it can take as the model has it. */
double plim_parameter_most(const plim_parameter *p);

/** Pins it to a value; scales the number or its whole law by a factor > 0; puts it back. */
void plim_parameter_pin(plim_parameter *p, double value);
void plim_parameter_scale(plim_parameter *p, double factor);
void plim_parameter_restore(plim_parameter *p);

#endif
