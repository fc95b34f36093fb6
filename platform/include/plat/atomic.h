/*
 * Integers and pointers that several threads read and write without a lock.
 *
 * Loads acquire, stores release, read-modify-writes do both; nothing weaker or stronger is
 * offered. The types and operations come from the operating system's plat_types.h, because C11's
 * own are not settled on every compiler.
 *
 *   struct plat_atomic_u64            zero-initialised is the value 0
 *   uint64_t plat_atomic_load(const struct plat_atomic_u64 *a)
 *   void     plat_atomic_store(struct plat_atomic_u64 *a, uint64_t value)
 *   uint64_t plat_atomic_add(struct plat_atomic_u64 *a, uint64_t value)      the value before;
 *                                                  add UINT64_MAX to subtract one
 *
 *   void     plat_atomic_fence(void)  a full barrier: what this thread stored before it, others see
 *                                     before it loads anything after it
 *
 *   struct plat_atomic_ptr            zero-initialised is NULL
 *   void    *plat_atomic_load_ptr(const struct plat_atomic_ptr *a)
 *   void     plat_atomic_store_ptr(struct plat_atomic_ptr *a, void *value)
 */
#ifndef PLAT_ATOMIC_H
#define PLAT_ATOMIC_H

#include <stdint.h>

#include "plat_types.h"

#endif
