/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The typed model: what the file says, checked and resolved, constant after loading.
 *
 * Every list whose members have an identity is sorted by it (byte order), so that nothing downstream can
 * depend on the order in the file; `position` keeps the file's order for display. Text is never NULL: absent text is
 * "". Absent numbers are NAN where absence has a meaning, else their default.
 */
#ifndef PLIM_MODEL_MODEL_H
#define PLIM_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "dist/amount.h"
#include "dist/count.h"
#include "plimsoll/model.h"
#include "plimsoll/results.h"

/** A number of the model, or an unknown: a distribution where a number is expected. */
typedef struct plim_number {
	double value;     /* the number; for an unknown the mean of its law (or NAN) */
	plim_amount *law; /* owned, built; NULL for a plain number */
	bool per_place;   /* an unknown of each place instead of one for all */
} plim_number;

/** A column of the node or link table that is not a known key: cells as text, and as numbers where they are. */
typedef struct plim_column {
	char *name;
	char **text;    /* one a row, "" when blank */
	double *number; /* one a row, NAN when blank or not a number */
} plim_column;

typedef struct plim_node {
	char *id, *title, *kind, *region;
	char **tags;
	size_t tag_count;
	double margin_per_day; /* money a day at full output; 0 when absent */
	bool inputs_each;      /* `inputs: each` */
	char **item_names;     /* item_weights: names and weights, sorted by name */
	double *item_weights;
	size_t item_count;
	bool in_scope;
	uint32_t position;
} plim_node;

typedef struct plim_link {
	char *id; /* own id, or "from > to : item" */
	uint32_t from, to;
	char *item, *mode, *region, *kind, *title;
	char **tags;
	size_t tag_count;
	double share;                                                /* scaled: the shares of a group sum to 1 */
	double buffer_days, restock_days, substitution, switch_days; /* of the group, inherited and equal within it */
	double substitution_cost_per_day;                            /* of the group; 0 when absent */
	double lead_days;
	bool in_scope;
	uint32_t position;
} plim_link;

/** One leg of a trip, with what stands at its end. */
typedef struct plim_leg {
	uint32_t link;
	double hours_moving, hours_resting;
	uint64_t hand_overs;
	double seal_check; /* probability that the check at its end detects an incident so far; 0 without a check */
} plim_leg;

/** A way over several links that goods go `trips_per_year` times. */
typedef struct plim_trip {
	char *id, *title;
	uint64_t trips_per_year;
	plim_leg *leg; /* in order of travel */
	size_t legs;
	uint32_t position;
} plim_trip;

/** Hazards of an incident along every trip (custody.h). */
typedef struct plim_custody {
	double moving, resting; /* per hour */
	double hand_over;
	double detected_loss; /* share of the loss that is left when a check detects the incident */
} plim_custody;

typedef enum plim_place_kind { PLIM_PLACE_ORGANISATION, PLIM_PLACE_NODE, PLIM_PLACE_LINK } plim_place_kind;

/** A selector as given (canonical: lists sorted) and as resolved: sorted indices of the places in scope that match.
 *  kind ORGANISATION: no list. `everywhere` (controls only): no `where` was given, it matches all places. */
typedef struct plim_selector {
	plim_place_kind kind;
	bool everywhere;
	char **id, **node_kind, **region, **tag, **mode; /* NULL-terminated lists, NULL when the key is absent */
	uint32_t *place;
	size_t places;
} plim_selector;

/** The frequency of a threat: a count law whose numbers may be unknown. A likelihood band is POISSON with an unknown
 * rate. */
typedef struct plim_frequency {
	plim_count_law law;
	uint64_t n;       /* fixed: the count; binomial: n */
	plim_number mean; /* poisson rate; negative_binomial mean; zero_inflated_poisson rate */
	plim_number p;    /* bernoulli, binomial, geometric p; zero_inflated_poisson p_zero */
	plim_number
	    dispersion; /* negative_binomial; `size` is turned into 1/size (of an unknown size the law is of the size) */
	bool dispersion_is_size;
	uint64_t *counts; /* table */
	double *weights;
	size_t length;
} plim_frequency;

/** A loss component, or the outage (component ""). The value is times x amount. */
typedef struct plim_severity {
	char *component;
	plim_amount amount; /* built; `times` of the file is here when it is a plain number ... */
	plim_number times;  /* ... and here (amount.times = 1) when it is unknown; value 1 otherwise.
	                     * With an unknown times, shift and cap still come after it: they are taken out of the amount. */
	double shift, cap;  /* 0 and +inf unless times is unknown */
} plim_severity;

