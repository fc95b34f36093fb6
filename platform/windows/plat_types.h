/*
 * The structs and the inline operations behind plat/thread.h and plat/atomic.h, on Windows.
 *
 * windows.h stays out, so that its thousands of names and macros stay out of the programs too.
 * SRWLOCK and CONDITION_VARIABLE are one pointer each; thread.c proves it when it is compiled.
 */
#ifndef PLAT_TYPES_H
#define PLAT_TYPES_H

#include <intrin.h>
#include <stddef.h>
#include <stdint.h>

struct plat_thread {
    void *handle;
};

struct plat_mutex {
    void *srw;
};

struct plat_cond {
    void *variable;
};

struct plat_atomic_u64 {
    uint64_t value;
};

struct plat_atomic_ptr {
    void *value;
};

/*
 * The _Interlocked functions are the one spelling that every Windows compiler knows; all of them
 * are full barriers. A plain load would do on x64, but on arm64 it would not acquire, so loads
 * are exchanges that change nothing. They write to the cache line: do not poll one in a tight loop.
 */
static inline uint64_t plat_atomic_load(const struct plat_atomic_u64 *a)
{
    return (uint64_t)_InterlockedCompareExchange64((volatile __int64 *)(uintptr_t)&a->value, 0, 0);
}

static inline void plat_atomic_store(struct plat_atomic_u64 *a, uint64_t value)
{
    (void)_InterlockedExchange64((volatile __int64 *)&a->value, (__int64)value);
}

static inline uint64_t plat_atomic_add(struct plat_atomic_u64 *a, uint64_t value)
{
    return (uint64_t)_InterlockedExchangeAdd64((volatile __int64 *)&a->value, (__int64)value);
}

static inline void *plat_atomic_load_ptr(const struct plat_atomic_ptr *a)
{
    return _InterlockedCompareExchangePointer((void *volatile *)(uintptr_t)&a->value, NULL, NULL);
}

static inline void plat_atomic_store_ptr(struct plat_atomic_ptr *a, void *value)
{
    (void)_InterlockedExchangePointer((void *volatile *)&a->value, value);
}

#endif
