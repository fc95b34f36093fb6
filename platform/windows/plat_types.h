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
 * are full barriers. On x64 a plain load acquires; elsewhere loads are exchanges that change
 * nothing, and they write to the cache line.
 */
#if defined(_M_X64) || defined(__x86_64__)
static inline uint64_t plat_atomic_load(const struct plat_atomic_u64 *a)
{
    uint64_t value = *(const volatile uint64_t *)&a->value;
    _ReadWriteBarrier(); /* for the compiler */
    return value;
}

static inline void *plat_atomic_load_ptr(const struct plat_atomic_ptr *a)
{
    void *value = *(void *const volatile *)&a->value;
    _ReadWriteBarrier();
    return value;
}
#else
static inline uint64_t plat_atomic_load(const struct plat_atomic_u64 *a)
{
    return (uint64_t)_InterlockedCompareExchange64((volatile __int64 *)(uintptr_t)&a->value, 0, 0);
}

static inline void *plat_atomic_load_ptr(const struct plat_atomic_ptr *a)
{
    return _InterlockedCompareExchangePointer((void *volatile *)(uintptr_t)&a->value, NULL, NULL);
}
#endif

static inline void plat_atomic_store(struct plat_atomic_u64 *a, uint64_t value)
{
    (void)_InterlockedExchange64((volatile __int64 *)&a->value, (__int64)value);
}

static inline uint64_t plat_atomic_add(struct plat_atomic_u64 *a, uint64_t value)
{
    return (uint64_t)_InterlockedExchangeAdd64((volatile __int64 *)&a->value, (__int64)value);
}

static inline void plat_atomic_fence(void)
{
    volatile long any = 0;
    (void)_InterlockedOr(&any, 0);
}

static inline void plat_atomic_store_ptr(struct plat_atomic_ptr *a, void *value)
{
    (void)_InterlockedExchangePointer((void *volatile *)&a->value, value);
}

#endif
