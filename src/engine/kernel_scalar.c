/* SPDX-License-Identifier: Apache-2.0 */
#define PLIM_KERNEL_NAME plim_kernel_scalar
#define PLIM_KERNEL_CPU PLIM_CPU_SCALAR
#include "engine/kernel_source.h"
