/* SPDX-License-Identifier: Apache-2.0 */
#define PLIM_KERNEL_NAME plim_kernel_avx512
#define PLIM_KERNEL_CPU PLIM_CPU_AVX512
#include "engine/kernel_source.h"
