/*
 * The structs and the inline operations behind plat/thread.h and plat/atomic.h, on POSIX systems.
 */
#ifndef PLAT_TYPES_H
#define PLAT_TYPES_H

#include <pthread.h>
#include <stdint.h>

struct plat_thread {
    pthread_t id;
    void (*run)(void *);
    void *arg;
};

struct plat_mutex {
    pthread_mutex_t mutex;
};

struct plat_cond {
    pthread_cond_t cond;
};

/* Aligned, since 32-bit x86 aligns 64-bit members to 4 bytes, and one that lies across two cache
 * lines is not read at once. */
struct plat_atomic_u64 {
    _Alignas(8) uint64_t value;
};

struct plat_atomic_ptr {
    void *value;
};

static inline uint64_t plat_atomic_load(const struct plat_atomic_u64 *a)
{
    return __atomic_load_n(&a->value, __ATOMIC_ACQUIRE);
}

static inline void plat_atomic_store(struct plat_atomic_u64 *a, uint64_t value)
{
    __atomic_store_n(&a->value, value, __ATOMIC_RELEASE);
}

static inline uint64_t plat_atomic_add(struct plat_atomic_u64 *a, uint64_t value)
{
    return __atomic_fetch_add(&a->value, value, __ATOMIC_ACQ_REL);
}

static inline void plat_atomic_fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void *plat_atomic_load_ptr(const struct plat_atomic_ptr *a)
{
    return __atomic_load_n(&a->value, __ATOMIC_ACQUIRE);
}

static inline void plat_atomic_store_ptr(struct plat_atomic_ptr *a, void *value)
{
    __atomic_store_n(&a->value, value, __ATOMIC_RELEASE);
}

#endif