typedef struct plim_clause_weight {
	uint32_t clause; /* index into the clause tree of the model's edition (clause.h) */
	double weight;   /* scaled: those of a threat sum to 1 */
} plim_clause_weight;

/** A factor that multiplies the frequencies of several threats alike, drawn anew in each year; its mean is 1. */
typedef struct plim_intensity {
	char *group;      /* its name */
	uint32_t *threat; /* sorted indices */
	size_t threats;
	double cv;               /* of a gamma law; NAN: regimes, ... */
	double *factor, *weight; /* ... scaled to a mean of 1, weights as given */
	size_t regimes;
	plim_number number; /* the factor as an unknown */
	uint32_t position;
} plim_intensity;

/** What was decided about a risk beside what controls and insurance say: a record that changes no result. "" if absent.
 */
typedef struct plim_treatment {
	char *decision; /* avoid, reduce, share or accept */
	char *reason, *owner, *date;
	char *signature; /* pending or signed */
} plim_treatment;

typedef struct plim_threat {
	char *id, *title, *description, *family, *category, *owner, *notes;
	plim_selector where;
	char *shared_by; /* "" or a key: region, kind, mode, or a further column */
	plim_number strike_probability, severity_correlation;
	double severity_df; /* of a t copula between the places of an event; 0: a Gaussian one */
	plim_frequency frequency;
	const plim_number *intensity; /* of the model's intensity that names it, or NULL */
	plim_number vulnerability;
	plim_severity *loss; /* sorted by component name */
	size_t losses;
	plim_severity *outage; /* NULL when the threat stops nothing */
	double outage_share;
	bool stops_inflow;
	double loss_outage_correlation; /* Spearman's, between each direct loss of an event and the outage; 0 when absent */
	char *exposure, *loss_times;    /* column names or "" */
	double *exposure_of, *loss_times_of; /* one for each place of `where`, NULL when the name is "" */
	plim_clause_weight *clause;          /* sorted by clause index; none = (unassigned) */
	size_t clauses;
	char **assumptions; /* ids */
	size_t assumption_count;
	plim_treatment treatment;
	char *likelihood, *consequence; /* names of the bands used, or "" */
	/* NULL, or what stands in place of `where` and `frequency`: then `where` has all links in scope that some trip
	 * uses, and `frequency` says nothing: each leg of each trip has a binomial count of its own. */
	plim_custody *custody;
	uint32_t position;
} plim_threat;

/** A reduction of one loss component. */
typedef struct plim_component_reduction {
	char *component;
	plim_number share;
} plim_component_reduction;

/** What a control costs the flow of goods: hours added to each passage of a leg that it protects. */
typedef struct plim_friction {
	plim_number hours;
	double passages_per_year; /* NAN: those of the model's trips */
	double cost_per_hour;
} plim_friction;

/* Who does what for a control: responsible does it, accountable answers for it, consulted before, informed after. */
typedef enum plim_role {
	PLIM_ROLE_RESPONSIBLE,
	PLIM_ROLE_ACCOUNTABLE,
	PLIM_ROLE_CONSULTED,
	PLIM_ROLE_INFORMED,
	PLIM_ROLES
} plim_role;

/** People or functions by role; a list each, sorted. */
typedef struct plim_duties {
	char **who[PLIM_ROLES];
	size_t count[PLIM_ROLES];
} plim_duties;

typedef struct plim_control {
	char *id, *title, *description, *category, *owner, *status, *notes, *evidence, *confidence;
	int32_t clause; /* index into the clause tree, -1 when absent */
	plim_selector where;
	uint32_t *against; /* sorted indices of threats; all of them when `against` was absent */
	size_t against_count;
	bool against_all;
	plim_number reduces_frequency, reduces_vulnerability, reduces_loss,
	    reduces_outage;                  /* shares removed; 0 when absent */
	plim_component_reduction *component; /* beside reduces_loss, sorted by component */
	size_t components;
	double adds_buffer_days, adds_substitution;
	plim_number coverage;          /* 1 when absent */
	plim_number reliability;       /* probability of being in working order in a year; 1 when absent */
	uint32_t *requires, *excludes; /* other controls: sorted indices */
	size_t requires_count, excludes_count;
	plim_friction friction; /* hours 0 when absent */
	plim_number cost_capital, cost_annual;
	double life_years; /* NAN when absent */
	double staff_days; /* a year; 0 when absent. No money: that is in cost_annual */
	double start_day;
	plim_duties duties; /* `roles`; accountable is the owner unless named */
	uint32_t position;
} plim_control;

