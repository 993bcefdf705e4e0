/* SPDX-License-Identifier: Apache-2.0 */
/** A management review as a sheet. */
#ifndef PLIM_REPORT_BUILD_REVIEW_H
#define PLIM_REPORT_BUILD_REVIEW_H

#include "report/data_review.h"
#include "report/sheet.h"

/** Fills an empty sheet, all of whose tables stand in the order of plim_data_reviews. What the source points to must
 *  outlive it. */
void plim_build_review(const plim_review_source *source, plim_sheet *sheet);

#endif
