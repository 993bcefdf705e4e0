/* SPDX-License-Identifier: Apache-2.0 */
/** Nodes and links as places of threats. */
#ifndef PLIM_MODEL_PLACE_H
#define PLIM_MODEL_PLACE_H

#include "model/model.h"

/** The id of a place. */
const char *plim_place_id(const plim_model *model, plim_place_kind kind, uint32_t index);

/** The value of the key by which a threat is shared (`shared_by`), at one of its places. */
const char *plim_place_shared_key(const plim_model *model, const plim_threat *threat, uint32_t place);

/** True if a control is meant for a threat (an index), wherever; and if it is rolled out at a place, against whatever.
 */
bool plim_control_is_against(const plim_control *control, uint32_t threat);
bool plim_control_is_at(const plim_control *control, plim_place_kind kind, uint32_t place);

/** True if a control, where it is in force, acts on a threat (an index) at a place. */
bool plim_control_acts(const plim_control *control, uint32_t threat, plim_place_kind kind, uint32_t place);

#endif
