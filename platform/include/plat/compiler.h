/*
 * What the compilers spell differently, and nothing about operating systems.
 */
#ifndef PLAT_COMPILER_H
#define PLAT_COMPILER_H

/* The argument numbers of a printf-like function's format and first value, counted from 1. gcc
 * calls C99's formats gnu_printf, because its plain printf means an older dialect on Windows. */
#if defined(__clang__)
#define PLAT_PRINTF(format_at, values_at) __attribute__((format(printf, format_at, values_at)))
#elif defined(__GNUC__)
#define PLAT_PRINTF(format_at, values_at) __attribute__((format(gnu_printf, format_at, values_at)))
#else
#define PLAT_PRINTF(format_at, values_at)
#endif

/* Asks for the cache line at an address, which need not be valid, before it is read. */
#if defined(__GNUC__) || defined(__clang__)
#define PLAT_PREFETCH(address) __builtin_prefetch(address)
#else
#define PLAT_PREFETCH(address) ((void)(address))
#endif

#endif
