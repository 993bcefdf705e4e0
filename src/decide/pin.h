/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Worlds: a model whose unknowns are pinned to one draw of all of them. World w has the values that trial w of a run
 * with the same seed draws. Unknowns of single places stay unknown: there are as many as places, and they average out.
 */
#ifndef PLIM_DECIDE_PIN_H
#define PLIM_DECIDE_PIN_H

#include "model/model.h"

typedef struct plim_pin plim_pin;

/** A pinned copy of a model, which must outlive it; at first all unknowns have their means. The caller owns *pin. */
plim_status plim_pin_new(const plim_model *model, plim_pin **pin, plim_error *error);
void plim_pin_free(plim_pin **pin);

/** Unknowns that are pinned. */
size_t plim_pin_count(const plim_pin *pin);

/** Pins them to world `world`, and gives the model that then holds; constant until the next call. */
const plim_model *plim_pin_world(plim_pin *pin, uint64_t seed, uint64_t world);

#endif
