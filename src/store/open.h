/* SPDX-License-Identifier: Apache-2.0 */
/** Opening a results file, with one clear refusal for each thing that it may turn out to be instead. */
#ifndef PLIM_STORE_OPEN_H
#define PLIM_STORE_OPEN_H

#include "store/h5.h"

/** Opens h5->path. PLIM_ERROR_IO when it is missing, a folder, empty, not HDF5, damaged, foreign, or of a newer format.
 */
plim_status plim_store_open(plim_h5 *h5);

#endif
