/* SPDX-License-Identifier: Apache-2.0 */
#define PLIM_KERNEL_NAME plim_kernel_avx2
#define PLIM_KERNEL_CPU PLIM_CPU_AVX2
#include "engine/kernel_source.h"
