/* SPDX-License-Identifier: Apache-2.0 */
/** What stands in every HTML report; made by html/embed.py from html/ and the distribution's Chart.js. */
#ifndef PLIM_REPORT_ASSETS_H
#define PLIM_REPORT_ASSETS_H

extern const char plim_asset_style[], plim_asset_script[], plim_asset_chart[];

/** The Content-Security-Policy: these scripts and this style by their hashes, pictures in the page, nothing else. */
extern const char plim_asset_policy[];

#endif