typedef struct plim_scenario {
	char *id, *title;
	uint32_t *control; /* sorted indices */
	size_t controls;
	uint32_t *policy; /* insurance in force: sorted indices; all of it when `insurance` was absent */
	size_t policies;
	bool policies_all;
	uint32_t position;
} plim_scenario;

typedef struct plim_policy_cover {
	char *id;
	uint32_t *covers; /* sorted indices of threats */
	size_t covers_count;
	double deductible, limit, aggregate_deductible, aggregate_limit, share, waiting_days,
	    premium; /* +inf for no limit */
	uint32_t position;
} plim_policy_cover;

typedef struct plim_assumption {
	char *id, *text, *source, *confidence, *owner, *date, *limitation;
} plim_assumption;

/** A corrective or preventive action, or an improvement, tracked to its end. */
typedef struct plim_action {
	char *id, *title, *kind, *status, *origin, *source, *owner, *raised, *due, *closed, *notes;
	int32_t clause;   /* index into the clause tree, -1 when absent */
	uint32_t *threat; /* sorted indices: the risks it is about */
	size_t threats;
	uint32_t *control; /* sorted indices */
	size_t controls;
	uint32_t position;
} plim_action;

/** True while something is left to do. */
bool plim_action_is_open(const plim_action *action);

/** A legal or other requirement that binds the organisation. */
typedef struct plim_legal {
	char *id, *requirement, *source, *owner, *review, *status, *evidence;
	int32_t clause;   /* index into the clause tree, -1 when absent */
	uint32_t *threat; /* sorted indices: threats whose loss component `fines` is what breaking it costs */
	size_t threats;
	uint32_t position;
} plim_legal;

/** The loss component that a legal requirement looks at. */
#define PLIM_LEGAL_COMPONENT "fines"

typedef struct plim_tolerance {
	double loss, probability;
} plim_tolerance;

typedef struct plim_band {
	char *name;
	double low, high;
} plim_band;

struct plim_model {
	char *path; /* as given to the reader */
	char *name, *description, *currency;
	int edition; /* 2007 or 2022 */
	uint32_t horizon_years;
	double discount_rate; /* NAN when absent */
	char *scope_description;
	bool scope_filtered;
	plim_selector scope; /* of `include` */
	bool overlaps_alone;
	char *approver, *approved, *next_review;
	char **commitments;
	size_t commitment_count;
	plim_tolerance *tolerance; /* sorted by loss */
	size_t tolerances;
	plim_assumption *assumption;
	size_t assumptions;
	plim_action *action; /* sorted by id */
	size_t actions;
	plim_legal *legal; /* sorted by id */
	size_t legals;
	plim_band *likelihood, *consequence;
	size_t likelihoods, consequences;
	plim_node *node;
	size_t nodes;
	plim_link *link;
	size_t links;
	plim_column *node_column, *link_column;
	size_t node_columns, link_columns;
	plim_trip *trip;
	size_t trips;
	plim_threat *threat;
	size_t threats;
	plim_control *control;
	size_t controls;
	plim_scenario *scenario;
	size_t scenarios;
	plim_intensity *intensity; /* sorted by group */
	size_t intensities;
	plim_policy_cover *insurance;
	size_t insurances;

	/* the files as read, for the results file: name relative to the model's folder ("" for the model itself) and bytes
	 */
	struct plim_model_file {
		char *name;
		char *bytes;
		size_t length;
	} * file;
	size_t files;
	uint8_t digest[PLIM_DIGEST_SIZE]; /* SHA-256 of the canonical JSON */
	/* owns every text, list and array above but the bytes of files and what the amounts own */
	struct plim_arena *arena;
};

/** True if a list of indices, sorted as those of the model are, has this one. */
bool plim_list_has(const uint32_t *list, size_t count, uint32_t wanted);

/** The scenario of that id, or for NULL the first of the file; NULL if there is none. It stays the model's. */
const plim_scenario *plim_model_find_scenario(const plim_model *model, const char *id);

/**
 * The model again from the texts that a results file keeps: the first is the model, further ones the tables it names.
 * PLIM_ERROR_MODEL when this version finds an error in it, PLIM_ERROR_IO when a text is missing, PLIM_ERROR_MEMORY.
 */
plim_status plim_model_read_kept(const plim_model_text *text, size_t texts, plim_model **model, plim_error *error);

#endif
